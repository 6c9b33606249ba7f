// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <mutex>

#include <fcntl.h>
#include <sys/vfs.h>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "base/file_descriptor.hpp"
#include "base/text.hpp"
#include "sql/dialect.hpp"

namespace larmor::sql {
namespace {

sqlite_api::sqlite3* handle_of(soci::session& session) {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

/// WAL shares memory between processes, which network file systems do not.
void refuse_network_disk(const std::string& name) {
    struct statfs status {};
    if (::statfs(name.c_str(), &status) != 0) throw system_error("cannot examine", name, errno);
    switch (static_cast<unsigned long>(status.f_type)) {
        case 0x6969:      // NFS
        case 0x517B:      // SMB
        case 0xFF534D42:  // CIFS
        case 0xFE534D42:  // SMB 2
            throw Error(
                ErrorKind::unavailable,
                "the catalog '" + name +
                    "' is on a network disk, where SQLite is not safe: "
                    "keep it on a local disk, or use PostgreSQL"
            );
        default: return;
    }
}

/// Makes the file first, for its owner only: it holds password hashes, and SQLite gives its
/// companions (-wal, -shm) the same rights. A file that is there is never opened here: closing
/// it would drop the locks that this process holds on it through SQLite (POSIX), and another
/// process would then take the write-ahead log for its own.
void prepare_file(const std::string& name) {
    if (name.empty() || name.find_first_of(std::string_view("\"\0", 2)) != std::string::npos) {
        throw Error(ErrorKind::invalid_argument, "bad name of a catalog file: '" + name + "'");
    }
    const FileDescriptor made(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!made.is_open() && errno != EEXIST) {
        throw system_error("cannot open the catalog", name, errno);
    }
    refuse_network_disk(name);
}

class SqliteDialect : public Dialect {
public:
    explicit SqliteDialect(std::string file) : file_(std::move(file)) {
        // No two threads use a connection at a time, so that its mutex, taken for every column of
        // every row, can go: a fifth of the time of a large list. Refused, without harm, once
        // SQLite has been used in this process.
        static std::once_flag configured;
        std::call_once(configured, [] { sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD); });
    }

    std::unique_ptr<soci::session> connect(Access access) const override {
        prepare_file(file_);
        auto session = std::make_unique<soci::session>(soci::sqlite3, "db=\"" + file_ + "\"");
        *session << "PRAGMA busy_timeout = 5000";
        std::string mode;
        *session << "PRAGMA journal_mode = WAL", soci::into(mode);
        if (mode != "wal") {
            throw Error(
                ErrorKind::unavailable, "the catalog '" + file_ + "' cannot use WAL: mode " + mode
            );
        }
        *session << "PRAGMA synchronous = FULL";
        *session << "PRAGMA foreign_keys = ON";
        *session << "PRAGMA cache_size = -4096";
        if (access == Access::reading) *session << "PRAGMA query_only = ON";
        return session;
    }

    std::string_view begin_read() const override { return "BEGIN"; }
    std::string_view begin_write() const override { return "BEGIN IMMEDIATE"; }
    std::string_view lock_out_writers() const override { return ""; }

    std::string expand(std::string_view statement) const override {
        auto text =
            replace_all(std::string(statement), "{key}", "integer PRIMARY KEY AUTOINCREMENT");
        text = replace_all(std::move(text), "{text}", "text");
        return replace_all(std::move(text), "{without_rowid}", "WITHOUT ROWID");
    }

    /// A statement that is not at its end keeps the connection's snapshot.
    void close_rows(soci::statement& statement) const override {
        auto* const backend = statement.get_backend();
        sqlite_api::sqlite3_reset(static_cast<soci::sqlite3_statement_backend*>(backend)->stmt_);
    }

    bool is_in_transaction(soci::session& session) const override {
        return sqlite_api::sqlite3_get_autocommit(handle_of(session)) == 0;
    }
    bool is_connected(soci::session&) const override { return true; }

    Error to_error(const soci::soci_error& error) const override {
        const auto* const known = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
        const auto text = error.get_error_message();
        switch (known == nullptr ? SQLITE_ERROR : known->result() & 0xFF) {
            case SQLITE_CONSTRAINT: return constraint_error(text);
            case SQLITE_FULL:
                return Error(ErrorKind::no_space, "no space left for the catalog '" + file_ + "'");
            case SQLITE_BUSY:
            case SQLITE_LOCKED:
                return Error(
                    ErrorKind::unavailable,
                    "the catalog '" + file_ + "' is locked by another process"
                );
            case SQLITE_CORRUPT:
            case SQLITE_NOTADB:
                return Error(ErrorKind::corrupt, "the catalog '" + file_ + "' is damaged: " + text);
            default:
                return Error(ErrorKind::unavailable, "the catalog '" + file_ + "' failed: " + text);
        }
    }

private:
    static Error constraint_error(const std::string& text) {
        if (text.find("UNIQUE") != std::string::npos) {
            return Error(ErrorKind::conflict, "such a row is there already: " + text);
        }
        if (text.find("FOREIGN KEY") != std::string::npos) {
            return Error(
                ErrorKind::conflict,
                "it refers to a row that is not there, or is "
                "still referred to: " +
                    text
            );
        }
        return Error(ErrorKind::corrupt, "the catalog does not allow this row: " + text);
    }

    std::string file_;
};

}  // namespace

std::unique_ptr<Dialect> make_sqlite_dialect(const std::string& file) {
    return std::make_unique<SqliteDialect>(file);
}

}  // namespace larmor::sql

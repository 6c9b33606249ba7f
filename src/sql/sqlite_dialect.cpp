// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

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

/// For the write-ahead log to grow and be written back.
constexpr std::uint64_t room_min = 1 << 20;

/// SQLite knows a full disk by ENOSPC only, and does not keep what else the system said of a
/// commit. Of writes only: a sync that failed so leaves open whether a commit has happened.
bool is_over_quota(int code, int error_number) {
    return code == SQLITE_IOERR_WRITE && error_number == EDQUOT;
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

/// As a URI, whose options SQLite obeys: without lock, log and writing.
std::string immutable(const std::string& file) {
    return "file:" + percent_encode(file, "/") + "?immutable=1";
}

bool has_bytes(const std::string& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 && status.st_size > 0;
}

/// Whether nothing can be made beside the file, neither a log nor the memory that goes with it.
bool is_folder_frozen(const std::string& file) {
    const auto folder = std::filesystem::absolute(file).parent_path();
    return ::access(folder.c_str(), W_OK) != 0 && (errno == EROFS || errno == EACCES);
}

class SqliteDialect : public Dialect {
public:
    SqliteDialect(std::string file, Purpose purpose)
        : file_(std::move(file)),
          is_frozen_(purpose == Purpose::reading && is_folder_frozen(file_)) {
        // No two threads use a connection at a time, so that its mutex, taken for every column of
        // every row, can go: a fifth of the time of a large list. Refused, without harm, once
        // SQLite has been used in this process.
        static std::once_flag configured;
        std::call_once(configured, [] {
            sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
            sqlite_api::sqlite3_config(SQLITE_CONFIG_URI, 1);
        });
        // Or it would be read as a URI.
        if (file_.starts_with("file:")) file_.insert(0, "./");
    }

    std::unique_ptr<soci::session> connect(Access access) const override {
        if (is_frozen_) return connect_frozen();
        if (!was_opened()) prepare_file(file_);
        require_same_file();
        auto session = open(file_);
        *session << wait_for_locks(access == Access::trying ? short_patience : full_patience);
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

    bool is_frozen() const override { return is_frozen_; }

    std::string wait_for_locks(std::chrono::milliseconds patience) const override {
        return "PRAGMA busy_timeout = " + std::to_string(patience.count());
    }
    std::string_view begin_read() const override { return "BEGIN"; }
    std::string_view begin_write() const override { return "BEGIN IMMEDIATE"; }
    std::string_view lock_out_writers() const override { return ""; }
    std::string_view select_version() const override {
        return "SELECT CAST(data_version AS text) FROM pragma_data_version";
    }

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

    Failure to_failure(const soci::soci_error& error) const override {
        const int error_number = errno;
        const auto* const known = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
        const int code = known == nullptr ? SQLITE_ERROR : known->result();
        const int kind = is_over_quota(code, error_number) ? SQLITE_FULL : code & 0xFF;
        const auto text = error.get_error_message() + " (code " + std::to_string(code) + ")";
        return {to_error(kind, text), spoils_connection(kind)};
    }

    void check_place() const override {
        require_same_file();
        struct statvfs disk {};
        if (::statvfs(file_.c_str(), &disk) != 0) return;  // a statement will say more
        if ((disk.f_flag & ST_RDONLY) != 0) {
            throw Error(
                ErrorKind::unavailable,
                "the disk of the catalog '" + file_ + "' is read-only",
                catalog_is_read_only
            );
        }
        if (disk.f_blocks > 0 && disk.f_bavail * disk.f_frsize < room_min) {
            throw Error(
                ErrorKind::no_space,
                "the disk of the catalog '" + file_ + "' has less than " +
                    std::to_string(room_min) + " bytes left",
                catalog_is_full
            );
        }
    }

private:
    static std::unique_ptr<soci::session> open(const std::string& name) {
        auto session = std::make_unique<soci::session>(soci::sqlite3, "db=\"" + name + "\"");
        sqlite_api::sqlite3_extended_result_codes(handle_of(*session), 1);
        return session;
    }

    /// A log is there while the archive is served, and after a crash. SQLite reads it too, with the
    /// log's companion, which it could not make here.
    std::unique_ptr<soci::session> connect_frozen() const {
        require_same_file();
        const auto log = file_ + "-wal";
        const bool has_companion = std::filesystem::exists(file_ + "-shm");
        if (has_bytes(log) && !has_companion) {
            throw Error(
                ErrorKind::unavailable,
                "the last changes of the catalog '" + file_ + "' are in its log '" + log +
                    "', which cannot be read in a folder that cannot be written: copy both files "
                    "to one that can"
            );
        }
        const bool may_change = has_companion && std::filesystem::exists(log);
        auto session = open(may_change ? file_ : immutable(file_));
        *session << "PRAGMA cache_size = -4096";
        *session << "PRAGMA query_only = ON";
        return session;
    }

    /// Neither a full disk, a lock nor a refused row says anything of the connection. What it has
    /// read from a disk that fails may stay in its cache, and a lost file may stay open.
    static bool spoils_connection(int code) {
        switch (code) {
            case SQLITE_IOERR:
            case SQLITE_CORRUPT:
            case SQLITE_NOTADB:
            case SQLITE_CANTOPEN:
            case SQLITE_PROTOCOL:
            case SQLITE_READONLY: return true;
            default: return false;
        }
    }

    Error to_error(int code, const std::string& text) const {
        const auto name = "the catalog '" + file_ + "'";
        switch (code) {
            case SQLITE_CONSTRAINT: return constraint_error(text);
            case SQLITE_FULL:
                return {ErrorKind::no_space, "no space left for " + name, catalog_is_full};
            case SQLITE_BUSY:
            case SQLITE_LOCKED:
                return {
                    ErrorKind::unavailable,
                    name + " is locked by another process",
                    catalog_is_locked};
            case SQLITE_CORRUPT:
            case SQLITE_NOTADB:
                return {ErrorKind::corrupt, name + " is damaged: " + text, catalog_is_damaged};
            case SQLITE_READONLY:
                return {ErrorKind::unavailable, name + " failed: " + text, catalog_is_read_only};
            default: return {ErrorKind::unavailable, name + " failed: " + text, catalog_fails};
        }
    }

    /// A file that came in the place of another is a second catalog: what is read in the one would
    /// be written to the other.
    void require_same_file() const {
        struct stat status {};
        if (::stat(file_.c_str(), &status) != 0) {
            throw Error(
                ErrorKind::unavailable, "the catalog '" + file_ + "' is gone", catalog_is_gone
            );
        }
        const std::lock_guard lock(mutex_);
        if (!inode_) inode_ = {status.st_dev, status.st_ino};
        if (*inode_ != std::pair(status.st_dev, status.st_ino)) {
            throw Error(
                ErrorKind::unavailable,
                "another file stands in the place of the catalog '" + file_ +
                    "', which is in use: put the old one back, or start anew",
                catalog_is_gone
            );
        }
    }

    bool was_opened() const {
        const std::lock_guard lock(mutex_);
        return inode_.has_value();
    }

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
    const bool is_frozen_;
    mutable std::mutex mutex_;
    mutable std::optional<std::pair<dev_t, ino_t>> inode_;  // of the file, once it was opened
};

}  // namespace

std::unique_ptr<Dialect> make_sqlite_dialect(const std::string& file, Purpose purpose) {
    return std::make_unique<SqliteDialect>(file, purpose);
}

}  // namespace larmor::sql

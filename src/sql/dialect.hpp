// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "sql/purpose.hpp"

namespace soci {
class session;
class soci_error;
class statement;
}  // namespace soci

namespace larmor::sql {

/// `trying` writes like `writing`, but waits only a moment for others that do.
enum class Access { reading, writing, trying };

/// How long a transaction waits for the lock of another process.
constexpr std::chrono::milliseconds full_patience{5000};
constexpr std::chrono::milliseconds short_patience{250};

/// What a stranger may know of a catalog that fails.
constexpr const char* catalog_is_full = "the disk that holds the catalog is full";
constexpr const char* catalog_is_locked = "the catalog is locked by another process";
constexpr const char* catalog_is_read_only = "the catalog cannot be written to";
constexpr const char* catalog_is_damaged = "the catalog is damaged";
constexpr const char* catalog_is_gone = "the catalog is gone";
constexpr const char* catalog_fails = "the catalog does not answer";

/// What an error of the database means.
struct Failure {
    Error error;
    /// What the connection knows can no longer be relied on: it is to be opened anew.
    bool spoils_connection = false;
};

/// What differs between databases. Every text column is declared `{text}`, so that it compares
/// and sorts by bytes on both and queries need no dialect; they say `NULLS LAST`, which both
/// know, and no `LIKE`, which ignores case on one of them.
class Dialect {
public:
    virtual ~Dialect() = default;
    /// A new connection, set up for its use.
    virtual std::unique_ptr<soci::session> connect(Access access) const = 0;
    /// Makes the connection wait so long for a lock.
    virtual std::string wait_for_locks(std::chrono::milliseconds patience) const = 0;
    virtual std::string_view begin_read() const = 0;
    virtual std::string_view begin_write() const = 0;
    /// Run first in every write; empty when begin_write() admits only one writer.
    virtual std::string_view lock_out_writers() const = 0;
    /// Gives a text that is another after each commit of another connection.
    virtual std::string_view select_version() const = 0;
    /// A statement of the schema in this database's words for `{key}` (an integer primary key
    /// that is never given out twice), `{text}` (compared by bytes) and `{without_rowid}`.
    virtual std::string expand(std::string_view statement) const = 0;
    /// Ends the reading of a statement's rows, however many there still are.
    virtual void close_rows(soci::statement& statement) const = 0;
    virtual bool is_in_transaction(soci::session& session) const = 0;
    virtual bool is_connected(soci::session& session) const = 0;
    /// Called at once where the error is caught, with `errno` as it was left.
    virtual Failure to_failure(const soci::soci_error& error) const = 0;
    /// Throws when what can be seen without a statement says that the database cannot be written
    /// to: its file is gone or another one, its disk is full or read-only.
    virtual void check_place() const = 0;
    /// Whether its place cannot be written, so that it can only be read, as it is.
    virtual bool is_frozen() const = 0;
};

/// For reading only, a file may lie in a folder that cannot be written.
std::unique_ptr<Dialect> make_sqlite_dialect(
    const std::string& file, Purpose purpose = Purpose::any
);
std::unique_ptr<Dialect> make_postgresql_dialect(const std::string& url);
/// The one for this location: a `postgresql://` or `postgres://` URL, else a file of SQLite.
std::unique_ptr<Dialect> make_dialect(const std::string& location, Purpose purpose = Purpose::any);

}  // namespace larmor::sql

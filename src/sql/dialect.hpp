// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace soci {
class session;
class soci_error;
class statement;
}  // namespace soci

namespace larmor::sql {

enum class Access { reading, writing };

/// What differs between databases. Every text column is declared `{text}`, so that it compares
/// and sorts by bytes on both and queries need no dialect; they say `NULLS LAST`, which both
/// know, and no `LIKE`, which ignores case on one of them.
class Dialect {
public:
    virtual ~Dialect() = default;
    /// A new connection, set up for its use.
    virtual std::unique_ptr<soci::session> connect(Access access) const = 0;
    virtual std::string_view begin_read() const = 0;
    virtual std::string_view begin_write() const = 0;
    /// Run first in every write; empty when begin_write() admits only one writer.
    virtual std::string_view lock_out_writers() const = 0;
    /// A statement of the schema in this database's words for `{key}` (an integer primary key
    /// that is never given out twice), `{text}` (compared by bytes) and `{without_rowid}`.
    virtual std::string expand(std::string_view statement) const = 0;
    /// Ends the reading of a statement's rows, however many there still are.
    virtual void close_rows(soci::statement& statement) const = 0;
    virtual bool is_in_transaction(soci::session& session) const = 0;
    virtual bool is_connected(soci::session& session) const = 0;
    virtual Error to_error(const soci::soci_error& error) const = 0;
};

std::unique_ptr<Dialect> make_sqlite_dialect(const std::string& file);
std::unique_ptr<Dialect> make_postgresql_dialect(const std::string& url);
/// The one for this location: a `postgresql://` or `postgres://` URL, else a file of SQLite.
std::unique_ptr<Dialect> make_dialect(const std::string& location);

}  // namespace larmor::sql

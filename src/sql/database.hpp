// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "sql/connection.hpp"
#include "sql/purpose.hpp"
#include "sql/schema.hpp"

// The only door to SOCI: reads, writes and migrations on SQLite and PostgreSQL. Knows rows;
// knows nothing of what they mean.
namespace larmor::sql {

struct DatabaseOptions {
    std::size_t readers_max = 16;
    Purpose purpose = Purpose::any;
};

/// One database, whose schema is of the version this program knows. Thread-safe.
class Database {
public:
    /// `location`: the file of a SQLite database (made when absent), or a `postgresql://` URL.
    /// Brings its schema to the newest version; throws unavailable when it is newer than that.
    /// With Purpose::reading a SQLite file may lie in a folder that cannot be written: it is read
    /// as it is, write() fails, and an older schema is refused too.
    Database(const std::string& location, const Schema& schema, DatabaseOptions options = {});
    ~Database();

    /// Calls `function` in one snapshot, on a pooled read-only connection. Blocks while all are
    /// in use; `function` must not call read() or write().
    void read(const std::function<void(Connection&)>& function);
    /// Calls `function` on the writer's thread, in its own savepoint, and returns once it is
    /// committed. When it throws, only its own changes are undone and the error comes out here.
    void write(const std::function<void(Connection&)>& function);

    /// As ChangeWatch has it: another after each commit, whoever made it.
    std::string version();

    /// Throws when it cannot be read or written to now. Waits for no lock longer than a moment and
    /// writes nothing, unless a write has failed since the last check that did not.
    void check();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Runs `function` in one transaction on a connection of its own, without any schema: for tools
/// and tests that prepare or examine a database.
void use_database(const std::string& location, const std::function<void(Connection&)>& function);

}  // namespace larmor::sql

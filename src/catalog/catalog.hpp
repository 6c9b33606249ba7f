// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "model/visibility.hpp"

namespace larmor::sql {
class Connection;
class Database;
}  // namespace larmor::sql

// What exists: schema, migrations, and queries that return `model`. Every query takes a
// `Visibility` as its first argument; what it does not let a user read does not exist for it.
// Knows neither bytes nor HTTP.
namespace larmor::catalog {

using model::Key;
using model::Visibility;

/// One consistent view of the catalog, on a pooled read-only connection. Valid only inside the
/// function that Catalog::read() calls.
class Snapshot {
public:
    explicit Snapshot(sql::Connection& connection) : connection_(connection) {}
    sql::Connection& connection() { return connection_; }

private:
    sql::Connection& connection_;
};

/// A view that may also change things; what it changes is seen by nobody before the commit.
class Change : public Snapshot {
public:
    using Snapshot::Snapshot;
};

/// The catalog of one archive. All functions may be called from any thread.
class Catalog {
public:
    /// `location`: the file of a SQLite catalog (made when absent), or a `postgresql://` URL.
    /// Migrates an older schema in a transaction; refuses a newer one (unavailable).
    explicit Catalog(const std::string& location);
    /// For commands that only read: the folder of a SQLite catalog need not be writable, as of a
    /// snapshot or a backup. write() then fails, and an older schema is refused (unavailable).
    static Catalog open_for_reading(const std::string& location);
    ~Catalog();

    /// Calls `function` in one snapshot; it must not keep the Snapshot or call write().
    template <class F>
    auto read(F&& function) -> std::invoke_result_t<F, Snapshot&> {
        using Result = std::invoke_result_t<F, Snapshot&>;
        if constexpr (std::is_void_v<Result>) {
            run_read(function);
        } else {
            std::optional<Result> result;
            run_read([&](Snapshot& snapshot) { result.emplace(function(snapshot)); });
            return std::move(*result);
        }
    }

    /// Calls `function` on the writer's thread in its own savepoint, together with whatever else
    /// waits, and returns after the commit. When it throws, only its own changes are undone and
    /// the error comes out here.
    template <class F>
    auto write(F&& function) -> std::invoke_result_t<F, Change&> {
        using Result = std::invoke_result_t<F, Change&>;
        if constexpr (std::is_void_v<Result>) {
            run_write(function);
        } else {
            std::optional<Result> result;
            run_write([&](Change& change) { result.emplace(function(change)); });
            return std::move(*result);
        }
    }

    /// As sql::Database::version().
    std::string version();

    /// Throws when it cannot be read or written to now, as sql::Database::check().
    void check();

private:
    explicit Catalog(std::unique_ptr<sql::Database> database);
    void run_read(const std::function<void(Snapshot&)>& function);
    void run_write(const std::function<void(Change&)>& function);
    std::unique_ptr<sql::Database> database_;
};

}  // namespace larmor::catalog

// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog.hpp"

#include <utility>

#include "catalog/schema.hpp"
#include "sql/database.hpp"

namespace larmor::catalog {

Catalog::Catalog(const std::string& location)
    : database_(std::make_unique<sql::Database>(location, catalog_schema())) {}

Catalog::Catalog(std::unique_ptr<sql::Database> database) : database_(std::move(database)) {}

Catalog Catalog::open_for_reading(const std::string& location) {
    const sql::DatabaseOptions options{.purpose = sql::Purpose::reading};
    return Catalog(std::make_unique<sql::Database>(location, catalog_schema(), options));
}

Catalog::~Catalog() = default;

std::string Catalog::version() {
    return database_->version();
}

void Catalog::check() {
    database_->check();
}

void Catalog::run_read(const std::function<void(Snapshot&)>& function) {
    database_->read([&](sql::Connection& connection) {
        Snapshot snapshot(connection);
        function(snapshot);
    });
}

void Catalog::run_write(const std::function<void(Change&)>& function) {
    database_->write([&](sql::Connection& connection) {
        Change change(connection);
        function(change);
    });
}

}  // namespace larmor::catalog

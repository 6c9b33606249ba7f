// SPDX-License-Identifier: Apache-2.0
#include "sql/migrate.hpp"

#include "sql/connection.hpp"

namespace larmor::sql {
namespace {

std::size_t read_version(Connection& connection) {
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version bigint NOT NULL)");
    std::size_t version = 0;
    connection.read_row("SELECT version FROM schema_version", {}, {version});
    return version;
}

void write_version(Connection& connection, std::size_t version) {
    connection.execute("DELETE FROM schema_version");
    connection.execute("INSERT INTO schema_version (version) VALUES (?)", {version});
}

void refuse_newer(std::size_t version, const Schema& schema) {
    const auto newest = schema.migrations.size();
    if (version <= newest) return;
    throw Error(
        ErrorKind::unavailable,
        "the catalog has version " + std::to_string(version) +
            ", and this program knows versions up to " + std::to_string(newest) +
            ": use a newer program"
    );
}

void run_missing(Connection& connection, const Dialect& dialect, const Schema& schema) {
    const auto newest = schema.migrations.size();
    const auto version = read_version(connection);
    refuse_newer(version, schema);
    if (version == newest) return;
    for (auto next = version; next < newest; ++next) {
        for (const auto& statement : schema.migrations[next]) {
            connection.execute(dialect.expand(statement));
        }
    }
    write_version(connection, newest);
}

}  // namespace

void migrate(Session& session, const Dialect& dialect, const Schema& schema) {
    session.begin();
    try {
        Connection connection(session);
        run_missing(connection, dialect, schema);
        session.commit();
    } catch (...) {
        session.roll_back();
        throw;
    }
}

void require_newest(Session& session, const Schema& schema) {
    session.begin();
    std::size_t version = 0;
    Connection(session).read_row("SELECT version FROM schema_version", {}, {version});
    session.roll_back();
    refuse_newer(version, schema);
    if (version == schema.migrations.size()) return;
    throw Error(
        ErrorKind::unavailable,
        "the catalog has the older version " + std::to_string(version) +
            ", and cannot be written here to bring it to version " +
            std::to_string(schema.migrations.size()) + ": copy it to a folder that can be written"
    );
}

}  // namespace larmor::sql

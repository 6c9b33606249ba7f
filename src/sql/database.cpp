// SPDX-License-Identifier: Apache-2.0
#include "sql/database.hpp"

#include "sql/change_watch.hpp"
#include "sql/migrate.hpp"
#include "sql/reader_pool.hpp"
#include "sql/write_trial.hpp"
#include "sql/writer.hpp"

namespace larmor::sql {
namespace {

auto opener(const Dialect& dialect, Access access) {
    return [&dialect, access] { return std::make_unique<Session>(dialect, access); };
}

}  // namespace

struct Database::State {
    State(std::unique_ptr<Dialect> made, std::size_t readers_max)
        : dialect(std::move(made)),
          readers(opener(*dialect, Access::reading), readers_max),
          writer(opener(*dialect, Access::writing)),
          trial(*dialect, opener(*dialect, Access::trying), writer),
          watch(*dialect, opener(*dialect, Access::reading)) {}

    std::unique_ptr<Dialect> dialect;
    ReaderPool readers;
    Writer writer;
    WriteTrial trial;
    ChangeWatch watch;
};

Database::Database(const std::string& location, const Schema& schema, DatabaseOptions options) {
    auto dialect = make_dialect(location, options.purpose);
    if (dialect->is_frozen()) {
        Session session(*dialect, Access::reading);
        require_newest(session, schema);
    } else {
        Session session(*dialect, Access::writing);
        migrate(session, *dialect, schema);
    }
    state_ = std::make_unique<State>(std::move(dialect), options.readers_max);
}

Database::~Database() = default;

void Database::read(const std::function<void(Connection&)>& function) {
    state_->readers.run(function);
}

void Database::write(const std::function<void(Connection&)>& function) {
    state_->writer.run(function);
}

std::string Database::version() {
    return state_->watch.version();
}

void Database::check() {
    state_->trial.run();
    state_->readers.run([](Connection& connection) {
        std::size_t version = 0;
        connection.read_row("SELECT version FROM schema_version", {}, {version});
    });
}

void use_database(const std::string& location, const std::function<void(Connection&)>& function) {
    const auto dialect = make_dialect(location);
    Session session(*dialect, Access::writing);
    session.begin();
    try {
        Connection connection(session);
        function(connection);
        session.commit();
    } catch (...) {
        session.roll_back();
        throw;
    }
}

}  // namespace larmor::sql

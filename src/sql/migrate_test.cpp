// SPDX-License-Identifier: Apache-2.0
#include "sql/migrate.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "sql/database.hpp"
#include "sql/test_database.hpp"

namespace larmor::sql {
namespace {

const Schema first = {.migrations = {{"CREATE TABLE thing (name {text})"}}};
const Schema second = {
    .migrations = {
        first.migrations[0],
        {"ALTER TABLE thing ADD COLUMN colour {text}", "UPDATE thing SET colour = 'grey'"}}};
const Schema broken = {
    .migrations = {
        first.migrations[0],
        {"ALTER TABLE thing ADD COLUMN colour {text}", "UPDATE nothing SET colour = 'grey'"}}};

class SqlMigration : public OnEveryDatabase {
protected:
    void add_thing(const Schema& schema) {
        Database(location(), schema).write([](Connection& connection) {
            connection.execute("INSERT INTO thing (name) VALUES ('a')");
        });
    }
};

TEST_P(SqlMigration, BringsAnOlderDatabaseUpToDateAndKeepsItsRows) {
    add_thing(first);
    std::string colour;
    Database(location(), second).read([&](Connection& connection) {
        connection.read_row("SELECT colour FROM thing WHERE name = 'a'", {}, {colour});
    });
    EXPECT_EQ(colour, "grey");
}

TEST_P(SqlMigration, RunsEachStepOnce) {
    add_thing(second);
    EXPECT_NO_THROW(Database(location(), second));
    EXPECT_NO_THROW(Database(location(), second));
}

TEST_P(SqlMigration, RefusesANewerDatabaseNamingBothVersions) {
    add_thing(second);
    try {
        Database(location(), first);
        FAIL() << "a newer database was opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unavailable);
        EXPECT_THAT(error.what(), testing::HasSubstr("version 2"));
        EXPECT_THAT(error.what(), testing::HasSubstr("up to 1"));
    }
}

TEST_P(SqlMigration, LeavesTheOldVersionWhenAStepFails) {
    add_thing(first);
    EXPECT_THROW(Database(location(), broken), Error);
    EXPECT_NO_THROW(add_thing(first));
    EXPECT_NO_THROW(Database(location(), second));
}

INSTANTIATE_TEST_SUITE_P(On, SqlMigration, every_database(), kind_name);

}  // namespace
}  // namespace larmor::sql

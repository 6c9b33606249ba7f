// SPDX-License-Identifier: Apache-2.0
#include "sql/reader_pool.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include <gtest/gtest.h>

#include "sql/database.hpp"
#include "sql/test_database.hpp"

namespace larmor::sql {
namespace {

const Schema schema = {.migrations = {{"CREATE TABLE thing (name {text})"}}};

class SqlReaders : public OnEveryDatabase {
protected:
    static std::int64_t count(Database& database) {
        std::int64_t things = -1;
        database.read([&](Connection& connection) {
            connection.read_row("SELECT count(*) FROM thing", {}, {things});
        });
        return things;
    }
};

TEST_P(SqlReaders, WaitForOneAnotherWhenAllConnectionsAreInUse) {
    Database database(location(), schema, {.readers_max = 2});
    std::atomic<int> reading = 0;
    std::atomic<int> most = 0;
    std::vector<std::future<void>> reads;
    for (int i = 0; i < 8; ++i) {
        reads.push_back(std::async(std::launch::async, [&] {
            database.read([&](Connection&) {
                const int now = ++reading;
                if (now > most) most = now;
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                --reading;
            });
        }));
    }
    for (auto& read : reads)
        read.get();
    EXPECT_EQ(most, 2);
}

TEST_P(SqlReaders, AreGivenBackAlsoAfterAnError) {
    Database database(location(), schema, {.readers_max = 1});
    for (int i = 0; i < 3; ++i) {
        EXPECT_ANY_THROW(database.read([](Connection& connection) {
            connection.execute("SELECT nothing FROM nowhere");
        }));
    }
    EXPECT_EQ(count(database), 0);
}

TEST_P(SqlReaders, AndWritersAreOpenedAnewWhenTheServerDroppedThem) {
    if (GetParam() != DatabaseKind::postgresql) {
        GTEST_SKIP() << "a file does not drop its connections";
    }
    Database database(location(), schema);
    const auto add = [&] {
        database.write([](Connection& connection) {
            connection.execute("INSERT INTO thing (name) VALUES ('a')");
        });
    };
    add();
    EXPECT_EQ(count(database), 1);
    std::int64_t reader = 0;
    std::int64_t writer = 0;
    const auto process_of = [](std::int64_t& process) {
        return [&process](Connection& connection) {
            connection.read_row("SELECT pg_backend_pid()", {}, {process});
        };
    };
    database.read(process_of(reader));
    database.write(process_of(writer));
    use_database(location(), [&](Connection& connection) {
        connection.execute("SELECT pg_terminate_backend(?)", {reader});
        connection.execute("SELECT pg_terminate_backend(?)", {writer});
    });
    EXPECT_EQ(count(database), 1);
    add();
    EXPECT_EQ(count(database), 2);
}

INSTANTIATE_TEST_SUITE_P(On, SqlReaders, every_database(), kind_name);

}  // namespace
}  // namespace larmor::sql

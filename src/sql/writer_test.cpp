// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "sql/database.hpp"
#include "sql/test_database.hpp"

namespace larmor::sql {
namespace {

const Schema schema = {
    .migrations = {{
        "CREATE TABLE thing (key {key}, name {text} NOT NULL UNIQUE)",
        "CREATE TABLE part (thing bigint NOT NULL REFERENCES thing "
        "DEFERRABLE INITIALLY DEFERRED)",
    }},
};

/// Queues changes behind one that waits, so that they are written as one group.
class SqlWriter : public OnEveryDatabase {
protected:
    using Change = std::function<void(Connection&)>;

    void SetUp() override {
        OnEveryDatabase::SetUp();
        if (!IsSkipped()) database_ = std::make_unique<Database>(location(), schema);
    }
    static Change insert(const std::string& name) {
        return [name](Connection& connection) {
            connection.execute("INSERT INTO thing (name) VALUES (?)", {name});
        };
    }
    /// What came of each change: "" or the message of its error.
    std::vector<std::string> write_together(const std::vector<Change>& changes) {
        std::promise<void> gate;
        auto opened = gate.get_future().share();
        std::atomic<bool> is_busy = false;
        auto first = start([opened, &is_busy](Connection&) {
            is_busy = true;
            opened.wait();
        });
        while (!is_busy)
            std::this_thread::yield();
        std::vector<std::future<std::string>> answers;
        for (const auto& change : changes) {
            answers.push_back(start(change));
            // In this order: each must be in the queue before the next.
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        gate.set_value();
        std::vector<std::string> results;
        for (auto& answer : answers)
            results.push_back(answer.get());
        return results;
    }
    std::future<std::string> start(const Change& change) {
        return std::async(std::launch::async, [this, change]() -> std::string {
            try {
                database_->write(change);
                return "";
            } catch (const std::exception& error) {
                return error.what();
            }
        });
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        database_->read([&](Connection& connection) {
            std::string name;
            connection.for_each("SELECT name FROM thing ORDER BY name", {}, {name}, [&] {
                found.push_back(name);
            });
        });
        return found;
    }

    std::unique_ptr<Database> database_;
};

TEST_P(SqlWriter, CommitsTogetherWhatWaitsTogether) {
    std::vector<std::size_t> visible_to_others;
    const auto insert_and_look = [&](const std::string& name) -> Change {
        return [&, name](Connection& connection) {
            insert(name)(connection);
            visible_to_others.push_back(names().size());
        };
    };
    const auto results =
        write_together({insert_and_look("a"), insert_and_look("b"), insert_and_look("c")});
    EXPECT_THAT(results, testing::Each(""));
    EXPECT_THAT(visible_to_others, testing::ElementsAre(0, 0, 0));
    EXPECT_THAT(names(), testing::ElementsAre("a", "b", "c"));
}

TEST_P(SqlWriter, UndoesOnlyTheChangeThatThrew) {
    const Change insert_and_throw = [](Connection& connection) {
        insert("undone")(connection);
        throw std::runtime_error("changed my mind");
    };
    const auto results = write_together({insert("a"), insert_and_throw, insert("a"), insert("b")});
    EXPECT_EQ(results[0], "");
    EXPECT_EQ(results[1], "changed my mind");
    EXPECT_THAT(results[2], testing::HasSubstr("such a row is there already"));
    EXPECT_EQ(results[3], "");
    EXPECT_THAT(names(), testing::ElementsAre("a", "b"));
}

TEST_P(SqlWriter, TellsAllOfAGroupThatItsCommitFailed) {
    const Change dangling = [](Connection& connection) {
        connection.execute("INSERT INTO part (thing) VALUES (12345)");
    };
    const auto results = write_together({insert("a"), dangling, insert("b")});
    EXPECT_THAT(results, testing::Each(testing::HasSubstr("refers to a row that is not there")));
    EXPECT_THAT(names(), testing::IsEmpty());
    database_->write(insert("later"));
    EXPECT_THAT(names(), testing::ElementsAre("later"));
}

TEST_P(SqlWriter, TellsThoseWhoseChangesWereLostAndGoesOnWithTheOthers) {
    // As SQLite does by itself when the disk is full.
    const Change lose = [](Connection& connection) {
        insert("lost")(connection);
        connection.execute("ROLLBACK");
    };
    const auto results = write_together({insert("a"), lose, insert("b")});
    EXPECT_NE(results[0], "");
    EXPECT_NE(results[1], "");
    EXPECT_EQ(results[2], "");
    EXPECT_THAT(names(), testing::ElementsAre("b"));
}

TEST_P(SqlWriter, IsFoundFitToWriteAfterATransactionWasLost) {
    const Change lose = [](Connection& connection) { connection.execute("ROLLBACK"); };
    EXPECT_NO_THROW(database_->check());
    EXPECT_THROW(database_->write(lose), Error);
    EXPECT_NO_THROW(database_->check());
    EXPECT_NO_THROW(database_->check());
    EXPECT_NO_THROW(database_->write(insert("a")));
    EXPECT_NO_THROW(Database(location(), schema));  // whose version is as before
}

TEST_P(SqlWriter, CommitsNothingOfAChangeThatSwallowedAnError) {
    const Change swallow = [](Connection& connection) {
        insert("a")(connection);
        try {
            insert("a")(connection);
        } catch (const Error&) {
        }
        EXPECT_THROW(insert("b")(connection), Error);
    };
    EXPECT_THROW(database_->write(swallow), Error);
    EXPECT_THAT(names(), testing::IsEmpty());
}

TEST_P(SqlWriter, AnswersEveryOneOfManyThreads) {
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i < 200; ++i)
        answers.push_back(start(insert("n" + std::to_string(i / 2))));
    int failed = 0;
    for (auto& answer : answers)
        failed += answer.get().empty() ? 0 : 1;
    EXPECT_EQ(failed, 100);
    EXPECT_EQ(names().size(), 100U);
}

TEST_P(SqlWriter, RefusesAWriteInsideAWrite) {
    const Change nested = [this](Connection&) { database_->write(insert("a")); };
    EXPECT_THROW(database_->write(nested), std::logic_error);
}

TEST_P(SqlWriter, WritesWhatWaitsBeforeItEnds) {
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i < 20; ++i)
        answers.push_back(start(insert(std::to_string(i))));
    for (auto& answer : answers)
        EXPECT_EQ(answer.get(), "");
    database_ = std::make_unique<Database>(location(), schema);
    EXPECT_EQ(names().size(), 20U);
}

INSTANTIATE_TEST_SUITE_P(On, SqlWriter, every_database(), kind_name);

}  // namespace
}  // namespace larmor::sql

// SPDX-License-Identifier: Apache-2.0
#include "sql/database.hpp"

#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "sql/test_database.hpp"

namespace larmor::sql {
namespace {

const Schema one_table = {
    .migrations = {{
        "CREATE TABLE thing (key {key}, name {text} NOT NULL UNIQUE, number bigint, ratio float, "
        "note {text})",
        "CREATE TABLE part (thing bigint NOT NULL REFERENCES thing "
        "DEFERRABLE INITIALLY DEFERRED, path {text} NOT NULL, "
        "PRIMARY KEY (thing, path)) {without_rowid}",
    }},
};

ErrorKind kind_of(const std::function<void()>& function) {
    try {
        function();
    } catch (const Error& error) {
        return error.kind();
    }
    throw std::logic_error("no error was thrown");
}

class SqlDatabase : public OnEveryDatabase {
protected:
    void SetUp() override {
        OnEveryDatabase::SetUp();
        if (IsSkipped()) return;
        // One reader: a transaction that is not ended shows in the next read.
        database_ =
            std::make_unique<Database>(location(), one_table, DatabaseOptions{.readers_max = 1});
    }
    void add(const std::string& name) {
        database_->write([&](Connection& connection) {
            connection.execute("INSERT INTO thing (name) VALUES (?)", {name});
        });
    }
    std::int64_t count() {
        std::int64_t things = 0;
        database_->read([&](Connection& connection) {
            connection.read_row("SELECT count(*) FROM thing", {}, {things});
        });
        return things;
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        std::string name;
        database_->read([&](Connection& connection) {
            connection.for_each("SELECT name FROM thing ORDER BY name", {}, {name}, [&] {
                found.push_back(name);
            });
        });
        return found;
    }

    std::unique_ptr<Database> database_;
};

TEST_P(SqlDatabase, HasAnotherVersionOnceAnybodyHasChangedIt) {
    const auto before = database_->version();
    EXPECT_EQ(count(), 0);
    EXPECT_EQ(database_->version(), before);
    add("a");
    const auto after = database_->version();
    EXPECT_NE(after, before);
    EXPECT_EQ(count(), 1);
    EXPECT_EQ(database_->version(), after);
    use_database(location(), [](Connection& connection) {
        connection.execute("INSERT INTO thing (name) VALUES ('by another')");
    });
    EXPECT_NE(database_->version(), after);
}

TEST_P(SqlDatabase, GivesBackNumbersOfSixtyFourBits) {
    for (const std::int64_t number :
         {std::int64_t{0},
          std::int64_t{5'000'000'000},
          std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        std::int64_t found = 1;
        database_->write([&](Connection& connection) {
            connection.execute("DELETE FROM thing");
            connection.execute("INSERT INTO thing (name, number) VALUES ('a', ?)", {number});
            connection.read_row("SELECT number FROM thing", {}, {found});
        });
        EXPECT_EQ(found, number);
    }
}

TEST_P(SqlDatabase, GivesBackTextsByteForByte) {
    for (const std::string text :
         {"", " ", "it's", "\"q\"", "a;b", "a?b:c::d", "Grüße/ärger", "\xF0\x9F\xA7\xA0", "a\nb"}) {
        std::string found = "not read";
        database_->write([&](Connection& connection) {
            connection.execute("DELETE FROM thing");
            connection.execute("INSERT INTO thing (name) VALUES (?)", {text});
            connection.read_row("SELECT name FROM thing WHERE name = ?", {text}, {found});
        });
        EXPECT_EQ(found, text);
    }
}

TEST_P(SqlDatabase, TellsNullFromEmpty) {
    std::optional<std::string> note = "old";
    std::optional<std::int64_t> number = 7;
    database_->write([&](Connection& connection) {
        connection.execute(
            "INSERT INTO thing (name, number, ratio, note) VALUES ('a', ?, ?, ?)",
            {std::optional<std::int64_t>(), 0.25, std::optional<std::string_view>()}
        );
        connection.execute(
            "INSERT INTO thing (name, number, ratio, note) VALUES ('b', ?, ?, ?)",
            {std::optional<std::int64_t>(0), 0.5, std::optional<std::string_view>("")}
        );
        connection.read_row("SELECT number, note FROM thing WHERE name = 'a'", {}, {number, note});
    });
    EXPECT_EQ(number, std::nullopt);
    EXPECT_EQ(note, std::nullopt);
    double ratio = 0;
    database_->read([&](Connection& connection) {
        connection.read_row(
            "SELECT number, ratio, note FROM thing WHERE name = 'b'", {}, {number, ratio, note}
        );
    });
    EXPECT_EQ(number, 0);
    EXPECT_EQ(ratio, 0.5);
    EXPECT_EQ(note, "");
}

TEST_P(SqlDatabase, RefusesWhatNotEveryDatabaseCanStore) {
    const std::string nul("a\0b", 3);
    EXPECT_EQ(kind_of([&] { add(nul); }), ErrorKind::invalid_argument);
    EXPECT_EQ(kind_of([&] { add("latin-1: \xE4"); }), ErrorKind::invalid_argument);
    EXPECT_EQ(
        kind_of([&] {
            database_->write([](Connection& connection) {
                connection.execute("DELETE FROM thing WHERE number = ?", {UINT64_MAX});
            });
        }),
        ErrorKind::invalid_argument
    );
    add("good");
    EXPECT_THAT(names(), testing::ElementsAre("good"));
}

TEST_P(SqlDatabase, RefusesMoreThanOneStatement) {
    const auto two = [](Connection& connection) {
        connection.execute("DELETE FROM thing; DELETE FROM part");
    };
    EXPECT_THROW(database_->write(two), std::logic_error);
}

TEST_P(SqlDatabase, RefusesANullOrALargeNumberForAPlainTarget) {
    add("a");
    std::int64_t number = 0;
    EXPECT_THROW(
        database_->read([&](Connection& connection) {
            connection.read_row("SELECT number FROM thing", {}, {number});
        }),
        std::logic_error
    );
    std::uint32_t narrow = 0;
    EXPECT_THROW(
        database_->read([&](Connection& connection) {
            connection.read_row("SELECT count(*) + 5000000000 FROM thing", {}, {narrow});
        }),
        std::logic_error
    );
}

TEST_P(SqlDatabase, SortsAndComparesTextsByBytes) {
    for (const auto* const name : {"b", "ä", "B", "a", "Z", "_", "a1", "A"})
        add(name);
    EXPECT_THAT(names(), testing::ElementsAre("A", "B", "Z", "_", "a", "a1", "b", "ä"));
}

TEST_P(SqlDatabase, AnswersAFailedUniquenessWithConflict) {
    add("a");
    EXPECT_EQ(kind_of([&] { add("a"); }), ErrorKind::conflict);
    EXPECT_EQ(count(), 1);
}

TEST_P(SqlDatabase, DoesNotWriteInARead) {
    EXPECT_THROW(
        database_->read([](Connection& connection) {
            connection.execute("INSERT INTO thing (name) VALUES ('a')");
        }),
        Error
    );
    EXPECT_EQ(count(), 0);
}

TEST_P(SqlDatabase, SeesTheNewestRowsThoughAReadStoppedAtItsFirstRow) {
    add("a");
    add("b");
    std::string name;
    const auto read_first = [&](Connection& connection) {
        connection.read_row("SELECT name FROM thing ORDER BY name DESC", {}, {name});
    };
    database_->read(read_first);
    EXPECT_EQ(name, "b");
    add("c");
    database_->read(read_first);
    EXPECT_EQ(name, "c");
}

TEST_P(SqlDatabase, SeesTheNewestRowsThoughAReadThrewBetweenRows) {
    add("a");
    add("b");
    std::string name;
    const auto throw_at_first = [&](Connection& connection) {
        connection.for_each("SELECT name FROM thing ORDER BY name DESC", {}, {name}, [] {
            throw std::runtime_error("enough");
        });
    };
    EXPECT_THROW(database_->read(throw_at_first), std::runtime_error);
    add("c");
    EXPECT_THROW(database_->read(throw_at_first), std::runtime_error);
    EXPECT_EQ(name, "c");
}

TEST_P(SqlDatabase, RunsAStatementInsideItself) {
    add("a");
    add("b");
    const std::string statement = "SELECT name FROM thing ORDER BY name";
    std::vector<std::string> pairs;
    database_->read([&](Connection& connection) {
        std::string outer;
        std::string inner;
        connection.for_each(statement, {}, {outer}, [&] {
            connection.for_each(statement, {}, {inner}, [&] { pairs.push_back(outer + inner); });
        });
    });
    EXPECT_THAT(pairs, testing::ElementsAre("aa", "ab", "ba", "bb"));
}

TEST_P(SqlDatabase, TakesTheSameStatementWithOtherTypes) {
    database_->read([](Connection& connection) {
        std::int64_t number = 0;
        std::string text;
        connection.read_row("SELECT count(*) FROM thing WHERE number = ?", {1}, {number});
        connection.read_row(
            "SELECT count(*) FROM thing WHERE number = ?", {std::optional<std::int64_t>()}, {text}
        );
        EXPECT_EQ(text, "0");
    });
}

TEST_P(SqlDatabase, KeepsManyMoreStatementsThanItHasRoomFor) {
    database_->read([](Connection& connection) {
        for (int round = 0; round < 2; ++round) {
            for (int i = 0; i < 300; ++i) {
                int found = -1;
                const auto number = std::to_string(i);
                connection.read_row("SELECT count(*) + " + number + " FROM thing", {}, {found});
                ASSERT_EQ(found, i);
            }
        }
    });
}

TEST_P(SqlDatabase, KeepsTheSnapshotOfALongReadAndLetsTheWriterGoOn) {
    add("a");
    Database other(location(), one_table);
    database_->read([&](Connection& connection) {
        std::int64_t before = 0;
        std::int64_t after = 0;
        connection.read_row("SELECT count(*) FROM thing", {}, {before});
        other.write([](Connection& writer) {
            writer.execute("INSERT INTO thing (name) VALUES ('b')");
        });
        connection.read_row("SELECT count(*) FROM thing", {}, {after});
        EXPECT_EQ(before, 1);
        EXPECT_EQ(after, 1);
    });
    EXPECT_EQ(count(), 2);
}

INSTANTIATE_TEST_SUITE_P(On, SqlDatabase, every_database(), kind_name);

}  // namespace
}  // namespace larmor::sql

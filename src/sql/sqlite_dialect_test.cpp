// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "sql/database.hpp"
#include "sql/test_database.hpp"

namespace larmor::sql {
namespace {

namespace fs = std::filesystem;

const Schema schema = {.migrations = {{"CREATE TABLE thing (name {text})"}}};

class SqliteFile : public testing::Test {
protected:
    fs::path in_folder(const std::string& name) const {
        return fs::path(place_.location()).parent_path() / name;
    }
    ErrorKind opening(const std::string& location) {
        try {
            Database(location, schema);
        } catch (const Error& error) {
            return error.kind();
        }
        throw std::logic_error("'" + location + "' was opened");
    }
    std::string pragma(Database& database, const std::string& name) {
        std::string value;
        database.write([&](Connection& connection) {
            connection.read_row("PRAGMA " + name, {}, {value});
        });
        return value;
    }

    TestDatabase place_{DatabaseKind::sqlite};
};

TEST_F(SqliteFile, MayHaveAnOddName) {
    for (const auto* const name : {"a b", "x=y", "db=z timeout=1", "it's", "ünï", "%41"}) {
        const auto path = in_folder(name);
        EXPECT_NO_THROW(Database(path.string(), schema)) << name;
        EXPECT_TRUE(fs::exists(path)) << name;
    }
}

/// Whether another process sees that somebody holds the file open through SQLite: its shared lock.
bool is_locked_for_others(const std::string& file) {
    const auto child = ::fork();
    if (child == 0) {
        const int opened = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
        struct flock lock {};
        lock.l_type = F_WRLCK;
        lock.l_whence = SEEK_SET;
        lock.l_start = 0x40000000 + 2;  // where SQLite's file format puts shared locks
        lock.l_len = 510;
        const bool asked = ::fcntl(opened, F_GETLK, &lock) == 0;
        ::_exit(asked && lock.l_type != F_UNLCK ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status) == 1;
}

TEST_F(SqliteFile, StaysLockedForOtherProcessesHoweverManyConnectionsOpen) {
    Database database(place_.location(), schema);
    const auto hold = [&](const auto& self, int depth) -> void {
        database.read([&](Connection& connection) {
            long long count = 0;
            connection.read_row("SELECT count(*) FROM thing", {}, {count});
            if (depth > 0) self(self, depth - 1);
        });
    };
    hold(hold, 3);  // four connections of the pool, opened one after the other
    const Database second(place_.location(), schema);
    EXPECT_TRUE(is_locked_for_others(place_.location()));
}

TEST_F(SqliteFile, IsReadableForItsOwnerOnly) {
    Database database(place_.location(), schema);
    database.write([](Connection& connection) {
        connection.execute("INSERT INTO thing (name) VALUES ('secret')");
    });
    for (const auto* const ending : {"", "-wal", "-shm"}) {
        const auto rights = fs::status(place_.location() + ending).permissions();
        EXPECT_EQ(rights, fs::perms::owner_read | fs::perms::owner_write) << ending;
    }
}

TEST_F(SqliteFile, IsOpenedWithTheSettingsThatKeepWhatWasAcknowledged) {
    Database database(place_.location(), schema);
    EXPECT_EQ(pragma(database, "journal_mode"), "wal");
    EXPECT_EQ(pragma(database, "synchronous"), "2");
    EXPECT_EQ(pragma(database, "foreign_keys"), "1");
    EXPECT_EQ(pragma(database, "busy_timeout"), "5000");
    EXPECT_EQ(pragma(database, "cache_size"), "-4096");
}

TEST_F(SqliteFile, ThatCannotBeOpenedIsAnError) {
    EXPECT_EQ(opening(""), ErrorKind::invalid_argument);
    EXPECT_EQ(opening(in_folder("a\"b").string()), ErrorKind::invalid_argument);
    EXPECT_EQ(opening(in_folder("none/catalog").string()), ErrorKind::not_found);
    std::ofstream(in_folder("text")) << std::string(5000, 'x');
    EXPECT_EQ(opening(in_folder("text").string()), ErrorKind::corrupt);
}

TEST_F(SqliteFile, SaysThatAnotherProcessHasLockedIt) {
    Database database(place_.location(), schema);
    use_database(place_.location(), [&](Connection&) {
        try {
            database.write([](Connection&) {});
            FAIL() << "two wrote at a time";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::unavailable);
            EXPECT_THAT(error.what(), testing::HasSubstr("locked"));
        }
    });
    EXPECT_NO_THROW(database.write([](Connection&) {}));
}

TEST_F(SqliteFile, SaysThatThereIsNoSpaceLeftAndGoesOnWhenThereIs) {
    Database database(place_.location(), schema);
    const auto fill = [](Connection& connection) {
        connection.execute("INSERT INTO thing (name) VALUES (?)", {std::string(500'000, 'x')});
    };
    // Counted in pages of 4 KiB; a limit below the present size is raised to it.
    EXPECT_EQ(std::stoi(pragma(database, "max_page_count = 1")) < 100, true);
    try {
        database.write(fill);
        FAIL() << "there was space";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::no_space);
    }
    pragma(database, "max_page_count = 100000");
    EXPECT_NO_THROW(database.write(fill));
}

}  // namespace
}  // namespace larmor::sql

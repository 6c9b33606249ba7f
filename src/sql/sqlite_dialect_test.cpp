// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <stdexcept>

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

TEST_F(SqliteFile, IsNeverReadAsAUri) {
    const auto before = fs::current_path();
    fs::current_path(in_folder("."));
    EXPECT_NO_THROW(Database("file:odd?mode=memory", schema));
    fs::current_path(before);
    EXPECT_TRUE(fs::exists(in_folder("file:odd?mode=memory")));
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

ErrorKind kind_of_failed_check(Database& database) {
    try {
        database.check();
    } catch (const Error& error) {
        return error.kind();
    }
    throw std::logic_error("the check was passed");
}

TEST_F(SqliteFile, FailsItsCheckSoonWhileAnotherProcessHasLockedIt) {
    Database database(place_.location(), schema);
    EXPECT_NO_THROW(database.check());
    use_database(place_.location(), [&](Connection&) {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(kind_of_failed_check(database), ErrorKind::unavailable);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(4));
    });
    EXPECT_NO_THROW(database.check());
}

TEST_F(SqliteFile, LetsOnlyTheFirstWaitLongForALockThatStays) {
    Database database(place_.location(), schema);
    const auto seconds_to_fail = [&] {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_THROW(database.write([](Connection&) {}), Error);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    use_database(place_.location(), [&](Connection&) {
        EXPECT_GT(seconds_to_fail(), 4);
        EXPECT_LT(seconds_to_fail(), 3);
    });
    EXPECT_EQ(pragma(database, "busy_timeout"), "5000");
}

TEST_F(SqliteFile, PassesItsCheckWhileItsOwnWriterIsBusy) {
    Database database(place_.location(), schema);
    std::promise<void> begun;
    std::promise<void> gate;
    const auto writing = std::async(std::launch::async, [&] {
        database.write([&](Connection&) {
            begun.set_value();
            gate.get_future().wait();
        });
    });
    begun.get_future().wait();
    EXPECT_NO_THROW(database.check());
    gate.set_value();
}

TEST_F(SqliteFile, IsNotWrittenToByACheckUnlessAWriteHasFailed) {
    Database database(place_.location(), schema);
    database.check();
    const auto log_size = [&] { return fs::file_size(place_.location() + "-wal"); };
    const auto before = log_size();
    database.check();
    EXPECT_EQ(log_size(), before);
    const auto lose = [](Connection& connection) { connection.execute("ROLLBACK"); };
    EXPECT_THROW(database.write(lose), Error);
    database.check();
    const auto after = log_size();
    EXPECT_GT(after, before);
    database.check();
    EXPECT_EQ(log_size(), after);
}

TEST_F(SqliteFile, ThatIsGoneOrAnotherOneIsNeitherMadeNorOpened) {
    Database database(place_.location(), schema);
    fs::rename(place_.location(), in_folder("aside"));
    EXPECT_EQ(kind_of_failed_check(database), ErrorKind::unavailable);
    const auto read = [&] { database.read([](Connection&) {}); };  // on a new connection
    EXPECT_THROW(read(), Error);
    EXPECT_FALSE(fs::exists(place_.location()));
    Database(in_folder("other").string(), schema);
    fs::rename(in_folder("other"), place_.location());
    EXPECT_EQ(kind_of_failed_check(database), ErrorKind::unavailable);
    EXPECT_THROW(read(), Error);
    fs::rename(in_folder("aside"), place_.location());
    EXPECT_NO_THROW(database.check());
    EXPECT_NO_THROW(read());
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

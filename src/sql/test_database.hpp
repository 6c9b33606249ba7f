// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <string>

#include <unistd.h>

#include <gtest/gtest.h>

#include "sql/database.hpp"

// For tests that run on every kind of database.
namespace larmor::sql {

enum class DatabaseKind { sqlite, postgresql };

inline void PrintTo(DatabaseKind kind, std::ostream* out) {
    *out << (kind == DatabaseKind::sqlite ? "Sqlite" : "Postgresql");
}

inline std::string kind_name(const testing::TestParamInfo<DatabaseKind>& info) {
    return info.param == DatabaseKind::sqlite ? "Sqlite" : "Postgresql";
}

/// The URL of a PostgreSQL database to make schemas in; empty when there is none.
inline std::string postgresql_url() {
    const char* const url = std::getenv("LARMOR_TEST_POSTGRESQL");
    return url == nullptr ? "" : url;
}

/// An empty database that is gone when the test ends: a file in a new folder, or a new schema.
class TestDatabase {
public:
    explicit TestDatabase(DatabaseKind kind) {
        static std::atomic<int> count = 0;
        name_ = "larmor_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
        if (kind == DatabaseKind::sqlite) {
            folder_ = std::filesystem::temp_directory_path() / name_;
            std::filesystem::create_directories(folder_);
            location_ = (folder_ / "catalog.sqlite").string();
            return;
        }
        use_database(postgresql_url(), [&](Connection& connection) {
            connection.execute("CREATE SCHEMA " + name_);
        });
        const auto mark = postgresql_url().find('?') == std::string::npos ? "?" : "&";
        location_ = postgresql_url() + mark + "options=-csearch_path%3D" + name_;
    }
    TestDatabase(const TestDatabase&) = delete;
    TestDatabase& operator=(const TestDatabase&) = delete;
    ~TestDatabase() {
        if (!folder_.empty()) {
            std::filesystem::remove_all(folder_);
            return;
        }
        use_database(postgresql_url(), [&](Connection& connection) {
            connection.execute("DROP SCHEMA " + name_ + " CASCADE");
        });
    }

    const std::string& location() const { return location_; }

private:
    std::string name_;
    std::filesystem::path folder_;
    std::string location_;
};

/// A test on an empty database; skipped, with the reason, where there is no PostgreSQL.
class OnEveryDatabase : public testing::TestWithParam<DatabaseKind> {
protected:
    void SetUp() override {
        if (GetParam() == DatabaseKind::postgresql && postgresql_url().empty()) {
            GTEST_SKIP() << "no PostgreSQL: LARMOR_TEST_POSTGRESQL holds no URL "
                            "(tools/with_postgresql.sh sets it)";
        }
        place_ = std::make_unique<TestDatabase>(GetParam());
    }
    const std::string& location() const { return place_->location(); }

private:
    std::unique_ptr<TestDatabase> place_;
};

inline auto every_database() {
    return testing::Values(DatabaseKind::sqlite, DatabaseKind::postgresql);
}

}  // namespace larmor::sql

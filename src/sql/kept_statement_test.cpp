// SPDX-License-Identifier: Apache-2.0
#include "sql/kept_statement.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace larmor::sql {
namespace {

// Each would view a text that is gone when the statement runs.
static_assert(!std::is_constructible_v<Parameter, std::optional<std::string>>);
static_assert(!std::is_constructible_v<Parameter, std::optional<const char*>>);
static_assert(std::is_constructible_v<Parameter, std::optional<std::string_view>>);
static_assert(std::is_constructible_v<Parameter, std::optional<std::int64_t>>);

TEST(NameParameters, NumbersEachQuestionMarkOutsideQuotes) {
    const struct {
        const char* given;
        const char* expected;
        std::size_t count;
    } cases[] = {
        {"", "", 0},
        {"SELECT 1", "SELECT 1", 0},
        {"a = ?", "a = :p1", 1},
        {"?,?,?", ":p1,:p2,:p3", 3},
        {"a = '?' AND b = ?", "a = '?' AND b = :p1", 1},
        {"a = 'it''s ?' AND b = ?", "a = 'it''s ?' AND b = :p1", 1},
        {"a = ';'", "a = ';'", 0},
        {"a -- why? it's; so\n= ?", "a -- why? it's; so\n= :p1", 1},
        {"a = '--?' OR ?", "a = '--?' OR :p1", 1},
    };
    for (const auto& [given, expected, count] : cases) {
        const auto named = name_parameters(given);
        EXPECT_EQ(named.text, expected);
        EXPECT_EQ(named.count, count) << given;
    }
}

TEST(NameParameters, RefusesASecondStatement) {
    for (const auto* const text : {"a; b", "a;", ";", "a = ';'; b", "a -- c\n; b"}) {
        EXPECT_THROW(name_parameters(text), std::logic_error) << text;
    }
}

}  // namespace
}  // namespace larmor::sql

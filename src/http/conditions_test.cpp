// SPDX-License-Identifier: Apache-2.0
#include "http/conditions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor::http {
namespace {

// Sun, 06 Nov 1994 08:49:37.500 GMT: HTTP dates do not show the half second.
constexpr UnixMillis modified = 784'111'777'500;
constexpr auto same = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr auto earlier = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr auto later = "Sun, 06 Nov 1994 08:49:38 GMT";
const Validators current{"\"tag\"", modified};

Headers headers_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
    Headers headers;
    for (const auto& [name, value] : pairs)
        headers.add(name, value);
    return headers;
}

struct Case {
    std::vector<std::pair<std::string, std::string>> headers;
    Verdict verdict;
};

void expect_all(const std::vector<Case>& table) {
    for (const auto& [pairs, verdict] : table) {
        std::string shown;
        for (const auto& [name, value] : pairs)
            shown += name + ": " + value + "; ";
        EXPECT_EQ(judge_conditions(headers_of(pairs), current), verdict) << shown;
    }
}

constexpr auto proceed = Verdict::proceed;
constexpr auto failed = Verdict::precondition_failed;
constexpr auto unchanged = Verdict::not_modified;

TEST(Conditions, CompareIfMatchStrongly) {
    expect_all({
        {{}, proceed},
        {{{"If-Match", "\"tag\""}}, proceed},
        {{{"If-Match", "*"}}, proceed},
        {{{"If-Match", "\"a\", \"tag\""}}, proceed},
        {{{"If-Match", "\"a\",,\"tag\""}}, proceed},
        {{{"If-Match", "\"a\""}, {"If-Match", "\"tag\""}}, proceed},
        {{{"if-match", "\"a\""}}, failed},
        {{{"If-Match", "W/\"tag\""}}, failed},
        {{{"If-Match", "tag"}}, failed},
        {{{"If-Match", ""}}, failed},
        {{{"If-Match", "\"TAG\""}}, failed},
        {{{"If-Match", "\"ta"}}, failed},
        {{{"If-Match", "\"a\" garbage \"tag\""}}, failed},
    });
}

TEST(Conditions, CompareIfNoneMatchWeakly) {
    expect_all({
        {{{"If-None-Match", "\"tag\""}}, unchanged},
        {{{"If-None-Match", "W/\"tag\""}}, unchanged},
        {{{"If-None-Match", "*"}}, unchanged},
        {{{"If-None-Match", "\"a\", W/\"b\" , \"tag\""}}, unchanged},
        {{{"If-None-Match", "\"a\""}}, proceed},
        {{{"If-None-Match", "tag"}}, proceed},
        {{{"If-None-Match", "w/\"tag\""}}, proceed},
        {{{"If-None-Match", "\"a,\"tag\""}}, proceed},
        {{{"If-None-Match", ""}}, proceed},
    });
}

TEST(Conditions, CompareDatesBySeconds) {
    expect_all({
        {{{"If-Modified-Since", same}}, unchanged},
        {{{"If-Modified-Since", later}}, unchanged},
        {{{"If-Modified-Since", earlier}}, proceed},
        {{{"If-Modified-Since", "yesterday"}}, proceed},
        {{{"If-Modified-Since", "0"}}, proceed},
        {{{"If-Unmodified-Since", same}}, proceed},
        {{{"If-Unmodified-Since", later}}, proceed},
        {{{"If-Unmodified-Since", earlier}}, failed},
        {{{"If-Unmodified-Since", ""}}, proceed},
    });
}

TEST(Conditions, KeepTheOrderOfRfc9110) {
    expect_all({
        {{{"If-Match", "\"tag\""}, {"If-Unmodified-Since", earlier}}, proceed},
        {{{"If-None-Match", "\"a\""}, {"If-Modified-Since", later}}, proceed},
        {{{"If-Match", "\"a\""}, {"If-None-Match", "\"tag\""}}, failed},
        {{{"If-Match", "\"tag\""}, {"If-None-Match", "\"tag\""}}, unchanged},
        {{{"If-Unmodified-Since", earlier}, {"If-None-Match", "\"tag\""}}, failed},
        {{{"If-Unmodified-Since", later}, {"If-Modified-Since", later}}, unchanged},
    });
}

TEST(Conditions, IgnoreDatesWhenTheTimeIsUnknown) {
    const Validators timeless{"\"tag\"", {}};
    for (const auto* name : {"If-Modified-Since", "If-Unmodified-Since"}) {
        EXPECT_EQ(judge_conditions(headers_of({{name, earlier}}), timeless), proceed);
        EXPECT_EQ(judge_conditions(headers_of({{name, later}}), timeless), proceed);
    }
}

TEST(Conditions, AllowARangeOnlyForTheSameBytes) {
    const std::vector<std::pair<std::string, bool>> table = {
        {"\"tag\"", true},
        {" \"tag\" ", true},
        {"W/\"tag\"", false},
        {"\"other\"", false},
        {"tag", false},
        {"", false},
        {"*", false},
        {"\"a\", \"tag\"", false},
        {same, false},
        {earlier, false},
        {"Sunday", false},
    };
    for (const auto& [value, allowed] : table) {
        EXPECT_EQ(allows_range(headers_of({{"If-Range", value}}), current), allowed) << value;
    }
    EXPECT_TRUE(allows_range({}, current));
}

}  // namespace
}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#include "http/cookies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor::http {
namespace {

using namespace std::string_literals;
using Cookies = std::vector<Cookie>;

TEST(Cookies, AreReadAsClientsOfXnatSendThem) {
    const std::vector<std::pair<std::string, Cookies>> table = {
        {"", {}},
        {"a=b", {{"a", "b"}}},
        {"a=b; c=d", {{"a", "b"}, {"c", "d"}}},
        {"a=b;c=d", {{"a", "b"}, {"c", "d"}}},
        {"  a = b ;\tc=d  ", {{"a", "b"}, {"c", "d"}}},
        {"a=", {{"a", ""}}},
        {"a=b=c==", {{"a", "b=c=="}}},
        {"a=b; a=c", {{"a", "b"}, {"a", "c"}}},
        {"A=b; a=c", {{"A", "b"}, {"a", "c"}}},
        {"a=\"b c\"", {{"a", "b c"}}},
        {"a=\"\"", {{"a", ""}}},
        {"a=\"", {{"a", "\""}}},
        {"a=b,c", {{"a", "b,c"}}},
        {"a=\xC3\xA9", {{"a", "\xC3\xA9"}}},
        {"JSESSIONID=0123456789ABCDEF0123456789ABCDEF; "
         "SESSION_EXPIRATION_TIME=\"1700000000000,900000\"",
         {{"JSESSIONID", "0123456789ABCDEF0123456789ABCDEF"},
          {"SESSION_EXPIRATION_TIME", "1700000000000,900000"}}},
        {"$Version=0; JSESSIONID=1; $Path=/", {{"JSESSIONID", "1"}}},
    };
    for (const auto& [text, cookies] : table)
        EXPECT_EQ(parse_cookies(text), cookies) << text;
}

TEST(Cookies, LeaveOutOnlyThePairThatIsMalformed) {
    for (const auto& bad : {
             "x"s,
             "="s,
             "=x"s,
             ""s,
             "x y=z"s,
             "x\x01=z"s,
             "x=\x01"s,
             "x=a\x7F"s,
             "x=a\0b"s,
             "x\0=z"s,
             "x=a\nb"s,
             "x=\"a\rb\""s,
             "\xC3\xA9=z"s,
             "$x=z"s,
         }) {
        EXPECT_EQ(parse_cookies("a=b;" + bad + ";c=d"), (Cookies{{"a", "b"}, {"c", "d"}})) << bad;
    }
}

TEST(Cookies, AreNeverMoreThanABrowserKeeps) {
    std::string many;
    for (int i = 0; i < 5'000; ++i)
        many += "c" + std::to_string(i) + "=;";
    const auto cookies = parse_cookies(many);
    EXPECT_EQ(cookies.size(), 180U);
    EXPECT_EQ(cookies.back().name, "c179");
}

TEST(Cookies, AreFoundInEveryCookieHeaderTheFirstOneFirst) {
    Headers headers;
    headers.add("X-Cookie", "a=0");
    headers.add("cookie", "b=1; a=2");
    headers.add("Cookie", "a=3; c=4");
    EXPECT_EQ(find_cookie(headers, "a"), "2");
    EXPECT_EQ(find_cookie(headers, "c"), "4");
    EXPECT_EQ(find_cookie(headers, "A"), std::nullopt);
    EXPECT_EQ(find_cookie({}, "a"), std::nullopt);
}

}  // namespace
}  // namespace larmor::http

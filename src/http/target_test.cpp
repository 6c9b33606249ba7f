// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "http/request.hpp"

namespace larmor::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Segments = std::vector<std::string>;

TEST(Target, DecodesEverySegmentOfThePathOnce) {
    const std::vector<std::pair<std::string, Segments>> table = {
        {"/", {}},
        {"//", {}},
        {"/data", {"data"}},
        {"/data/", {"data"}},
        {"//data///projects", {"data", "projects"}},
        {"/a%20b", {"a b"}},
        {"/a+b", {"a+b"}},
        {"/a%2Bb", {"a+b"}},
        {"/a%2bb", {"a+b"}},
        {"/a%2Fb/c", {"a/b", "c"}},
        {"/100%25", {"100%"}},
        {"/%2541", {"%41"}},
        {"/na%C3%AFve", {"na\xC3\xAFve"}},
        {"/na\xC3\xAFve", {"na\xC3\xAFve"}},
        {"/T1,T2", {"T1,T2"}},
        {"/xnat:mrScanData", {"xnat:mrScanData"}},
        {"/scan[@xsi:type=a]", {"scan[@xsi:type=a]"}},
        {"/...", {"..."}},
        {"/.hidden", {".hidden"}},
        {"/a..b", {"a..b"}},
        {"/a;b=c", {"a;b=c"}},
        {"/*", {"*"}},
    };
    for (const auto& [text, segments] : table) {
        EXPECT_EQ(parse_target(text, "h").segments, segments) << text;
        EXPECT_EQ(parse_target(text, "h").text, text);
    }
}

TEST(Target, RefusesWhatIsNoPath) {
    const std::vector<std::string> table = {
        "",
        "data",
        "*",
        "?a=b",
        "h:80",
        "/%",
        "/%2",
        "/%zz",
        "/%2x",
        "/a%",
        "/%00",
        "/a%00b",
        "/.",
        "/..",
        "/a/../b",
        "/a/./b",
        "/%2e%2e",
        "/%2E%2E/etc",
        "/.%2e",
        "/a%2F..%2Fb",
        "/..%2f..%2fetc",
        "/a%2F.",
        "/%FF",
        "/%C3",
        "/%C0%AF",
        "/%ED%A0%80",
        "/a\xFF",
        "/a#b",
        "ftp://h/a",
        "https://h/a",
        "http://other/a",
        "http://h.evil/a",
        "http://user@h/a",
        "http:///a",
        "http://",
    };
    for (const auto& text : table) {
        EXPECT_THROW(parse_target(text, "h"), Error) << text;
    }
}

TEST(Target, RefusesOneThatIsTooLong) {
    EXPECT_NO_THROW(parse_target('/' + std::string(30'000, 'a'), "h"));
    try {
        parse_target('/' + std::string(33'000, 'a'), "h");
        ADD_FAILURE() << "33,000 bytes were taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::too_large);
        EXPECT_THAT(error.what(), testing::HasSubstr("32768"));
    }
}

TEST(Target, TakesTheAbsoluteFormOfItsOwnHost) {
    EXPECT_THAT(parse_target("http://h/a/b?x=1", "h").segments, ElementsAre("a", "b"));
    EXPECT_EQ(parse_target("http://h/a/b?x=1", "h").query.find("x"), "1");
    EXPECT_THAT(parse_target("HTTP://H:80/a", "h").segments, ElementsAre("a"));
    EXPECT_THAT(parse_target("http://h:8080/a", "h:8080").segments, ElementsAre("a"));
    EXPECT_THAT(parse_target("http://h", "h").segments, ElementsAre());
    EXPECT_THAT(parse_target("http://h?x", "h").segments, ElementsAre());
    EXPECT_THROW(parse_target("http://h:8080/a", "h"), Error);
}

TEST(Target, TakesTheAbsoluteFormOfItsOwnSchemeOnly) {
    const auto segments = [](std::string_view text, std::string_view host) {
        return parse_target(text, host, Scheme::https).segments;
    };
    EXPECT_THAT(segments("https://h/a", "h"), ElementsAre("a"));
    EXPECT_THAT(segments("HTTPS://H:443/a", "h"), ElementsAre("a"));
    EXPECT_THAT(segments("https://h/a", "h:443"), ElementsAre("a"));
    EXPECT_THAT(segments("https://h:8443/a", "h:8443"), ElementsAre("a"));
    EXPECT_THROW(segments("https://h:80/a", "h"), Error);
    EXPECT_THROW(segments("https://other/a", "h"), Error);
    EXPECT_THROW(segments("http://h/a", "h"), Error);
    EXPECT_THROW(parse_target("https://h/a", "h"), Error);
    EXPECT_THROW(parse_target("http://h:443/a", "h"), Error);
}

TEST(Target, KnowsWhetherThePathEndsWithASlash) {
    EXPECT_TRUE(parse_target("/a/", "h").ends_with_slash);
    EXPECT_TRUE(parse_target("/a/?x", "h").ends_with_slash);
    EXPECT_FALSE(parse_target("/a", "h").ends_with_slash);
    EXPECT_FALSE(parse_target("/a?x=/", "h").ends_with_slash);
}

TEST(Query, DecodesLeniently) {
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    const std::vector<std::pair<std::string, Pairs>> table = {
        {"", {}},
        {"&&", {}},
        {"a=b", {{"a", "b"}}},
        {"a=b&c=d", {{"a", "b"}, {"c", "d"}}},
        {"a=b=c", {{"a", "b=c"}}},
        {"=b", {{"", "b"}}},
        {"a=x+y", {{"a", "x y"}}},
        {"a=x%2By", {{"a", "x+y"}}},
        {"a=%", {{"a", "%"}}},
        {"a=%4", {{"a", "%4"}}},
        {"a=100%zz", {{"a", "100%zz"}}},
        {"a=%%41", {{"a", "%A"}}},
        {"a=%00", {{"a", "%00"}}},
        {std::string("a\0=\0", 4), {{"a%00", "%00"}}},
        {"a=../..", {{"a", "../.."}}},
        {"na\xC3\xAFve=\xC3\xA9", {{"na\xC3\xAFve", "\xC3\xA9"}}},
        {"xnat%3AmrScanData%2Ftype=T1", {{"xnat:mrScanData/type", "T1"}}},
        {"xnat:a/b[@xsi:type=xnat:c]/d=1", {{"xnat:a/b[@xsi:type=xnat:c]/d", "1"}}},
        {"a=b#c", {{"a", "b#c"}}},
        {"a=?", {{"a", "?"}}},
    };
    for (const auto& [text, pairs] : table) {
        Pairs found;
        const auto query = parse_query(text);
        for (const auto& parameter : query.all()) {
            found.emplace_back(parameter.name, parameter.value.value_or("(none)"));
        }
        EXPECT_EQ(found, pairs) << text;
    }
}

TEST(Query, LeavesTheEqualsSignsOfPredicatesInTheName) {
    const auto query = parse_query(
        "xnat:mrSessionData/fields/field[name=a]/field=1&d[@xsi:type=x:y]/age=2=3&[a=4&b]=5"
    );
    EXPECT_EQ(query.find("xnat:mrSessionData/fields/field[name=a]/field"), "1");
    EXPECT_EQ(query.find("d[@xsi:type=x:y]/age"), "2=3");
    EXPECT_EQ(query.find("[a"), "4");
    EXPECT_EQ(query.find("b]"), "5");
}

TEST(Query, HasALimitedNumberOfParameters) {
    std::string text;
    for (int i = 0; i < 10'000; ++i)
        text += "a&";
    EXPECT_EQ(parse_query(text).all().size(), 10'000U);
    EXPECT_THROW(parse_query(text + "a"), Error);
}

TEST(Query, TellsAnEmptyValueFromNone) {
    const auto query = parse_query("a&b=");
    EXPECT_EQ(query.all()[0].value, std::nullopt);
    EXPECT_EQ(query.all()[1].value, "");
    EXPECT_EQ(query.find("a"), "");
    EXPECT_EQ(query.find("c"), std::nullopt);
}

TEST(Query, FindsTheFirstAndAllOfAName) {
    const auto query = parse_query("a=1&A=2&a=3");
    EXPECT_EQ(query.find("a"), "1");
    EXPECT_THAT(query.find_all("a"), ElementsAre("1", "3"));
    EXPECT_THAT(query.find_all("b"), ElementsAre());
}

TEST(Query, TakesEverythingButFalseAndZeroAsTrue) {
    const std::vector<std::pair<std::string, bool>> table = {
        {"x=true", true},
        {"x=1", true},
        {"x=yes", true},
        {"x=", true},
        {"x=00", true},
        {"x=false", false},
        {"x=FALSE", false},
        {"x=False", false},
        {"x=0", false},
        {"x", false},
        {"", false},
        {"y=true", false},
        {"X=true", false},
    };
    for (const auto& [text, value] : table) {
        EXPECT_EQ(parse_query(text).is_true("x"), value) << text;
    }
}

TEST(Headers, CompareNamesWithoutCaseAndKeepTheirOrder) {
    Headers headers;
    headers.add("Accept", "a");
    headers.add("ACCEPT", "b");
    EXPECT_EQ(headers.find("accept"), "a");
    EXPECT_EQ(headers.find("Accept-Encoding"), std::nullopt);
    EXPECT_EQ(headers.all()[1].value, "b");
}

}  // namespace
}  // namespace larmor::http

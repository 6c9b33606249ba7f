// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor {

using testing::ElementsAre;

TEST(Text, SplitKeepsEmptyPieces) {
    EXPECT_THAT(split("a,,b", ','), ElementsAre("a", "", "b"));
    EXPECT_THAT(split("", ','), ElementsAre(""));
    EXPECT_THAT(split("a,", ','), ElementsAre("a", ""));
}

TEST(Text, NaturalOrderComparesRunsOfDigitsAsNumbers) {
    std::vector<std::string> ids{"10", "2", "1", "10a", "a10", "a9", "", "010", "1-MR2", "1-MR10"};
    std::sort(ids.begin(), ids.end(), NaturalLess());
    EXPECT_THAT(ids, ElementsAre("", "1", "1-MR2", "1-MR10", "2", "010", "10", "10a", "a9", "a10"));
}

TEST(Text, NaturalOrderIsTotalForNumbersLongerThanAnyInteger) {
    const NaturalLess less;
    EXPECT_TRUE(less("99999999999999999999999", "100000000000000000000000"));
    EXPECT_FALSE(less("7", "7"));
    EXPECT_NE(less("07", "7"), less("7", "07"));
}

TEST(Text, Utf8IsCheckedAsRfc3629Says) {
    for (const auto* good : {"", "abc", "é", "日本", "😀"})
        EXPECT_TRUE(is_valid_utf8(good)) << good;
    for (const auto* bad :
         {"\xC0\xAF", "\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "a\xFF"}) {
        EXPECT_FALSE(is_valid_utf8(bad));
    }
}

TEST(Text, Base64AndHexSurviveARoundTrip) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
        EXPECT_EQ(from_hex(to_hex(bytes)), bytes);
        bytes += static_cast<char>(i);
    }
    EXPECT_EQ(to_base64("Ma"), "TWE=");
    EXPECT_FALSE(from_base64("TWE"));
    EXPECT_FALSE(from_base64("T*E="));
    EXPECT_FALSE(from_hex("0g"));
    EXPECT_FALSE(from_hex("000"));
}

TEST(Text, PercentEncodingKeepsWhatItIsTold) {
    EXPECT_EQ(percent_encode("a b/ü#", "/"), "a%20b/%C3%BC%23");
    EXPECT_EQ(percent_encode("a b#?", " "), "a b%23%3F");
}

TEST(Text, IntegersAreWholeTextsThatFit) {
    EXPECT_EQ(parse_integer<int>("42"), 42);
    EXPECT_EQ(parse_integer<long long>("-5000000000"), -5000000000LL);
    for (const auto* bad : {"", "4x", " 4", "99999999999", "+1"}) {
        EXPECT_FALSE(parse_integer<int>(bad)) << bad;
    }
}

TEST(Text, CaseIsIgnoredForAsciiOnly) {
    EXPECT_TRUE(equals_ignoring_case("Content-Type", "content-type"));
    EXPECT_FALSE(equals_ignoring_case("É", "é"));
    EXPECT_EQ(trim(" \ta b\r\n"), "a b");
    EXPECT_EQ(trim("  "), "");
}

}  // namespace larmor

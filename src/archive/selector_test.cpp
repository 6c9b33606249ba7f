// SPDX-License-Identifier: Apache-2.0
#include "archive/selector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor::archive {

using testing::ElementsAre;

TEST(SplitList, TrimsItemsAndLeavesEmptyOnesOut) {
    EXPECT_THAT(split_list("1, 2,,T1 "), ElementsAre("1", "2", "T1"));
    EXPECT_TRUE(split_list(",").empty());
}

TEST(ItemMatcher, MatchesIdsAndTypesWhole) {
    const ItemMatcher matcher("1,T2");
    EXPECT_TRUE(matcher.matches("1", "T1"));
    EXPECT_TRUE(matcher.matches("7", "T2"));
    EXPECT_FALSE(matcher.matches("01", "T1"));
    EXPECT_FALSE(matcher.matches("10", "t2"));
    EXPECT_FALSE(matcher.matches("2", ""));
}

TEST(ItemMatcher, AllIsAKeywordOnlyAlone) {
    EXPECT_TRUE(ItemMatcher("ALL").matches("1", ""));
    EXPECT_TRUE(ItemMatcher("*").matches("1", ""));
    EXPECT_FALSE(ItemMatcher("ALL,5").matches("1", "T1"));
    EXPECT_TRUE(ItemMatcher("ALL,5").matches("ALL", "T1"));
    EXPECT_FALSE(ItemMatcher("all").matches("1", "T1"));
}

TEST(ItemMatcher, NullMeansWithoutType) {
    EXPECT_TRUE(ItemMatcher("NULL").matches("1", ""));
    EXPECT_FALSE(ItemMatcher("NULL").matches("1", "T1"));
}

TEST(ItemMatcher, ReadsAPlusAsABlankOnlyWhereItNamesNothing) {
    ItemMatcher matcher("T1+C,PD+X");
    matcher.read_plus_as_blank([](const std::string& item) { return item == "T1+C"; });
    EXPECT_TRUE(matcher.matches("1", "T1+C"));
    EXPECT_FALSE(matcher.matches("1", "T1 C"));
    EXPECT_TRUE(matcher.matches("1", "PD X"));
    EXPECT_FALSE(matcher.matches("1", "PD+X"));
}

TEST(ItemMatcher, WritesOutSlashesAndCommas) {
    EXPECT_TRUE(ItemMatcher("T1[COMMA] axial").matches("1", "T1, axial"));
    EXPECT_TRUE(ItemMatcher("PD[SLASH]T2").matches("1", "PD/T2"));
    EXPECT_TRUE(ItemMatcher("T1+C").matches("1", "T1+C"));
    EXPECT_FALSE(ItemMatcher("T1 C").matches("1", "T1+C"));
}

TEST(ResourceKey, IsAllDigits) {
    EXPECT_EQ(find_resource_key("12"), 12);
    EXPECT_EQ(find_resource_key("12345678901234567890123"), 0) << "a number that nothing has";
    for (const auto* label : {"-1", "+1", "1a", "", " 1"})
        EXPECT_EQ(find_resource_key(label), std::nullopt) << label;
}

}  // namespace larmor::archive

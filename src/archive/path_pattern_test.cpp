// SPDX-License-Identifier: Apache-2.0
#include "archive/path_pattern.hpp"

#include <gtest/gtest.h>

namespace larmor::archive {

TEST(PathPattern, MatchesByItsLastCharacter) {
    struct Expected {
        const char* pattern;
        const char* path;
        bool matches;
    };
    const Expected table[] = {
        {"", "a", true},           {"", "sub/a", true},
        {"1.dcm", "1.dcm", true},  {"1.dcm", "1.dcm2", false},
        {"1", "1/x", false},       {"1", "10", false},
        {"sub/", "sub/a", true},   {"sub/", "sub/deep/a", true},
        {"sub/", "sub2/a", false}, {"sub/", "sub", false},
        {"1*", "1", true},         {"1*", "10.dcm", true},
        {"1*", "1/x", true},       {"1*", "2", false},
        {"*", "anything", true},   {"sub/*", "sub/a", true},
        {"a*b", "axb", false},     {"a*b", "a*b", true},
        {"a.c*", "abc", false},    {"**", "*a", true},
        {"**", "a", false},
    };
    for (const auto& [pattern, path, matches] : table) {
        EXPECT_EQ(PathPattern(pattern).matches(path), matches) << pattern << " " << path;
    }
}

TEST(PathPattern, WithBlanksMatchesWhatAPlusMayMean) {
    EXPECT_TRUE(PathPattern("a+b*").with_blanks().matches("a bc"));
    EXPECT_FALSE(PathPattern("a+b*").with_blanks().matches("a+bc"));
    EXPECT_TRUE(PathPattern("x+y/").with_blanks().is_folder());
    EXPECT_NE(PathPattern("a+b*").with_blanks().key(), PathPattern("a+b*").key());
}

TEST(PathPattern, NamesFromTheResourceOnlyWhenTheAddressGoesOn) {
    EXPECT_FALSE(PathPattern().names_from_resource());
    EXPECT_FALSE(PathPattern("").names_from_resource());
    EXPECT_TRUE(PathPattern("sub/").names_from_resource());
    EXPECT_TRUE(PathPattern("1*").names_from_resource());
    EXPECT_TRUE(PathPattern::whole_resource().names_from_resource());
    EXPECT_TRUE(PathPattern::whole_resource().takes_all());
}

}  // namespace larmor::archive

// SPDX-License-Identifier: Apache-2.0
#include "auth/verdict_cache.hpp"

#include <gtest/gtest.h>

namespace larmor::auth {
namespace {

using std::chrono::seconds;

constexpr VerdictCache::Clock::time_point start{seconds(1000)};

TEST(VerdictCache, KnowsNothingAtFirst) {
    VerdictCache cache(2);
    EXPECT_FALSE(cache.find("a", start).has_value());
}

TEST(VerdictCache, RemembersBothVerdictsUntilTheyExpire) {
    VerdictCache cache(2);
    cache.remember("yes", true, start + seconds(10));
    cache.remember("no", false, start + seconds(5));
    EXPECT_EQ(cache.find("yes", start + seconds(4)), true);
    EXPECT_EQ(cache.find("no", start + seconds(4)), false);
    EXPECT_FALSE(cache.find("no", start + seconds(5)).has_value());
    EXPECT_FALSE(cache.find("yes", start + seconds(10)).has_value());
    EXPECT_EQ(cache.size(), 0U);
}

TEST(VerdictCache, DropsWhatWasLongestUnusedWhenFull) {
    VerdictCache cache(2);
    cache.remember("a", true, start + seconds(10));
    cache.remember("b", true, start + seconds(10));
    cache.find("a", start);
    cache.remember("c", true, start + seconds(10));
    EXPECT_TRUE(cache.find("a", start).has_value());
    EXPECT_FALSE(cache.find("b", start).has_value());
    EXPECT_TRUE(cache.find("c", start).has_value());
}

TEST(VerdictCache, ReplacesAVerdict) {
    VerdictCache cache(2);
    cache.remember("a", false, start + seconds(1));
    cache.remember("a", true, start + seconds(10));
    EXPECT_EQ(cache.find("a", start + seconds(5)), true);
    EXPECT_EQ(cache.size(), 1U);
}

TEST(VerdictCache, OfNoEntriesRemembersNothing) {
    VerdictCache cache(0);
    cache.remember("a", true, start + seconds(1));
    EXPECT_FALSE(cache.find("a", start).has_value());
}

}  // namespace
}  // namespace larmor::auth

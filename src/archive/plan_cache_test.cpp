// SPDX-License-Identifier: Apache-2.0
#include "archive/plan_cache.hpp"

#include <gtest/gtest.h>

namespace larmor::archive {
namespace {

TEST(AnsweredRequests, AreForgottenWithTheVersionThatAnsweredThem) {
    AnsweredRequests answered;
    EXPECT_EQ(answered.find("request", "0"), "");
    answered.remember("request", "0", "plan");
    answered.remember("another", "0", "another plan");
    EXPECT_EQ(answered.find("request", "0"), "plan");
    EXPECT_EQ(answered.find("another", "0"), "another plan");
    EXPECT_EQ(answered.find("request", "1"), "");
    answered.remember("request", "1", "newer plan");
    EXPECT_EQ(answered.find("request", "1"), "newer plan");
    EXPECT_EQ(answered.find("another", "1"), "");
}

TEST(AnsweredRequests, AreNotGatheredForever) {
    AnsweredRequests answered;
    for (int i = 0; i < 100'000; ++i)
        answered.remember(std::to_string(i), "0", "plan");
    EXPECT_EQ(answered.find("0", "0"), "");
    EXPECT_EQ(answered.find("99999", "0"), "plan");
}

}  // namespace
}  // namespace larmor::archive

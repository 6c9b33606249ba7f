// SPDX-License-Identifier: Apache-2.0
#include "http/admissions.hpp"

#include <gtest/gtest.h>

namespace larmor::http {
namespace {

constexpr auto welcome = Admission::welcome;
constexpr auto too_many = Admission::too_many;
constexpr auto too_many_of_address = Admission::too_many_of_address;

TEST(Admissions, AreLimitedInAll) {
    Admissions admissions(2, 0);
    EXPECT_EQ(admissions.admit("192.0.2.1"), welcome);
    EXPECT_EQ(admissions.admit("127.0.0.1"), welcome);
    EXPECT_EQ(admissions.admit("192.0.2.2"), too_many);
    admissions.leave("192.0.2.2", too_many);
    EXPECT_EQ(admissions.admit("192.0.2.1"), too_many);
    admissions.leave("127.0.0.1", welcome);
    EXPECT_EQ(admissions.admit("192.0.2.3"), welcome);
}

TEST(Admissions, AreLimitedForEachAddress) {
    Admissions admissions(100, 2);
    for (const auto* address : {"192.0.2.1", "192.0.2.2"}) {
        EXPECT_EQ(admissions.admit(address), welcome);
        EXPECT_EQ(admissions.admit(address), welcome);
        EXPECT_EQ(admissions.admit(address), too_many_of_address);
    }
    admissions.leave("192.0.2.1", too_many_of_address);
    EXPECT_EQ(admissions.admit("192.0.2.1"), too_many_of_address);
    admissions.leave("192.0.2.1", welcome);
    EXPECT_EQ(admissions.admit("192.0.2.1"), welcome);
    EXPECT_EQ(admissions.admit("192.0.2.1"), too_many_of_address);
}

TEST(Admissions, HaveNoLimitForAnAddressWhenItIsZero) {
    Admissions admissions(5'000, 0);
    for (int i = 0; i < 5'000; ++i)
        ASSERT_EQ(admissions.admit("192.0.2.1"), welcome);
    EXPECT_EQ(admissions.admit("192.0.2.1"), too_many);
}

TEST(Admissions, OfAProxyOnThisMachineAreNotLimitedByAddress) {
    Admissions admissions(1'000, 1);
    for (int i = 0; i < 400; ++i) {
        ASSERT_EQ(admissions.admit("127.0.0.1"), welcome);
        ASSERT_EQ(admissions.admit("::1"), welcome);
    }
    EXPECT_EQ(admissions.admit("127.0.0.2"), welcome);
    EXPECT_EQ(admissions.admit("127.0.0.2"), too_many_of_address);
}

TEST(Admissions, TakeAnIpv6NetworkForOneAddress) {
    Admissions admissions(100, 1);
    EXPECT_EQ(admissions.admit("2001:db8:0:1::1"), welcome);
    EXPECT_EQ(admissions.admit("2001:db8:0:1:ffff::2"), too_many_of_address);
    EXPECT_EQ(admissions.admit("2001:db8:0:2::1"), welcome);
    EXPECT_EQ(admissions.admit("fe80::1%eth0"), welcome);
    EXPECT_EQ(admissions.admit("fe80::2%eth0"), too_many_of_address);
    admissions.leave("2001:db8:0:1::1", welcome);
    EXPECT_EQ(admissions.admit("2001:db8:0:1::3"), welcome);
}

TEST(Admissions, AreRefusedWithoutAWordWhenTooManyAreBeingTold) {
    Admissions admissions(0, 0);
    for (int i = 0; i < 256; ++i)
        ASSERT_EQ(admissions.admit("192.0.2.1"), too_many);
    EXPECT_EQ(admissions.admit("192.0.2.1"), std::nullopt);
    admissions.leave("192.0.2.1", too_many);
    EXPECT_EQ(admissions.admit("192.0.2.1"), too_many);
}

}  // namespace
}  // namespace larmor::http

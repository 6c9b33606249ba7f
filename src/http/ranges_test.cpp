// SPDX-License-Identifier: Apache-2.0
#include "http/ranges.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor::http {
namespace {

using Kind = RangeRequest::Kind;
using Ranges = std::vector<ByteRange>;

TEST(Ranges, ResolveAgainstTheLength) {
    const std::vector<std::pair<std::string, Ranges>> table = {
        {"bytes=0-0", {{0, 1}}},
        {"bytes=0-99", {{0, 100}}},
        {"bytes=0-100", {{0, 100}}},
        {"bytes=10-", {{10, 100}}},
        {"bytes=99-", {{99, 100}}},
        {"bytes=-1", {{99, 100}}},
        {"bytes=-100", {{0, 100}}},
        {"bytes=-1000", {{0, 100}}},
        {"BYTES=5-6", {{5, 7}}},
        {"bytes = 5-6", {{5, 7}}},
        {"bytes=0-0,-1", {{0, 1}, {99, 100}}},
        {"bytes=5-6 , 1-2", {{5, 7}, {1, 3}}},
        {"bytes=,1-2,,", {{1, 3}}},
        {"bytes=0-50,20-70", {{0, 51}, {20, 71}}},
        {"bytes=100-,5-6", {{5, 7}}},
        {"bytes=0-18446744073709551615", {{0, 100}}},
        {"bytes=0-99999999999999999999999999", {{0, 100}}},
        {"bytes=-99999999999999999999999999", {{0, 100}}},
        {"bytes=0007-0008", {{7, 9}}},
    };
    for (const auto& [text, ranges] : table) {
        const auto request = parse_range(text, 100);
        EXPECT_EQ(request.kind, Kind::ranges) << text;
        EXPECT_EQ(request.ranges, ranges) << text;
    }
}

TEST(Ranges, IgnoreWhatIsMalformed) {
    const std::vector<std::string> table = {
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=2-1",
        "bytes=1-2-3",
        "bytes=1--2",
        "bytes=+1-2",
        "bytes=1-2x",
        "bytes=0x1-2",
        "bytes=1 - 2",
        "bytes=1-2;3-4",
        "items=1-2",
        "bytes 1-2",
        "bytes:1-2",
        "bytes=--1",
        "bytes=1-2,a",
        "bytes=5-4,1-2",
        "bytes=1.0-2",
        "bytes=\"1-2\"",
    };
    for (const auto& text : table)
        EXPECT_EQ(parse_range(text, 100).kind, Kind::whole) << text;
}

TEST(Ranges, KnowWhatLiesOutside) {
    const std::vector<std::string> table = {
        "bytes=100-",
        "bytes=100-200",
        "bytes=-0",
        "bytes=100-,200-",
        "bytes=-0,100-",
        "bytes=18446744073709551615-",
        "bytes=99999999999999999999999999-",
    };
    for (const auto& text : table) {
        EXPECT_EQ(parse_range(text, 100).kind, Kind::unsatisfiable) << text;
    }
}

TEST(Ranges, OfNothingAreUnsatisfiableUnlessTheyAskForItsEnd) {
    EXPECT_EQ(parse_range("bytes=0-", 0).kind, Kind::unsatisfiable);
    EXPECT_EQ(parse_range("bytes=0-0", 0).kind, Kind::unsatisfiable);
    EXPECT_EQ(parse_range("bytes=-0", 0).kind, Kind::unsatisfiable);
    EXPECT_EQ(parse_range("bytes=-5", 0).kind, Kind::whole);
}

TEST(Ranges, AreAtMostThirtyTwo) {
    std::string text = "bytes=0-0";
    for (int i = 1; i < 32; ++i)
        text += ",1-1";
    EXPECT_EQ(parse_range(text, 100).ranges.size(), 32U);
    EXPECT_EQ(parse_range(text + ",1-1", 100).kind, Kind::whole);
}

TEST(Ranges, ReachBeyondFourGigabytes) {
    const auto request = parse_range("bytes=5000000000-5000000009", 6'000'000'000);
    EXPECT_EQ(request.ranges, (Ranges{{5'000'000'000, 5'000'000'010}}));
}

}  // namespace
}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#include "server/sweeper.hpp"

#include <atomic>
#include <future>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/log.hpp"

namespace larmor::server {
namespace {

using archive::Swept;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr Sweeper::Pauses tiny{milliseconds(1), milliseconds(1)};

/// What is logged while a sweep does this once, and then nothing.
std::string log_of(const std::function<Swept()>& first) {
    testing::internal::CaptureStderr();
    configure_log(LogFormat::text, LogLevel::info);
    {
        std::promise<void> second;
        int calls = 0;
        const Sweeper sweeper(tiny, [&](const std::stop_token&) {
            ++calls;
            if (calls == 2) second.set_value();
            return calls == 1 ? first() : Swept();
        });
        second.get_future().wait();
    }
    return testing::internal::GetCapturedStderr();
}

TEST(Sweeper, SweepsAgainAndAgain) {
    std::promise<void> third;
    int calls = 0;
    const Sweeper sweeper(tiny, [&](const std::stop_token&) {
        if (++calls == 3) third.set_value();
        return Swept();
    });
    third.get_future().wait();
}

TEST(Sweeper, WaitsBeforeTheFirstSweepAndBetweenTwo) {
    std::promise<steady_clock::time_point> times[2];
    int calls = 0;
    const auto begin = steady_clock::now();
    const Sweeper sweeper({milliseconds(30), milliseconds(60)}, [&](const std::stop_token&) {
        if (calls < 2) times[calls++].set_value(steady_clock::now());
        return Swept();
    });
    const auto first = times[0].get_future().get();
    const auto second = times[1].get_future().get();
    EXPECT_GE(first - begin, milliseconds(30));
    EXPECT_GE(second - first, milliseconds(60));
}

TEST(Sweeper, EndsAtOnceWhileItWaits) {
    int calls = 0;
    const auto begin = steady_clock::now();
    {
        const Sweeper sweeper({hours(1), hours(1)}, [&](const std::stop_token&) {
            ++calls;
            return Swept();
        });
    }
    EXPECT_LT(steady_clock::now() - begin, std::chrono::seconds(10));
    EXPECT_EQ(calls, 0);
}

TEST(Sweeper, TellsARunningSweepToStopAndWaitsForIt) {
    std::atomic<bool> has_ended = false;
    {
        std::promise<void> started;
        const Sweeper sweeper({milliseconds(0), hours(1)}, [&](const std::stop_token& stop) {
            started.set_value();
            while (!stop.stop_requested())
                std::this_thread::sleep_for(milliseconds(1));
            has_ended = true;
            return Swept();
        });
        started.get_future().wait();
    }
    EXPECT_TRUE(has_ended);
}

TEST(Sweeper, LogsOneLineWithTheCountsWhenSomethingWent) {
    const auto text = log_of([] { return Swept{.blobs = 3, .orphans = 4}; });
    EXPECT_THAT(text, HasSubstr("swept blobs=3 objects=4"));
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST(Sweeper, LogsNothingWhenNothingWent) {
    EXPECT_THAT(log_of([] { return Swept(); }), IsEmpty());
}

TEST(Sweeper, WarnsOfAStoreThatIsNotThatOfTheCatalog) {
    EXPECT_THAT(log_of([] { return Swept{.spared = 7}; }), HasSubstr("objects=7"));
}

TEST(Sweeper, LogsAFailureAndGoesOn) {
    const auto text =
        log_of([]() -> Swept { throw Error(ErrorKind::unavailable, "the disk is gone"); });
    EXPECT_THAT(text, HasSubstr("the disk is gone"));
    EXPECT_THAT(log_of([]() -> Swept { throw std::runtime_error("odd"); }), HasSubstr("odd"));
    EXPECT_THAT(text, Not(HasSubstr("swept")));
}

}  // namespace
}  // namespace larmor::server

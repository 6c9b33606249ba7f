// SPDX-License-Identifier: Apache-2.0
#include "server/stop_signals.hpp"

#include <chrono>
#include <future>

#include <signal.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace larmor::server {
namespace {

void send(int signal) {
    ASSERT_EQ(::kill(::getpid(), signal), 0);
}

TEST(StopSignals, CallStopForEachSignalWithItsNumber) {
    StopSignals signals;
    std::promise<int> calls[2];
    signals.watch([&](int number) { calls[number - 1].set_value(number); });
    send(SIGTERM);
    EXPECT_EQ(calls[0].get_future().get(), 1);
    send(SIGINT);
    EXPECT_EQ(calls[1].get_future().get(), 2);
}

TEST(StopSignals, KeepASignalThatCameBeforeTheWatch) {
    StopSignals signals;
    send(SIGTERM);
    std::promise<int> call;
    signals.watch([&](int number) { call.set_value(number); });
    EXPECT_EQ(call.get_future().get(), 1);
}

TEST(StopSignals, AreNotConfusedByAStrangersSignal) {
    StopSignals signals;
    std::promise<int> call;
    signals.watch([&](int number) { call.set_value(number); });
    send(SIGUSR2);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    send(SIGTERM);
    EXPECT_EQ(call.get_future().get(), 1);
}

TEST(StopSignals, EndTheirWatchWithoutASignal) {
    StopSignals signals;
    int calls = 0;
    signals.watch([&](int) { ++calls; });
    signals.end_watch();
    signals.end_watch();
    EXPECT_EQ(calls, 0);
}

TEST(StopSignals, LetAProcessSurviveABrokenPipe) {
    StopSignals signals;
    send(SIGPIPE);
}

}  // namespace
}  // namespace larmor::server

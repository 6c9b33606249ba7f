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

TEST(StopWatch, CallsStopForEachSignalWithItsNumber) {
    block_stop_signals();
    std::promise<int> calls[2];
    const StopWatch watch([&](int number) { calls[number - 1].set_value(number); });
    send(SIGTERM);
    EXPECT_EQ(calls[0].get_future().get(), 1);
    send(SIGINT);
    EXPECT_EQ(calls[1].get_future().get(), 2);
}

TEST(StopWatch, HearsASignalThatCameBefore) {
    block_stop_signals();
    send(SIGTERM);
    std::promise<int> call;
    const StopWatch watch([&](int number) { call.set_value(number); });
    EXPECT_EQ(call.get_future().get(), 1);
}

TEST(StopWatch, IsNotConfusedByAStrangersSignal) {
    block_stop_signals();
    std::promise<int> call;
    const StopWatch watch([&](int number) { call.set_value(number); });
    send(SIGUSR2);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    send(SIGTERM);
    EXPECT_EQ(call.get_future().get(), 1);
}

TEST(StopWatch, ReloadsOnEachHangupAndDoesNotCountIt) {
    block_stop_signals(Hangup::watched);
    std::promise<void> reloads[2];
    std::promise<int> stopped;
    int count = 0;
    const StopWatch watch(
        [&](int number) { stopped.set_value(number); }, [&] { reloads[count++].set_value(); }
    );
    for (auto& reload : reloads) {
        send(SIGHUP);
        reload.get_future().get();
    }
    send(SIGTERM);
    EXPECT_EQ(stopped.get_future().get(), 1);
}

TEST(StopWatch, EndsWithoutASignal) {
    block_stop_signals();
    int calls = 0;
    {
        const StopWatch watch([&](int) { ++calls; });
    }
    EXPECT_EQ(calls, 0);
}

TEST(BlockStopSignals, LetsAProcessSurviveABrokenPipe) {
    block_stop_signals();
    send(SIGPIPE);
}

}  // namespace
}  // namespace larmor::server

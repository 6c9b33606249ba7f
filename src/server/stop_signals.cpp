// SPDX-License-Identifier: Apache-2.0
#include "server/stop_signals.hpp"

#include <utility>

#include <pthread.h>
#include <signal.h>

namespace larmor::server {
namespace {

constexpr int wake_signal = SIGUSR2;  // we send it to the watcher to end it

sigset_t watched_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, wake_signal})
        sigaddset(&set, signal);
    return set;
}

}  // namespace

void block_stop_signals() {
    const auto set = watched_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

StopWatch::StopWatch(std::function<void(int number)> stop) {
    watcher_ = std::thread([this, stop = std::move(stop)] {
        const auto set = watched_signals();
        int number = 0;
        while (true) {
            int signal = 0;
            if (sigwait(&set, &signal) != 0 || is_ending_) return;
            // Anybody can send the wake signal; from others it means nothing.
            if (signal != wake_signal) stop(++number);
        }
    });
}

StopWatch::~StopWatch() {
    is_ending_ = true;
    pthread_kill(watcher_.native_handle(), wake_signal);
    watcher_.join();
}

}  // namespace larmor::server

// SPDX-License-Identifier: Apache-2.0
#include "server/stop_signals.hpp"

#include <utility>

#include <pthread.h>
#include <signal.h>

namespace larmor::server {
namespace {

constexpr int wake_signal = SIGUSR2;  // we send it to the watcher to end it

sigset_t watched_signals(Hangup hangup) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, wake_signal})
        sigaddset(&set, signal);
    if (hangup == Hangup::watched) sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

void block_stop_signals(Hangup hangup) {
    const auto set = watched_signals(hangup);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

StopWatch::StopWatch(std::function<void(int number)> stop, std::function<void()> reload) {
    watcher_ = std::thread([this, stop = std::move(stop), reload = std::move(reload)] {
        const auto set = watched_signals(reload ? Hangup::watched : Hangup::as_usual);
        int number = 0;
        while (true) {
            int signal = 0;
            if (sigwait(&set, &signal) != 0 || is_ending_) return;
            switch (signal) {
                case wake_signal: break;  // anybody can send it; from others it means nothing
                case SIGHUP: reload(); break;
                default: stop(++number);
            }
        }
    });
}

StopWatch::~StopWatch() {
    is_ending_ = true;
    pthread_kill(watcher_.native_handle(), wake_signal);
    watcher_.join();
}

}  // namespace larmor::server

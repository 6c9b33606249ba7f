// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace larmor::server {

/// SIGTERM and SIGINT, taken by a thread instead of a handler, so that code of any kind may run.
/// To be made before any other thread, since threads inherit what is blocked.
class StopSignals {
public:
    /// Blocks both for this thread and those it starts; ignores SIGPIPE for good.
    StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals();

    /// From now on calls `stop` on a thread of its own for each signal, with its number: 1 for
    /// the first. To be called once; `stop` must not throw.
    void watch(std::function<void(int number)> stop);
    /// No call of `stop` runs or follows once this has returned.
    void end_watch();

private:
    std::atomic<bool> is_ending_ = false;
    std::thread watcher_;
};

}  // namespace larmor::server

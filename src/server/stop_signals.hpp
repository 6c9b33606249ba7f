// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>

// SIGTERM and SIGINT are taken by a thread instead of a handler, so that code of any kind may run.
namespace larmor::server {

/// Keeps both waiting, for this thread and those it starts from now on: to be called before any
/// thread is made. Ignores SIGPIPE for good.
void block_stop_signals();

/// Calls `stop` on a thread of its own for each of the signals, with its number: 1 for the first,
/// which may have come before. Ends with this object: no call runs or follows after that.
class StopWatch {
public:
    /// `stop` must not throw.
    explicit StopWatch(std::function<void(int number)> stop);
    StopWatch(const StopWatch&) = delete;
    StopWatch& operator=(const StopWatch&) = delete;
    ~StopWatch();

private:
    std::atomic<bool> is_ending_ = false;
    std::thread watcher_;
};

}  // namespace larmor::server

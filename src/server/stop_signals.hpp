// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <thread>

// SIGTERM and SIGINT, and SIGHUP where it means to reload something, are taken by a thread instead
// of a handler, so that code of any kind may run.
namespace larmor::server {

/// What becomes of SIGHUP: it ends the program unless that ignores it, or it is for a StopWatch.
enum class Hangup { as_usual, watched };

/// Keeps them waiting, for this thread and those it starts from now on: to be called before any
/// thread is made. Ignores SIGPIPE for good.
void block_stop_signals(Hangup hangup = Hangup::as_usual);

/// Calls `stop` on a thread of its own for each SIGTERM and SIGINT, with its number: 1 for the
/// first, which may have come before. Ends with this object: no call runs or follows after that.
class StopWatch {
public:
    /// `reload` is called for each SIGHUP; absent, that is not watched. Neither must throw.
    explicit StopWatch(std::function<void(int number)> stop, std::function<void()> reload = {});
    StopWatch(const StopWatch&) = delete;
    StopWatch& operator=(const StopWatch&) = delete;
    ~StopWatch();

private:
    std::atomic<bool> is_ending_ = false;
    std::thread watcher_;
};

}  // namespace larmor::server

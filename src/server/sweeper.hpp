// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <thread>

#include "archive/sweep.hpp"

namespace larmor::server {

/// Sweeps again and again on a thread of its own, from one `pause` after another on; ends with
/// this object, which waits for a sweep that runs. A sweep that removed something is one line in
/// the log; one that fails is another, and does not keep the next from being tried.
class Sweeper {
public:
    struct Pauses {
        std::chrono::milliseconds first;
        std::chrono::milliseconds others;
    };
    /// A function that takes long should end early when the token is told to stop.
    using Sweep = std::function<archive::Swept(const std::stop_token& stop)>;

    Sweeper(Pauses pauses, Sweep sweep);

private:
    std::jthread thread_;
};

}  // namespace larmor::server

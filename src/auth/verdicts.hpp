// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "auth/verdict_cache.hpp"

namespace larmor::auth {

/// Answers questions whose reckoning is dear: one reckoning at a time, equal questions share one,
/// answers are remembered. Thread-safe.
class Verdicts {
public:
    struct Limits {
        std::size_t waiting_max = 0;
        std::size_t remembered_max = 0;
        std::chrono::seconds true_remembered{0};
        std::chrono::seconds false_remembered{0};
    };
    explicit Verdicts(Limits limits) : limits_(limits), cache_(limits.remembered_max) {}

    /// The remembered verdict, or that of `reckon`, which may throw: then nothing is remembered.
    /// Throws unavailable when `waiting_max` threads wait already, be it for this question or for
    /// another: each of them holds a thread of the server. What is remembered never waits.
    bool ask(const std::string& question, const std::function<bool()>& reckon);

    /// Threads that wait for a verdict or their turn now.
    std::size_t waiting();

private:
    std::optional<bool> wait_for_turn(
        const std::string& question, std::unique_lock<std::mutex>& lock
    );
    bool reckon_in_turn(
        const std::string& question,
        const std::function<bool()>& reckon,
        std::unique_lock<std::mutex>& lock
    );
    void remember(const std::string& question, bool verdict);

    Limits limits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    VerdictCache cache_;
    std::size_t waiting_ = 0;
    bool is_reckoning_ = false;
};

}  // namespace larmor::auth

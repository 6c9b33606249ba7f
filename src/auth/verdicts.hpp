// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
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
    /// Throws unavailable when `waiting_max` other questions wait for their turn.
    bool ask(const std::string& question, const std::function<bool()>& reckon);

    /// Questions that wait for their turn now.
    std::size_t waiting();

private:
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
    std::set<std::string> asked_;  // waiting or being reckoned
    std::size_t waiting_ = 0;
    bool is_reckoning_ = false;
};

}  // namespace larmor::auth

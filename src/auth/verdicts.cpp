// SPDX-License-Identifier: Apache-2.0
#include "auth/verdicts.hpp"

#include "base/error.hpp"

namespace larmor::auth {
namespace {

/// Unlocks for the length of a scope.
class Unlocked {
public:
    explicit Unlocked(std::unique_lock<std::mutex>& lock) : lock_(lock) { lock_.unlock(); }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;
    ~Unlocked() { lock_.lock(); }

private:
    std::unique_lock<std::mutex>& lock_;
};

}  // namespace

bool Verdicts::ask(const std::string& question, const std::function<bool()>& reckon) {
    std::unique_lock lock(mutex_);
    while (true) {
        const auto known = cache_.find(question, VerdictCache::Clock::now());
        if (known) return *known;
        if (!asked_.contains(question)) break;
        changed_.wait(lock);
    }
    if (is_reckoning_ && waiting_ >= limits_.waiting_max) {
        throw Error(ErrorKind::unavailable, "too many sign-ins at once; try again in a moment");
    }
    asked_.insert(question);
    ++waiting_;
    changed_.wait(lock, [this] { return !is_reckoning_; });
    --waiting_;
    return reckon_in_turn(question, reckon, lock);
}

bool Verdicts::reckon_in_turn(
    const std::string& question,
    const std::function<bool()>& reckon,
    std::unique_lock<std::mutex>& lock
) {
    const auto end_turn = [&] {
        is_reckoning_ = false;
        asked_.erase(question);
        changed_.notify_all();
    };
    is_reckoning_ = true;
    bool verdict = false;
    try {
        const Unlocked unlocked(lock);
        verdict = reckon();
    } catch (...) {
        end_turn();
        throw;
    }
    remember(question, verdict);
    end_turn();
    return verdict;
}

void Verdicts::remember(const std::string& question, bool verdict) {
    const auto span = verdict ? limits_.true_remembered : limits_.false_remembered;
    cache_.remember(question, verdict, VerdictCache::Clock::now() + span);
}

std::size_t Verdicts::waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

}  // namespace larmor::auth

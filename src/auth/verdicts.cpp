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
    auto known = cache_.find(question, VerdictCache::Clock::now());
    if (!known && is_reckoning_) known = wait_for_turn(question, lock);
    return known ? *known : reckon_in_turn(question, reckon, lock);
}

/// The verdict, when another thread has reckoned the same question meanwhile.
std::optional<bool> Verdicts::wait_for_turn(
    const std::string& question, std::unique_lock<std::mutex>& lock
) {
    if (waiting_ >= limits_.waiting_max) {
        throw Error(ErrorKind::unavailable, "too many sign-ins at once; try again in a moment");
    }
    ++waiting_;
    std::optional<bool> known;
    changed_.wait(lock, [&] {
        known = cache_.find(question, VerdictCache::Clock::now());
        return known || !is_reckoning_;
    });
    --waiting_;
    return known;
}

bool Verdicts::reckon_in_turn(
    const std::string& question,
    const std::function<bool()>& reckon,
    std::unique_lock<std::mutex>& lock
) {
    const auto end_turn = [&] {
        is_reckoning_ = false;
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

// SPDX-License-Identifier: Apache-2.0
#include "archive/plan_cache.hpp"

#include <algorithm>

namespace larmor::archive {
namespace {

constexpr std::size_t plans_max = 64;
constexpr std::size_t answers_max = 1024;

}  // namespace

std::shared_ptr<const ArchivePlan> PlanCache::find(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (const auto giant = giants_.find(key); giant != giants_.end()) return giant->second.lock();
    const auto found =
        std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.key == key; });
    if (found == kept_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, found);
    return kept_.front().plan;
}

void PlanCache::remember(const std::string& key, std::shared_ptr<const ArchivePlan> plan) {
    const auto bytes = plan->memory_bytes();
    const std::lock_guard lock(mutex_);
    // A giant would only push all others out, and itself with the next: it lives while it is sent.
    if (bytes > bytes_max_ / 2) {
        std::erase_if(giants_, [](const auto& giant) { return giant.second.expired(); });
        giants_[key] = plan;
        return;
    }
    const bool known =
        std::any_of(kept_.begin(), kept_.end(), [&](const Kept& kept) { return kept.key == key; });
    if (known || plan->entries->count() == 0) return;
    bytes_ += bytes;
    kept_.push_front({key, std::move(plan), bytes});
    while (bytes_ > bytes_max_ || kept_.size() > plans_max) {
        bytes_ -= kept_.back().bytes;
        kept_.pop_back();
    }
}

std::string AnsweredRequests::find(const std::string& request, const std::string& version) {
    const std::lock_guard lock(mutex_);
    const auto found = plans_.find(request);
    return version == version_ && found != plans_.end() ? found->second : "";
}

void AnsweredRequests::remember(
    const std::string& request, const std::string& version, const std::string& plan
) {
    const std::lock_guard lock(mutex_);
    if (version != version_ || plans_.size() == answers_max) plans_.clear();
    version_ = version;
    plans_[request] = plan;
}

}  // namespace larmor::archive

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "archive/archive_plan.hpp"

namespace larmor::archive {

/// Keeps the plans lately used, and finds those in use however large they are, so that the many
/// ranges of one download plan once. Nothing is ever invalidated: another revision is another key.
/// Thread-safe.
class PlanCache {
public:
    /// Counts the rows that a plan holds on to, shared or not.
    explicit PlanCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}
    /// nullptr when it is not there.
    std::shared_ptr<const ArchivePlan> find(const std::string& key);
    void remember(const std::string& key, std::shared_ptr<const ArchivePlan> plan);

private:
    struct Kept {
        std::string key;
        std::shared_ptr<const ArchivePlan> plan;
        std::size_t bytes = 0;
    };
    std::mutex mutex_;
    std::list<Kept> kept_;  // the latest first; a few dozen at the most
    std::unordered_map<std::string, std::weak_ptr<const ArchivePlan>> giants_;
    std::size_t bytes_ = 0;
    std::size_t bytes_max_;
};

}  // namespace larmor::archive

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

/// Which plan answered which request, for as long as the catalog stays at one version: the ranges
/// of a large project select its resources once. Thread-safe.
class AnsweredRequests {
public:
    /// The key of the plan; empty when it is not known.
    std::string find(const std::string& request, const std::string& version);
    /// `version` is what the catalog was at before it was asked.
    void remember(const std::string& request, const std::string& version, const std::string& plan);

private:
    std::mutex mutex_;
    std::string version_;
    std::unordered_map<std::string, std::string> plans_;
};

}  // namespace larmor::archive

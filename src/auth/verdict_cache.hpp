// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace larmor::auth {

/// Verdicts that are remembered until they expire; the one longest unused goes first when there
/// are too many. Not thread-safe.
class VerdictCache {
public:
    using Clock = std::chrono::steady_clock;

    explicit VerdictCache(std::size_t entries_max) : entries_max_(entries_max) {}

    std::optional<bool> find(std::string_view question, Clock::time_point now);
    void remember(const std::string& question, bool verdict, Clock::time_point expires);
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::string question;
        bool verdict;
        Clock::time_point expires;
    };
    using Entries = std::list<Entry>;  // the latest used first
    void erase(Entries::iterator entry);

    std::size_t entries_max_;
    Entries entries_;
    std::unordered_map<std::string_view, Entries::iterator> by_question_;  // views of the entries
};

}  // namespace larmor::auth

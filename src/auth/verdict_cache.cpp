// SPDX-License-Identifier: Apache-2.0
#include "auth/verdict_cache.hpp"

#include <iterator>

namespace larmor::auth {

std::optional<bool> VerdictCache::find(std::string_view question, Clock::time_point now) {
    const auto found = by_question_.find(question);
    if (found == by_question_.end()) return {};
    const auto entry = found->second;
    if (entry->expires <= now) {
        erase(entry);
        return {};
    }
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->verdict;
}

void VerdictCache::remember(const std::string& question, bool verdict, Clock::time_point expires) {
    if (entries_max_ == 0) return;
    const auto found = by_question_.find(question);
    if (found != by_question_.end()) erase(found->second);
    if (entries_.size() == entries_max_) erase(std::prev(entries_.end()));
    entries_.push_front({question, verdict, expires});
    by_question_.emplace(entries_.front().question, entries_.begin());
}

void VerdictCache::erase(Entries::iterator entry) {
    by_question_.erase(entry->question);
    entries_.erase(entry);
}

}  // namespace larmor::auth

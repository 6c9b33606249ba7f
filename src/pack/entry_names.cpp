// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "pack/zip.hpp"

namespace larmor::pack {
namespace {

/// Where a suffix goes: before the last extension of the last segment, else at the end. A dot
/// that begins a segment begins no extension.
std::size_t suffix_position(std::string_view name) {
    const auto slash = name.rfind('/');
    const std::size_t segment = slash == std::string_view::npos ? 0 : slash + 1;
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos || dot <= segment ? name.size() : dot;
}

std::string with_suffix(std::string_view name, std::uint64_t number) {
    std::string result(name);
    return result.insert(suffix_position(name), "_" + std::to_string(number));
}

}  // namespace

void make_names_unique(std::vector<Entry>& entries) {
    // The views stay valid: an entry is renamed only if an earlier one holds its name, and a new
    // name is final.
    std::unordered_set<std::string_view> taken(entries.size());
    std::vector<Entry*> clashing;
    for (auto& entry : entries) {
        if (!taken.insert(entry.name).second) clashing.push_back(&entry);
    }
    // Kept per name, so that a thousand files of one name do not try every number a thousand times.
    std::unordered_map<std::string, std::uint64_t> last_numbers;
    for (Entry* entry : clashing) {
        std::uint64_t& number = last_numbers.try_emplace(entry->name, 1).first->second;
        std::string name;
        do {
            name = with_suffix(entry->name, ++number);
        } while (taken.contains(name));
        entry->name = std::move(name);
        taken.insert(entry->name);
    }
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pack/entry.hpp"

namespace larmor::pack {
namespace {

[[noreturn]] void refuse(const std::string& name, const std::string& reason) {
    throw Error(ErrorKind::corrupt, "'" + name + "' cannot be a name in an archive: " + reason);
}

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

/// The names of a group in an order that begins with their hashes, so that a name is made only
/// where hashes are equal.
class NameIndex {
public:
    NameIndex(const std::vector<std::size_t>& members, const NameOf& name_of) : name_of_(name_of) {
        known_.reserve(members.size());
        for (const auto index : members)
            known_.push_back({hash_of(name_of(index)), index});
        std::sort(known_.begin(), known_.end(), [this](const Known& a, const Known& b) {
            if (a.hash != b.hash || a.index == b.index) return a.hash < b.hash;
            const auto order = name_of_(a.index).compare(name_of_(b.index));
            return order == 0 ? a.index < b.index : order < 0;
        });
    }

    bool contains(const std::string& name) const { return find(name) != known_.end(); }

    /// All but the first of each name, in ascending order.
    std::vector<std::size_t> repeated() const {
        std::vector<std::size_t> result;
        for (std::size_t i = 1; i < known_.size(); ++i) {
            const auto& [hash, index] = known_[i];
            if (known_[i - 1].hash != hash) continue;
            if (name_of_(known_[i - 1].index) == name_of_(index)) result.push_back(index);
        }
        std::sort(result.begin(), result.end());
        return result;
    }

    /// The first of a name that is here.
    std::size_t first(const std::string& name) const { return find(name)->index; }

private:
    struct Known {
        std::size_t hash;
        std::size_t index;
    };
    static std::size_t hash_of(const std::string& name) { return std::hash<std::string>{}(name); }

    std::vector<Known>::const_iterator find(const std::string& name) const {
        const auto hash = hash_of(name);
        const auto found = std::lower_bound(
            known_.begin(),
            known_.end(),
            name,
            [&](const Known& known, const std::string&) {
                return known.hash == hash ? name_of_(known.index) < name : known.hash < hash;
            }
        );
        const bool is_here =
            found != known_.end() && found->hash == hash && name_of_(found->index) == name;
        return is_here ? found : known_.end();
    }

    const NameOf& name_of_;
    std::vector<Known> known_;
};

using Folders = std::unordered_set<std::string>;

/// Every folder that a member lies in. Members of one folder mostly follow each other, so only what
/// the one before had not is looked at.
Folders folders_of(const std::vector<std::size_t>& members, const NameOf& name_of) {
    Folders folders;
    std::string last;
    for (const auto index : members) {
        auto name = name_of(index);
        const auto [differs, _] = std::mismatch(name.begin(), name.end(), last.begin(), last.end());
        const auto shared = static_cast<std::size_t>(differs - name.begin());
        for (auto slash = name.find('/', shared); slash != std::string::npos;
             slash = name.find('/', slash + 1)) {
            folders.insert(name.substr(0, slash));
        }
        last = std::move(name);
    }
    return folders;
}

/// The members that need another name, in ascending order.
std::vector<std::size_t> find_to_rename(const NameIndex& names, const Folders& folders) {
    auto result = names.repeated();
    for (const auto& folder : folders) {
        if (names.contains(folder)) result.push_back(names.first(folder));
    }
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace

EntryList::EntryList(std::vector<Entry> entries) : entries_(std::move(entries)) {
    std::unordered_set<std::string_view> names(entries_.size());
    for (const auto& entry : entries_) {
        if (!names.insert(entry.name).second) refuse(entry.name, "two entries have it");
    }
}

void require_valid_name(const std::string& name) {
    if (name.empty()) refuse(name, "it is empty");
    if (name.size() > name_bytes_max) refuse(name.substr(0, 100) + "…", "it is too long");
    if (name.back() == '/') refuse(name, "it is a folder's");
    if (!is_valid_utf8(name)) refuse(name, "it is not UTF-8");
    if (name.find('\0') != std::string::npos) refuse(name, "it has a NUL");
}

std::unordered_map<std::size_t, std::string> find_new_names(
    const std::vector<std::size_t>& members, const NameOf& name_of
) {
    const NameIndex names(members, name_of);
    const auto folders = folders_of(members, name_of);
    std::unordered_map<std::size_t, std::string> renamed;
    std::unordered_set<std::string> given;
    // Kept per name, so that a thousand files of one name do not try every number a thousand times.
    std::unordered_map<std::string, std::uint64_t> last_numbers;
    for (const auto index : find_to_rename(names, folders)) {
        const auto old_name = name_of(index);
        std::uint64_t& number = last_numbers.try_emplace(old_name, 1).first->second;
        std::string name;
        do {
            name = with_suffix(old_name, ++number);
        } while (names.contains(name) || given.contains(name) || folders.contains(name));
        given.insert(name);
        renamed.emplace(index, std::move(name));
    }
    return renamed;
}

}  // namespace larmor::pack

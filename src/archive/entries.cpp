// SPDX-License-Identifier: Apache-2.0
#include "archive/entries.hpp"

#include <algorithm>
#include <numeric>

namespace larmor::archive {
namespace {

/// A pack::Entry's word for its content: which group, and which of its rows.
std::uint64_t content_of(std::size_t group, std::size_t row) {
    return static_cast<std::uint64_t>(group) << 32 | row;
}

}  // namespace

std::int64_t member_time(FileTimes times, UnixMillis arrived) {
    if (times == FileTimes::fixed) return pack::fixed_time;
    const auto second = arrived / 1000;
    return std::clamp(second - second % 2, pack::fixed_time, pack::latest_time);
}

FolderEntries::FolderEntries(
    std::vector<EntryFolder> folders, const WantedFile& is_wanted, FileTimes times
)
    : times_(times) {
    groups_.reserve(folders.size());
    for (auto& folder : folders)
        add(std::move(folder), is_wanted);
    tell_apart();
}

void FolderEntries::add(EntryFolder folder, const WantedFile& is_wanted) {
    Group group{.folder = std::move(folder), .begin = count_, .count = 0, .rows = {}};
    const auto& rows = group.folder.files->rows();
    if (!is_wanted) {
        group.count = rows.size();
    } else {
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (is_wanted(rows[row])) group.rows.push_back(static_cast<std::uint32_t>(row));
        }
        group.count = group.rows.size();
    }
    if (group.count == 0) return;
    count_ += group.count;
    groups_.push_back(std::move(group));
}

/// Paths are unique in a resource, so names can only clash between two whose folders are the same
/// or one within the other. Such folders stand together when sorted.
void FolderEntries::tell_apart() {
    std::vector<std::size_t> order(groups_.size());
    std::iota(order.begin(), order.end(), 0);
    const auto name_of = [this](std::size_t group) -> const std::string& {
        return groups_[group].folder.name;
    };
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return name_of(a) == name_of(b) ? a < b : name_of(a) < name_of(b);
    });
    for (auto first = order.begin(); first != order.end();) {
        const auto last = std::find_if(first + 1, order.end(), [&](std::size_t group) {
            return !name_of(group).starts_with(name_of(*first));
        });
        if (last - first > 1) tell_apart({first, last});
        first = last;
    }
}

void FolderEntries::tell_apart(const std::vector<std::size_t>& family) {
    std::vector<std::size_t> members;
    for (const auto group : family) {
        for (std::size_t i = 0; i < groups_[group].count; ++i)
            members.push_back(groups_[group].begin + i);
    }
    std::sort(members.begin(), members.end());
    const auto name_of = [this](std::size_t index) { return laid_out_name(index); };
    renamed_.merge(pack::find_new_names(members, name_of));
}

void FolderEntries::shorten_only_name() {
    const auto name = laid_out_name(0);
    renamed_[0] = name.substr(name.rfind('/') + 1);
}

std::size_t FolderEntries::group_of(std::size_t index) const {
    const auto next = std::upper_bound(
        groups_.begin(),
        groups_.end(),
        index,
        [](std::size_t wanted, const Group& group) { return wanted < group.begin; }
    );
    return static_cast<std::size_t>(next - groups_.begin()) - 1;
}

std::string FolderEntries::laid_out_name(std::size_t index) const {
    const auto& group = groups_[group_of(index)];
    std::string name;
    const auto path = group.file(index - group.begin).path;
    name.reserve(group.folder.name.size() + path.size());
    return name.append(group.folder.name).append(path);
}

pack::Entry FolderEntries::at(std::size_t index) const {
    const auto number = group_of(index);
    const auto& group = groups_[number];
    const auto row = group.row(index - group.begin);
    const auto& file = group.folder.files->rows()[row];
    pack::Entry entry{
        .name = {},
        .size = file.size,
        .crc32 = file.crc32,
        .sha256 = file.sha256,
        .content = content_of(number, row),
        .time = member_time(times_, file.created)};
    const auto renamed = renamed_.empty() ? renamed_.end() : renamed_.find(index);
    if (renamed != renamed_.end()) {
        entry.name = renamed->second;
    } else {
        entry.name.reserve(group.folder.name.size() + file.path.size());
        entry.name.append(group.folder.name).append(file.path);
    }
    return entry;
}

const catalog::CompactFile& FolderEntries::file(std::uint64_t content) const {
    return groups_[content >> 32].folder.files->rows()[content & 0xFFFFFFFF];
}

const EntryFolder& FolderEntries::folder(std::uint64_t content) const {
    return groups_[content >> 32].folder;
}

std::size_t FolderEntries::memory_bytes() const {
    std::size_t bytes = groups_.capacity() * sizeof(Group);
    for (const auto& group : groups_) {
        bytes += group.folder.name.capacity() + group.folder.uri.capacity() +
                 group.folder.files->memory_bytes();
        bytes += group.rows.capacity() * sizeof(std::uint32_t);
    }
    for (const auto& [index, name] : renamed_)
        bytes += sizeof(*renamed_.begin()) + name.capacity() + 16;
    return bytes;
}

}  // namespace larmor::archive

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "catalog/file_cache.hpp"
#include "pack/entry.hpp"

namespace larmor::archive {

/// The files of one resource, and the folder they stand in, ending in `/` (or empty).
struct EntryFolder {
    std::string name;
    std::shared_ptr<const catalog::ResourceFiles> files;
    std::string uri = {};  // of the files, as in listings, without the path of each
};

/// Whether members carry 1980-01-01, or the time at which their files arrived.
enum class FileTimes { fixed, kept };
/// In UTC, rounded down to two seconds, from 1980 to 2107.
std::int64_t member_time(FileTimes times, UnixMillis arrived);

/// Which files of the folders become members; all when it is empty.
using WantedFile = std::function<bool(const catalog::CompactFile& file)>;

/// The members of an archive, made from the shared rows of resources: the files of each folder that
/// are wanted, in order. Names are unique, and none is a folder of another. Of its own it has the
/// folders' names, the names that had to be changed, and, when not all files are wanted, four bytes
/// a member.
class FolderEntries final : public pack::Entries {
public:
    FolderEntries(
        std::vector<EntryFolder> folders,
        const WantedFile& is_wanted,
        FileTimes times = FileTimes::fixed
    );

    /// One member alone goes by the last part of its name. Before any plan has it.
    void shorten_only_name();

    std::size_t count() const override { return count_; }
    pack::Entry at(std::size_t index) const override;

    /// The row that an entry's `content` stands for.
    const catalog::CompactFile& file(std::uint64_t content) const;
    /// The folder of that row.
    const EntryFolder& folder(std::uint64_t content) const;
    /// The rows too, shared or not.
    std::size_t memory_bytes() const;

    /// Calls `visit(folder, file)` for each member in order.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& group : groups_) {
            for (std::size_t i = 0; i < group.count; ++i)
                visit(group.folder.name, group.file(i));
        }
    }

private:
    /// The members of one folder.
    struct Group {
        EntryFolder folder;
        std::size_t begin = 0;  // index of its first member
        std::size_t count = 0;
        std::vector<std::uint32_t> rows;  // those of the members; empty when all are

        std::size_t row(std::size_t member) const { return rows.empty() ? member : rows[member]; }
        const catalog::CompactFile& file(std::size_t member) const {
            return folder.files->rows()[row(member)];
        }
    };
    void add(EntryFolder folder, const WantedFile& is_wanted);
    void tell_apart();
    void tell_apart(const std::vector<std::size_t>& family);
    std::size_t group_of(std::size_t index) const;
    std::string laid_out_name(std::size_t index) const;

    std::vector<Group> groups_;  // none is empty
    FileTimes times_;
    std::size_t count_ = 0;
    std::unordered_map<std::size_t, std::string> renamed_;  // by index
};

}  // namespace larmor::archive

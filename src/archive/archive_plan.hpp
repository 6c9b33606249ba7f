// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archive/entries.hpp"
#include "archive/listing.hpp"
#include "archive/object_check.hpp"
#include "archive/select.hpp"
#include "pack/plan.hpp"
#include "stream/source.hpp"

namespace larmor::archive {

using pack::ArchiveFormat;

/// The members of an archive and its bytes. Immutable, and a pure function of what plan_key()
/// names.
struct ArchivePlan {
    std::string name;  // of the selection
    std::shared_ptr<const FolderEntries> entries;
    std::shared_ptr<const stream::Source> source;
    std::uint64_t content_bytes = 0;  // of all members

    std::size_t memory_bytes() const { return entries->memory_bytes() + entries->count() / 4; }
};

/// Gives the bytes of a file that a plan holds.
using ReadFile = std::function<
    stream::Segment(const catalog::CompactFile& file, std::uint64_t from, std::uint64_t to)>;

/// Lays the archive out.
std::shared_ptr<const ArchivePlan> plan_entries(
    ArchiveFormat format,
    std::string name,
    std::shared_ptr<const FolderEntries> entries,
    const ReadFile& read
);

/// Names the entries and lays the archive out.
std::shared_ptr<const ArchivePlan> plan_selection(
    ArchiveFormat format,
    const Selection& selection,
    const FileFilter& filter,
    const std::vector<std::shared_ptr<const catalog::ResourceFiles>>& files,
    const ReadFile& read
);

/// What a plan depends on: format, names of the selection, id and revision of each resource.
std::string plan_key(ArchiveFormat format, const Selection& selection, const FileFilter& filter);

/// Throws missing_content naming the members whose bytes are known to be missing or damaged. Of
/// a plan of up to 2,000 members the objects are looked at too.
void require_sound(const ArchivePlan& plan, ObjectCheck& check);
[[noreturn]] void refuse_missing(const std::vector<std::string>& names);

}  // namespace larmor::archive

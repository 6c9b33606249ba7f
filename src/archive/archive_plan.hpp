// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "archive/entries.hpp"
#include "archive/layout.hpp"
#include "archive/listing.hpp"
#include "archive/object_check.hpp"
#include "archive/remaining_entries.hpp"
#include "archive/select.hpp"
#include "pack/plan.hpp"
#include "stream/source.hpp"

namespace larmor::archive {

using pack::ArchiveFormat;

/// What a file that is missing or damaged means for an archive.
enum class MissingFiles { refuse, skip };

/// Of the members of a zip.
enum class Compression { stored, deflated };

/// How an archive is written, besides its format.
struct ArchiveOptions {
    Layout layout = {};
    FileTimes times = FileTimes::fixed;
    MissingFiles missing = MissingFiles::refuse;
    Compression compression = Compression::stored;  // no matter for a plan, which stores
};

/// The members of an archive and its bytes. Immutable, and a pure function of what `key` names.
struct ArchivePlan {
    std::string key;                               // see plan_key()
    std::string name;                              // of the selection
    std::shared_ptr<const FolderEntries> entries;  // of all files
    std::shared_ptr<const pack::Entries> members;  // of those in the archive
    pack::ReadContent read;                        // of a member
    std::shared_ptr<const stream::Source> source;
    std::uint64_t content_bytes = 0;           // of all members
    std::shared_ptr<const ArchivePlan> whole;  // of a plan without some members

    std::size_t left_out_bytes = 0;  // what it takes to say which these are

    std::size_t memory_bytes() const {
        return entries->memory_bytes() + entries->count() / 4 + left_out_bytes;
    }
};

/// Gives the bytes of a file that a plan holds.
using ReadFile = std::function<
    stream::Segment(const catalog::CompactFile& file, std::uint64_t from, std::uint64_t to)>;

/// What a plan is found by, and what the archive is called.
struct PlanNames {
    std::string key;
    std::string name;
};

/// Lays the archive out.
std::shared_ptr<const ArchivePlan> plan_entries(
    ArchiveFormat format,
    PlanNames names,
    std::shared_ptr<const FolderEntries> entries,
    const ReadFile& read
);

/// Names the entries and lays the archive out. All files are in it: see plan_remaining().
std::shared_ptr<const ArchivePlan> plan_selection(
    ArchiveFormat format,
    const ArchiveOptions& options,
    const Selection& selection,
    const FileFilter& filter,
    const std::vector<std::shared_ptr<const catalog::ResourceFiles>>& files,
    const ReadFile& read
);

/// What the plan of a selection depends on: format, options, names of the selection, id and
/// revision of each resource.
std::string plan_key(
    ArchiveFormat format,
    const ArchiveOptions& options,
    const Selection& selection,
    const FileFilter& filter
);

/// The members whose bytes are known to be missing or damaged. Of a plan of up to 2,000 members the
/// objects are looked at too.
std::vector<Unsound> find_unsound(const ArchivePlan& plan, ObjectCheck& check);
/// Throws missing_content naming them.
[[noreturn]] void refuse_missing(const ArchivePlan& plan, const std::vector<Unsound>& unsound);
[[noreturn]] void refuse_missing(const std::vector<std::string>& names);

/// The key of a plan without these members.
std::string remaining_key(const ArchivePlan& whole, const std::vector<Unsound>& left_out);
/// The plan without these members, and with a text that names them.
std::shared_ptr<const ArchivePlan> plan_remaining(
    ArchiveFormat format,
    std::shared_ptr<const ArchivePlan> whole,
    std::vector<Unsound> left_out,
    const ReadFile& read
);

}  // namespace larmor::archive

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "archive/download.hpp"
#include "pack/archive_budget.hpp"
#include "stream/source.hpp"

namespace larmor::pack {
class ZipDirectory;
}

// Files inside stored zips.
namespace larmor::archive {

/// Whether XNAT takes a file of this name for a zip, by its extension: zip, jar, rar, ear, gar,
/// mrb. (A rar is none; reading it says so.)
bool has_zip_extension(std::string_view file_name);

/// A path that leads into a zip: `x.zip!/a/b`, `x.zip!a/b` or `x.zip/a/b`.
struct PathInZip {
    std::string zip;
    std::string member;
};
/// The ways to read a path so, the shortest zip first; a folder may be called `x.zip` too.
std::vector<PathInZip> split_at_zips(const std::string& path);

struct MemberDownload {
    std::shared_ptr<const stream::Source> source;
    std::string name;  // without its folders
    UnixMillis arrived = 0;
};
/// The member that the path names in the first of its zips that is there. Absent when there is no
/// such zip or member. Throws unsupported, naming the zip, when it cannot be read or the member
/// claims to unpack to more than the ratio of the limits allows, and what Downloads::find_file()
/// throws. The ETag depends on the zip's content and the member's name only.
std::optional<MemberDownload> find_member(
    Downloads& downloads,
    const model::Visibility& visibility,
    const Selector& selector,
    const std::string& path,
    Depth depth,
    const pack::UnpackLimits& limits = {}
);

/// What a zip holds, page by page, in the order of its directory, folders included. Throws
/// unsupported, naming the zip, when it cannot be read.
class ZipContents {
public:
    struct Member {
        std::string name;
        std::uint64_t size = 0;
    };
    explicit ZipContents(const FileDownload& zip);
    ~ZipContents();
    /// Empty at the end.
    std::vector<Member> next_page();

private:
    std::string zip_name_;
    std::unique_ptr<pack::ZipDirectory> directory_;
};

}  // namespace larmor::archive

// SPDX-License-Identifier: Apache-2.0
#include "archive/inside_zip.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "pack/zip_reader.hpp"

namespace larmor::archive {
namespace {

constexpr std::size_t ways_max = 8;  // each costs a look into the catalog

/// Half a SHA-256 is as many bits as a manifest has.
std::string etag_of(const Sha256Digest& zip, const std::string& member) {
    Sha256 hash;
    hash.push("member of a zip");
    hash.push(digest_bytes(zip));
    hash.push(member);
    return '"' + digest_to_hex(hash.finish()).substr(0, 32) + "-member1\"";
}

/// The member under this name, or under the same name from a root, as some programs write it; a
/// `+` may stand for a blank, and a backslash for the slash that it is read as.
std::optional<pack::ZipMember> find_by_name(
    const std::shared_ptr<const stream::Source>& zip, const std::string& name
) {
    std::vector<std::string> names{name, "/" + name};
    if (name.find('+') != std::string::npos) names.push_back(replace_all(name, "+", " "));
    if (name.find('\\') != std::string::npos) names.push_back(replace_all(name, "\\", "/"));
    return pack::find_zip_member(zip, names);
}

/// Does something with a zip; what makes it unreadable is said with its name.
template <class Step>
auto naming(const std::string& zip, Step step) {
    try {
        return step();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::unsupported) throw;
        throw Error(ErrorKind::unsupported, "'" + zip + "': " + error.what());
    }
}

std::optional<MemberDownload> open_member(
    const FileDownload& zip, const std::string& name, const pack::UnpackLimits& limits
) {
    return naming(zip.file.path, [&]() -> std::optional<MemberDownload> {
        const auto member = find_by_name(zip.source, name);
        if (!member) return {};
        auto etag = etag_of(zip.file.blob.digest.sha256, member->name);
        return MemberDownload{
            pack::open_zip_member(zip.source, *member, std::move(etag), limits),
            member->name.substr(member->name.rfind('/') + 1),
            zip.file.created};
    });
}

}  // namespace

bool has_zip_extension(std::string_view file_name) {
    static constexpr std::array<std::string_view, 6> extensions{
        ".zip", ".jar", ".rar", ".ear", ".gar", ".mrb"};
    const auto name = to_lower(file_name);
    return std::any_of(extensions.begin(), extensions.end(), [&](auto extension) {
        return name.ends_with(extension);
    });
}

std::vector<PathInZip> split_at_zips(const std::string& path) {
    std::vector<PathInZip> ways;
    auto at = path.find_first_of("!/");
    for (; at != path.npos && ways.size() < ways_max; at = path.find_first_of("!/", at + 1)) {
        auto zip = path.substr(0, at);
        if (!has_zip_extension(zip)) continue;
        const auto from = at + (path.compare(at, 2, "!/") == 0 ? 2 : 1);
        if (from < path.size()) ways.push_back({std::move(zip), path.substr(from)});
    }
    return ways;
}

std::optional<MemberDownload> find_member(
    Downloads& downloads,
    const model::Visibility& visibility,
    const Selector& selector,
    const std::string& path,
    Depth depth,
    const pack::UnpackLimits& limits
) {
    for (const auto& [zip, member] : split_at_zips(path)) {
        const auto found = downloads.find_file(visibility, selector, zip, depth);
        if (found) return open_member(*found, member, limits);
    }
    return {};
}

ZipContents::ZipContents(const FileDownload& zip)
    : zip_name_(zip.file.path),
      directory_(naming(zip_name_, [&] { return std::make_unique<pack::ZipDirectory>(zip.source); })
      ) {}

ZipContents::~ZipContents() = default;

std::vector<ZipContents::Member> ZipContents::next_page() {
    constexpr std::size_t page_rows = 2000, page_bytes = 1 << 20;
    return naming(zip_name_, [&] {
        std::vector<Member> page;
        std::size_t bytes = 0;
        while (page.size() < page_rows && bytes < page_bytes) {
            auto member = directory_->next();
            if (!member) break;
            bytes += member->name.size();
            page.push_back({std::move(member->name), member->size});
        }
        return page;
    });
}

}  // namespace larmor::archive

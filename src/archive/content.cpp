// SPDX-License-Identifier: Apache-2.0
#include "archive/content.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "catalog/blobs.hpp"

namespace larmor::archive {
namespace {

using catalog::Place;
using model::Direction;

constexpr std::size_t files_at_once = 200;

void append(std::string& address, std::string_view collection, const std::string& name) {
    if (name.empty()) return;
    address += '/';
    address += collection;
    address += '/' + percent_encode(name);
}

std::string resource_name(const Place& place) {
    return place.label.empty() ? std::to_string(place.resource) : place.label;
}

using Page = std::vector<catalog::FilePlace>;

/// The addresses of a page; the page itself is empty at the end.
std::pair<Page, std::vector<std::string>> read_page(
    catalog::Snapshot& snapshot,
    const model::Visibility& visibility,
    model::Key blob,
    const catalog::FilePlace& after
) {
    auto page = catalog::list_files_of_blob(visibility, snapshot, blob, after, files_at_once);
    std::vector<std::string> addresses;
    std::optional<Place> place;
    for (const auto& file : page) {
        if (!place || place->resource != file.resource) {
            place = catalog::find_place(visibility, snapshot, file.resource);
        }
        addresses.push_back(address_of(place.value(), file.path));
    }
    return {std::move(page), std::move(addresses)};
}

}  // namespace

std::optional<model::Blob> find_content(
    catalog::Catalog& catalog, const model::Visibility& visibility, const Sha256Digest& sha256
) {
    return catalog.read([&](catalog::Snapshot& snapshot) {
        return catalog::find_blob_by_sha256(visibility, snapshot, sha256);
    });
}

std::size_t for_each_address(
    catalog::Catalog& catalog,
    const model::Visibility& visibility,
    model::Key blob,
    const std::function<void(const std::string&)>& tell
) {
    std::size_t count = 0;
    catalog::FilePlace after;
    for (;;) {
        const auto [page, addresses] = catalog.read([&](catalog::Snapshot& snapshot) {
            return read_page(snapshot, visibility, blob, after);
        });
        if (page.empty()) return count;
        for (const auto& address : addresses)
            tell(address);
        count += page.size();
        after = page.back();
    }
}

std::string address_of(const Place& place, const std::string& path) {
    std::string address =
        place.is_in_user_cache ? "/data/user/cache" : "/data/projects/" + place.project;
    append(address, "subjects", place.subject);
    append(address, "experiments", place.session);
    const bool is_scan = place.owner == model::OwnerKind::scan;
    append(address, is_scan ? "scans" : "reconstructions", place.item);
    append(address, "assessors", place.assessor);
    if (place.direction != Direction::none) {
        address += place.direction == Direction::in ? "/in" : "/out";
    }
    append(address, "resources", resource_name(place));
    return address + "/files/" + percent_encode(path, "/");
}

}  // namespace larmor::archive

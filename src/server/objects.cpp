// SPDX-License-Identifier: Apache-2.0
#include "server/objects.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/hash.hpp"
#include "catalog/blobs.hpp"
#include "catalog/identity.hpp"
#include "storage/archive_id.hpp"

namespace larmor::server {
namespace {

const auto everything = model::Visibility::everything();

bool has_blobs(catalog::Catalog& catalog) {
    return catalog.read([](catalog::Snapshot& snapshot) {
        return !catalog::list_blobs(everything, snapshot, 0, 1).empty();
    });
}

[[noreturn]] void refuse(const std::filesystem::path& folder, const std::string& reason) {
    throw Error(
        ErrorKind::unavailable, fmt::format("the objects folder {} {}", folder.string(), reason)
    );
}

void require_same(
    const std::filesystem::path& folder, const std::string& in_folder, const std::string& expected
) {
    if (in_folder == expected) return;
    refuse(
        folder,
        fmt::format(
            "belongs to the archive {}, and the catalog to {}",
            in_folder,
            expected.empty() ? "a new one" : expected
        )
    );
}

}  // namespace

std::unique_ptr<storage::BlobStore> open_objects(
    catalog::Catalog& catalog,
    const std::filesystem::path& folder,
    storage::FilesystemOptions options
) {
    const auto known = catalog.read([](catalog::Snapshot& snapshot) {
        return catalog::find_archive_id(everything, snapshot);
    });
    const auto in_folder = storage::read_archive_id(folder);
    const bool is_filled = has_blobs(catalog);
    // A catalog that is older than the ids takes that of its folder.
    if (in_folder && (known || !is_filled)) require_same(folder, *in_folder, known.value_or(""));
    if (known && !in_folder && is_filled) {
        refuse(folder, "has no file archive-id: is its disk not mounted?");
    }
    auto store = storage::open_filesystem_blob_store(folder, options);
    const auto id = known ? *known : in_folder.value_or(random_hex(16));
    const auto write_catalog = [&] {
        catalog.write([&](catalog::Change& change) {
            catalog::create_archive_id(everything, change, id);
        });
    };
    // In the order that a crash between the two leaves what the next start completes.
    if (!known && !is_filled) write_catalog();
    if (!in_folder) storage::write_archive_id(folder, id);
    if (!known && is_filled) write_catalog();
    return store;
}

}  // namespace larmor::server

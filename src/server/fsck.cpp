// SPDX-License-Identifier: Apache-2.0
#include "server/fsck.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "archive/sweep.hpp"
#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "server/data_folder.hpp"
#include "storage/filesystem_blob_store.hpp"

namespace larmor::server {
namespace {

/// A mistyped folder is an error here: serving would make it, and find nothing wrong in it.
void require_archive(const Configuration& configuration) {
    const auto catalog_file = catalog_file_in(configuration.data);
    for (const auto& path : {catalog_file, configuration.objects_folder()}) {
        if (std::filesystem::exists(path)) continue;
        throw Error(
            ErrorKind::not_found,
            fmt::format("there is no archive here: {} does not exist", path.string())
        );
    }
}

}  // namespace

bool fsck(const FsckCommand& command) {
    require_archive(command.configuration);
    const DataFolder folder(command.configuration.data);
    catalog::Catalog catalog(folder.catalog_file().string());
    const auto store = storage::open_filesystem_blob_store(command.configuration.objects_folder());
    const auto thoroughness =
        command.reads_content ? archive::Thoroughness::hashes : archive::Thoroughness::sizes;
    const auto tell = [](const std::string& problem) { fmt::print("{}\n", problem); };
    const auto report = archive::check_archive(catalog, *store, thoroughness, tell);
    fmt::print(
        "{} stored contents, {} surplus objects, {} problems\n",
        report.blobs,
        report.orphans,
        report.problems
    );
    return report.problems == 0;
}

}  // namespace larmor::server

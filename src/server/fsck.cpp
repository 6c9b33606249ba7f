// SPDX-License-Identifier: Apache-2.0
#include "server/fsck.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "archive/sweep.hpp"
#include "catalog/catalog.hpp"
#include "server/data_folder.hpp"
#include "server/existing_archive.hpp"
#include "server/objects.hpp"

namespace larmor::server {

bool fsck(const FsckCommand& command) {
    require_archive(command.configuration);
    const DataFolder folder(command.configuration.data);
    catalog::Catalog catalog(folder.catalog_file().string());
    const auto store = open_objects(catalog, command.configuration.objects_folder());
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

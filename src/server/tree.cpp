// SPDX-License-Identifier: Apache-2.0
#include "server/tree.hpp"

#include <fmt/format.h>

#include "archive/link_tree.hpp"
#include "server/data_folder.hpp"
#include "server/existing_archive.hpp"
#include "storage/filesystem_blob_store.hpp"

namespace larmor::server {

void lay_out_tree(const TreeCommand& command) {
    require_archive(command.configuration);
    const auto file = catalog_file_in(command.configuration.data);
    auto catalog = catalog::Catalog::open_for_reading(file.string());
    const auto objects = std::filesystem::absolute(command.configuration.objects_folder());
    const auto tree = archive::lay_out_links(
        catalog,
        model::Visibility::everything(),
        command.target,
        [&](const std::string& key) { return storage::object_path(objects, key).string(); }
    );
    fmt::print(
        "{} files of {} resources, {} of them known to be missing or damaged\n",
        tree.files,
        tree.resources,
        tree.unsound
    );
}

}  // namespace larmor::server

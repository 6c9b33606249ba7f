// SPDX-License-Identifier: Apache-2.0
#include "server/existing_archive.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "server/data_folder.hpp"

namespace larmor::server {

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

}  // namespace larmor::server

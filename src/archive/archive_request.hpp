// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "archive/archive_plan.hpp"
#include "archive/listing.hpp"
#include "archive/select.hpp"
#include "model/visibility.hpp"

namespace larmor::archive {

/// What an archive holds: the files of the path's resources that pass the filter; of one file, when
/// there is a path below the resource.
struct ArchiveRequest {
    ArchiveFormat format = ArchiveFormat::zip;
    Selector selector;
    Depth depth = Depth::own_level;
    FileFilter filter;
    std::string path;
    ArchiveOptions options = {};
};

/// Equal only for requests that one catalog answers alike. `path` does not count.
std::string request_key(const model::Visibility& visibility, const ArchiveRequest& request);

}  // namespace larmor::archive

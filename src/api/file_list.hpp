// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "api/call.hpp"
#include "archive/listing.hpp"
#include "archive/path_pattern.hpp"

// Lists of files.
namespace larmor::api {

/// What the query filters by, and the path below `files`.
archive::FileFilter filter_of(const Call& call, archive::PathPattern pattern);

/// The files of the path's selection that pass the filter; `recursive=false` of a folder gives
/// only those in it.
std::shared_ptr<archive::FileListing> open_listing(
    const Services& services, const Call& call, archive::FileFilter filter
);

/// `locator=absolutePath` and `projectPath` give, in place of the URI, where the file stands in
/// an archive of its project: never a path of the server.
http::Answer list_files(const Services& services, const Call& call, archive::PathPattern pattern);

}  // namespace larmor::api

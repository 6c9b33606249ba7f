// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/call.hpp"

// Handlers of everything at and below `files`.
namespace larmor::api {

/// A listing, or with `format=zip` an archive.
http::Reply get_files(const Services& services, const Call& call);
/// One file, a folder's listing (the path ends in `/`), or with `format=zip` a zip of the file.
http::Reply get_file(const Services& services, const Call& call);
/// A raw body or a form with files.
http::Reply put_files(const Services& services, const Call& call);
http::Reply delete_files(const Services& services, const Call& call);

}  // namespace larmor::api

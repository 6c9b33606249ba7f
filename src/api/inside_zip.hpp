// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "api/call.hpp"

// Files inside stored zips.
namespace larmor::api {

/// `x.zip!/a/b`, `x.zip!a/b`, `x.zip/a/b`: that member; absent when the path names none that is
/// there.
std::optional<http::Answer> member_answer(const Services& services, const Call& call);

/// `listContents=true`: the names and sizes of what a zip holds.
http::Answer zip_contents_answer(const Call& call, const archive::FileDownload& zip);

}  // namespace larmor::api

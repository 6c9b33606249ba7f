// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/call.hpp"
#include "archive/manifest.hpp"

// The formats that describe an archive instead of being it.
namespace larmor::api {

struct ManifestFormat {
    const char* name;  // of `format=`
    const char* media_type;
    const char* extension;
    std::unique_ptr<const archive::ManifestStyle> (*make_style)(const http::Request& request);
};

/// By its short name, or as `application/metalink4+xml`; nullptr when `format=` names none.
const ManifestFormat* find_manifest_format(const http::Query& query);

/// What describes the archive of the request, with a name of its own. Absent when nothing is
/// selected. Throws as Downloads::find_archive() does; for a Metalink also invalid_argument without
/// a usable Host, and unprocessable for a name that XML or its readers cannot hold.
std::optional<archive::Download> find_manifest(
    const Services& services,
    const Call& call,
    const ManifestFormat& format,
    const archive::ArchiveRequest& request
);

/// `dry_run=1`: how much it is, as JSON, instead of the bytes.
http::Answer dry_run_answer(const archive::Download& download);

}  // namespace larmor::api

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pack/archive_budget.hpp"
#include "pack/zip_directory.hpp"
#include "stream/source.hpp"

// Reading single members out of a stored zip, as if each were a file of its own.
namespace larmor::pack {

/// The file of the first of these names that there is; of several the last, as other readers have
/// it: an update appends. Absent when there is none. Reads the whole directory once; throws what
/// ZipDirectory throws.
std::optional<ZipMember> find_zip_member(
    const std::shared_ptr<const stream::Source>& zip, const std::vector<std::string>& names
);

/// The content of a member, of the length that the directory says, under an ETag of the caller's.
/// Throws unsupported for what locate_zip_member() refuses, and for a deflated member that claims
/// more than the ratio of the limits allows.
/// A walk to the end checks length and CRC of the whole member before it gives its last piece, and
/// throws unprocessable when they are wrong; so a damaged member never arrives as a whole, not even
/// in parts. A range that ends before is not checked. A deflated member is inflated from its
/// beginning, whatever the range, in 0.8 MiB of memory; the walk pauses after each 4 MiB on its way
/// to the range.
std::shared_ptr<const stream::Source> open_zip_member(
    std::shared_ptr<const stream::Source> zip,
    const ZipMember& member,
    std::string etag,
    const UnpackLimits& limits = {}
);

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pack/entry.hpp"
#include "stream/source.hpp"

// Plans: entries in, byte ranges out. Knows archive formats; knows neither HTTP nor the catalog.
namespace larmor::pack {

enum class ArchiveFormat {
    /// Stored members, sizes and CRC in the local headers, UTF-8 flag, no extra field, no data
    /// descriptor, Zip64 exactly where needed.
    zip,
    /// ustar; a PAX header for a name or a size that ustar cannot hold, and no other.
    tar,
    /// That tar in one gzip member of stored blocks: no smaller, and of known length.
    tar_gz,
};

/// The archive of the entries in their order, laid out at once and read only when sent: no folder
/// entries. Keeps a quarter of a byte for each entry besides `entries`. ETag: `"<128 bits of
/// SHA-256 over the entries>-<format><writer version>"`, with `-<64 bits over the times>` when any
/// is not 1980-01-01. Throws corrupt for a name that no archive can hold; names must be unique, and
/// none a folder of another.
std::shared_ptr<const stream::Source> plan_archive(
    ArchiveFormat format, std::shared_ptr<const Entries> entries, ReadContent read
);

}  // namespace larmor::pack

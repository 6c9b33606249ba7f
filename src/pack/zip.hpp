// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/hash.hpp"
#include "base/time.hpp"
#include "stream/source.hpp"

// Plans: entries in, byte ranges out. Knows archive formats; knows neither HTTP nor the catalog.
namespace larmor::pack {

/// One member of an archive, all that its headers need. Valid names are UTF-8 with `/` between
/// folders, not empty, unique in the archive, at most 65,535 bytes.
struct Entry {
    std::string name;
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    Sha256Digest sha256{};
    std::uint64_t content = 0;  // the caller's word for the bytes
};

/// The bytes [from, to) of the content an entry names; called while sending, never before. May
/// block; throws Error when they cannot be had.
using ReadContent =
    std::function<stream::Segment(std::uint64_t content, std::uint64_t from, std::uint64_t to)>;

/// The zip of the entries in their order, laid out at once and read only when sent: stored
/// members, sizes and CRC in the local headers, UTF-8 flag, 1980-01-01 as every time, no extra
/// field, no data descriptor, no folder entry, Zip64 exactly where needed.
/// ETag: `"<128 bits of SHA-256 over the entries>-zip<writer version>"`.
std::shared_ptr<const stream::Source> plan_zip(std::vector<Entry> entries, ReadContent read);

/// Gives every name that an earlier entry already has a deterministic suffix before its
/// extension ("a.dcm", "a_2.dcm"), itself checked against all others.
void make_names_unique(std::vector<Entry>& entries);

/// The first half of an ETag: 128 bits of SHA-256 over names, sizes and SHA-256s, as hex.
std::string manifest_hash(const std::vector<Entry>& entries);

}  // namespace larmor::pack

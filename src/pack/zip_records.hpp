// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "pack/entry.hpp"

// The records between the members of a zip, byte for byte (PKWARE's APPNOTE 6.3.10, §4.3). A
// change of any byte raises `zip_writer_version`, which is part of every ETag.
namespace larmor::pack {

constexpr int zip_writer_version = 1;

/// Where the central directory lies and how many members it names.
struct CentralDirectory {
    std::uint64_t entries = 0;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// How the content of a member lies in the archive.
struct Packing {
    enum class Method : std::uint16_t { stored = 0, deflated = 8 };
    Method method = Method::stored;
    std::uint64_t length = 0;     // of what lies there
    bool length_follows = false;  // in a descriptor: it is not known when the header is written
};
Packing stored(const Entry& entry);

/// What stands before the content of a member.
std::uint64_t local_header_length(const Entry& entry);
void append_local_header(std::string& bytes, const Entry& entry);
void append_local_header(std::string& bytes, const Entry& entry, const Packing& packing);

/// What stands behind the content of a member whose length follows.
void append_descriptor(std::string& bytes, const Entry& entry, const Packing& packing);

/// What the central directory says of a member whose local header is at `offset`.
std::uint64_t central_header_length(const Entry& entry, std::uint64_t offset);
void append_central_header(std::string& bytes, const Entry& entry, std::uint64_t offset);
void append_central_header(
    std::string& bytes, const Entry& entry, const Packing& packing, std::uint64_t offset
);

/// What follows the central directory, with the Zip64 records where a number needs them.
std::string format_end(const CentralDirectory& directory);

}  // namespace larmor::pack

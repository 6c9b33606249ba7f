// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "pack/entry.hpp"

// The headers of a tar, byte for byte (POSIX.1-2017, pax: ustar and extended header). A change of
// any byte raises `tar_writer_version`.
namespace larmor::pack {

constexpr std::uint64_t tar_block_bytes = 512;

/// What stands before the content of a member: one block, and two or more before it when its name
/// or its size needs an extended header.
std::uint64_t tar_header_length(const Entry& entry);
std::string format_tar_header(const Entry& entry);

}  // namespace larmor::pack

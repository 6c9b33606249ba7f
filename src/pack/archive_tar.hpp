// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string_view>

#include "pack/archive_blocks.hpp"
#include "pack/archive_budget.hpp"
#include "pack/archive_reader.hpp"

namespace larmor::pack {

inline constexpr std::size_t tar_block_bytes = 512;

/// Whether the bytes begin with the header of a member: its checksum is right.
bool begins_as_tar(std::string_view bytes);

/// Reads ustar, PAX, GNU and older tars. The end is reached when `blocks` is, too.
std::unique_ptr<ArchiveReader> read_tar(std::unique_ptr<Blocks> blocks, UnpackBudget& budget);

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pack/archive_blocks.hpp"
#include "pack/zip_directory.hpp"

namespace larmor::pack {

/// The content of a member, unpacked, in blocks of at most 256 KiB. The end is reached only when
/// length and CRC are those that the directory says; what is damaged throws an error of the given
/// kind that names the member. `zip` must outlive it. Memory: 0.6 MiB.
std::unique_ptr<Blocks> read_zip_member(
    const stream::Source& zip, const ZipMember& member, ZipBytes bytes, ErrorKind damage
);

}  // namespace larmor::pack

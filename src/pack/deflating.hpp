// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pack/entry.hpp"
#include "stream/source.hpp"

namespace larmor::pack {

/// A zip of the entries whose members are deflated while it is sent; so nobody knows its length,
/// and no range or ETag is to be had. A member of up to 1 MiB has its sizes in front, and is stored
/// when that is smaller; a longer one has a descriptor behind it. Never less than two pages, of
/// about 256 KiB, but none without entries. Takes about 2 MiB, and 8 bytes for each member behind.
/// The pages throw corrupt when content has not the CRC-32 of its entry, before the member is
/// complete; whoever wants to know of a failure of its file is told.
std::unique_ptr<stream::Pages> deflate_archive(
    std::shared_ptr<const Entries> entries, ReadContent read
);

}  // namespace larmor::pack

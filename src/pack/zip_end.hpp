// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "stream/source.hpp"

namespace larmor::pack {

/// What the end record of a zip says, or its Zip64 one: where the central directory lies.
struct ZipEnd {
    std::uint64_t directory_from = 0;
    std::uint64_t directory_to = 0;
    std::uint64_t shift = 0;    // bytes before the zip that its own offsets do not count
    std::uint64_t entries = 0;  // without Zip64 modulo 65,536
    bool is_zip64 = false;
    bool has_several_disks = false;
};

/// Looks for the end record in the last 64 KiB, past whatever follows it; it counts when the
/// directory can lie where it says. Absent in what is no zip, or only the beginning of one.
std::optional<ZipEnd> find_zip_end(const stream::Source& zip);

}  // namespace larmor::pack

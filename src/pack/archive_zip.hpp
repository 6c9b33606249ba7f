// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "pack/archive_blocks.hpp"
#include "pack/archive_budget.hpp"
#include "pack/archive_reader.hpp"

namespace larmor::pack {

/// Where the central directory of a zip lies, and how many members it names.
struct ZipLocation {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::uint64_t entries = 0;
    std::uint64_t shift = 0;  // bytes before the archive that its own offsets do not count
    bool is_zip64 = false;    // else `entries` counts modulo 65,536
};

/// Looks for the end record in the last 64 KiB, past whatever follows it. Absent in what is no zip,
/// or the beginning of one.
std::optional<ZipLocation> find_zip_directory(const ArchiveFile& file);

/// Reads members as the central directory names them; stored and deflated ones.
std::unique_ptr<ArchiveReader> read_zip(
    std::shared_ptr<const ArchiveFile> file, const ZipLocation& directory, UnpackBudget& budget
);

}  // namespace larmor::pack

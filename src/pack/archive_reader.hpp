// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "pack/archive_budget.hpp"
#include "stream/source.hpp"

// Reading archives that others made: zip, tar, tar in gzip, and one file in gzip. Knows neither
// where members go nor which names are allowed there.
namespace larmor::pack {

enum class MemberKind { file, folder, other };

struct ArchiveMember {
    /// Valid UTF-8 without NUL; otherwise as the archive has it, with whatever leads elsewhere.
    std::string name;
    MemberKind kind = MemberKind::file;
    std::string_view word = {};  // what `other` is: "symbolic link"
};

/// Walks through an archive once. Not thread-safe. Throws invalid_argument for what is damaged,
/// encrypted or not understood, too_large at a limit, unavailable when the disk fails.
class ArchiveReader {
public:
    virtual ~ArchiveReader() = default;
    /// Absent at the end, which is reached only when the archive is whole.
    virtual std::optional<ArchiveMember> next() = 0;
    /// More bytes of the current member, valid until the next call; empty at its end, which is
    /// reached only when its bytes have the checksum that the archive has for them.
    virtual std::span<const std::byte> read() = 0;
};

/// Tells what the archive is by its first bytes, else by the end of its name. Null when neither
/// says that it is one; throws invalid_argument when only the name does. `budget` must outlive the
/// reader. A gzip that holds no tar is an archive only when its name ends in `.gz`: of one file,
/// named without it.
/// Memory: under 1 MiB, however large and many the members are.
std::unique_ptr<ArchiveReader> open_archive(
    stream::FileSlice archive, const std::string& name, UnpackBudget& budget
);

}  // namespace larmor::pack

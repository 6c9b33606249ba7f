// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace larmor::pack {

/// What an uploaded archive may unpack to, against bombs; by the ratio also each member that is
/// read out of a stored zip.
struct UnpackLimits {
    std::size_t members = 200'000;                   // of any kind
    std::uint64_t name_bytes = 51'200'000;           // of the names of all files
    std::uint64_t bytes = 1'000'000'000'000;         // of all members
    std::uint64_t ratio = 200;                       // unpacked bytes for each byte of it
    std::uint64_t bytes_before_ratio = 100'000'000;  // that any archive may unpack to

    /// What so many bytes may unpack to by the ratio.
    std::uint64_t bytes_from(std::uint64_t packed) const;
};

/// Counts what comes out of one archive. All that count throw too_large, naming the limit, at what
/// is one more than is allowed.
class UnpackBudget {
public:
    UnpackBudget(const UnpackLimits& limits, std::uint64_t archive_bytes);
    void count_members(std::uint64_t count = 1);
    /// Of a member whose name is kept until the last has come.
    void count_name(std::uint64_t bytes);
    void spend(std::uint64_t bytes);

    std::size_t members() const { return members_; }
    std::uint64_t name_bytes() const { return name_bytes_; }
    std::uint64_t bytes() const { return bytes_; }

private:
    UnpackLimits limits_;
    std::uint64_t bytes_by_ratio_;
    std::size_t members_ = 0;
    std::uint64_t name_bytes_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace larmor::pack

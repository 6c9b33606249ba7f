// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pack/form.hpp"

namespace larmor::pack {

constexpr int tar_writer_version = 1;

/// Headers and padding of 512 bytes, at the end zeros up to a record of 10,240.
class TarForm final : public Form {
public:
    std::string tag() const override;
    std::uint64_t member_length(const Entry& entry) const override;
    Piece member_piece(const Entry& entry, std::uint64_t at) const override;
    std::string end(const Totals& totals) const override;

    /// The zeros behind members of `members_length` bytes.
    static std::uint64_t end_length(std::uint64_t members_length);
    /// Behind the content of an entry.
    static std::uint64_t padding_length(const Entry& entry);
};

}  // namespace larmor::pack

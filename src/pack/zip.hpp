// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pack/form.hpp"

namespace larmor::pack {

/// A local header before each content, then the central directory.
class ZipForm final : public Form {
public:
    std::string tag() const override;
    std::uint64_t member_length(const Entry& entry) const override;
    Piece member_piece(const Entry& entry, std::uint64_t at) const override;
    std::uint64_t record_length(const Entry& entry, std::uint64_t offset) const override;
    void append_record(std::string& bytes, const Entry& entry, std::uint64_t offset) const override;
    std::string end(const Totals& totals) const override;
};

}  // namespace larmor::pack

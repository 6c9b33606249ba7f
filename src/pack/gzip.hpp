// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pack/crc32.hpp"
#include "pack/tar.hpp"

namespace larmor::pack {

constexpr int gzip_writer_version = 1;

/// A tar in one gzip member (RFC 1952) of stored blocks. Each member of the tar begins a block, so
/// that its bytes depend on it alone.
class GzipForm final : public Form {
public:
    std::string tag() const override;
    void note(const Entry& entry) override;
    std::string head() const override;
    std::uint64_t member_length(const Entry& entry) const override;
    Piece member_piece(const Entry& entry, std::uint64_t at) const override;
    std::string end(const Totals& totals) const override;

private:
    TarForm tar_;
    std::uint64_t tar_length_ = 0;
    Crc32Chain crc32_;
};

}  // namespace larmor::pack

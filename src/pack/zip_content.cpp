// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_content.hpp"

#include <libdeflate.h>

namespace larmor::pack {
namespace {

/// Blocks, held against what the directory says of them.
class CheckedBlocks final : public Blocks {
public:
    CheckedBlocks(std::unique_ptr<Blocks> blocks, const ZipMember& member, DamageError damaged)
        : blocks_(std::move(blocks)),
          size_(member.size),
          crc32_(member.crc32),
          damaged_(std::move(damaged)) {}

    std::span<const std::byte> next() override {
        const auto block = blocks_->next();
        if (block.size() > size_ - done_) throw damaged_("it has more bytes than it should");
        if (block.empty() && done_ != size_) throw damaged_("it has fewer bytes than it should");
        if (block.empty() && crc_ != crc32_) throw damaged_("its CRC is wrong");
        done_ += block.size();
        crc_ = libdeflate_crc32(crc_, block.data(), block.size());
        return block;
    }

private:
    std::unique_ptr<Blocks> blocks_;
    const std::uint64_t size_;
    const std::uint32_t crc32_;
    DamageError damaged_;
    std::uint64_t done_ = 0;
    std::uint32_t crc_ = 0;
};

}  // namespace

std::unique_ptr<Blocks> read_zip_member(
    const stream::Source& zip, const ZipMember& member, ZipBytes bytes, ErrorKind damage
) {
    const auto damaged = [damage, name = member.name](const std::string& how) {
        return Error(damage, "the member '" + name + "' of the zip is damaged: " + how);
    };
    auto blocks = stored_blocks(zip, bytes.from, bytes.to);
    if (member.is_deflated()) blocks = inflated_blocks(std::move(blocks), damaged);
    return std::make_unique<CheckedBlocks>(std::move(blocks), member, damaged);
}

}  // namespace larmor::pack

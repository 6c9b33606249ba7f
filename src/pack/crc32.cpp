// SPDX-License-Identifier: Apache-2.0
#include "pack/crc32.hpp"

#include <libdeflate.h>
#include <zlib.h>

namespace larmor::pack {

void Crc32Chain::append(std::string_view bytes) {
    value_ = libdeflate_crc32(value_, bytes.data(), bytes.size());
}

void Crc32Chain::append(std::uint32_t crc32, std::uint64_t length) {
    if (length == 0) return;
    if (length != length_) {
        length_ = length;
        combine_ = static_cast<std::uint32_t>(::crc32_combine_gen(static_cast<z_off_t>(length)));
    }
    value_ = static_cast<std::uint32_t>(::crc32_combine_op(value_, crc32, combine_));
}

}  // namespace larmor::pack

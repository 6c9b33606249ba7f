// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace larmor::pack {

/// The CRC-32 of bytes one behind the other, of some of which only CRC-32 and length are known.
class Crc32Chain {
public:
    void append(std::string_view bytes);
    void append(std::uint32_t crc32, std::uint64_t length);
    std::uint32_t value() const { return value_; }

private:
    std::uint32_t value_ = 0;
    // Slices of a series have one length, and what it takes to combine costs far more to make
    // than to use.
    std::uint64_t length_ = 0;
    std::uint32_t combine_ = 0;
};

}  // namespace larmor::pack

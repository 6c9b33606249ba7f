// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The numbers of a zip's records, and how one that makes no sense is refused.
namespace larmor::pack {

/// Little-endian, `width` bytes from `at` on, which must be there.
inline std::uint64_t read_number(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint64_t value = 0;
    for (auto i = width; i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}
inline unsigned read16(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned>(read_number(bytes, at, 2));
}
inline std::uint64_t read32(std::string_view bytes, std::size_t at) {
    return read_number(bytes, at, 4);
}
inline std::uint64_t read64(std::string_view bytes, std::size_t at) {
    return read_number(bytes, at, 8);
}

/// Throws unsupported.
[[noreturn]] void refuse_zip(const std::string& why);

}  // namespace larmor::pack

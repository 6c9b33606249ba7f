// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stream/source.hpp"

// The numbers of a zip's records (PKWARE's APPNOTE 6.3.10, §4.3), as whoever reads them needs them.
namespace larmor::pack {

inline constexpr std::string_view zip_entry_mark = "PK\1\2";
inline constexpr std::size_t zip_entry_bytes = 46;

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

/// The content of the extra field with that id; absent without it.
std::optional<std::string_view> find_zip_extra(std::string_view extra, unsigned id);

/// The record of `size` bytes at `at`; empty when it is not there or begins otherwise.
std::string read_zip_record(
    const stream::Source& zip, std::uint64_t at, std::size_t size, std::string_view mark
);

}  // namespace larmor::pack

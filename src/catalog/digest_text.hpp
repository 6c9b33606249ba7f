// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"

namespace larmor::catalog {

/// The value of each character; 16 for what is no lower-case hex digit.
inline constexpr std::array<std::uint8_t, 256> digit_values = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(16);
    for (std::uint8_t i = 0; i < 16; ++i) {
        values[static_cast<unsigned char>("0123456789abcdef"[i])] = i;
    }
    return values;
}();

/// As the functions of base do it for what clients send, but without a string in between: a plan
/// reads tens of thousands of digests. Throws corrupt.
template <class Digest>
Digest parse_digest(std::string_view hex) {
    Digest digest{};
    unsigned highest = hex.size() == 2 * digest.size() ? 0 : 16;
    for (std::size_t i = 0; highest < 16 && i < digest.size(); ++i) {
        const unsigned high = digit_values[static_cast<unsigned char>(hex[2 * i])];
        const unsigned low = digit_values[static_cast<unsigned char>(hex[2 * i + 1])];
        highest = std::max(high, low);
        digest[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    if (highest == 16) throw Error(ErrorKind::corrupt, "the catalog holds a bad digest");
    return digest;
}

}  // namespace larmor::catalog

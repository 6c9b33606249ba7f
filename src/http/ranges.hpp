// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace larmor::http {

/// The bytes [from, to), never empty.
struct ByteRange {
    std::uint64_t from = 0;
    std::uint64_t to = 0;

    bool operator==(const ByteRange&) const = default;
};

struct RangeRequest {
    enum class Kind {
        whole,         // no byte ranges, malformed, or more than 32 of them: send everything
        ranges,        // those in `ranges`, in the order asked for
        unsatisfiable  // none of them lies inside
    };
    Kind kind = Kind::whole;
    std::vector<ByteRange> ranges;
};

/// What a Range header (RFC 9110 §14.2) asks of a representation of `length` bytes.
RangeRequest parse_range(std::string_view text, std::uint64_t length);

}  // namespace larmor::http

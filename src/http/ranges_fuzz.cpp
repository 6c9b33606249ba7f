// SPDX-License-Identifier: Apache-2.0
// Ranges lie inside the representation, and written out they are read as the same.
#include <limits>
#include <string>

#include "base/fuzzing.hpp"
#include "http/ranges.hpp"

namespace larmor {
namespace {

void check(std::string_view text, std::uint64_t length) {
    const auto request = http::parse_range(text, length);
    const bool has_ranges = request.kind == http::RangeRequest::Kind::ranges;
    must_hold(has_ranges != request.ranges.empty(), "there are ranges when it says so");
    must_hold(request.ranges.size() <= 32, "the number of ranges is bounded");
    std::string again = "bytes=";
    for (const auto& range : request.ranges) {
        must_hold(range.from < range.to, "no range is empty");
        must_hold(range.to <= length, "no range ends beyond the end");
        again += std::to_string(range.from) + '-' + std::to_string(range.to - 1) + ',';
    }
    if (!has_ranges) return;
    must_hold(http::parse_range(again, length).ranges == request.ranges, "written and read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    constexpr auto longest = std::numeric_limits<std::uint64_t>::max();
    for (const std::uint64_t length :
         {std::uint64_t{0},
          std::uint64_t{1},
          std::uint64_t{1000},
          std::uint64_t{1} << 32,
          longest / 2,
          longest}) {
        check(text_of(bytes, count), length);
    }
    return 0;
}

}  // namespace larmor

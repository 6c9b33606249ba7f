// SPDX-License-Identifier: Apache-2.0
#include "http/ranges.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/text.hpp"

namespace larmor::http {
namespace {

constexpr std::size_t ranges_max = 32;

/// `a-b`, `a-` or `-n` as it was written.
struct Spec {
    std::optional<std::uint64_t> first;
    std::optional<std::uint64_t> last;
};

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A number beyond 64 bits lies beyond every file, so it is taken as the largest.
std::uint64_t saturated(std::string_view digits) {
    return parse_integer<std::uint64_t>(digits).value_or(std::numeric_limits<std::uint64_t>::max());
}

std::optional<Spec> parse_spec(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) return {};
    const auto first = text.substr(0, dash), last = text.substr(dash + 1);
    if (first.empty() && last.empty()) return {};
    if ((!first.empty() && !is_number(first)) || (!last.empty() && !is_number(last))) return {};
    Spec spec;
    if (!first.empty()) spec.first = saturated(first);
    if (!last.empty()) spec.last = saturated(last);
    if (spec.first && spec.last && *spec.last < *spec.first) return {};
    return spec;
}

/// Absent when it lies outside.
std::optional<ByteRange> resolve(const Spec& spec, std::uint64_t length) {
    if (!spec.first) {
        const auto count = std::min(*spec.last, length);
        if (count == 0) return {};
        return ByteRange{length - count, length};
    }
    if (*spec.first >= length) return {};
    const auto last = std::min(spec.last.value_or(length - 1), length - 1);
    return ByteRange{*spec.first, last + 1};
}

/// Absent when the set is malformed.
std::optional<std::vector<Spec>> parse_set(std::string_view text) {
    std::vector<Spec> specs;
    for (const auto piece : split(text, ',')) {
        const auto trimmed = trim(piece);
        if (trimmed.empty()) continue;
        const auto spec = parse_spec(trimmed);
        if (!spec) return {};
        specs.push_back(*spec);
    }
    if (specs.empty()) return {};
    return specs;
}

}  // namespace

RangeRequest parse_range(std::string_view text, std::uint64_t length) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return {};
    if (!equals_ignoring_case(trim(text.substr(0, equals)), "bytes")) return {};
    const auto specs = parse_set(text.substr(equals + 1));
    if (!specs || specs->size() > ranges_max) return {};
    RangeRequest request{RangeRequest::Kind::ranges, {}};
    for (const auto& spec : *specs) {
        if (const auto range = resolve(spec, length)) request.ranges.push_back(*range);
    }
    if (!request.ranges.empty()) return request;
    // The last bytes of nothing are all of it, and no Content-Range can say so.
    const bool wants_the_end =
        std::ranges::any_of(*specs, [](const Spec& spec) { return !spec.first && *spec.last > 0; });
    if (length == 0 && wants_the_end) return {};
    return {RangeRequest::Kind::unsatisfiable, {}};
}

}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#include "api/filter_value.hpp"

#include <optional>

#include "base/text.hpp"

namespace larmor::api {
namespace {

using model::FieldKind;

constexpr std::size_t iso_date_bytes = 10;

/// `*` and `%` stand for any run of characters.
bool matches_pattern(std::string_view text, std::string_view pattern) {
    std::size_t at = 0, in_pattern = 0, star = std::string_view::npos, retry = 0;
    while (at < text.size()) {
        const bool wild = in_pattern < pattern.size() &&
                          (pattern[in_pattern] == '*' || pattern[in_pattern] == '%');
        if (wild) {
            star = in_pattern++;
            retry = at;
        } else if (in_pattern < pattern.size() && pattern[in_pattern] == text[at]) {
            ++at;
            ++in_pattern;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            at = ++retry;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of("*%", in_pattern) == std::string_view::npos;
}

std::optional<double> parse_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return number;
}

/// Between two ends, both included; absent when the filter is no range of such values.
template <class Parse>
std::optional<bool> lies_between(std::string_view value, std::string_view range, Parse parse) {
    // From the second character on: a number may begin with a minus.
    const auto dash = range.find('-', 1);
    if (dash == std::string_view::npos) return {};
    const auto low = parse(trim(range.substr(0, dash)));
    const auto high = parse(trim(range.substr(dash + 1)));
    if (!low || !high) return {};
    const auto number = parse(value);
    return number && *low <= *number && *number <= *high;
}

bool passes_date(std::string_view value, std::string_view wanted) {
    const auto day = value.substr(0, iso_date_bytes);
    if (const auto between = lies_between(day, wanted, model::parse_date)) return *between;
    const auto date = model::parse_date(wanted);
    return date ? *date == day : matches_pattern(value, wanted);
}

}  // namespace

bool passes_filter(std::string_view value, std::string_view wanted, FieldKind kind) {
    if (wanted.empty()) return value.empty();
    if (kind == FieldKind::date) return passes_date(value, wanted);
    if (kind == FieldKind::integer || kind == FieldKind::number) {
        if (const auto between = lies_between(value, wanted, parse_number)) return *between;
    }
    return matches_pattern(value, wanted);
}

}  // namespace larmor::api

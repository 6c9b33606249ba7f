// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larmor {

/// The pieces between separators; "a,,b" has three, "" has one (empty). They view `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Without blanks, tabs and line ends on either side.
std::string_view trim(std::string_view text);

/// ASCII only; other bytes stay as they are.
std::string to_lower(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);

std::string replace_all(std::string text, std::string_view from, std::string_view to);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

/// A control character of ASCII.
constexpr bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}
bool has_control(std::string_view text);

/// Well-formed UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates.
bool is_valid_utf8(std::string_view text);

/// Runs of digits compare as numbers ("2" before "10"), everything else by bytes; texts that are
/// equal so ("01" and "1") fall back to bytes, so that the order is total.
std::strong_ordering natural_compare(std::string_view a, std::string_view b);
struct NaturalLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const {
        return natural_compare(a, b) < 0;
    }
};

/// Two lower-case digits a byte.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view digits);

/// RFC 4648 with padding.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

/// Percent-encodes every byte that is neither RFC 3986 unreserved nor in `keep`.
std::string percent_encode(std::string_view text, std::string_view keep = "");

/// The whole text as a decimal number; absent when it is anything else or does not fit.
template <class Integer>
std::optional<Integer> parse_integer(std::string_view text) {
    Integer value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
    return value;
}

}  // namespace larmor

// SPDX-License-Identifier: Apache-2.0
#include "http/cookies.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "http/token.hpp"

namespace larmor::http {
namespace {

// As many as browsers keep for one site.
constexpr std::size_t cookies_max = 180;

/// Blanks, quotes, commas and bytes beyond ASCII are no cookie-octets, and yet are sent.
bool is_value_byte(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F && c != ';';
}

std::string_view without_quotes(std::string_view value) {
    const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    return quoted ? value.substr(1, value.size() - 2) : value;
}

std::optional<Cookie> parse_pair(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return {};
    const auto name = trim(text.substr(0, equals));
    const auto value = without_quotes(trim(text.substr(equals + 1)));
    if (!is_token(name) || name.front() == '$') return {};
    if (!std::ranges::all_of(value, is_value_byte)) return {};
    return Cookie{std::string(name), std::string(value)};
}

}  // namespace

std::vector<Cookie> parse_cookies(std::string_view text) {
    std::vector<Cookie> cookies;
    for (const auto piece : split(text, ';')) {
        auto cookie = parse_pair(piece);
        if (cookie) cookies.push_back(std::move(*cookie));
        if (cookies.size() == cookies_max) break;
    }
    return cookies;
}

std::optional<std::string> find_cookie(const Headers& headers, std::string_view name) {
    for (const auto& header : headers.all()) {
        if (!equals_ignoring_case(header.name, "Cookie")) continue;
        for (auto& cookie : parse_cookies(header.value)) {
            if (cookie.name == name) return std::move(cookie.value);
        }
    }
    return {};
}

}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace larmor::http {

struct Cookie {
    std::string name;
    std::string value;  // without the quotes it may have come in

    bool operator==(const Cookie&) const = default;
};

/// What a Cookie header carries (RFC 6265 §4.2), in its order and at most 180 of them. Never
/// throws: a pair that is malformed is left out alone, and so are the attributes (`$Version`)
/// that old clients send along.
std::vector<Cookie> parse_cookies(std::string_view text);

/// The first cookie of that name, which is the one with the most specific path. Names compare
/// exactly.
std::optional<std::string> find_cookie(const Headers& headers, std::string_view name);

}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#include "http/token.hpp"

#include <algorithm>

namespace larmor::http {

bool is_token_byte(char c) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || marks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_byte);
}

}  // namespace larmor::http

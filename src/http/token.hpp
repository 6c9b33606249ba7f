// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace larmor::http {

/// What names of headers, methods and cookies are made of (RFC 9110 §5.6.2).
bool is_token_byte(char c);
/// False for nothing at all.
bool is_token(std::string_view text);

}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larmor::http {

/// The byte that the escape at `at` stands for; absent unless there are two hex digits.
std::optional<char> find_escape(std::string_view text, std::size_t at);

/// Every escape decoded, once; absent when a `%` begins none.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace larmor::http

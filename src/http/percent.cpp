// SPDX-License-Identifier: Apache-2.0
#include "http/percent.hpp"

#include "base/text.hpp"

namespace larmor::http {

std::optional<char> find_escape(std::string_view text, std::size_t at) {
    if (at + 2 >= text.size()) return {};
    const auto byte = from_hex(text.substr(at + 1, 2));
    if (!byte) return {};
    return byte->front();
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        const auto byte = find_escape(text, i);
        if (!byte) return {};
        result += *byte;
        i += 2;
    }
    return result;
}

}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.hpp"
#include "http/answer.hpp"

namespace larmor::http {
namespace {

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// For readers that know only `filename`: one '_' for each character beyond ASCII.
std::string to_ascii(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool continues_character = byte >= 0x80 && byte < 0xC0;
        if (byte < 0x80) {
            result += c;
        } else if (!continues_character) {
            result += '_';
        }
    }
    return result;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

}  // namespace

std::string attachment(std::string_view file_name) {
    std::string name(file_name);
    std::ranges::replace_if(name, is_control, '_');
    auto result = "attachment; filename=" + quoted(to_ascii(name));
    if (!is_ascii(name) && is_valid_utf8(name)) {
        result += "; filename*=UTF-8''" + percent_encode(name);
    }
    return result;
}

}  // namespace larmor::http

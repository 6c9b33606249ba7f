// SPDX-License-Identifier: Apache-2.0
#include "api/xml_text.hpp"

#include "base/text.hpp"

namespace larmor::api {
namespace {

constexpr const char* replacement = "\xEF\xBF\xBD";

bool is_forbidden(char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

}  // namespace

std::string xml_text(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char c : text) {
        if (is_forbidden(c))
            result += replacement;
        else
            result += c;
    }
    for (const auto* noncharacter : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})
        result = replace_all(std::move(result), noncharacter, replacement);
    return result;
}

std::string escape_xml(std::string_view text) {
    std::string result;
    for (const char c : xml_text(text)) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '"')
            result += "&quot;";
        else
            result += c;
    }
    return result;
}

}  // namespace larmor::api

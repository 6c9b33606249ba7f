// SPDX-License-Identifier: Apache-2.0
#include "http/part_header.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/percent.hpp"

namespace larmor::http {
namespace {

[[noreturn]] void refuse(const std::string& why) {
    throw Error(ErrorKind::invalid_argument, "multipart body: " + why);
}

/// Cuts a quoted string off the front. A backslash escapes only quote and backslash, because
/// browsers have sent the backslashes of Windows paths as they are.
std::string take_quoted(std::string_view& text) {
    std::string result;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            text.remove_prefix(i + 1);
            return result;
        }
        const bool escapes =
            text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\');
        if (escapes) ++i;
        result += text[i];
    }
    refuse("a quoted value does not end");
}

std::string take_value(std::string_view& text) {
    if (text.starts_with('"')) return take_quoted(text);
    const auto value = text.substr(0, text.find(';'));
    text.remove_prefix(value.size());
    return std::string(trim(value));
}

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

std::string latin1_to_utf8(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            result += c;
        } else {
            result += static_cast<char>(0xC0 | byte >> 6);
            result += static_cast<char>(0x80 | (byte & 0x3F));
        }
    }
    return result;
}

/// RFC 5987: charset'language'escaped.
std::string decode_extended(std::string_view text) {
    const auto first = text.find('\'');
    const auto second = text.find('\'', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) refuse("invalid filename*");
    const auto charset = text.substr(0, first);
    auto bytes = percent_decode(text.substr(second + 1));
    if (!bytes) refuse("invalid escape in filename*");
    if (equals_ignoring_case(charset, "utf-8")) return std::move(*bytes);
    if (equals_ignoring_case(charset, "iso-8859-1")) return latin1_to_utf8(*bytes);
    refuse("unknown charset in filename*");
}

void check_text(std::string_view text, const std::string& what) {
    if (text.find('\0') != std::string_view::npos) refuse("NUL in " + what);
    if (!is_valid_utf8(text)) refuse(what + " is not valid UTF-8");
}

std::optional<std::string> find_file_name(const ParameterizedValue& disposition) {
    std::string name;
    if (const auto* extended = disposition.find("filename*")) {
        name = decode_extended(*extended);
    } else if (const auto* plain = disposition.find("filename")) {
        name = *plain;
    } else {
        return {};
    }
    check_text(name, "a file name");
    const auto slash = name.find_last_of("/\\");
    return slash == std::string::npos ? name : name.substr(slash + 1);
}

void read_disposition(std::string_view text, PartHeader& header) {
    const auto disposition = parse_parameterized(text);
    const auto* name = disposition.find("name");
    if (!equals_ignoring_case(disposition.value, "form-data") || name == nullptr) {
        refuse("a part without a form-data name");
    }
    check_text(*name, "a field name");
    header.name = *name;
    header.file_name = find_file_name(disposition);
}

bool is_identity(std::string_view encoding) {
    const auto name = to_lower(encoding);
    return name == "binary" || name == "8bit" || name == "7bit";
}

}  // namespace

const std::string* ParameterizedValue::find(std::string_view name) const {
    const auto found = std::ranges::find(parameters, name, [](const auto& p) { return p.first; });
    return found == parameters.end() ? nullptr : &found->second;
}

ParameterizedValue parse_parameterized(std::string_view text) {
    ParameterizedValue result;
    result.value = trim(text.substr(0, text.find(';')));
    text.remove_prefix(std::min(text.find(';'), text.size()));
    while (!text.empty()) {
        if (text.front() != ';') refuse("text after a quoted value");
        text.remove_prefix(1);
        skip_blanks(text);
        if (text.empty() || text.front() == ';') continue;
        const auto equals = text.find_first_of("=;\"");
        if (equals == 0 || equals == std::string_view::npos || text[equals] != '=') {
            refuse("a parameter without name or value");
        }
        auto name = to_lower(trim(text.substr(0, equals)));
        text.remove_prefix(equals + 1);
        skip_blanks(text);
        result.parameters.emplace_back(std::move(name), take_value(text));
        skip_blanks(text);
    }
    return result;
}

PartHeader parse_part_header(const std::vector<std::string>& lines) {
    PartHeader header;
    bool has_disposition = false;
    for (const auto& line : lines) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || colon == 0) refuse("a header line without a colon");
        const auto name = trim(std::string_view(line).substr(0, colon));
        const auto value = trim(std::string_view(line).substr(colon + 1));
        if (equals_ignoring_case(name, "Content-Disposition")) {
            if (has_disposition) refuse("two Content-Disposition headers in one part");
            has_disposition = true;
            read_disposition(value, header);
        } else if (equals_ignoring_case(name, "Content-Type")) {
            header.content_type = value;
        } else if (equals_ignoring_case(name, "Content-Transfer-Encoding")) {
            if (!is_identity(value)) refuse("unsupported Content-Transfer-Encoding");
        }
    }
    if (!has_disposition) refuse("a part without a form-data name");
    return header;
}

}  // namespace larmor::http

// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_names.hpp"

#include <optional>

#include <libdeflate.h>

#include "base/text.hpp"
#include "pack/zip_fields.hpp"

namespace larmor::pack {
namespace {

constexpr unsigned utf8_flag = 1U << 11;
constexpr unsigned unicode_name_id = 0x7075;

/// Code page 437 from byte 128 on.
constexpr std::u16string_view upper_half =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
    u"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00A0";
static_assert(upper_half.size() == 128);

void append_utf8(std::string& text, char16_t code) {
    const auto byte = [&](unsigned value) { text.push_back(static_cast<char>(value)); };
    if (code < 0x800) {
        byte(0xC0U | code >> 6U);
    } else {
        byte(0xE0U | code >> 12U);
        byte(0x80U | (code >> 6U & 0x3FU));
    }
    byte(0x80U | (code & 0x3FU));
}

std::string from_code_page_437(std::string_view name) {
    std::string decoded;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            decoded.push_back(c);
        else
            append_utf8(decoded, upper_half[byte - 0x80U]);
    }
    return decoded;
}

/// Counts while its checksum says that nobody changed the name beside it since.
std::optional<std::string> find_unicode_name(std::string_view extra, std::string_view name) {
    const auto content = find_zip_extra(extra, unicode_name_id);
    if (!content || content->size() < 5 || content->front() != 1) return {};
    if (read32(*content, 1) != libdeflate_crc32(0, name.data(), name.size())) return {};
    const auto unicode = content->substr(5);
    if (!is_valid_utf8(unicode)) return {};
    return std::string(unicode);
}

ZipName decode(unsigned flags, std::string_view name, std::string_view extra) {
    const bool is_marked = (flags & utf8_flag) != 0;
    if (!is_marked) {
        if (auto unicode = find_unicode_name(extra, name)) return {std::move(*unicode)};
    }
    if (is_valid_utf8(name)) return {std::string(name)};
    return {from_code_page_437(name), !is_marked};
}

}  // namespace

ZipName decode_zip_name(std::string_view header, std::string_view name, std::string_view extra) {
    auto decoded = decode(read16(header, 8), name, extra);
    // Programs of Windows that write it instead of the slash that the format demands.
    const auto host = read_number(header, 5, 1);
    const bool is_windows = host == 0 || host == 11;
    if (is_windows && decoded.text.find('/') == std::string::npos) {
        decoded.text = replace_all(std::move(decoded.text), "\\", "/");
    }
    return decoded;
}

}  // namespace larmor::pack

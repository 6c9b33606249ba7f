// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_names.hpp"

#include "base/text.hpp"
#include "pack/archive_blocks.hpp"

namespace larmor::pack {
namespace {

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

}  // namespace

void check_member_name(std::string_view name) {
    if (!is_valid_utf8(name)) {
        throw bad_archive("the name of a member (in hex) '" + to_hex(name) + "' is not UTF-8");
    }
    if (name.find('\0') != std::string_view::npos) {
        const auto until = name.substr(0, name.find('\0'));
        throw bad_archive(
            "the name of a member that begins with '" + std::string(until) + "' holds a NUL"
        );
    }
}

std::string decode_unmarked_name(std::string_view name) {
    if (is_valid_utf8(name)) return std::string(name);
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

}  // namespace larmor::pack

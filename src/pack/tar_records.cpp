// SPDX-License-Identifier: Apache-2.0
#include "pack/tar_records.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace larmor::pack {
namespace {

constexpr std::size_t name_field_bytes = 100;
constexpr std::size_t prefix_field_bytes = 155;
constexpr std::uint64_t octal_size_max = 077777777777;  // 8 GiB less one
constexpr std::string_view extended_header_name = "././@PaxHeader";

enum class Kind : char { regular_file = '0', extended_header = 'x' };

struct UstarName {
    std::string_view prefix;
    std::string_view name;
};

/// The two fields that a `/` between them joins again; absent when no `/` stands where it must.
std::optional<UstarName> split_name(std::string_view name) {
    if (name.size() <= name_field_bytes) return UstarName{"", name};
    if (name.size() > prefix_field_bytes + 1 + name_field_bytes) return {};
    const auto slash = name.find('/', name.size() - name_field_bytes - 1);
    if (slash == std::string_view::npos || slash == 0 || slash > prefix_field_bytes) return {};
    return UstarName{name.substr(0, slash), name.substr(slash + 1)};
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
}

bool needs_extended_path(const Entry& entry) {
    return !split_name(entry.name) || !is_ascii(entry.name);
}

std::size_t digits_of(std::size_t number) {
    return std::to_string(number).size();
}

/// A line of an extended header begins with its own length, these digits included.
std::size_t line_length(std::size_t key_length, std::size_t value_length) {
    const std::size_t rest = key_length + value_length + 3;  // blank, equals sign, line feed
    std::size_t length = rest + digits_of(rest);
    if (rest + digits_of(length) > length) ++length;
    return length;
}

std::uint64_t extended_length(const Entry& entry) {
    std::uint64_t length = 0;
    if (needs_extended_path(entry)) length += line_length(4, entry.name.size());
    if (entry.size > octal_size_max) length += line_length(4, digits_of(entry.size));
    return length;
}

std::string extended_lines(const Entry& entry) {
    const auto line = [](std::string_view key, std::string_view value) {
        return std::to_string(line_length(key.size(), value.size())) + ' ' + std::string(key) +
               '=' + std::string(value) + '\n';
    };
    std::string lines;
    if (needs_extended_path(entry)) lines += line("path", entry.name);
    if (entry.size > octal_size_max) lines += line("size", std::to_string(entry.size));
    return lines;
}

std::uint64_t in_whole_blocks(std::uint64_t length) {
    return (length + tar_block_bytes - 1) / tar_block_bytes * tar_block_bytes;
}

/// A field of `width` bytes: octal digits, then NUL.
void append_octal(std::string& block, std::uint64_t number, int width) {
    for (int digit = width - 2; digit >= 0; --digit)
        block += static_cast<char>('0' + (number >> (3 * digit) & 7));
    block += '\0';
}

/// What does not fit in octal is said by the extended header; base 256, as GNU has it, is for those
/// who do not read that.
void append_size(std::string& block, std::uint64_t size) {
    if (size <= octal_size_max) return append_octal(block, size, 12);
    block += '\x80';
    for (int byte = 10; byte >= 0; --byte)
        block += byte > 7 ? '\0' : static_cast<char>(size >> (8 * byte) & 0xFF);
}

void append_text(std::string& block, std::string_view text, std::size_t width) {
    block += text;
    block.append(width - text.size(), '\0');
}

std::string header_block(const UstarName& name, std::uint64_t size, std::int64_t time, Kind kind) {
    std::string block;
    block.reserve(tar_block_bytes);
    append_text(block, name.name, name_field_bytes);
    append_octal(block, 0644, 8);
    append_octal(block, 0, 8);  // owner
    append_octal(block, 0, 8);  // group
    append_size(block, size);
    append_octal(block, static_cast<std::uint64_t>(time), 12);
    const auto checksum_at = block.size();
    block.append(8, ' ');
    block += static_cast<char>(kind);
    block.append(100, '\0');  // target of a link
    block.append(
        "ustar\0"
        "00",
        8
    );
    block.append(32 + 32, '\0');  // names of owner and group
    block.append(8 + 8, '\0');    // device
    append_text(block, name.prefix, prefix_field_bytes);
    block.append(tar_block_bytes - block.size(), '\0');
    std::uint64_t checksum = 0;
    for (const char c : block)
        checksum += static_cast<unsigned char>(c);
    std::string field;
    append_octal(field, checksum, 7);
    block.replace(checksum_at, field.size(), field);
    return block;
}

/// For readers that know no extended header: they shall not take two long names for one.
std::string short_name(const Entry& entry) {
    Sha256 hash;
    hash.push(entry.name);
    return "long-name-" + digest_to_hex(hash.finish());
}

}  // namespace

std::uint64_t tar_header_length(const Entry& entry) {
    const auto extended = extended_length(entry);
    return tar_block_bytes + (extended == 0 ? 0 : tar_block_bytes + in_whole_blocks(extended));
}

std::string format_tar_header(const Entry& entry) {
    std::string bytes;
    if (const auto lines = extended_lines(entry); !lines.empty()) {
        bytes = header_block(
            {"", extended_header_name}, lines.size(), entry.time, Kind::extended_header
        );
        bytes += lines;
        bytes.append(in_whole_blocks(lines.size()) - lines.size(), '\0');
    }
    if (const auto name = split_name(entry.name)) {
        return bytes + header_block(*name, entry.size, entry.time, Kind::regular_file);
    }
    const auto name = short_name(entry);
    return bytes + header_block({"", name}, entry.size, entry.time, Kind::regular_file);
}

}  // namespace larmor::pack

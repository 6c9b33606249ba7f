// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_records.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <limits>

namespace larmor::pack {
namespace {

constexpr std::uint64_t local_header_bytes = 30;
constexpr std::uint64_t central_header_bytes = 46;
constexpr std::uint64_t extra_header_bytes = 4;
constexpr std::uint64_t zip64_end_bytes = 56;

// The greatest value of a field says: look into the Zip64 record.
constexpr std::uint64_t see_zip64 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t see_zip64_short = std::numeric_limits<std::uint16_t>::max();

constexpr unsigned plain_version = 10;
constexpr unsigned deflate_version = 20;
constexpr unsigned zip64_version = 45;
constexpr unsigned made_on_unix = 3U << 8 | zip64_version;
constexpr unsigned utf8_name = 1U << 11;
constexpr unsigned length_follows = 1U << 3;
constexpr std::uint64_t regular_file = 0100644ULL << 16;

/// Little-endian, in the width that is named.
void put(std::string& bytes, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i)
        bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}
void put16(std::string& bytes, std::uint64_t value) {
    put(bytes, value, 2);
}
void put32(std::string& bytes, std::uint64_t value) {
    put(bytes, value, 4);
}
void put64(std::string& bytes, std::uint64_t value) {
    put(bytes, value, 8);
}

bool needs_zip64(std::uint64_t number) {
    return number >= see_zip64;
}

std::uint64_t clamped(std::uint64_t number) {
    return std::min(number, see_zip64);
}

/// A length that is not known yet may become a little more than that of the content.
bool may_need_zip64(const Entry& entry) {
    return needs_zip64(entry.size + entry.size / 1'000 + 1'000);
}

/// In the local header both sizes stand there or none.
std::uint64_t local_zip64_length(const Entry& entry, const Packing& packing) {
    if (packing.length_follows) return may_need_zip64(entry) ? 16 : 0;
    return needs_zip64(entry.size) || needs_zip64(packing.length) ? 16 : 0;
}

std::uint64_t central_zip64_length(const Entry& entry, const Packing& packing) {
    return (needs_zip64(entry.size) ? 8U : 0U) + (needs_zip64(packing.length) ? 8U : 0U);
}

std::uint64_t zip64_offset_length(std::uint64_t offset) {
    return needs_zip64(offset) ? 8 : 0;
}

std::uint64_t extra_length(std::uint64_t content) {
    return content == 0 ? 0 : extra_header_bytes + content;
}

/// Two seconds are the smallest step.
unsigned dos_time(std::int64_t time) {
    const auto second = static_cast<unsigned>(time % 86'400);
    return second / 3600 << 11 | second / 60 % 60 << 5 | second % 60 / 2;
}

unsigned dos_date(std::int64_t time) {
    const std::chrono::year_month_day day(std::chrono::sys_days(std::chrono::days(time / 86'400)));
    return static_cast<unsigned>(static_cast<int>(day.year()) - 1980) << 9 |
           static_cast<unsigned>(day.month()) << 5 | static_cast<unsigned>(day.day());
}

unsigned version_needed(const Packing& packing, std::uint64_t zip64_length) {
    if (zip64_length > 0) return zip64_version;
    return packing.method == Packing::Method::stored ? plain_version : deflate_version;
}

void append_sizes(
    std::string& bytes, std::uint32_t crc32, std::uint64_t packed, std::uint64_t size
) {
    put32(bytes, crc32);
    put32(bytes, clamped(packed));
    put32(bytes, clamped(size));
}

/// From "version needed" to the date: the same in both headers.
void append_shared_fields(
    std::string& bytes, const Entry& entry, const Packing& packing, std::uint64_t zip64_length
) {
    put16(bytes, version_needed(packing, zip64_length));
    put16(bytes, utf8_name | (packing.length_follows ? length_follows : 0));
    put16(bytes, static_cast<unsigned>(packing.method));
    put16(bytes, dos_time(entry.time));
    put16(bytes, dos_date(entry.time));
}

void append_name_lengths(std::string& bytes, const Entry& entry, std::uint64_t zip64_length) {
    put16(bytes, entry.name.size());
    put16(bytes, extra_length(zip64_length));
}

void append_zip64_extra_header(std::string& bytes, std::uint64_t zip64_length) {
    if (zip64_length == 0) return;
    put16(bytes, 0x0001);
    put16(bytes, zip64_length);
}

void append_zip64_end(std::string& bytes, const CentralDirectory& directory) {
    put32(bytes, 0x06064B50);
    put64(bytes, zip64_end_bytes - 12);  // of what follows this field
    put16(bytes, made_on_unix);
    put16(bytes, zip64_version);
    put32(bytes, 0);  // number of this disk
    put32(bytes, 0);  // disk of the central directory
    put64(bytes, directory.entries);
    put64(bytes, directory.entries);
    put64(bytes, directory.length);
    put64(bytes, directory.offset);
}

void append_zip64_locator(std::string& bytes, const CentralDirectory& directory) {
    put32(bytes, 0x07064B50);
    put32(bytes, 0);  // disk of the Zip64 end record
    put64(bytes, directory.offset + directory.length);
    put32(bytes, 1);  // number of disks
}

}  // namespace

Packing stored(const Entry& entry) {
    return {.method = Packing::Method::stored, .length = entry.size, .length_follows = false};
}

std::uint64_t local_header_length(const Entry& entry) {
    return local_header_bytes + entry.name.size() +
           extra_length(local_zip64_length(entry, stored(entry)));
}

void append_local_header(std::string& bytes, const Entry& entry) {
    append_local_header(bytes, entry, stored(entry));
}

void append_local_header(std::string& bytes, const Entry& entry, const Packing& packing) {
    const std::uint64_t zip64_length = local_zip64_length(entry, packing);
    put32(bytes, 0x04034B50);
    append_shared_fields(bytes, entry, packing, zip64_length);
    const std::uint64_t unknown = zip64_length > 0 ? see_zip64 : 0;
    if (packing.length_follows)
        append_sizes(bytes, 0, unknown, unknown);
    else if (zip64_length > 0)
        append_sizes(bytes, entry.crc32, see_zip64, see_zip64);
    else
        append_sizes(bytes, entry.crc32, packing.length, entry.size);
    append_name_lengths(bytes, entry, zip64_length);
    bytes += entry.name;
    append_zip64_extra_header(bytes, zip64_length);
    if (zip64_length == 0) return;
    put64(bytes, packing.length_follows ? 0 : entry.size);
    put64(bytes, packing.length_follows ? 0 : packing.length);
}

void append_descriptor(std::string& bytes, const Entry& entry, const Packing& packing) {
    const int width = local_zip64_length(entry, packing) > 0 ? 8 : 4;
    put32(bytes, 0x08074B50);
    put32(bytes, entry.crc32);
    put(bytes, packing.length, width);
    put(bytes, entry.size, width);
}

std::uint64_t central_header_length(const Entry& entry, std::uint64_t offset) {
    return central_header_bytes + entry.name.size() +
           extra_length(central_zip64_length(entry, stored(entry)) + zip64_offset_length(offset));
}

void append_central_header(std::string& bytes, const Entry& entry, std::uint64_t offset) {
    append_central_header(bytes, entry, stored(entry), offset);
}

void append_central_header(
    std::string& bytes, const Entry& entry, const Packing& packing, std::uint64_t offset
) {
    const std::uint64_t zip64_length =
        central_zip64_length(entry, packing) + zip64_offset_length(offset);
    put32(bytes, 0x02014B50);
    put16(bytes, made_on_unix);
    append_shared_fields(bytes, entry, packing, zip64_length);
    append_sizes(bytes, entry.crc32, packing.length, entry.size);
    append_name_lengths(bytes, entry, zip64_length);
    put16(bytes, 0);  // comment length
    put16(bytes, 0);  // disk of the member
    put16(bytes, 0);  // internal attributes
    put32(bytes, regular_file);
    put32(bytes, clamped(offset));
    bytes += entry.name;
    append_zip64_extra_header(bytes, zip64_length);
    if (needs_zip64(entry.size)) put64(bytes, entry.size);
    if (needs_zip64(packing.length)) put64(bytes, packing.length);
    if (needs_zip64(offset)) put64(bytes, offset);
}

std::string format_end(const CentralDirectory& directory) {
    std::string bytes;
    if (directory.entries >= see_zip64_short || needs_zip64(directory.offset) ||
        needs_zip64(directory.length)) {
        append_zip64_end(bytes, directory);
        append_zip64_locator(bytes, directory);
    }
    put32(bytes, 0x06054B50);
    put16(bytes, 0);  // number of this disk
    put16(bytes, 0);  // disk of the central directory
    put16(bytes, std::min(directory.entries, see_zip64_short));
    put16(bytes, std::min(directory.entries, see_zip64_short));
    put32(bytes, clamped(directory.length));
    put32(bytes, clamped(directory.offset));
    put16(bytes, 0);  // comment length
    return bytes;
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_reader.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pack/code_page_437.hpp"
#include "pack/zip_fields.hpp"

namespace larmor::pack {
namespace {

constexpr std::uint64_t directory_bytes_max = 256 << 20;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t comment_bytes_max = 65535;
constexpr std::size_t locator_bytes = 20;
constexpr std::size_t zip64_end_bytes = 56;
constexpr std::size_t entry_bytes = 46;
constexpr std::size_t read_at_once = 64 * 1024;

constexpr std::uint64_t see_zip64 = 0xFFFFFFFF;
constexpr std::uint64_t see_zip64_short = 0xFFFF;
constexpr unsigned encrypted_flag = 1;
constexpr unsigned masked_flag = 1U << 13;  // a directory that is encrypted itself

/// Where the directory lies and where the zip says that it lies.
struct Extent {
    std::uint64_t end = 0;
    std::uint64_t size = 0;
    std::uint64_t claimed_from = 0;
};

/// The last place where an end record could be, with its comment up to the end of the file.
std::size_t find_end_record(std::string_view tail) {
    for (auto at = tail.rfind("PK\5\6"); at != tail.npos; at = tail.rfind("PK\5\6", at - 1)) {
        if (at + end_bytes <= tail.size() &&
            at + end_bytes + read16(tail, at + 20) == tail.size()) {
            return at;
        }
        if (at == 0) break;
    }
    refuse_zip("it has no end record");
}

/// The Zip64 end record: before its locator, or where that says.
Extent read_zip64_extent(const stream::Source& zip, std::uint64_t locator_at) {
    const auto locator = read_bytes(zip, locator_at, locator_at + locator_bytes);
    for (const auto at : {locator_at - zip64_end_bytes, read64(locator, 8)}) {
        if (at > locator_at || locator_at - at < zip64_end_bytes) continue;
        const auto record = read_bytes(zip, at, at + zip64_end_bytes);
        if (!record.starts_with("PK\6\6")) continue;
        if (read32(record, 16) != 0 || read32(record, 20) != 0) refuse_zip("it has several disks");
        return {.end = at, .size = read64(record, 40), .claimed_from = read64(record, 48)};
    }
    refuse_zip("its Zip64 end record is not where it says");
}

bool has_locator(const stream::Source& zip, std::uint64_t end_at) {
    if (end_at < locator_bytes + zip64_end_bytes) return false;
    const auto at = end_at - locator_bytes;
    return read_bytes(zip, at, at + 4) == "PK\6\7";
}

Extent read_extent(const stream::Source& zip) {
    const auto length = zip.length();
    if (length < end_bytes) refuse_zip("it is too short");
    const auto tail_from = length - std::min<std::uint64_t>(length, end_bytes + comment_bytes_max);
    const auto tail = read_bytes(zip, tail_from, length);
    const auto at = find_end_record(tail);
    const auto end_at = tail_from + at;
    const bool zip64 = read16(tail, at + 10) == see_zip64_short ||
                       read32(tail, at + 12) == see_zip64 || read32(tail, at + 16) == see_zip64;
    if (zip64 && has_locator(zip, end_at)) return read_zip64_extent(zip, end_at - locator_bytes);
    if (read16(tail, at + 4) != 0 || read16(tail, at + 6) != 0) refuse_zip("it has several disks");
    return {.end = end_at, .size = read32(tail, at + 12), .claimed_from = read32(tail, at + 16)};
}

/// Takes one number of a Zip64 extra field, in place of one that did not fit.
void replace_if_large(std::uint64_t& number, std::string_view& extra) {
    if (number != see_zip64) return;
    if (extra.size() < 8) refuse_zip("a Zip64 field is cut short");
    number = read64(extra, 0);
    extra.remove_prefix(8);
}

void read_zip64_numbers(ZipMember& member, std::string_view extra) {
    while (extra.size() >= 4) {
        const auto id = read16(extra, 0);
        const auto length = read16(extra, 2);
        extra.remove_prefix(4);
        if (length > extra.size()) return;
        if (id == 1) {
            auto numbers = extra.substr(0, length);
            replace_if_large(member.size, numbers);
            replace_if_large(member.stored_size, numbers);
            replace_if_large(member.header_at, numbers);
            return;
        }
        extra.remove_prefix(length);
    }
}

std::string readable_name(std::string name) {
    return is_valid_utf8(name) ? std::move(name) : from_code_page_437(name);
}

}  // namespace

void refuse_zip(const std::string& why) {
    throw Error(ErrorKind::unsupported, "not a zip that can be read: " + why);
}

ZipDirectory::ZipDirectory(std::shared_ptr<const stream::Source> zip) : zip_(std::move(zip)) {
    const auto extent = read_extent(*zip_);
    if (extent.size > extent.end || extent.claimed_from > extent.end - extent.size) {
        refuse_zip("its directory lies outside of it");
    }
    if (extent.size > directory_bytes_max) refuse_zip("its directory is larger than 256 MiB");
    const auto from = extent.end - extent.size;
    shift_ = from - extent.claimed_from;
    left_ = extent.size;
    if (left_ == 0) return;
    reader_ = std::make_unique<SegmentReader>(zip_->segments(from, extent.end));
}

std::string ZipDirectory::take(std::size_t count) {
    if (count > left_) refuse_zip("its directory is cut short");
    if (buffer_.size() - buffer_at_ < count) fill(count);
    auto bytes = buffer_.substr(buffer_at_, count);
    buffer_at_ += count;
    left_ -= count;
    return bytes;
}

/// Brings at least `count` bytes into the buffer, which is no more than there are.
void ZipDirectory::fill(std::size_t count) {
    buffer_.erase(0, buffer_at_);
    buffer_at_ = 0;
    const auto there = buffer_.size();
    buffer_.resize(std::min<std::uint64_t>(std::max(count, read_at_once), left_));
    const auto wanted = std::span(buffer_).subspan(there);
    if (reader_->read(wanted) != wanted.size()) refuse_zip("its directory is cut short");
}

std::optional<ZipMember> ZipDirectory::next() {
    if (left_ == 0) return {};
    const auto fields = take(std::min<std::uint64_t>(entry_bytes, left_));
    if (fields.starts_with("PK\5\5")) return {};  // a signature of the whole
    if (fields.size() < entry_bytes || !fields.starts_with("PK\1\2")) {
        refuse_zip("its directory holds something else than entries");
    }
    const auto flags = read16(fields, 8);
    ZipMember member;
    member.method = read16(fields, 10);
    member.crc32 = static_cast<std::uint32_t>(read32(fields, 16));
    member.stored_size = read32(fields, 20);
    member.size = read32(fields, 24);
    member.header_at = read32(fields, 42);
    member.is_encrypted = (flags & (encrypted_flag | masked_flag)) != 0;
    member.name = readable_name(take(read16(fields, 28)));
    read_zip64_numbers(member, take(read16(fields, 30)));
    take(read16(fields, 32));
    if (member.header_at > zip_->length() - shift_) refuse_zip("a member lies outside of it");
    member.header_at += shift_;
    return member;
}

std::optional<ZipMember> find_zip_member(
    const std::shared_ptr<const stream::Source>& zip, std::string_view name
) {
    ZipDirectory directory(zip);
    std::optional<ZipMember> found;
    while (auto member = directory.next()) {
        if (member->name == name) found = std::move(member);
    }
    return found;
}

}  // namespace larmor::pack

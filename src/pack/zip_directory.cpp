// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_directory.hpp"

#include <algorithm>
#include <limits>

#include "pack/zip_fields.hpp"
#include "pack/zip_names.hpp"

namespace larmor::pack {
namespace {

constexpr std::uint64_t stored_directory_bytes_max = 256 << 20;
constexpr std::size_t read_at_once = 64 * 1024;
constexpr std::size_t local_header_bytes = 30;
constexpr std::uint64_t see_zip64 = 0xFFFFFFFF;
// Also strongly, and with a directory that is masked.
constexpr unsigned encrypted_flags = 0x0001 | 0x0040 | 0x2000;
/// Deflate makes at most 258 bytes of two bits; a member that claims more is a lie.
constexpr std::uint64_t deflate_ratio_max = 1032;

bool is_encrypted(unsigned flags) {
    return (flags & encrypted_flags) != 0;
}

ZipMember read_numbers(std::string_view header) {
    ZipMember member;
    member.host = static_cast<unsigned>(read_number(header, 5, 1));
    member.is_encrypted = is_encrypted(read16(header, 8));
    member.method = read16(header, 10);
    member.crc32 = static_cast<std::uint32_t>(read32(header, 16));
    member.stored_size = read32(header, 20);
    member.size = read32(header, 24);
    member.attributes = read32(header, 38);
    member.header_at = read32(header, 42);
    return member;
}

/// The numbers that do not fit their fields stand in the extra field, in this order.
void read_zip64_numbers(ZipMember& member, std::string_view extra) {
    auto numbers = find_zip_extra(extra, 1).value_or("");
    for (auto* number : {&member.size, &member.stored_size, &member.header_at}) {
        if (*number != see_zip64 || numbers.size() < 8) continue;
        *number = read64(numbers, 0);
        numbers.remove_prefix(8);
    }
}

std::uint64_t add_up_to_most(std::uint64_t a, std::uint64_t b) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return a > most - b ? most : a + b;
}

bool can_have_its_sizes(const ZipMember& member) {
    return member.is_deflated() ? member.size / deflate_ratio_max <= member.stored_size
                                : member.size == member.stored_size;
}

ZipEnd get_end_of_stored(const stream::Source& zip) {
    const auto end = find_zip_end(zip);
    if (!end) {
        throw Error(ErrorKind::unsupported, "it is no zip, or one without its end or damaged");
    }
    if (end->directory_to - end->directory_from > stored_directory_bytes_max) {
        throw Error(ErrorKind::unsupported, "its directory is larger than 256 MiB");
    }
    return *end;
}

}  // namespace

ZipDirectory::ZipDirectory(
    std::shared_ptr<const stream::Source> zip, const ZipEnd& end, ErrorKind refusal
)
    : zip_(std::move(zip)),
      refusal_(refusal),
      shift_(end.shift),
      left_(end.directory_to - end.directory_from),
      reader_(zip_->segments(end.directory_from, end.directory_to)) {
    if (end.has_several_disks) throw Error(refusal_, "it is a zip of several disks");
}

ZipDirectory::ZipDirectory(const std::shared_ptr<const stream::Source>& zip)
    : ZipDirectory(zip, get_end_of_stored(*zip), ErrorKind::unsupported) {}

/// Valid until the next call.
std::string_view ZipDirectory::take(std::size_t count) {
    if (count > left_) throw Error(refusal_, "its directory is damaged");
    if (buffer_.size() - buffer_at_ < count) fill(count);
    const auto bytes = std::string_view(buffer_).substr(buffer_at_, count);
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
    if (reader_.read(wanted) != wanted.size()) throw Error(refusal_, "its directory is damaged");
}

std::optional<ZipMember> ZipDirectory::next() {
    if (left_ == 0) return {};
    const std::string header(take(std::min<std::uint64_t>(zip_entry_bytes, left_)));
    if (header.starts_with("PK\5\5")) {  // a signature of the whole
        left_ = 0;
        return {};
    }
    if (header.size() < zip_entry_bytes || !header.starts_with(zip_entry_mark)) {
        throw Error(refusal_, "its directory is damaged");
    }
    auto member = read_numbers(header);
    const auto name_bytes = read16(header, 28), extra_bytes = read16(header, 30);
    const auto texts = take(name_bytes + extra_bytes + read16(header, 32));
    const auto extra = texts.substr(name_bytes, extra_bytes);
    auto name = decode_zip_name(header, texts.substr(0, name_bytes), extra);
    member.name = std::move(name.text);
    member.has_sound_name = name.is_sound;
    read_zip64_numbers(member, extra);
    member.header_at = add_up_to_most(member.header_at, shift_);
    return member;
}

ZipBytes locate_zip_member(
    const stream::Source& zip, const ZipMember& member, std::uint64_t end, ErrorKind refusal
) {
    const auto refuse = [&](const std::string& why) {
        throw Error(refusal, "its member '" + member.name + "' " + why);
    };
    const auto header = read_zip_record(zip, member.header_at, local_header_bytes, "PK\3\4");
    if (member.is_encrypted || (!header.empty() && is_encrypted(read16(header, 6)))) {
        refuse("is encrypted");
    }
    if (member.method != 0 && !member.is_deflated()) {
        refuse(
            "has compression method " + std::to_string(member.method) +
            "; members may be stored or deflated"
        );
    }
    if (!can_have_its_sizes(member)) refuse("has two sizes that contradict each other");
    if (header.empty()) refuse("does not lie where its directory says");
    const auto from =
        member.header_at + local_header_bytes + read16(header, 26) + read16(header, 28);
    if (from > end || member.stored_size > end - from) {
        refuse("does not lie where its directory says");
    }
    return {from, from + member.stored_size};
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_zip.hpp"

#include <algorithm>
#include <optional>

#include <sys/stat.h>

#include <libdeflate.h>

#include "base/text.hpp"
#include "pack/archive_names.hpp"

namespace larmor::pack {
namespace {

constexpr std::string_view local_mark = "PK\3\4";
constexpr std::string_view entry_mark = "PK\1\2";
constexpr std::string_view end_mark = "PK\5\6";
constexpr std::string_view zip64_end_mark = "PK\6\6";
constexpr std::string_view zip64_locator_mark = "PK\6\7";
constexpr std::size_t local_bytes = 30;
constexpr std::size_t entry_bytes = 46;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t zip64_end_bytes = 56;
constexpr std::size_t zip64_locator_bytes = 20;
constexpr std::uint64_t absent16 = 0xFFFF;
constexpr std::uint64_t absent32 = 0xFFFFFFFF;

/// The little-endian number at `at`, which lies inside of a record.
std::uint64_t number_at(std::string_view record, std::size_t at, std::size_t bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes; i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(record.at(at + i));
    return value;
}

/// The record of `size` bytes at `offset`; empty when it is not there or begins otherwise.
std::string record_at(
    const ArchiveFile& file, std::uint64_t offset, std::size_t size, std::string_view mark
) {
    auto record = file.text_at(offset, size);
    if (record.size() < size || !record.starts_with(mark)) return {};
    return record;
}

/// Whether the directory could lie right before `end`, and there.
bool settle(
    ZipLocation& directory, std::uint64_t size, std::uint64_t offset, const ArchiveFile& file
) {
    if (size > directory.end || offset > directory.end - size) return false;
    directory.start = directory.end - size;
    directory.shift = directory.start - offset;
    if (directory.entries == 0) return size == 0;
    return !record_at(file, directory.start, entry_bytes, entry_mark).empty();
}

std::optional<ZipLocation> read_zip64_end(const ArchiveFile& file, std::uint64_t end_record) {
    if (end_record < zip64_locator_bytes + zip64_end_bytes) return {};
    const auto locator_offset = end_record - zip64_locator_bytes;
    const auto locator = record_at(file, locator_offset, zip64_locator_bytes, zip64_locator_mark);
    if (locator.empty()) return {};
    // Where it says, unless something was put before the archive.
    for (const auto offset : {number_at(locator, 8, 8), locator_offset - zip64_end_bytes}) {
        const auto record = record_at(file, offset, zip64_end_bytes, zip64_end_mark);
        if (record.empty() || offset >= end_record) continue;
        ZipLocation directory{.end = offset, .entries = number_at(record, 32, 8), .is_zip64 = true};
        if (settle(directory, number_at(record, 40, 8), number_at(record, 48, 8), file)) {
            return directory;
        }
    }
    return {};
}

std::optional<ZipLocation> read_end(
    const ArchiveFile& file, std::uint64_t offset, std::string_view record
) {
    if (auto directory = read_zip64_end(file, offset)) return directory;
    ZipLocation directory{.end = offset, .entries = number_at(record, 10, 2)};
    if (!settle(directory, number_at(record, 12, 4), number_at(record, 16, 4), file)) return {};
    return directory;
}

struct ZipEntry {
    std::string name;
    MemberKind kind = MemberKind::file;
    std::string_view word = {};
    std::uint64_t method = 0;
    std::uint32_t crc32 = 0;
    std::uint64_t packed = 0;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;  // of its local header, as the archive counts
};

/// The content of the extra field with that id; absent without it.
std::optional<std::string_view> find_extra(std::string_view extra, std::uint64_t id) {
    while (extra.size() >= 4) {
        const auto size = number_at(extra, 2, 2);
        const auto content = extra.substr(4, size);
        if (content.size() < size) return {};
        if (number_at(extra, 0, 2) == id) return content;
        extra.remove_prefix(4 + size);
    }
    return {};
}

/// The numbers that do not fit their fields stand in the extra field, in this order.
void read_zip64_extra(ZipEntry& entry, std::string_view extra) {
    auto content = find_extra(extra, 1).value_or("");
    for (auto* number : {&entry.size, &entry.packed, &entry.offset}) {
        if (*number != absent32 || content.size() < 8) continue;
        *number = number_at(content, 0, 8);
        content.remove_prefix(8);
    }
}

/// The UTF-8 name that Info-ZIP puts beside one of another encoding; it counts while the checksum
/// says that nobody changed the other one since.
std::optional<std::string> find_unicode_name(std::string_view extra, std::string_view name) {
    const auto content = find_extra(extra, 0x7075);
    if (!content || content->size() < 5 || content->front() != 1) return {};
    const auto checksum = libdeflate_crc32(0, name.data(), name.size());
    if (number_at(*content, 1, 4) != checksum) return {};
    return std::string(content->substr(5));
}

std::string read_name(std::string_view header, std::string_view name, std::string_view extra) {
    const bool is_marked = (number_at(header, 8, 2) & 0x0800U) != 0;
    auto read = is_marked ? std::string(name)
                          : find_unicode_name(extra, name).value_or(decode_unmarked_name(name));
    check_member_name(read);
    // Programs of Windows that write it instead of the slash that the format demands.
    const auto host = number_at(header, 5, 1);
    const bool is_windows = host == 0 || host == 11;
    if (is_windows && read.find('/') == std::string::npos) read = replace_all(read, "\\", "/");
    return read;
}

void read_kind(ZipEntry& entry, std::string_view header) {
    const auto host = number_at(header, 5, 1);
    const auto attributes = number_at(header, 38, 4);
    const bool is_unix = host == 3 || host == 19;
    const auto type = is_unix ? static_cast<mode_t>(attributes >> 16U) & S_IFMT : mode_t{0};
    const bool has_folder_bit = !is_unix && (attributes & 0x10U) != 0 && entry.size == 0;
    if (entry.name.ends_with('/') || S_ISDIR(type) || has_folder_bit) {
        entry.kind = MemberKind::folder;
    } else if (type != 0 && !S_ISREG(type)) {
        entry.kind = MemberKind::other;
        entry.word = S_ISLNK(type)    ? "symbolic link"
                     : S_ISSOCK(type) ? "socket"
                     : S_ISFIFO(type) ? "named pipe"
                                      : "device";
    }
}

void refuse_encrypted(std::string_view header, std::size_t flags_at, std::string_view name) {
    constexpr std::uint64_t encrypted = 0x0001 | 0x0040 | 0x2000;
    if ((number_at(header, flags_at, 2) & encrypted) == 0) return;
    throw bad_archive("its member '" + std::string(name) + "' is encrypted");
}

/// The bytes of a member, checked against what the directory says of them.
class CheckedBytes {
public:
    CheckedBytes(std::unique_ptr<Blocks> blocks, ZipEntry entry)
        : blocks_(std::move(blocks)), entry_(std::move(entry)) {}

    std::span<const std::byte> next() {
        const auto block = blocks_->next();
        if (block.size() > entry_.size - done_) throw damaged("has more bytes than it should");
        if (!block.empty()) {
            done_ += block.size();
            crc32_ = libdeflate_crc32(crc32_, block.data(), block.size());
            return block;
        }
        if (done_ != entry_.size) throw damaged("has fewer bytes than it should");
        if (crc32_ != entry_.crc32) throw damaged("does not have its checksum");
        return {};
    }

private:
    Error damaged(const std::string& how) const {
        return bad_archive("its member '" + entry_.name + "' is damaged: it " + how);
    }

    std::unique_ptr<Blocks> blocks_;
    ZipEntry entry_;
    std::uint64_t done_ = 0;
    std::uint32_t crc32_ = 0;
};

class ZipReader final : public ArchiveReader {
public:
    ZipReader(
        std::shared_ptr<const ArchiveFile> file, const ZipLocation& directory, UnpackBudget& budget
    )
        : file_(std::move(file)), directory_(directory), budget_(budget), at_(directory.start) {}

    std::optional<ArchiveMember> next() override;
    std::span<const std::byte> read() override;

private:
    ZipEntry read_entry();
    std::unique_ptr<Blocks> open_data();

    std::shared_ptr<const ArchiveFile> file_;
    const ZipLocation directory_;
    UnpackBudget& budget_;
    std::uint64_t at_;  // of the next entry of the directory
    std::uint64_t entries_ = 0;
    std::uint64_t packed_ = 0;  // bytes of the members that were read
    ZipEntry entry_;
    std::optional<CheckedBytes> bytes_;  // of the current member, once it is read
};

ZipEntry ZipReader::read_entry() {
    const auto header = record_at(*file_, at_, entry_bytes, entry_mark);
    if (header.empty()) throw bad_archive("its directory is damaged");
    const auto name_bytes = number_at(header, 28, 2);
    const auto extra_bytes = number_at(header, 30, 2);
    const auto whole = entry_bytes + name_bytes + extra_bytes + number_at(header, 32, 2);
    if (whole > directory_.end - at_) throw bad_archive("its directory is damaged");
    const auto texts = file_->text_at(at_ + entry_bytes, name_bytes + extra_bytes);
    const auto name = std::string_view(texts).substr(0, name_bytes);
    const auto extra = std::string_view(texts).substr(name_bytes);
    ZipEntry entry{
        .name = read_name(header, name, extra),
        .method = number_at(header, 10, 2),
        .crc32 = static_cast<std::uint32_t>(number_at(header, 16, 4)),
        .packed = number_at(header, 20, 4),
        .size = number_at(header, 24, 4),
        .offset = number_at(header, 42, 4)};
    refuse_encrypted(header, 8, entry.name);
    read_zip64_extra(entry, extra);
    read_kind(entry, header);
    at_ += whole;
    return entry;
}

std::optional<ArchiveMember> ZipReader::next() {
    bytes_.reset();
    if (at_ == directory_.end) {
        const auto mask = directory_.is_zip64 ? ~std::uint64_t{0} : absent16;
        if ((entries_ & mask) == directory_.entries) return {};
        throw bad_archive(
            "its directory names " + std::to_string(entries_) + " members and counts " +
            std::to_string(directory_.entries)
        );
    }
    budget_.count_members();
    entry_ = read_entry();
    ++entries_;
    return ArchiveMember{.name = entry_.name, .kind = entry_.kind, .word = entry_.word};
}

std::unique_ptr<Blocks> ZipReader::open_data() {
    const auto damaged = [&] {
        return bad_archive(
            "its member '" + entry_.name + "' does not lie where its directory says"
        );
    };
    if (entry_.offset > directory_.start - directory_.shift) throw damaged();
    const auto offset = directory_.shift + entry_.offset;
    const auto header = record_at(*file_, offset, local_bytes, local_mark);
    if (header.empty()) throw damaged();
    refuse_encrypted(header, 6, entry_.name);
    const auto from = offset + local_bytes + number_at(header, 26, 2) + number_at(header, 28, 2);
    if (from > directory_.start || entry_.packed > directory_.start - from) throw damaged();
    // Members that share bytes would be read again and again, at the cost of one.
    if (entry_.packed > directory_.start - packed_) throw bad_archive("its members overlap");
    packed_ += entry_.packed;
    auto stored = stored_blocks(*file_, from, from + entry_.packed);
    if (entry_.method == 0) return stored;
    if (entry_.method == 8) return inflated_blocks(std::move(stored));
    throw bad_archive(
        "its member '" + entry_.name + "' has compression method " + std::to_string(entry_.method) +
        "; members may be stored or deflated"
    );
}

std::span<const std::byte> ZipReader::read() {
    if (!bytes_) bytes_.emplace(open_data(), entry_);
    const auto block = bytes_->next();
    budget_.spend(block.size());
    return block;
}

}  // namespace

std::optional<ZipLocation> find_zip_directory(const ArchiveFile& file) {
    constexpr std::uint64_t most = 0xFFFF + end_bytes;
    const auto from = file.length() - std::min(file.length(), most);
    const auto tail = file.text_at(from, most);
    for (auto at = tail.rfind(end_mark); at != tail.npos; at = tail.rfind(end_mark, at - 1)) {
        const auto record = std::string_view(tail).substr(at, end_bytes);
        if (record.size() == end_bytes) {
            if (auto found = read_end(file, from + at, record)) return found;
        }
        if (at == 0) break;
    }
    return {};
}

std::unique_ptr<ArchiveReader> read_zip(
    std::shared_ptr<const ArchiveFile> file, const ZipLocation& directory, UnpackBudget& budget
) {
    return std::make_unique<ZipReader>(std::move(file), directory, budget);
}

}  // namespace larmor::pack

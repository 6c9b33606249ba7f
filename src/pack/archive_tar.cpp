// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_tar.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

#include "base/text.hpp"
#include "pack/archive_names.hpp"

namespace larmor::pack {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// The blocks as libarchive reads them, and once more the bytes of the header that it read last.
class TracedBlocks {
public:
    explicit TracedBlocks(std::unique_ptr<Blocks> blocks) : blocks_(std::move(blocks)) {}

    std::span<const std::byte> next() {
        // Far more than the 1 MiB that libarchive takes for each extended header.
        constexpr std::size_t kept_bytes_max = std::size_t{8} << 20;
        if (is_tracing_) {
            kept_ += as_text(block_);
            if (kept_.size() > kept_bytes_max) throw bad_archive("a header in it is too long");
        } else {
            kept_from_ += block_.size();
        }
        block_ = blocks_->next();
        return block_;
    }
    void begin_trace() { is_tracing_ = true; }
    /// What was read since begin_trace(), from that offset on. Valid until the next call.
    std::string_view end_trace(std::uint64_t offset) {
        is_tracing_ = false;
        const auto from = offset - kept_from_;
        auto read = as_text(block_);
        if (!kept_.empty()) {
            kept_from_ += kept_.size();
            joined_ = std::exchange(kept_, {}) + std::string(read);
            read = joined_;
        }
        return from < read.size() ? read.substr(from) : std::string_view();
    }

private:
    std::unique_ptr<Blocks> blocks_;
    std::span<const std::byte> block_;
    std::string kept_;             // the blocks before `block_` since begin_trace()
    std::string joined_;           // what end_trace() gave, when it was in several blocks
    std::uint64_t kept_from_ = 0;  // offset of the first byte of `kept_`, or else of `block_`
    bool is_tracing_ = false;
};

std::optional<std::uint64_t> octal_at(std::string_view header, std::size_t at, std::size_t bytes) {
    auto text = trim(header.substr(at, bytes));
    text = trim(text.substr(0, text.find('\0')));
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '7') return {};
        value = value * 8 + static_cast<std::uint64_t>(c - '0');
    }
    if (text.empty()) return {};
    return value;
}

/// The path among the records `<length> <key>=<value>\n` of a PAX header, as the bytes it has.
void read_pax_path(std::string_view records, std::optional<std::string>& path) {
    bool is_sparse_name = false;
    while (!records.empty()) {
        const auto blank = records.find(' ');
        const auto length = parse_integer<std::size_t>(records.substr(0, blank));
        if (blank == records.npos || !length || *length < blank + 2 || *length > records.size() ||
            records[*length - 1] != '\n') {
            throw bad_archive("an extended header in it is damaged");
        }
        const auto record = records.substr(blank + 1, *length - blank - 2);
        const auto equals = record.find('=');
        if (equals == record.npos) throw bad_archive("an extended header in it is damaged");
        const auto key = record.substr(0, equals);
        const bool is_sparse = key == "GNU.sparse.name";
        if (is_sparse || (key == "path" && !is_sparse_name)) path = record.substr(equals + 1);
        is_sparse_name = is_sparse_name || is_sparse;
        records.remove_prefix(*length);
    }
}

/// libarchive cuts the path of a PAX header at a NUL and composes its characters, so that it is
/// read once more. `headers` begins with what may be extended headers.
std::optional<std::string> find_pax_path(std::string_view headers) {
    constexpr std::string_view extending = "xXgLKV";
    std::optional<std::string> path;
    while (headers.size() >= tar_block_bytes) {
        const char type = headers[156];
        const auto size = octal_at(headers, 124, 12);
        if (extending.find(type) == extending.npos || !size) break;
        const auto content = headers.substr(tar_block_bytes, *size);
        if (type == 'x' || type == 'X') read_pax_path(content, path);
        const auto whole = (content.size() + tar_block_bytes - 1) / tar_block_bytes;
        headers.remove_prefix(std::min(headers.size(), (1 + whole) * tar_block_bytes));
    }
    return path;
}

struct FreeArchive {
    void operator()(archive* one) const { archive_read_free(one); }
};

class TarReader final : public ArchiveReader {
public:
    TarReader(std::unique_ptr<Blocks> blocks, UnpackBudget& budget);

    std::optional<ArchiveMember> next() override;
    std::span<const std::byte> read() override;

private:
    static la_ssize_t read_block(archive* of, void* self, const void** block);
    [[noreturn]] void fail();
    void finish(std::string_view rest);
    void fetch();

    TracedBlocks blocks_;
    UnpackBudget& budget_;
    std::unique_ptr<archive, FreeArchive> archive_;
    std::exception_ptr error_;  // of the blocks, while libarchive's frames were on the stack
    archive_entry* entry_ = nullptr;
    bool has_members_ = false;

    // Of the current member, which may have holes that read as zeros.
    std::uint64_t size_ = 0;
    std::uint64_t done_ = 0;
    std::uint64_t fetched_at_ = 0;
    std::span<const std::byte> fetched_;
    bool is_fetched_to_end_ = false;
};

TarReader::TarReader(std::unique_ptr<Blocks> blocks, UnpackBudget& budget)
    : blocks_(std::move(blocks)), budget_(budget), archive_(archive_read_new()) {
    if (!archive_) throw std::bad_alloc();
    archive_read_support_format_tar(archive_.get());
    archive_read_set_read_callback(archive_.get(), read_block);
    archive_read_set_callback_data(archive_.get(), this);
    if (archive_read_open1(archive_.get()) != ARCHIVE_OK) fail();
}

la_ssize_t TarReader::read_block(archive* of, void* self, const void** block) {
    auto& reader = *static_cast<TarReader*>(self);
    try {
        const auto bytes = reader.blocks_.next();
        *block = bytes.data();
        return static_cast<la_ssize_t>(bytes.size());
    } catch (...) {
        reader.error_ = std::current_exception();
        archive_set_error(of, EIO, "its bytes cannot be had");
        return -1;
    }
}

void TarReader::fail() {
    if (error_) std::rethrow_exception(error_);
    const char* reason = archive_error_string(archive_.get());
    throw bad_archive(std::string("it is damaged: ") + (reason == nullptr ? "" : reason));
}

bool is_all_zeros(std::string_view bytes) {
    return bytes.find_first_not_of('\0') == bytes.npos;
}

/// Two blocks of zeros end a tar; without them it was cut between two members. Whatever follows
/// is passed over, but read, so that a checksum around it is checked.
void TarReader::finish(std::string_view rest) {
    if (rest.size() < tar_block_bytes) throw bad_archive("it ends without the mark of its end");
    bool is_nothing = is_all_zeros(rest);
    for (auto block = blocks_.next(); !block.empty(); block = blocks_.next())
        is_nothing = is_nothing && is_all_zeros(as_text(block));
    // Zeros begin what is no tar at all, too.
    if (!has_members_ && !is_nothing) throw bad_archive("it is named as a tar and is none");
}

MemberKind kind_of(archive_entry* entry) {
    if (archive_entry_hardlink(entry) != nullptr) return MemberKind::other;
    const auto type = archive_entry_filetype(entry);
    if (type == AE_IFREG) return MemberKind::file;
    return type == AE_IFDIR ? MemberKind::folder : MemberKind::other;
}

std::string_view word_of(archive_entry* entry) {
    if (archive_entry_hardlink(entry) != nullptr) return "hard link";
    switch (archive_entry_filetype(entry)) {
        case AE_IFLNK: return "symbolic link";
        case AE_IFIFO: return "named pipe";
        case AE_IFSOCK: return "socket";
        default: return "device";
    }
}

std::optional<ArchiveMember> TarReader::next() {
    if (entry_ != nullptr && archive_read_data_skip(archive_.get()) < ARCHIVE_WARN) fail();
    blocks_.begin_trace();
    const int result = archive_read_next_header(archive_.get(), &entry_);
    // A warning is about what is not used here: owners, times, and paths that are read again.
    if (result != ARCHIVE_EOF && result < ARCHIVE_WARN) fail();
    const auto position = archive_read_header_position(archive_.get());
    const auto headers = blocks_.end_trace(static_cast<std::uint64_t>(position));
    if (result == ARCHIVE_EOF) {
        finish(headers);
        return {};
    }
    has_members_ = true;
    budget_.count_members();
    const char* known = archive_entry_pathname(entry_);
    ArchiveMember member{
        .name = find_pax_path(headers).value_or(known == nullptr ? "" : known),
        .kind = kind_of(entry_)};
    check_member_name(member.name);
    if (member.kind == MemberKind::other) member.word = word_of(entry_);
    size_ = static_cast<std::uint64_t>(std::max<la_int64_t>(0, archive_entry_size(entry_)));
    done_ = 0;
    fetched_ = {};
    is_fetched_to_end_ = false;
    return member;
}

void TarReader::fetch() {
    const void* data = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(archive_.get(), &data, &size, &offset);
    if (result != ARCHIVE_OK && result != ARCHIVE_EOF) fail();
    is_fetched_to_end_ = result == ARCHIVE_EOF;
    if (is_fetched_to_end_) return;
    fetched_ = {static_cast<const std::byte*>(data), size};
    fetched_at_ = static_cast<std::uint64_t>(offset);
    if (fetched_at_ < done_) throw bad_archive("the map of a sparse member in it is damaged");
}

std::span<const std::byte> TarReader::read() {
    static constexpr std::array<std::byte, 64 * 1024> zeros{};
    while (fetched_.empty() && !is_fetched_to_end_)
        fetch();
    const auto known_until = is_fetched_to_end_ ? size_ : fetched_at_;
    std::span<const std::byte> block;
    if (done_ < known_until) {
        block = std::span(zeros).first(std::min<std::uint64_t>(zeros.size(), known_until - done_));
    } else {
        block = std::exchange(fetched_, {});
    }
    done_ += block.size();
    budget_.spend(block.size());
    return block;
}

}  // namespace

bool begins_as_tar(std::string_view bytes) {
    if (bytes.size() < tar_block_bytes) return false;
    const auto stated = octal_at(bytes, 148, 8);
    std::uint64_t sum = 8 * std::uint64_t{' '};  // the field of the checksum counts as blanks
    for (std::size_t at = 0; at < tar_block_bytes; ++at) {
        if (at < 148 || at >= 156) sum += static_cast<unsigned char>(bytes[at]);
    }
    // A block of zeros has no checksum that could be right.
    return stated && *stated == sum;
}

std::unique_ptr<ArchiveReader> read_tar(std::unique_ptr<Blocks> blocks, UnpackBudget& budget) {
    return std::make_unique<TarReader>(std::move(blocks), budget);
}

}  // namespace larmor::pack

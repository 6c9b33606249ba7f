// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_zip.hpp"

#include <sys/stat.h>

#include "pack/archive_names.hpp"
#include "pack/zip_content.hpp"

namespace larmor::pack {
namespace {

constexpr auto refusal = ErrorKind::invalid_argument;  // as bad_archive() has it

void check_name(const ZipMember& member) {
    if (!member.has_sound_name) {
        throw bad_archive(
            "the name of its member '" + member.name + "' is marked as UTF-8 and is none"
        );
    }
    check_member_name(member.name);
}

/// What a member is that is neither a file nor a folder; empty of these, and of a pipe, which is
/// what `zip` calls a member that it was given on its input.
std::string_view word_for(mode_t type) {
    if (type == 0 || S_ISREG(type) || S_ISDIR(type) || S_ISFIFO(type)) return "";
    return S_ISLNK(type) ? "symbolic link" : S_ISSOCK(type) ? "socket" : "device";
}

ArchiveMember to_archive_member(const ZipMember& member) {
    const bool is_unix = member.host == 3 || member.host == 19;
    const auto type = is_unix ? static_cast<mode_t>(member.attributes >> 16U) & S_IFMT : mode_t{0};
    const bool has_folder_bit = !is_unix && (member.attributes & 0x10U) != 0 && member.size == 0;
    if (member.is_folder() || S_ISDIR(type) || has_folder_bit) {
        return {.name = member.name, .kind = MemberKind::folder};
    }
    const auto word = word_for(type);
    const auto kind = word.empty() ? MemberKind::file : MemberKind::other;
    return {.name = member.name, .kind = kind, .word = word};
}

class ZipReader final : public ArchiveReader {
public:
    ZipReader(std::shared_ptr<const stream::Source> zip, const ZipEnd& end, UnpackBudget& budget)
        : zip_(std::move(zip)), end_(end), budget_(budget), directory_(zip_, end, refusal) {}

    std::optional<ArchiveMember> next() override;
    std::span<const std::byte> read() override;

private:
    void check_count() const;
    void open_member();

    std::shared_ptr<const stream::Source> zip_;
    const ZipEnd end_;
    UnpackBudget& budget_;
    ZipDirectory directory_;
    std::uint64_t entries_ = 0;
    std::uint64_t stored_bytes_ = 0;  // of the members that were read
    std::optional<ZipMember> member_;
    std::unique_ptr<Blocks> blocks_;  // of that, once it is read
};

std::optional<ArchiveMember> ZipReader::next() {
    blocks_.reset();
    member_ = directory_.next();
    if (!member_) {
        check_count();
        return {};
    }
    budget_.count_members();
    ++entries_;
    check_name(*member_);
    return to_archive_member(*member_);
}

void ZipReader::check_count() const {
    if (entries_ == end_.entries) return;
    if (!end_.is_zip64 && entries_ % 65'536 == end_.entries) return;
    throw bad_archive(
        "its directory names " + std::to_string(entries_) + " members and counts " +
        std::to_string(end_.entries)
    );
}

void ZipReader::open_member() {
    const auto bytes = locate_zip_member(*zip_, *member_, end_.directory_from, refusal);
    stored_bytes_ += bytes.to - bytes.from;
    // Members that share bytes would be read again and again, at the cost of one.
    if (stored_bytes_ > end_.directory_from) throw bad_archive("its members overlap");
    blocks_ = read_zip_member(*zip_, *member_, bytes, refusal);
}

std::span<const std::byte> ZipReader::read() {
    if (!blocks_) open_member();
    const auto block = blocks_->next();
    budget_.spend(block.size());
    return block;
}

}  // namespace

std::unique_ptr<ArchiveReader> read_zip(
    std::shared_ptr<const stream::Source> zip, const ZipEnd& end, UnpackBudget& budget
) {
    return std::make_unique<ZipReader>(std::move(zip), end, budget);
}

}  // namespace larmor::pack

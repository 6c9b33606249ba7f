// SPDX-License-Identifier: Apache-2.0
#include "pack/deflating.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "pack/crc32.hpp"
#include "pack/deflater.hpp"
#include "pack/segment_reader.hpp"
#include "pack/zip_records.hpp"

namespace larmor::pack {
namespace {

constexpr std::uint64_t page_bytes = 256 * 1024;
constexpr std::uint64_t in_front_max = 1 << 20;  // of content whose sizes stand in front

/// The content of one entry, read when it is asked for, and compared with its CRC-32 at the end.
class Content {
public:
    Content(const ReadContent& read, const Entry& entry)
        : entry_(entry),
          reader_(std::make_unique<Walk>(read, entry, on_failure_)),
          left_(entry.size) {}
    Content(const Content&) = delete;
    Content& operator=(const Content&) = delete;

    std::uint64_t left() const { return left_; }
    std::string read(std::uint64_t count) {
        std::string bytes(count, '\0');
        if (reader_.read(bytes) != count) refuse("ended too early");
        crc32_.append(bytes);
        left_ -= count;
        if (left_ == 0 && crc32_.value() != entry_.crc32) {
            if (on_failure_ && *on_failure_) (*on_failure_)(true);
            refuse("has another CRC-32");
        }
        return bytes;
    }

private:
    using OnFailure = decltype(stream::FileSlice::on_failure);

    class Walk final : public stream::Segments {
    public:
        Walk(const ReadContent& read, const Entry& entry, OnFailure& on_failure)
            : read_(read), content_(entry.content), size_(entry.size), on_failure_(on_failure) {}
        std::optional<stream::Segment> next() override {
            if (size_ == 0) return {};
            auto segment = read_(content_, 0, std::exchange(size_, 0));
            const auto* slice = std::get_if<stream::FileSlice>(&segment);
            if (slice != nullptr) on_failure_ = slice->on_failure;
            return segment;
        }

    private:
        const ReadContent& read_;
        std::uint64_t content_;
        std::uint64_t size_;
        OnFailure& on_failure_;
    };

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorKind::corrupt, "the content of '" + entry_.name + "' " + why);
    }

    const Entry& entry_;
    OnFailure on_failure_;  // of the file it is read from
    SegmentReader reader_;
    std::uint64_t left_;
    Crc32Chain crc32_;
};

/// A member that is longer than a page.
struct LongMember {
    LongMember(Entry of, const ReadContent& read) : entry(std::move(of)), content(read, entry) {}

    Entry entry;
    Content content;
    Packing packing{.method = Packing::Method::deflated, .length = 0, .length_follows = true};
};

class DeflatedZip final : public stream::Pages {
public:
    DeflatedZip(std::shared_ptr<const Entries> entries, ReadContent read)
        : entries_(std::move(entries)), read_(std::move(read)), count_(entries_->count()) {}

    std::string next() override {
        std::string page;
        while (page.size() < page_bytes && (long_member_ || packed_.size() < count_))
            append_member(page);
        if (page.empty()) return next_of_directory();
        directory_.offset += page.size();
        return page;
    }

private:
    void append_member(std::string& page) {
        if (long_member_) return continue_member(page);
        auto entry = entries_->at(packed_.size());
        if (entry.size <= in_front_max) return append_whole(page, entry);
        long_member_.emplace(std::move(entry), read_);
        deflater_.begin();
        append_local_header(page, long_member_->entry, long_member_->packing);
    }

    void append_whole(std::string& page, const Entry& entry) {
        const auto content = Content(read_, entry).read(entry.size);
        std::string deflated;
        deflater_.begin();
        deflater_.push(content, Deflater::Last::yes, deflated);
        auto packing = stored(entry);
        const bool is_smaller = deflated.size() < content.size();
        if (is_smaller) {
            packing = {
                .method = Packing::Method::deflated,
                .length = deflated.size(),
                .length_follows = false};
        }
        append_local_header(page, entry, packing);
        page += is_smaller ? deflated : content;
        note(packing);
    }

    void continue_member(std::string& page) {
        auto& member = *long_member_;
        const auto content = member.content.read(std::min(member.content.left(), page_bytes));
        const bool is_last = member.content.left() == 0;
        const auto before = page.size();
        deflater_.push(content, is_last ? Deflater::Last::yes : Deflater::Last::no, page);
        member.packing.length += page.size() - before;
        if (!is_last) return;
        append_descriptor(page, member.entry, member.packing);
        note(member.packing);
        long_member_.reset();
    }

    /// What the directory cannot take from the entry: length and method in one number.
    void note(const Packing& packing) {
        packed_.push_back(
            packing.length << 1 | (packing.method == Packing::Method::stored ? 0 : 1)
        );
    }

    Packing packing_of(std::size_t index, const Entry& entry) const {
        const bool is_deflated = (packed_[index] & 1) != 0;
        return {
            .method = is_deflated ? Packing::Method::deflated : Packing::Method::stored,
            .length = packed_[index] >> 1,
            .length_follows = entry.size > in_front_max};
    }

    std::string next_of_directory() {
        std::string page;
        if (is_complete_ || count_ == 0) return page;
        for (; page.size() < page_bytes && directory_.entries < count_; ++directory_.entries) {
            const auto entry = entries_->at(directory_.entries);
            const auto packing = packing_of(directory_.entries, entry);
            append_central_header(page, entry, packing, member_at_);
            member_at_ += length_of(entry, packing);
        }
        directory_.length += page.size();
        if (directory_.entries == count_) {
            page += format_end(directory_);
            is_complete_ = true;
        }
        return page;
    }

    static std::uint64_t length_of(const Entry& entry, const Packing& packing) {
        std::string records;
        append_local_header(records, entry, packing);
        if (packing.length_follows) append_descriptor(records, entry, packing);
        return records.size() + packing.length;
    }

    const std::shared_ptr<const Entries> entries_;
    const ReadContent read_;
    const std::size_t count_;
    Deflater deflater_;
    std::optional<LongMember> long_member_;
    std::vector<std::uint64_t> packed_;  // of the members that are complete
    CentralDirectory directory_;
    std::uint64_t member_at_ = 0;  // where the next member of the directory begins
    bool is_complete_ = false;
};

}  // namespace

std::unique_ptr<stream::Pages> deflate_archive(
    std::shared_ptr<const Entries> entries, ReadContent read
) {
    return std::make_unique<DeflatedZip>(std::move(entries), std::move(read));
}

}  // namespace larmor::pack

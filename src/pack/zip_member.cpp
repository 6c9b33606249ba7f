// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <zlib.h>

#include "base/error.hpp"
#include "pack/zip_fields.hpp"
#include "pack/zip_reader.hpp"

namespace larmor::pack {
namespace {

constexpr std::uint64_t local_header_bytes = 30;
constexpr std::size_t piece_bytes = 128 * 1024;
constexpr std::size_t input_bytes = 64 * 1024;
/// Deflate makes at most 258 bytes of two bits; a member that claims more is a lie.
constexpr std::uint64_t deflate_ratio_max = 1032;

constexpr unsigned stored_method = 0;
constexpr unsigned deflated_method = 8;

/// Where the bytes of a member lie in the zip.
struct StoredBytes {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

[[noreturn]] void refuse_content(const std::string& why) {
    throw Error(ErrorKind::unprocessable, "the member of the zip is damaged: " + why);
}

/// The content of a member from its beginning on, as it is told apart by its method.
class Content {
public:
    virtual ~Content() = default;
    /// Fills the buffer, or less at the end of what there is.
    virtual std::size_t read(std::span<char> buffer) = 0;
};

class StoredContent : public Content {
public:
    explicit StoredContent(std::unique_ptr<stream::Segments> walk) : reader_(std::move(walk)) {}
    std::size_t read(std::span<char> buffer) override { return reader_.read(buffer); }

private:
    SegmentReader reader_;
};

class InflatedContent : public Content {
public:
    explicit InflatedContent(std::unique_ptr<stream::Segments> walk) : reader_(std::move(walk)) {
        constexpr int raw_deflate = -15;
        if (::inflateInit2(&state_, raw_deflate) != Z_OK) throw std::bad_alloc();
    }
    ~InflatedContent() override { ::inflateEnd(&state_); }
    InflatedContent(const InflatedContent&) = delete;
    InflatedContent& operator=(const InflatedContent&) = delete;

    std::size_t read(std::span<char> buffer) override {
        state_.next_out = reinterpret_cast<Bytef*>(buffer.data());
        state_.avail_out = static_cast<uInt>(buffer.size());
        while (state_.avail_out > 0 && !ended_) {
            if (state_.avail_in == 0) refill();
            const auto result = ::inflate(&state_, Z_NO_FLUSH);
            ended_ = result == Z_STREAM_END;
            if (result != Z_OK && !ended_) refuse_content("it cannot be inflated");
        }
        return buffer.size() - state_.avail_out;
    }

private:
    void refill() {
        input_.resize(input_bytes);
        input_.resize(reader_.read(input_));
        if (input_.empty()) refuse_content("it ends too early");
        state_.next_in = reinterpret_cast<Bytef*>(input_.data());
        state_.avail_in = static_cast<uInt>(input_.size());
    }

    SegmentReader reader_;
    z_stream state_{};
    std::string input_;
    bool ended_ = false;
};

/// Reads a member from its beginning, gives what lies in [from, to), and checks the whole before
/// the last piece when `to` is the end.
class CheckedWalk : public stream::Segments {
public:
    CheckedWalk(
        std::unique_ptr<Content> content,
        const ZipMember& member,
        std::uint64_t from,
        std::uint64_t to
    )
        : content_(std::move(content)),
          size_(member.size),
          crc32_(member.crc32),
          from_(from),
          to_(to) {}

    std::optional<stream::Segment> next() override {
        while (at_ < to_) {
            std::string piece(std::min<std::uint64_t>(piece_bytes, to_ - at_), '\0');
            if (content_->read(piece) != piece.size()) refuse_content("it is too short");
            crc_ = static_cast<std::uint32_t>(
                ::crc32_z(crc_, reinterpret_cast<const Bytef*>(piece.data()), piece.size())
            );
            const auto begin = at_;
            at_ += piece.size();
            if (at_ == size_) check_whole();
            if (at_ <= from_) continue;
            if (begin < from_) piece.erase(0, from_ - begin);
            return piece;
        }
        return {};
    }

private:
    void check_whole() {
        char surplus = 0;
        if (content_->read(std::span(&surplus, 1)) != 0) refuse_content("it is too long");
        if (crc_ != crc32_) refuse_content("its CRC is wrong");
    }

    std::unique_ptr<Content> content_;
    std::uint64_t size_;
    std::uint32_t crc32_;
    std::uint64_t from_;
    std::uint64_t to_;
    std::uint64_t at_ = 0;
    std::uint32_t crc_ = 0;
};

class MemberSource : public stream::Source {
public:
    MemberSource(
        std::shared_ptr<const stream::Source> zip,
        ZipMember member,
        StoredBytes bytes,
        std::string etag
    )
        : zip_(std::move(zip)), member_(std::move(member)), bytes_(bytes), etag_(std::move(etag)) {}

    std::uint64_t length() const override { return member_.size; }
    std::string etag() const override { return etag_; }

    std::unique_ptr<stream::Segments> segments(std::uint64_t from, std::uint64_t to)
        const override {
        if (member_.method == deflated_method) {
            auto content = std::make_unique<InflatedContent>(stored_bytes());
            return std::make_unique<CheckedWalk>(std::move(content), member_, from, to);
        }
        // What does not reach the end cannot be checked anyhow: the kernel may send it.
        if (to < member_.size) return zip_->segments(bytes_.from + from, bytes_.from + to);
        auto content = std::make_unique<StoredContent>(stored_bytes());
        return std::make_unique<CheckedWalk>(std::move(content), member_, from, to);
    }

private:
    std::unique_ptr<stream::Segments> stored_bytes() const {
        return zip_->segments(bytes_.from, bytes_.to);
    }

    std::shared_ptr<const stream::Source> zip_;
    ZipMember member_;
    StoredBytes bytes_;
    std::string etag_;
};

/// Behind the local header, whose name and extra field need not be those of the directory.
StoredBytes locate(const stream::Source& zip, const ZipMember& member) {
    const auto length = zip.length();
    const auto at = member.header_at;
    if (at > length || length - at < local_header_bytes) refuse_zip("a member lies outside of it");
    const auto header = read_bytes(zip, at, at + local_header_bytes);
    if (!header.starts_with("PK\3\4")) refuse_zip("a member is not where its directory says");
    const auto from = at + local_header_bytes + read16(header, 26) + read16(header, 28);
    if (from > length || length - from < member.stored_size) {
        refuse_zip("a member lies outside of it");
    }
    return {from, from + member.stored_size};
}

void require_readable(const ZipMember& member) {
    if (member.is_encrypted) {
        throw Error(ErrorKind::unsupported, "'" + member.name + "' is encrypted in the zip");
    }
    if (member.method != stored_method && member.method != deflated_method) {
        throw Error(
            ErrorKind::unsupported,
            "'" + member.name + "' is packed by method " + std::to_string(member.method) +
                ", which is not offered"
        );
    }
    const bool fits = member.method == stored_method
                          ? member.size == member.stored_size
                          : member.size / deflate_ratio_max <= member.stored_size;
    if (!fits) refuse_zip("the sizes of '" + member.name + "' contradict each other");
}

}  // namespace

std::shared_ptr<const stream::Source> open_zip_member(
    std::shared_ptr<const stream::Source> zip, const ZipMember& member, std::string etag
) {
    require_readable(member);
    const auto bytes = locate(*zip, member);
    return std::make_shared<MemberSource>(std::move(zip), member, bytes, std::move(etag));
}

}  // namespace larmor::pack

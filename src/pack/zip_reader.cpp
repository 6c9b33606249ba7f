// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_reader.hpp"

#include <algorithm>
#include <chrono>

#include "pack/zip_content.hpp"

namespace larmor::pack {
namespace {

// How far one turn goes on the way to a range. Little content may take long to unpack.
constexpr std::uint64_t skipped_at_once = 4 << 20;
constexpr std::chrono::milliseconds turn_max{50};

/// Reads a member from its beginning, gives what lies in [from, to), and has the whole checked
/// before the last piece when `to` is the end.
class CheckedWalk final : public stream::Segments {
public:
    CheckedWalk(
        std::unique_ptr<Blocks> blocks, std::uint64_t from, std::uint64_t to, std::uint64_t size
    )
        : blocks_(std::move(blocks)), from_(from), to_(to), size_(size) {}

    std::optional<stream::Segment> next() override {
        if (at_ >= to_ || from_ == to_) return {};
        const auto until = std::min(to_, at_ + skipped_at_once);
        const auto late = std::chrono::steady_clock::now() + turn_max;
        std::string piece;
        do
            piece = read_piece();
        while (piece.empty() && at_ < until && std::chrono::steady_clock::now() < late);
        return piece;
    }

private:
    /// Of the next block what lies in the range.
    std::string read_piece() {
        const auto block = blocks_->next();
        const auto begin = std::max(at_, from_), end = std::min(at_ + block.size(), to_);
        std::string piece;
        if (begin < end) {
            piece.assign(reinterpret_cast<const char*>(block.data()) + (begin - at_), end - begin);
        }
        at_ += block.size();
        if (at_ == size_ && to_ == size_) blocks_->next();  // throws unless all was right
        return piece;
    }

    std::unique_ptr<Blocks> blocks_;
    std::uint64_t from_;
    std::uint64_t to_;
    std::uint64_t size_;
    std::uint64_t at_ = 0;
};

class MemberSource final : public stream::Source {
public:
    MemberSource(
        std::shared_ptr<const stream::Source> zip,
        ZipMember member,
        ZipBytes bytes,
        std::string etag
    )
        : zip_(std::move(zip)), member_(std::move(member)), bytes_(bytes), etag_(std::move(etag)) {}

    std::uint64_t length() const override { return member_.size; }
    std::string etag() const override { return etag_; }

    std::unique_ptr<stream::Segments> segments(std::uint64_t from, std::uint64_t to)
        const override {
        if (is_sent_as_stored(to)) {
            return zip_->segments(bytes_.from + from, bytes_.from + to);
        }
        return std::make_unique<CheckedWalk>(
            read_zip_member(*zip_, member_, bytes_, ErrorKind::unprocessable),
            from,
            to,
            member_.size
        );
    }
    bool is_cheap(std::uint64_t from, std::uint64_t to) const override {
        return from == 0 || is_sent_as_stored(to);
    }

private:
    /// What does not reach the end cannot be checked anyhow: the kernel may send it.
    bool is_sent_as_stored(std::uint64_t to) const {
        return !member_.is_deflated() && to < member_.size;
    }

    std::shared_ptr<const stream::Source> zip_;
    ZipMember member_;
    ZipBytes bytes_;
    std::string etag_;
};

void check_ratio(const ZipMember& member, const UnpackLimits& limits) {
    if (!member.is_deflated() || member.size <= limits.bytes_from(member.stored_size)) return;
    throw Error(
        ErrorKind::unsupported,
        "its member '" + member.name + "' unpacks to more than " + std::to_string(limits.ratio) +
            " times its size, the ratio that is taken beyond " +
            std::to_string(limits.bytes_before_ratio) + " bytes"
    );
}

}  // namespace

std::optional<ZipMember> find_zip_member(
    const std::shared_ptr<const stream::Source>& zip, const std::vector<std::string>& names
) {
    ZipDirectory directory(zip);
    std::optional<ZipMember> found;
    auto end = names.end();  // of the names that are as good as the one found
    while (auto member = directory.next()) {
        const auto name = std::find(names.begin(), end, member->name);
        if (name == end || member->is_folder()) continue;
        found = std::move(member);
        end = name + 1;
    }
    return found;
}

std::shared_ptr<const stream::Source> open_zip_member(
    std::shared_ptr<const stream::Source> zip,
    const ZipMember& member,
    std::string etag,
    const UnpackLimits& limits
) {
    check_ratio(member, limits);
    const auto bytes = locate_zip_member(*zip, member, zip->length(), ErrorKind::unsupported);
    return std::make_shared<MemberSource>(std::move(zip), member, bytes, std::move(etag));
}

}  // namespace larmor::pack

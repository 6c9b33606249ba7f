// SPDX-License-Identifier: Apache-2.0
#include "http/walks.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "http/answer_head.hpp"

namespace larmor::http {
namespace {

/// Texts and ranges in turn: text 0, range 0, text 1, range 1, …; empty texts are left out.
class RangesWalk : public stream::Segments {
public:
    RangesWalk(
        std::shared_ptr<const stream::Source> source,
        std::vector<std::string> texts,
        std::vector<ByteRange> ranges
    )
        : source_(std::move(source)), texts_(std::move(texts)), ranges_(std::move(ranges)) {}

    std::optional<stream::Segment> next() override {
        for (;;) {
            if (inner_) {
                if (auto segment = inner_->next()) return segment;
                inner_.reset();
            }
            if (position_ == texts_.size()) return {};
            const auto at = position_++;
            if (at < ranges_.size()) inner_ = source_->segments(ranges_[at].from, ranges_[at].to);
            if (!texts_[at].empty()) return std::move(texts_[at]);
        }
    }

private:
    std::shared_ptr<const stream::Source> source_;  // outlives the walk below
    std::vector<std::string> texts_;
    std::vector<ByteRange> ranges_;
    std::size_t position_ = 0;
    std::unique_ptr<stream::Segments> inner_;
};

class PagesWalk : public stream::Segments {
public:
    enum class Framing { chunks, none };

    PagesWalk(
        Framing framing, std::string first, std::string second, std::unique_ptr<stream::Pages> pages
    )
        : framing_(framing),
          first_(std::move(first)),
          second_(std::move(second)),
          pages_(std::move(pages)) {}

    std::optional<stream::Segment> next() override {
        if (at_end_) return {};
        auto page = take_page();
        at_end_ = page.empty();
        if (framing_ == Framing::chunks) return frame(page);
        if (at_end_) return {};
        return page;
    }

private:
    std::string take_page() {
        if (!first_.empty()) return std::exchange(first_, {});
        if (!second_.empty()) return std::exchange(second_, {});
        return pages_->next();
    }

    /// An empty page becomes the closing chunk.
    static std::string frame(const std::string& page) {
        std::array<char, 20> size;
        const auto end = std::to_chars(size.begin(), size.end(), page.size(), 16).ptr;
        return std::string(size.begin(), end) + "\r\n" + page + "\r\n";
    }

    Framing framing_;
    std::string first_;
    std::string second_;
    std::unique_ptr<stream::Pages> pages_;
    bool at_end_ = false;
};

}  // namespace

MultipartRanges::MultipartRanges(
    const std::string& boundary,
    const std::string& part_type,
    std::vector<ByteRange> ranges,
    std::uint64_t whole_length
)
    : ranges_(std::move(ranges)) {
    for (const auto& range : ranges_) {
        texts_.push_back(
            (texts_.empty() ? "--" : "\r\n--") + boundary + "\r\nContent-Type: " +
            header_value(part_type) + "\r\nContent-Range: bytes " + std::to_string(range.from) +
            '-' + std::to_string(range.to - 1) + '/' + std::to_string(whole_length) + "\r\n\r\n"
        );
    }
    texts_.push_back("\r\n--" + boundary + "--\r\n");
}

std::uint64_t MultipartRanges::length() const {
    std::uint64_t total = 0;
    for (const auto& text : texts_)
        total += text.size();
    for (const auto& range : ranges_)
        total += range.to - range.from;
    return total;
}

std::unique_ptr<stream::Segments> MultipartRanges::walk(std::shared_ptr<const stream::Source> source
) && {
    return std::make_unique<RangesWalk>(std::move(source), std::move(texts_), std::move(ranges_));
}

std::unique_ptr<stream::Segments> walk_range(
    std::shared_ptr<const stream::Source> source, ByteRange range
) {
    return std::make_unique<RangesWalk>(
        std::move(source), std::vector<std::string>(1), std::vector{range}
    );
}

std::unique_ptr<stream::Segments> walk_chunks(
    std::string first, std::string second, std::unique_ptr<stream::Pages> pages
) {
    return std::make_unique<PagesWalk>(
        PagesWalk::Framing::chunks, std::move(first), std::move(second), std::move(pages)
    );
}

std::unique_ptr<stream::Segments> walk_pages(
    std::string first, std::string second, std::unique_ptr<stream::Pages> pages
) {
    return std::make_unique<PagesWalk>(
        PagesWalk::Framing::none, std::move(first), std::move(second), std::move(pages)
    );
}

}  // namespace larmor::http

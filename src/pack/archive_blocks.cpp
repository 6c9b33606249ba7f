// SPDX-License-Identifier: Apache-2.0
#include "pack/archive_blocks.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <isa-l/igzip_lib.h>

#include "pack/segment_reader.hpp"

namespace larmor::pack {
namespace {

constexpr std::size_t block_bytes = 256 * 1024;

class SliceWalk final : public stream::Segments {
public:
    explicit SliceWalk(stream::FileSlice slice) : slice_(std::move(slice)) {}
    std::optional<stream::Segment> next() override {
        if (slice_.length == 0) return {};
        return std::exchange(slice_, {});
    }

private:
    stream::FileSlice slice_;
};

class StoredBlocks final : public Blocks {
public:
    StoredBlocks(const stream::Source& source, std::uint64_t from, std::uint64_t to)
        : reader_(source.segments(from, to)), left_(to - from) {}

    std::span<const std::byte> next() override {
        buffer_.resize(std::min<std::uint64_t>(block_bytes, left_));
        const auto count = reader_.read(buffer_);
        left_ -= count;
        return std::as_bytes(std::span(buffer_).first(count));
    }

private:
    SegmentReader reader_;
    std::uint64_t left_;
    std::vector<char> buffer_;
};

enum class Wrapping { none, gzip };

/// Blocks without content are legal and slow to read; nobody makes so many on end.
constexpr std::size_t fruitless_bytes_max = 512 * 1024;

class InflatedBlocks final : public Blocks {
public:
    InflatedBlocks(std::unique_ptr<Blocks> input, Wrapping wrapping, DamageError damaged)
        : input_(std::move(input)),
          wrapping_(wrapping),
          damaged_(std::move(damaged)),
          state_(new inflate_state) {
        isal_inflate_init(state_.get());
        begin_stream();
    }

    std::span<const std::byte> next() override {
        std::size_t fed = 0;
        while (!is_done_) {
            if (state_->avail_in == 0) fed += feed(input_->next());
            const auto made = inflate();
            if (state_->block_state == ISAL_BLOCK_FINISH) end_stream();
            if (made > 0) return {buffer_.get(), made};
            if (fed > fruitless_bytes_max) throw damaged_("too much of it unpacks to nothing");
        }
        return {};
    }

private:
    void begin_stream() {
        isal_inflate_reset(state_.get());
        state_->crc_flag = wrapping_ == Wrapping::gzip ? ISAL_GZIP : ISAL_DEFLATE;
    }
    std::size_t feed(std::span<const std::byte> bytes) {
        // The library takes what it reads for mutable.
        auto* data = const_cast<std::byte*>(bytes.data());
        state_->next_in = reinterpret_cast<std::uint8_t*>(data);
        state_->avail_in = static_cast<std::uint32_t>(bytes.size());
        return bytes.size();
    }
    std::span<const std::byte> unread() const {
        return {reinterpret_cast<const std::byte*>(state_->next_in), state_->avail_in};
    }

    std::size_t inflate() {
        const bool input_ended = state_->avail_in == 0;
        state_->next_out = reinterpret_cast<std::uint8_t*>(buffer_.get());
        state_->avail_out = block_bytes;
        const int result = isal_inflate(state_.get());
        if (result < 0 || result == ISAL_NEED_DICT) {
            throw damaged_(
                result == ISAL_INCORRECT_CHECKSUM ? "its bytes do not have its checksum"
                                                  : "its compressed bytes cannot be inflated"
            );
        }
        const std::size_t made = block_bytes - state_->avail_out;
        if (input_ended && made == 0 && state_->block_state != ISAL_BLOCK_FINISH) {
            throw damaged_("its compressed bytes end too early");
        }
        return made;
    }

    /// Another gzip member may follow, cut anywhere between two blocks.
    void end_stream() {
        constexpr auto magic = std::to_array({std::byte{0x1F}, std::byte{0x8B}});
        is_done_ = true;
        if (wrapping_ == Wrapping::none) return;
        if (state_->avail_in < magic.size()) {
            const auto left = unread();
            std::vector<std::byte> joined(left.begin(), left.end());
            const auto more = input_->next();
            joined.insert(joined.end(), more.begin(), more.end());
            joined_ = std::move(joined);
            feed(joined_);
        }
        const auto left = unread();
        if (left.size() < magic.size() || !std::ranges::equal(left.first(2), magic)) return;
        begin_stream();
        is_done_ = false;
    }

    std::unique_ptr<Blocks> input_;
    const Wrapping wrapping_;
    const DamageError damaged_;
    std::unique_ptr<inflate_state> state_;
    // Not zeroed: many members are small.
    std::unique_ptr<std::byte[]> buffer_ = std::make_unique_for_overwrite<std::byte[]>(block_bytes);
    std::vector<std::byte> joined_;
    bool is_done_ = false;
};

}  // namespace

Error bad_archive(const std::string& reason) {
    return {ErrorKind::invalid_argument, reason};
}

std::unique_ptr<stream::Segments> ArchiveFile::segments(std::uint64_t from, std::uint64_t to)
    const {
    auto slice = slice_;
    slice.offset += from;
    slice.length = to - from;
    return std::make_unique<SliceWalk>(std::move(slice));
}

std::unique_ptr<Blocks> stored_blocks(
    const stream::Source& source, std::uint64_t from, std::uint64_t to
) {
    return std::make_unique<StoredBlocks>(source, from, to);
}

std::unique_ptr<Blocks> inflated_blocks(std::unique_ptr<Blocks> deflated, DamageError damaged) {
    return std::make_unique<InflatedBlocks>(
        std::move(deflated), Wrapping::none, std::move(damaged)
    );
}

std::unique_ptr<Blocks> gunzipped_blocks(std::unique_ptr<Blocks> gzipped) {
    return std::make_unique<InflatedBlocks>(std::move(gzipped), Wrapping::gzip, bad_archive);
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include "pack/segment_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

#include "base/error.hpp"

namespace larmor::pack {

std::size_t SegmentReader::read(std::span<char> buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        if (!segment_) {
            segment_ = walk_->next();
            text_at_ = 0;
        }
        if (!segment_) break;
        const auto rest = buffer.subspan(filled);
        auto* text = std::get_if<std::string>(&*segment_);
        filled += text != nullptr ? take_text(*text, rest)
                                  : take_slice(std::get<stream::FileSlice>(*segment_), rest);
    }
    return filled;
}

std::size_t SegmentReader::take_text(std::string& text, std::span<char> buffer) {
    const auto count = std::min(buffer.size(), text.size() - text_at_);
    std::memcpy(buffer.data(), text.data() + text_at_, count);
    text_at_ += count;
    if (text_at_ == text.size()) segment_.reset();
    return count;
}

std::size_t SegmentReader::take_slice(stream::FileSlice& slice, std::span<char> buffer) {
    const auto wanted = std::min<std::uint64_t>(buffer.size(), slice.length);
    const auto count =
        ::pread(slice.file->get(), buffer.data(), wanted, static_cast<off_t>(slice.offset));
    if (count < 0 && errno == EINTR) return 0;
    if (count < 0) throw system_error("cannot read", "a stored file", errno);
    if (count == 0 && wanted > 0) {
        if (slice.on_failure && *slice.on_failure) (*slice.on_failure)(true);
        throw Error(ErrorKind::corrupt, "a stored file is shorter than it was");
    }
    slice.offset += static_cast<std::uint64_t>(count);
    slice.length -= static_cast<std::uint64_t>(count);
    if (slice.length == 0) segment_.reset();
    return static_cast<std::size_t>(count);
}

std::string read_bytes(const stream::Source& source, std::uint64_t from, std::uint64_t to) {
    std::string bytes(to - from, '\0');
    SegmentReader reader(source.segments(from, to));
    if (reader.read(bytes) != bytes.size()) {
        throw Error(ErrorKind::corrupt, "a stored file ended before its length");
    }
    return bytes;
}

}  // namespace larmor::pack

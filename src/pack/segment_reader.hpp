// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "stream/source.hpp"

namespace larmor::pack {

/// Brings the bytes of a walk into memory, a buffer at a time. For one thread.
class SegmentReader {
public:
    explicit SegmentReader(std::unique_ptr<stream::Segments> walk) : walk_(std::move(walk)) {}

    /// Fills the buffer as far as there are bytes; less than its size only at the end. Throws
    /// what the walk throws, and corrupt for a file that is shorter than its slice.
    std::size_t read(std::span<char> buffer);

private:
    std::size_t take_text(std::string& text, std::span<char> buffer);
    std::size_t take_slice(stream::FileSlice& slice, std::span<char> buffer);

    std::unique_ptr<stream::Segments> walk_;
    std::optional<stream::Segment> segment_;
    std::size_t text_at_ = 0;  // how much of a text is taken
};

/// The bytes [from, to) of a source, which must hold them.
std::string read_bytes(const stream::Source& source, std::uint64_t from, std::uint64_t to);

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "stream/source.hpp"

namespace larmor::http {

/// Bytes that can be sent without waiting for a disk.
struct Batch {
    std::deque<stream::Segment> segments;
    bool is_last = false;

    /// The walk has more to do before it comes to bytes. That the client has left meanwhile is told
    /// by no send that fails: one must look.
    bool is_pause() const { return segments.empty() && !is_last; }
};

/// Walks ahead of the sender on a thread that may block: opens files, gathers headers and small
/// files into one text, and brings large slices into the page cache, a few MiB at a time. The
/// bytes of large slices are never copied. Used by one thread at a time.
class ReadAhead {
public:
    /// `length` is what the walk must add up to; absent when that is not known beforehand.
    ReadAhead(std::unique_ptr<stream::Segments> walk, std::optional<std::uint64_t> length);

    /// Throws Error when the bytes cannot be had, or are fewer or more than promised. A slice that
    /// cannot be read has been told so before.
    Batch next_batch();

private:
    void take(stream::Segment segment, Batch& batch);
    void take_slice(stream::FileSlice slice, Batch& batch);
    void gather(const stream::FileSlice& slice);
    void flush(Batch& batch);
    void count(std::uint64_t bytes);

    std::unique_ptr<stream::Segments> walk_;
    std::optional<std::uint64_t> missing_;
    std::optional<stream::FileSlice> rest_;  // of a slice too long for one batch
    std::string gathered_;
    unsigned batches_ = 0;
    std::uint64_t slice_bytes_left_ = 0;  // in the batch that is being made
    std::size_t text_bytes_ = 0;
};

/// Whether both ends of the slice are in the page cache; never waits for a disk.
bool is_resident(const stream::FileSlice& slice);

/// Reads the slice into the page cache. Throws corrupt when the file ends before the slice does,
/// after the slice has been told.
void make_resident(const stream::FileSlice& slice);

}  // namespace larmor::http

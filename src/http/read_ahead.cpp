// SPDX-License-Identifier: Apache-2.0
#include "http/read_ahead.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/uio.h>

#include "base/error.hpp"
#include "http/failure_report.hpp"

namespace larmor::http {
namespace {

// Below this a pread beside the headers costs less than a sendfile of its own (goals.md).
constexpr std::uint64_t small_slice_max = 64 * 1024;
constexpr std::size_t text_bytes_max = 128 * 1024;
constexpr std::uint64_t slice_bytes_max = 8 * 1024 * 1024;
constexpr std::size_t segments_max = 64;
// Of large slices the first batches hold an eighth, a quarter and a half as many, so that the
// first byte does not wait for 64 files to be opened.
constexpr unsigned halvings_at_first = 3;
constexpr std::uint64_t probe_step = 256 * 1024;

enum class Probe { resident, absent, past_end };

[[noreturn]] void fail_short(const stream::FileSlice& slice) {
    report_failure(slice, true);
    throw Error(ErrorKind::corrupt, "a stored file is shorter than the catalog says");
}

[[noreturn]] void fail_read(const stream::FileSlice& slice, int error_number) {
    if (is_disk_error(error_number)) report_failure(slice, false);
    throw Error(
        ErrorKind::unavailable,
        system_error("cannot read", "a stored file", error_number).what(),
        "the disk that holds the stored files cannot be read"
    );
}

bool is_pause(const stream::Segment& segment) {
    const auto* text = std::get_if<std::string>(&segment);
    return text != nullptr && text->empty();
}

/// Looks whether the byte at `offset` can be read without waiting. A file system that cannot
/// tell (EOPNOTSUPP) counts as absent.
Probe probe(const stream::FileSlice& slice, std::uint64_t offset) {
    char byte = 0;
    iovec vector{&byte, 1};
    const auto count =
        ::preadv2(slice.file->get(), &vector, 1, static_cast<off_t>(offset), RWF_NOWAIT);
    if (count == 0) return Probe::past_end;
    return count == 1 ? Probe::resident : Probe::absent;
}

void read_byte(const stream::FileSlice& slice, std::uint64_t offset) {
    char byte = 0;
    ssize_t count = 0;
    do {
        count = ::pread(slice.file->get(), &byte, 1, static_cast<off_t>(offset));
    } while (count < 0 && errno == EINTR);
    if (count == 0) fail_short(slice);
    if (count < 0) fail_read(slice, errno);
}

/// Calls `visit` with one offset in every step of the slice, the last byte included.
template <class Visit>
void for_each_step(const stream::FileSlice& slice, Visit visit) {
    const auto last = slice.offset + slice.length - 1;
    for (auto offset = slice.offset; offset < last; offset += probe_step)
        visit(offset);
    visit(last);
}

}  // namespace

ReadAhead::ReadAhead(std::unique_ptr<stream::Segments> walk, std::optional<std::uint64_t> length)
    : walk_(std::move(walk)), missing_(length) {}

Batch ReadAhead::next_batch() {
    Batch batch;
    const auto halvings = halvings_at_first - std::min(batches_, halvings_at_first);
    ++batches_;
    slice_bytes_left_ = slice_bytes_max >> halvings;
    text_bytes_ = 0;
    while (slice_bytes_left_ > 0 && text_bytes_ < text_bytes_max &&
           batch.segments.size() < segments_max >> halvings) {
        auto segment = rest_ ? std::optional<stream::Segment>(std::move(*rest_)) : walk_->next();
        rest_.reset();
        if (!segment) {
            if (missing_.value_or(0) > 0) {
                throw Error(ErrorKind::corrupt, "a body ended before its promised length");
            }
            batch.is_last = true;
            break;
        }
        if (is_pause(*segment)) break;
        take(std::move(*segment), batch);
    }
    flush(batch);
    return batch;
}

void ReadAhead::take(stream::Segment segment, Batch& batch) {
    if (auto* slice = std::get_if<stream::FileSlice>(&segment)) {
        take_slice(std::move(*slice), batch);
        return;
    }
    auto& text = std::get<std::string>(segment);
    count(text.size());
    text_bytes_ += text.size();
    if (text.size() < small_slice_max) {
        gathered_ += text;
    } else {
        flush(batch);
        batch.segments.emplace_back(std::move(text));
    }
}

void ReadAhead::take_slice(stream::FileSlice slice, Batch& batch) {
    if (slice.length < small_slice_max) {
        count(slice.length);
        text_bytes_ += slice.length;
        gather(slice);
        return;
    }
    flush(batch);
    auto now = slice;
    now.length = std::min(slice.length, slice_bytes_left_);
    count(now.length);
    make_resident(now);
    slice_bytes_left_ -= now.length;
    slice.offset += now.length;
    slice.length -= now.length;
    if (slice.length > 0) rest_ = std::move(slice);
    batch.segments.emplace_back(std::move(now));
}

void ReadAhead::gather(const stream::FileSlice& slice) {
    const auto begin = gathered_.size();
    gathered_.resize(begin + slice.length);
    std::size_t done = 0;
    while (done < slice.length) {
        const auto count = ::pread(
            slice.file->get(),
            gathered_.data() + begin + done,
            slice.length - done,
            static_cast<off_t>(slice.offset + done)
        );
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail_read(slice, errno);
        if (count == 0) fail_short(slice);
        done += static_cast<std::size_t>(count);
    }
}

void ReadAhead::flush(Batch& batch) {
    if (gathered_.empty()) return;
    batch.segments.emplace_back(std::move(gathered_));
    gathered_ = {};
}

void ReadAhead::count(std::uint64_t bytes) {
    if (!missing_) return;
    if (bytes > *missing_) {
        throw Error(ErrorKind::corrupt, "a body is longer than its promised length");
    }
    *missing_ -= bytes;
}

bool is_resident(const stream::FileSlice& slice) {
    return probe(slice, slice.offset) == Probe::resident &&
           probe(slice, slice.offset + slice.length - 1) == Probe::resident;
}

void make_resident(const stream::FileSlice& slice) {
    bool all_there = true;
    for_each_step(slice, [&](std::uint64_t offset) {
        const auto found = probe(slice, offset);
        if (found == Probe::past_end) fail_short(slice);
        all_there = all_there && found == Probe::resident;
    });
    if (all_there) return;
    // One call for the whole would be cut to the device's limit without a word.
    for_each_step(slice, [&](std::uint64_t offset) {
        const auto length = std::min(probe_step, slice.offset + slice.length - offset);
        ::posix_fadvise(
            slice.file->get(),
            static_cast<off_t>(offset),
            static_cast<off_t>(length),
            POSIX_FADV_WILLNEED
        );
    });
    for_each_step(slice, [&](std::uint64_t offset) { read_byte(slice, offset); });
}

}  // namespace larmor::http

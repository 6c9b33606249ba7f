// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/file_descriptor.hpp"

// The shared words for bytes on their way out. Knows nothing of archives, HTTP or where bytes lie.
namespace larmor::stream {

/// `length` bytes of an open file from `offset` on. Slices of one file share its descriptor,
/// which closes with the last of them.
struct FileSlice {
    std::shared_ptr<const FileDescriptor> file;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    /// Wants to know that the bytes of the slice cannot be had: the file ends early or holds others
    /// (`is_damaged`), or the disk failed. Null when nobody does; every part cut from a slice keeps
    /// it. Called at most once for a failed read, before the connection is cut or the error
    /// answered, on a thread that may block and never on a loop, at times by several threads at
    /// once. What it throws is logged and lost.
    std::shared_ptr<const std::function<void(bool is_damaged)>> on_failure = nullptr;
};

/// Bytes at hand, or bytes of a file that the kernel can send by itself.
using Segment = std::variant<std::string, FileSlice>;

/// A walk through the bytes of a range, made while sending. Used by one thread at a time.
class Segments {
public:
    virtual ~Segments() = default;
    /// The next piece; absent at the end. An empty text is a pause: there is more to do before the
    /// next bytes than one call should take, so others get their turn before it is asked again. May
    /// block on a disk. Throws Error when the bytes cannot be had: the sender then breaks the
    /// connection off.
    virtual std::optional<Segment> next() = 0;
};

/// Bytes whose length and identity are known before the first of them is read. Immutable and
/// safe to share between threads.
class Source {
public:
    virtual ~Source() = default;
    virtual std::uint64_t length() const = 0;
    /// A strong validator in quotes: the same ETag means the same bytes, on any node.
    virtual std::string etag() const = 0;
    /// The bytes [from, to), 0 <= from <= to <= length(). The walk must not outlive the source.
    virtual std::unique_ptr<Segments> segments(std::uint64_t from, std::uint64_t to) const = 0;
    /// Whether these bytes cost about what they are long, and not all that stands before them.
    virtual bool is_cheap(std::uint64_t /*from*/, std::uint64_t /*to*/) const { return true; }
};

/// A text of unknown length that is made page by page, such as a long listing.
class Pages {
public:
    virtual ~Pages() = default;
    /// The next page; empty at the end. Blocks while rows are read; throws Error.
    virtual std::string next() = 0;
};

}  // namespace larmor::stream

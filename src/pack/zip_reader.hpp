// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pack/segment_reader.hpp"
#include "stream/source.hpp"

// Reading single members out of a zip that somebody else made. Nothing in it is believed: whatever
// it claims is checked against its length, and memory does not grow with what it holds.
namespace larmor::pack {

/// What the central directory says of one member.
struct ZipMember {
    std::string name;  // UTF-8; code page 437 where it is neither marked as UTF-8 nor valid as that
    std::uint64_t size = 0;
    std::uint64_t stored_size = 0;  // compressed
    std::uint64_t header_at = 0;    // of its local header, from the beginning of the file
    std::uint32_t crc32 = 0;
    unsigned method = 0;  // 0 stored, 8 deflated
    bool is_encrypted = false;

    bool is_folder() const { return name.ends_with('/'); }
};

/// Walks through the central directory of a zip, also a Zip64 one or one with something before it
/// (a self-extracting program). Every function throws unsupported, saying why, for what is no zip
/// or cannot be followed, such as one of several disks or a directory of more than 256 MiB.
/// Takes at most 256 KiB of memory. Not thread-safe.
class ZipDirectory {
public:
    explicit ZipDirectory(std::shared_ptr<const stream::Source> zip);
    /// The next member; absent at the end.
    std::optional<ZipMember> next();

private:
    std::string take(std::size_t count);
    void fill(std::size_t count);

    std::shared_ptr<const stream::Source> zip_;
    std::uint64_t shift_ = 0;  // how far everything lies behind where the zip says
    std::uint64_t left_ = 0;   // bytes of the directory that are not taken
    std::string buffer_;       // of those, what is read ahead
    std::size_t buffer_at_ = 0;
    std::unique_ptr<SegmentReader> reader_;
};

/// The last member of that name, as other readers have it: an update appends. Absent when there
/// is none. Reads the whole directory.
std::optional<ZipMember> find_zip_member(
    const std::shared_ptr<const stream::Source>& zip, std::string_view name
);

/// The content of a member, of the length that the directory says, under an ETag of the caller's.
/// Throws unsupported for an encrypted member, for another method than stored and deflated, and
/// for headers that contradict one another.
/// A walk to the end checks length and CRC of the whole member before it gives its last piece, and
/// throws unprocessable when they are wrong; so a damaged member never arrives as a whole, not even
/// in parts. A range that ends before is not checked. A deflated member is inflated from its
/// beginning, whatever the range, in 250 KiB of memory.
std::shared_ptr<const stream::Source> open_zip_member(
    std::shared_ptr<const stream::Source> zip, const ZipMember& member, std::string etag
);

}  // namespace larmor::pack

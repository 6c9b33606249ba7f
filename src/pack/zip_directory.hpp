// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "pack/segment_reader.hpp"
#include "pack/zip_end.hpp"

// The central directory of a zip that somebody else made. Nothing in it is believed: whatever it
// claims is checked against the length of the zip. Whoever reads it says of which kind the errors
// are for what cannot be read; their texts go on from the name of the zip ("its directory ...").
namespace larmor::pack {

/// What the central directory says of one member.
struct ZipMember {
    std::string name;            // UTF-8
    bool has_sound_name = true;  // as in ZipName
    std::uint64_t size = 0;
    std::uint64_t stored_size = 0;  // compressed
    std::uint64_t header_at = 0;    // of its local header, from the beginning of the file
    std::uint32_t crc32 = 0;
    unsigned method = 0;  // 0 stored, 8 deflated
    bool is_encrypted = false;
    unsigned host = 0;             // the system that it was packed on: 3 and 19 are Unix
    std::uint64_t attributes = 0;  // as that system has them

    bool is_folder() const { return name.ends_with('/'); }
    bool is_deflated() const { return method == 8; }
};

/// Walks through the central directory. Takes at most 320 KiB of memory. Not thread-safe.
class ZipDirectory {
public:
    ZipDirectory(std::shared_ptr<const stream::Source> zip, const ZipEnd& end, ErrorKind refusal);
    /// Of a zip in the store, where every look into it walks through the whole directory: throws
    /// unsupported for what is no zip or has a directory of more than 256 MiB.
    explicit ZipDirectory(const std::shared_ptr<const stream::Source>& zip);

    /// The next member; absent at the end.
    std::optional<ZipMember> next();

private:
    std::string_view take(std::size_t count);
    void fill(std::size_t count);

    std::shared_ptr<const stream::Source> zip_;
    ErrorKind refusal_;
    std::uint64_t shift_;
    std::uint64_t left_;  // bytes of the directory that are not taken
    std::string buffer_;  // of those, what is read ahead
    std::size_t buffer_at_ = 0;
    SegmentReader reader_;
};

/// Where what is stored of a member lies: the bytes [from, to).
struct ZipBytes {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

/// Behind the local header, whose name and extra field need not be those of the directory. Refuses
/// a member that is encrypted or packed by another method than stored and deflated, whose sizes
/// contradict each other, and that does not end before `end`.
ZipBytes locate_zip_member(
    const stream::Source& zip, const ZipMember& member, std::uint64_t end, ErrorKind refusal
);

}  // namespace larmor::pack

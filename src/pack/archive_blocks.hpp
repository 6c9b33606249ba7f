// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "stream/source.hpp"

// The bytes of an uploaded archive, and what they unpack to.
namespace larmor::pack {

/// The client's archive is at fault: a 400.
Error bad_archive(const std::string& reason);

/// An archive in a stored object. Safe to share between readers.
class ArchiveFile {
public:
    explicit ArchiveFile(stream::FileSlice slice) : slice_(std::move(slice)) {}
    std::uint64_t length() const { return slice_.length; }
    /// Fewer bytes than asked for only at the end. Throws unavailable when the disk fails.
    std::size_t read_at(std::uint64_t offset, std::span<std::byte> into) const;
    /// As many bytes as there are, up to `size`.
    std::string text_at(std::uint64_t offset, std::size_t size) const;

private:
    stream::FileSlice slice_;
};

/// Bytes in their order, pulled block by block; memory is one block.
class Blocks {
public:
    virtual ~Blocks() = default;
    /// Empty at the end. Valid until the next call. Throws invalid_argument for bytes that cannot
    /// be unpacked.
    virtual std::span<const std::byte> next() = 0;
};

/// The bytes [from, to) as they are; `file` must outlive it.
std::unique_ptr<Blocks> stored_blocks(
    const ArchiveFile& file, std::uint64_t from, std::uint64_t to
);
/// A raw deflate stream.
std::unique_ptr<Blocks> inflated_blocks(std::unique_ptr<Blocks> deflated);
/// One gzip member after the other, each checked against its CRC and length. What follows the last
/// is passed over, as gunzip does.
std::unique_ptr<Blocks> gunzipped_blocks(std::unique_ptr<Blocks> gzipped);

}  // namespace larmor::pack

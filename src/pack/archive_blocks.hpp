// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/error.hpp"
#include "stream/source.hpp"

// The bytes of an archive that somebody else made, and what they unpack to.
namespace larmor::pack {

/// The client's archive is at fault: a 400.
Error bad_archive(const std::string& reason);

/// An uploaded archive, in the object that it is spooled to.
class ArchiveFile final : public stream::Source {
public:
    explicit ArchiveFile(stream::FileSlice slice) : slice_(std::move(slice)) {}
    std::uint64_t length() const override { return slice_.length; }
    /// Empty: nobody is told of it.
    std::string etag() const override { return {}; }
    std::unique_ptr<stream::Segments> segments(std::uint64_t from, std::uint64_t to) const override;

private:
    stream::FileSlice slice_;
};

/// Bytes in their order, pulled block by block; memory is one block.
class Blocks {
public:
    virtual ~Blocks() = default;
    /// Empty at the end. Valid until the next call. Throws for bytes that cannot be unpacked.
    virtual std::span<const std::byte> next() = 0;
};

/// The error of bytes that cannot be unpacked, or not to what they should be.
using DamageError = std::function<Error(const std::string& how)>;

/// The bytes [from, to) as they are; `source` must outlive it.
std::unique_ptr<Blocks> stored_blocks(
    const stream::Source& source, std::uint64_t from, std::uint64_t to
);
/// A raw deflate stream.
std::unique_ptr<Blocks> inflated_blocks(std::unique_ptr<Blocks> deflated, DamageError damaged);
/// One gzip member after the other, each checked against its CRC and length. What follows the last
/// is passed over, as gunzip does.
std::unique_ptr<Blocks> gunzipped_blocks(std::unique_ptr<Blocks> gzipped);

}  // namespace larmor::pack

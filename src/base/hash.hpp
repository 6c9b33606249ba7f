// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace larmor {

using Sha256Digest = std::array<std::uint8_t, 32>;
using Md5Digest = std::array<std::uint8_t, 16>;

/// What is known of a file's bytes from the moment it has arrived.
struct ContentDigest {
    std::uint64_t size = 0;
    std::uint32_t crc32 = 0;
    Md5Digest md5{};
    Sha256Digest sha256{};

    bool operator==(const ContentDigest&) const = default;
};

/// Reckons size, CRC-32, MD5 and SHA-256 in one pass; about 0.5 GB/s. Not thread-safe.
class ContentHasher {
public:
    ContentHasher();
    ~ContentHasher();
    ContentHasher(ContentHasher&&) noexcept;
    ContentHasher& operator=(ContentHasher&&) noexcept;

    void push(std::span<const std::byte> bytes);
    /// Ends the reckoning; nothing may be pushed after it.
    ContentDigest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// SHA-256 alone, for manifests.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void push(std::string_view bytes);
    Sha256Digest finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string digest_to_hex(std::span<const std::uint8_t> digest);
/// The digest as raw bytes, for encodings such as base64.
std::string_view digest_bytes(std::span<const std::uint8_t> digest);
/// Throws invalid_argument unless `hex` is 32 or 64 hexadecimal digits respectively.
Md5Digest md5_from_hex(std::string_view hex);
Sha256Digest sha256_from_hex(std::string_view hex);

/// `count` bytes from the system's random source, as lower-case hex (two digits a byte).
std::string random_hex(std::size_t count);

}  // namespace larmor

// SPDX-License-Identifier: Apache-2.0
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace larmor {
namespace {

ContentDigest digest_of(std::string_view text, std::size_t step) {
    ContentHasher hasher;
    for (std::size_t at = 0; at < text.size(); at += step) {
        hasher.push(std::as_bytes(std::span(text.substr(at, step))));
    }
    return hasher.finish();
}

}  // namespace

TEST(ContentHasher, ReckonsTheDigestsThatTheStandardsGive) {
    const auto digest = digest_of("123456789", 9);
    EXPECT_EQ(digest.size, 9U);
    EXPECT_EQ(digest.crc32, 0xCBF43926U);
    EXPECT_EQ(digest_to_hex(digest.md5), "25f9e794323b453885f5181f1b624d0b");
    EXPECT_EQ(
        digest_to_hex(digest.sha256),
        "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"
    );
}

TEST(ContentHasher, DoesNotDependOnHowTheBytesWereCut) {
    const std::string text(100'000, 'x');
    EXPECT_EQ(digest_of(text, text.size()), digest_of(text, 7));
    EXPECT_EQ(digest_to_hex(digest_of("", 1).md5), "d41d8cd98f00b204e9800998ecf8427e");
}

TEST(Digest, ReadsOnlyHexOfItsOwnLength) {
    const auto hex = digest_to_hex(digest_of("a", 1).sha256);
    EXPECT_EQ(digest_to_hex(sha256_from_hex(hex)), hex);
    EXPECT_THROW(sha256_from_hex("00"), Error);
    EXPECT_THROW(md5_from_hex(std::string(32, 'g')), Error);
}

}  // namespace larmor

// SPDX-License-Identifier: Apache-2.0
#include "catalog/digest_text.hpp"

#include <gtest/gtest.h>

#include "base/hash.hpp"

namespace larmor::catalog {
namespace {

TEST(ParseDigest, ReadsWhatTheCatalogWrites) {
    Sha256Digest digest{};
    for (std::size_t i = 0; i < digest.size(); ++i) {
        digest[i] = static_cast<std::uint8_t>(255 - 7 * i);
    }
    EXPECT_EQ(parse_digest<Sha256Digest>(digest_to_hex(digest)), digest);
    EXPECT_EQ(
        digest_to_hex(parse_digest<Md5Digest>("00112233445566778899aabbccddeeff")),
        "00112233445566778899aabbccddeeff"
    );
}

TEST(ParseDigest, RefusesWhatIsNoDigest) {
    for (const std::string bad :
         {"",
          "00",
          "00112233445566778899aabbccddeef",
          "00112233445566778899aabbccddeeff0",
          "00112233445566778899aabbccddeefg",
          "00112233445566778899AABBCCDDEEFF",
          "0011223344556677 899aabbccddeeff",
          "g0112233445566778899aabbccddeeff"}) {
        EXPECT_THROW(parse_digest<Md5Digest>(bad), Error) << bad;
    }
}

}  // namespace
}  // namespace larmor::catalog

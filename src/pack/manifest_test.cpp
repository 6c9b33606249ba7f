// SPDX-License-Identifier: Apache-2.0
#include "pack/manifest.hpp"

#include <set>

#include <gtest/gtest.h>

namespace larmor::pack {
namespace {

Entry entry(const std::string& name, std::uint64_t size, std::uint8_t digest_byte) {
    Entry result{.name = name, .size = size};
    result.sha256.fill(digest_byte);
    return result;
}

std::string manifest_hash(const std::vector<Entry>& entries) {
    ManifestHash hash;
    for (const auto& one : entries)
        hash.push(one);
    return hash.finish();
}

}  // namespace

TEST(ManifestHash, IsAHalfSha256OverLengthNameSizeAndDigest) {
    EXPECT_EQ(manifest_hash({}), "e3b0c44298fc1c149afbf4c8996fb924");
    Sha256 expected;
    expected.push({"\x01\0\0\0\0\0\0\0a\x02\x01\0\0\0\0\0\0", 17});
    expected.push(std::string(32, '\x03'));
    EXPECT_EQ(manifest_hash({entry("a", 258, 3)}), digest_to_hex(expected.finish()).substr(0, 32));
}

TEST(ManifestHash, DiffersWheneverAnyEntryDiffers) {
    const std::vector<std::vector<Entry>> lists = {
        {},
        {entry("a", 1, 1)},
        {entry("b", 1, 1)},
        {entry("a", 2, 1)},
        {entry("a", 1, 2)},
        {entry("a", 1, 1), entry("b", 1, 1)},
        {entry("b", 1, 1), entry("a", 1, 1)},
        {entry("ab", 1, 1), entry("", 1, 1)},
        {entry("", 1, 1), entry("ab", 1, 1)},
        {entry("", 1, 1)},
    };
    std::set<std::string> hashes;
    for (const auto& list : lists)
        hashes.insert(manifest_hash(list));
    EXPECT_EQ(hashes.size(), lists.size());
}

TEST(ManifestHash, DoesNotDependOnWhereTheContentIs) {
    auto here = entry("a", 1, 1);
    auto there = here;
    there.content = 99;
    EXPECT_EQ(manifest_hash({here}), manifest_hash({there}));
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "pack/crc32.hpp"
#include "pack/plan_testing.hpp"

namespace larmor::pack {
namespace {

/// The content of one gzip member that is the whole of `bytes`; zlib checks CRC and length.
std::string gunzip(const std::string& bytes) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string content(bytes.size(), '\0');
    stream.next_out = reinterpret_cast<Bytef*>(content.data());
    stream.avail_out = static_cast<uInt>(content.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    EXPECT_EQ(stream.avail_in, 0U);
    content.resize(stream.total_out);
    inflateEnd(&stream);
    return content;
}

TextMembers of_lengths(const std::vector<std::size_t>& lengths) {
    TextMembers members;
    for (const auto length : lengths)
        members.add(std::to_string(members.entries.size()), std::string(length, 'x'));
    return members;
}

}  // namespace

TEST(GzipPlan, IsByteForByteTheGoldenFile) {
    const auto members = tiny();
    const auto plan = members.plan(ArchiveFormat::tar_gz);
    const auto actual = in_lines_of_hex(read_all(*plan)) + plan->etag() + "\n";
    EXPECT_EQ(actual, golden(LARMOR_PACK_TESTDATA "/tiny.tar.gz.hex", actual));
}

TEST(GzipPlan, HoldsTheTarInOneMember) {
    std::mt19937 random(2);  // NOLINT(cert-msc51-cpp): the same plans every time
    for (int round = 0; round < 20; ++round) {
        const auto members = random_members(random, 200'000);
        const auto tar = read_all(*members.plan(ArchiveFormat::tar));
        ASSERT_EQ(gunzip(read_all(*members.plan(ArchiveFormat::tar_gz))), tar);
    }
}

TEST(GzipPlan, HoldsTheTarWhereverABlockEnds) {
    // 65,535 less the header of a member is where its first block ends.
    for (const std::size_t length : {65'022U, 65'023U, 65'024U, 65'535U, 130'558U, 130'559U}) {
        const auto members = of_lengths({length, 0, length});
        const auto plan = members.plan(ArchiveFormat::tar_gz);
        const auto bytes = read_all(*plan);
        ASSERT_EQ(bytes.size(), plan->length());
        ASSERT_EQ(gunzip(bytes), read_all(*members.plan(ArchiveFormat::tar))) << length;
    }
}

TEST(GzipPlan, OfNothingHoldsTheTarOfNothing) {
    EXPECT_EQ(gunzip(read_all(*TextMembers().plan(ArchiveFormat::tar_gz))).size(), 10'240U);
}

TEST(GzipPlan, GivesAnyRangeAsThatPartOfTheWhole) {
    expect_any_range(ArchiveFormat::tar_gz, 3'000, 40);
    expect_any_range(ArchiveFormat::tar_gz, 150'000, 5);
}

TEST(GzipPlan, CountsLengthsModuloFourGibibytes) {
    const std::uint64_t size = (5ULL << 30) + 1;
    const auto tar = plan_of_holes(ArchiveFormat::tar, {{.name = "a", .size = size}});
    const auto plan = plan_of_holes(ArchiveFormat::tar_gz, {{.name = "a", .size = size}});
    const auto tail = read_range(*plan, plan->length() - 4, plan->length());
    EXPECT_EQ(little_endian(tail, 0, 4), tar->length() & 0xFFFFFFFF);
    const auto middle = plan->length() / 2;
    EXPECT_EQ(read_range(*plan, middle, middle + 200'000).size(), 200'000U);
}

TEST(Crc32Chain, IsThatOfTheBytesTogether) {
    std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same bytes every time
    std::string whole;
    Crc32Chain chain;
    for (const std::size_t length : {5U, 0U, 5U, 5U, 70'000U, 1U, 5U, 70'000U}) {
        std::string part(length, '\0');
        for (char& byte : part)
            byte = static_cast<char>(random());
        if (random() % 2 == 0)
            chain.append(part);
        else
            chain.append(crc32_of(part), part.size());
        whole += part;
        EXPECT_EQ(chain.value(), crc32_of(whole));
    }
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "pack/crc32.hpp"
#include "pack/deflating.hpp"
#include "pack/plan_testing.hpp"
#include "pack/zip_records.hpp"

// Archives beyond 4 GiB and 65,534 members, read only around their boundaries: contents are holes.
namespace larmor::pack {
namespace {

constexpr std::uint64_t limit = 0xFFFFFFFF;  // the first number that needs Zip64

using Plan = SharedPlan;

Plan plan_of_holes(std::vector<Entry> entries) {
    return plan_of_holes(ArchiveFormat::zip, std::move(entries));
}

std::vector<Entry> many_entries(std::size_t count) {
    std::vector<Entry> entries(count);
    for (std::size_t i = 0; i < count; ++i)
        entries[i].name = std::to_string(i);
    return entries;
}

std::string last(const Plan& plan, std::uint64_t count) {
    return read_range(*plan, plan->length() - count, plan->length());
}

/// The central directory as the end records, Zip64 or not, say.
std::string central_directory(const Plan& plan) {
    const auto tail = last(plan, std::min<std::uint64_t>(98, plan->length()));
    const auto end = tail.size() - 22;
    std::uint64_t offset = little_endian(tail, end + 16, 4);
    std::uint64_t length = little_endian(tail, end + 12, 4);
    if (offset == limit) {
        EXPECT_EQ(little_endian(tail, 0, 4), 0x06064B50U);
        offset = little_endian(tail, 48, 8);
        length = little_endian(tail, 40, 8);
    }
    return read_range(*plan, offset, offset + length);
}

/// Asserts that `tail`, the last 98 bytes, has the Zip64 records with these numbers.
void expect_zip64_end(const Plan& plan, std::uint64_t entries, std::uint64_t offset) {
    const auto tail = last(plan, 98);
    ASSERT_EQ(little_endian(tail, 0, 4), 0x06064B50U);
    EXPECT_EQ(little_endian(tail, 4, 8), 44U);
    EXPECT_EQ(little_endian(tail, 24, 8), entries);
    EXPECT_EQ(little_endian(tail, 32, 8), entries);
    EXPECT_EQ(little_endian(tail, 40, 8), plan->length() - 98 - offset);
    EXPECT_EQ(little_endian(tail, 48, 8), offset);
    ASSERT_EQ(little_endian(tail, 56, 4), 0x07064B50U);
    EXPECT_EQ(little_endian(tail, 64, 8), plan->length() - 98);
    EXPECT_EQ(little_endian(tail, 72, 4), 1U);
    ASSERT_EQ(little_endian(tail, 76, 4), 0x06054B50U);
}

std::string deflate_holes(std::vector<Entry> entries) {
    const auto pages = deflate_archive(
        std::make_shared<EntryList>(std::move(entries)),
        [](auto, auto from, auto to) -> stream::Segment {
            return stream::FileSlice{.file = sparse_file(to), .offset = from, .length = to - from};
        }
    );
    std::string whole;
    for (auto page = pages->next(); !page.empty(); page = pages->next())
        whole += page;
    return whole;
}

/// As `count` bytes of a hole have it.
std::uint32_t crc32_of_zeros(std::uint64_t count) {
    constexpr std::size_t piece_bytes = 1 << 20;
    const auto piece = crc32_of(std::string(piece_bytes, '\0'));
    Crc32Chain crc32;
    for (; count >= piece_bytes; count -= piece_bytes)
        crc32.append(piece, piece_bytes);
    crc32.append(std::string(count, '\0'));
    return crc32.value();
}

constexpr Packing deflated_to(std::uint64_t length) {
    return {.method = Packing::Method::deflated, .length = length, .length_follows = true};
}

}  // namespace

TEST(Zip64, IsNotUsedForAMemberOneByteBelowTheLimit) {
    const auto plan = plan_of_holes({{.name = "a", .size = limit - 1}});
    const auto header = read_range(*plan, 0, 31);
    EXPECT_EQ(little_endian(header, 4, 2), 10U);
    EXPECT_EQ(little_endian(header, 22, 4), limit - 1);
    EXPECT_EQ(little_endian(header, 28, 2), 0U);
}

TEST(Zip64, GivesTheSizesOfAMemberFromTheLimitOn) {
    for (const std::uint64_t size : {limit, limit + 1, limit * 1000}) {
        const auto plan = plan_of_holes({{.name = "a", .size = size}});
        const auto header = read_range(*plan, 0, 51);
        EXPECT_EQ(little_endian(header, 4, 2), 45U);
        EXPECT_EQ(little_endian(header, 18, 4), limit);
        EXPECT_EQ(little_endian(header, 22, 4), limit);
        EXPECT_EQ(little_endian(header, 28, 2), 20U);
        EXPECT_EQ(little_endian(header, 31, 4), 0x00100001U);
        EXPECT_EQ(little_endian(header, 35, 8), size);
        EXPECT_EQ(little_endian(header, 43, 8), size);
        EXPECT_EQ(plan->length(), 51 + size + (46 + 1 + 20) + 98);
        expect_zip64_end(plan, 1, 51 + size);
    }
}

TEST(Zip64, RepeatsTheSizesInTheCentralDirectory) {
    const auto directory = central_directory(plan_of_holes({{.name = "a", .size = limit}}));
    ASSERT_EQ(directory.size(), 46U + 1 + 20);
    EXPECT_EQ(little_endian(directory, 6, 2), 45U);
    EXPECT_EQ(little_endian(directory, 20, 4), limit);
    EXPECT_EQ(little_endian(directory, 24, 4), limit);
    EXPECT_EQ(little_endian(directory, 42, 4), 0U);
    EXPECT_EQ(little_endian(directory, 47, 4), 0x00100001U);
    EXPECT_EQ(little_endian(directory, 51, 8), limit);
    EXPECT_EQ(little_endian(directory, 59, 8), limit);
}

TEST(Zip64, GivesOnlyTheOffsetOfASmallMemberBehindTheLimit) {
    const auto plan = plan_of_holes({{.name = "a", .size = limit - 31}, {.name = "b", .size = 5}});
    EXPECT_EQ(little_endian(read_range(*plan, limit, limit + 31), 4, 2), 10U);
    const auto directory = central_directory(plan);
    ASSERT_EQ(directory.size(), 47U + 47 + 12);
    EXPECT_EQ(little_endian(directory, 47 + 6, 2), 45U);
    EXPECT_EQ(little_endian(directory, 47 + 24, 4), 5U);
    EXPECT_EQ(little_endian(directory, 47 + 42, 4), limit);
    EXPECT_EQ(little_endian(directory, 47 + 47, 4), 0x00080001U);
    EXPECT_EQ(little_endian(directory, 47 + 51, 8), limit);
    expect_zip64_end(plan, 2, limit + 36);
}

TEST(Zip64, GivesNoOffsetOneByteBelowTheLimit) {
    const auto plan = plan_of_holes({{.name = "a", .size = limit - 32}, {.name = "b", .size = 5}});
    EXPECT_EQ(central_directory(plan).size(), 47U + 47);
    expect_zip64_end(plan, 2, limit + 35);
}

TEST(Zip64, GivesSizesAndOffsetOfALargeMemberBehindTheLimit) {
    const auto plan = plan_of_holes({{.name = "a", .size = limit}, {.name = "b", .size = limit}});
    const auto second = central_directory(plan).substr(67);
    ASSERT_EQ(second.size(), 46U + 1 + 28);
    EXPECT_EQ(little_endian(second, 47, 4), 0x00180001U);
    EXPECT_EQ(little_endian(second, 51, 8), limit);
    EXPECT_EQ(little_endian(second, 59, 8), limit);
    EXPECT_EQ(little_endian(second, 67, 8), limit + 51);
}

TEST(Zip64, LocatesACentralDirectoryFromTheLimitOn) {
    const auto below = plan_of_holes({{.name = "a", .size = limit - 32}});
    EXPECT_EQ(below->length(), limit - 1 + 47 + 22);
    EXPECT_EQ(little_endian(last(below, 22), 16, 4), limit - 1);
    const auto at = plan_of_holes({{.name = "a", .size = limit - 31}});
    EXPECT_EQ(at->length(), limit + 47 + 98);
    EXPECT_EQ(little_endian(last(at, 22), 16, 4), limit);
    expect_zip64_end(at, 1, limit);
}

TEST(Zip64, CountsMoreThanSixtyFiveThousandMembers) {
    const auto below = plan_of_holes(many_entries(65'534));
    EXPECT_EQ(little_endian(last(below, 22), 10, 2), 65'534U);
    EXPECT_NE(little_endian(last(below, 42), 0, 4), 0x07064B50U);
    const auto above = plan_of_holes(many_entries(65'535));
    EXPECT_EQ(little_endian(last(above, 22), 10, 2), 65'535U);
    expect_zip64_end(above, 65'535, little_endian(last(above, 22), 16, 4));
    EXPECT_LT(little_endian(last(above, 22), 16, 4), limit);
}

TEST(Zip64, GivesTheSizeOfADeflatedMemberBehindItAndInTheDirectory) {
    const auto size = limit + 1'000;
    const auto crc32 = crc32_of_zeros(size);
    const auto zip = deflate_holes({{.name = "a", .size = size, .crc32 = crc32}});
    EXPECT_EQ(little_endian(zip, 4, 2), 45U);
    EXPECT_EQ(little_endian(zip, 6, 2), 0x808U);
    EXPECT_EQ(little_endian(zip, 18, 4), limit);
    EXPECT_EQ(little_endian(zip, 22, 4), limit);
    EXPECT_EQ(little_endian(zip, 31, 4), 0x00100001U);

    const auto end = zip.size() - 22;  // nothing in it needs Zip64
    const auto directory = little_endian(zip, end + 16, 4);
    ASSERT_EQ(directory, end - (46 + 1 + 12));
    const auto packed = directory - 24 - (30 + 1 + 20);
    const auto descriptor = directory - 24;
    EXPECT_EQ(little_endian(zip, descriptor, 4), 0x08074B50U);
    EXPECT_EQ(little_endian(zip, descriptor + 4, 4), crc32);
    EXPECT_EQ(little_endian(zip, descriptor + 8, 8), packed);
    EXPECT_EQ(little_endian(zip, descriptor + 16, 8), size);

    EXPECT_EQ(little_endian(zip, directory + 6, 2), 45U);
    EXPECT_EQ(little_endian(zip, directory + 16, 4), crc32);
    EXPECT_EQ(little_endian(zip, directory + 20, 4), packed);
    EXPECT_EQ(little_endian(zip, directory + 24, 4), limit);
    EXPECT_EQ(little_endian(zip, directory + 47, 4), 0x00080001U);
    EXPECT_EQ(little_endian(zip, directory + 51, 8), size);
}

TEST(Zip64, IsReadyForADeflatedMemberThatMayBecomeLongerThanTheLimit) {
    const Entry entry{.name = "a", .size = limit - 1'000};
    for (const auto packed : {limit - 1, limit + 9}) {
        std::string header, descriptor, directory;
        append_local_header(header, entry, deflated_to(0));
        EXPECT_EQ(header.size(), 30U + 1 + 20);
        append_descriptor(descriptor, entry, deflated_to(packed));
        ASSERT_EQ(descriptor.size(), 24U);
        EXPECT_EQ(little_endian(descriptor, 8, 8), packed);
        EXPECT_EQ(little_endian(descriptor, 16, 8), entry.size);
        append_central_header(directory, entry, deflated_to(packed), 0);
        EXPECT_EQ(little_endian(directory, 24, 4), entry.size);
        EXPECT_EQ(little_endian(directory, 20, 4), std::min(packed, limit));
        if (packed < limit) continue;
        EXPECT_EQ(little_endian(directory, 6, 2), 45U);
        EXPECT_EQ(little_endian(directory, 47, 4), 0x00080001U);
        EXPECT_EQ(little_endian(directory, 51, 8), packed);
    }
}

TEST(Zip64, GivesBothSizesAndTheOffsetOfADeflatedMemberInOrder) {
    std::string directory;
    append_central_header(
        directory, {.name = "a", .size = limit * 3}, deflated_to(limit * 2), limit * 5
    );
    ASSERT_EQ(directory.size(), 46U + 1 + 28);
    EXPECT_EQ(little_endian(directory, 42, 4), limit);
    EXPECT_EQ(little_endian(directory, 47, 4), 0x00180001U);
    EXPECT_EQ(little_endian(directory, 51, 8), limit * 3);
    EXPECT_EQ(little_endian(directory, 59, 8), limit * 2);
    EXPECT_EQ(little_endian(directory, 67, 8), limit * 5);
}

TEST(Zip64, CountsManyMembersThatWereDeflated) {
    const auto below = deflate_holes(many_entries(65'534));
    EXPECT_EQ(little_endian(below, below.size() - 12, 2), 65'534U);
    EXPECT_NE(little_endian(below, below.size() - 42, 4), 0x07064B50U);
    const auto zip = deflate_holes(many_entries(65'535));
    const auto end = zip.size() - 98;
    ASSERT_EQ(little_endian(zip, end, 4), 0x06064B50U);
    EXPECT_EQ(little_endian(zip, end + 24, 8), 65'535U);
    EXPECT_EQ(little_endian(zip, end + 32, 8), 65'535U);
    const auto directory = little_endian(zip, end + 48, 8);
    EXPECT_EQ(directory + little_endian(zip, end + 40, 8), end);
    EXPECT_EQ(little_endian(zip, directory, 4), 0x02014B50U);
    ASSERT_EQ(little_endian(zip, end + 56, 4), 0x07064B50U);
    EXPECT_EQ(little_endian(zip, end + 64, 8), end);
    EXPECT_EQ(little_endian(zip, end + 76 + 10, 2), 65'535U);
}

TEST(Zip64, GivesAnyRangeAroundTheLimitAsThatPartOfTheWhole) {
    const auto plan = plan_of_holes(
        {{.name = "a", .size = limit - 100}, {.name = "b", .size = limit}, {.name = "c", .size = 3}}
    );
    for (const std::uint64_t centre : {limit, 2 * limit, plan->length() - 150}) {
        const auto begin = centre - 150;
        const auto around = read_range(*plan, begin, centre + 150);
        for (std::uint64_t from = 0; from < 300; from += 7) {
            for (std::uint64_t to = from; to <= 300; to += 11) {
                ASSERT_EQ(
                    read_range(*plan, begin + from, begin + to), around.substr(from, to - from)
                );
            }
        }
    }
}

}  // namespace larmor::pack

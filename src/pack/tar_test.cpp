// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "pack/plan_testing.hpp"
#include "pack/tar_records.hpp"

namespace larmor::pack {
namespace {

using testing::HasSubstr;

std::uint64_t octal(std::string_view bytes, std::size_t at, std::size_t width) {
    return std::stoull(std::string(bytes.substr(at, width)), nullptr, 8);
}

std::string text(std::string_view bytes, std::size_t at, std::size_t width) {
    const auto field = bytes.substr(at, width);
    return std::string(field.substr(0, field.find('\0')));
}

std::string header_of(const std::string& name, std::uint64_t size = 0) {
    return format_tar_header({.name = name, .size = size});
}

/// The name as readers of ustar alone join it.
std::string ustar_name(std::string_view header) {
    const auto prefix = text(header, 345, 155);
    return prefix.empty() ? text(header, 0, 100) : prefix + "/" + text(header, 0, 100);
}

bool has_valid_checksum(std::string header) {
    const auto noted = octal(header, 148, 8);
    header.replace(148, 8, 8, ' ');
    std::uint64_t sum = 0;
    for (const char c : header)
        sum += static_cast<unsigned char>(c);
    return noted == sum;
}

SharedPlan plan_tar(std::vector<Entry> entries) {
    return plan_of_holes(ArchiveFormat::tar, std::move(entries));
}

}  // namespace

TEST(TarPlan, IsByteForByteTheGoldenFile) {
    const auto members = tiny();
    const auto plan = members.plan(ArchiveFormat::tar);
    const auto actual = in_lines_of_hex(read_all(*plan)) + plan->etag() + "\n";
    EXPECT_EQ(actual, golden(LARMOR_PACK_TESTDATA "/tiny.tar.hex", actual));
}

TEST(TarPlan, GivesAnyRangeAsThatPartOfTheWhole) {
    expect_any_range(ArchiveFormat::tar, 2000, 60);
}

TEST(TarPlan, OfNothingIsARecordOfZeros) {
    EXPECT_EQ(read_all(*plan_tar({})), std::string(10'240, '\0'));
}

TEST(TarPlan, EndsInAtLeastTwoZeroBlocksAndAWholeRecord) {
    for (const std::uint64_t size : {0U, 1U, 511U, 512U, 513U, 8'704U, 8'705U, 9'216U, 10'240U}) {
        const auto plan = plan_tar({{.name = "a", .size = size}});
        EXPECT_EQ(plan->length() % 10'240, 0U) << size;
        EXPECT_GE(plan->length(), 512 + (size + 511) / 512 * 512 + 1'024) << size;
        EXPECT_LT(plan->length(), 512 + (size + 511) / 512 * 512 + 1'024 + 10'240) << size;
    }
}

TEST(TarHeader, IsPlainUstarForAnOrdinaryName) {
    const auto header = header_of("MR1/1.dcm", 1'234);
    ASSERT_EQ(header.size(), 512U);
    EXPECT_EQ(text(header, 0, 100), "MR1/1.dcm");
    EXPECT_EQ(octal(header, 100, 8), 0644U);
    EXPECT_EQ(octal(header, 108, 8), 0U);
    EXPECT_EQ(octal(header, 116, 8), 0U);
    EXPECT_EQ(octal(header, 124, 12), 1'234U);
    EXPECT_EQ(octal(header, 136, 12), 315'532'800U);
    EXPECT_EQ(header[156], '0');
    EXPECT_EQ(header.substr(257, 8), std::string("ustar\00000", 8));
    EXPECT_EQ(header.substr(265, 64), std::string(64, '\0'));
    EXPECT_TRUE(has_valid_checksum(header));
}

TEST(TarHeader, SplitsALongNameAtASlashWhereverOneFits) {
    const std::string dir(60, 'd');
    for (const auto& name :
         {std::string(100, 'n'),
          std::string(155, 'p') + "/" + std::string(100, 'n'),
          "p/" + std::string(100, 'n'),
          dir + "/" + dir + "/" + dir + "/name",
          std::string(40, 'a') + "/" + std::string(99, 'b') + "/" + std::string(50, 'c')}) {
        const auto header = header_of(name);
        ASSERT_EQ(header.size(), 512U) << name;
        EXPECT_EQ(ustar_name(header), name);
    }
}

TEST(TarHeader, SaysANameThatFitsNowhereInAnExtendedHeader) {
    for (const auto& name :
         {std::string(101, 'n'),
          "/" + std::string(100, 'n'),
          std::string(156, 'p') + "/" + std::string(99, 'n'),
          std::string(100, 'p') + "/" + std::string(101, 'n'),
          std::string(900, 'x')}) {
        const auto header = header_of(name);
        ASSERT_EQ(header.size(), tar_header_length({.name = name}));
        EXPECT_EQ(header[156], 'x');
        EXPECT_TRUE(has_valid_checksum(header.substr(0, 512)));
        const auto lines = header.substr(512, octal(header, 124, 12));
        EXPECT_EQ(lines, std::to_string(lines.size()) + " path=" + name + "\n");
        EXPECT_TRUE(has_valid_checksum(header.substr(header.size() - 512)));
    }
}

TEST(TarHeader, CountsItsOwnDigitsInTheLengthOfALine) {
    for (std::size_t length = 101; length < 1'100; ++length) {
        const auto header = header_of(std::string(length, 'n'));
        const auto lines = header.substr(512, octal(header, 124, 12));
        ASSERT_EQ(std::stoul(lines), lines.size()) << length;
        ASSERT_EQ(lines.back(), '\n');
    }
}

TEST(TarHeader, SaysANameBeyondAsciiTwice) {
    const std::string name = "für Ärzte.txt";
    const auto header = header_of(name);
    EXPECT_THAT(header, HasSubstr("24 path=" + name + "\n"));
    EXPECT_EQ(ustar_name(header.substr(header.size() - 512)), name);
}

TEST(TarHeader, GivesTwoLongNamesTwoShortOnes) {
    const auto of = [](const std::string& name) {
        const auto header = header_of(name);
        return ustar_name(header.substr(header.size() - 512));
    };
    EXPECT_NE(of(std::string(300, 'n') + "a"), of(std::string(300, 'n') + "b"));
}

TEST(TarHeader, SaysASizeFromEightGibibytesOnInAnExtendedHeader) {
    constexpr std::uint64_t limit = 8ULL << 30;
    EXPECT_EQ(octal(header_of("a", limit - 1), 124, 12), limit - 1);
    const auto header = header_of("a", limit);
    ASSERT_EQ(header.size(), 3 * 512U);
    EXPECT_THAT(header, HasSubstr("19 size=8589934592\n"));
    // Base 256 for who does not read that.
    EXPECT_EQ(header.substr(1'024 + 124, 12), std::string("\x80\0\0\0\0\0\0\x02\0\0\0\0", 12));
}

TEST(TarPlan, GivesRangesBehindEightGibibytes) {
    constexpr std::uint64_t size = (8ULL << 30) + 5;
    const auto plan = plan_tar({{.name = "a", .size = size}, {.name = "b", .size = 1}});
    const auto second = 3 * 512 + size + 507;
    EXPECT_EQ(plan->length() % 10'240, 0U);
    EXPECT_EQ(text(read_range(*plan, second, second + 512), 0, 100), "b");
    EXPECT_EQ(read_range(*plan, second - 600, second), std::string(600, '\0'));
}

}  // namespace larmor::pack

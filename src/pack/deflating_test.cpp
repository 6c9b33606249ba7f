// SPDX-License-Identifier: Apache-2.0
#include "pack/deflating.hpp"

#include <random>

#include "base/error.hpp"
#include "pack/plan_testing.hpp"

namespace larmor::pack {
namespace {

std::string pages_of(std::vector<Entry> entries, ReadContent read) {
    const auto pages =
        deflate_archive(std::make_shared<EntryList>(std::move(entries)), std::move(read));
    std::string whole;
    for (auto page = pages->next(); !page.empty(); page = pages->next())
        whole += page;
    return whole;
}

ReadContent repeat(const std::string& text) {
    return [text](std::uint64_t, std::uint64_t from, std::uint64_t to) {
        return text.substr(from, to - from);
    };
}

Entry entry_of(const std::string& name, const std::string& text) {
    TextMembers members;
    members.add(name, text);
    return members.entries.front();
}

std::uint16_t at16(const std::string& bytes, std::size_t at) {
    return static_cast<std::uint16_t>(
        static_cast<unsigned char>(bytes[at]) | static_cast<unsigned char>(bytes[at + 1]) << 8
    );
}

}  // namespace

TEST(DeflatedZip, HasTheSizesOfASmallMemberInFront) {
    const std::string text(10'000, 'a');
    const auto zip = pages_of({entry_of("a", text)}, repeat(text));
    EXPECT_LT(zip.size(), 1'000U);
    EXPECT_EQ(at16(zip, 4), 20);     // version
    EXPECT_EQ(at16(zip, 6), 0x800);  // no descriptor
    EXPECT_EQ(at16(zip, 8), 8);      // deflated
}

TEST(DeflatedZip, StoresWhatGetsNoSmaller) {
    const std::string text = "ab";
    const auto zip = pages_of({entry_of("a", text)}, repeat(text));
    EXPECT_EQ(at16(zip, 8), 0);
    EXPECT_NE(zip.find("ab"), std::string::npos);
}

TEST(DeflatedZip, HasTheSizesOfALongMemberBehindIt) {
    const std::string text((1 << 20) + 1, 'a');
    const auto zip = pages_of({entry_of("a", text)}, repeat(text));
    EXPECT_EQ(at16(zip, 6), 0x808);
    EXPECT_EQ(zip.substr(14, 12), std::string(12, '\0'));
    EXPECT_NE(zip.find("PK\x07\x08"), std::string::npos);
    EXPECT_EQ(at16(zip, zip.find("PK\x01\x02") + 8), 0x808);
}

TEST(DeflatedZip, BreaksOffAtContentOfAnotherCrc) {
    for (const std::size_t length : {3U, 2U << 20}) {
        auto entry = entry_of("a", std::string(length, 'a'));
        entry.crc32 ^= 1;
        EXPECT_THROW(pages_of({entry}, repeat(std::string(length, 'a'))), Error);
    }
}

TEST(DeflatedZip, TellsOfAFileWithContentOfAnotherCrc) {
    for (const std::uint64_t length : {3U, 2U << 20}) {
        std::vector<bool> told;
        auto on_failure = std::make_shared<const std::function<void(bool)>>([&](bool is_damaged) {
            told.push_back(is_damaged);
        });
        const auto read = [&](auto, auto from, auto to) -> stream::Segment {
            return stream::FileSlice{sparse_file(length), from, to - from, on_failure};
        };
        auto entry = entry_of("a", std::string(length, '\0'));
        EXPECT_NO_THROW(pages_of({entry}, read));
        EXPECT_TRUE(told.empty());
        entry.crc32 ^= 1;
        EXPECT_THROW(pages_of({entry}, read), Error);
        EXPECT_EQ(told, std::vector{true});
    }
}

TEST(DeflatedZip, HasTwoPagesAtTheLeastAndNoneOfNothing) {
    const auto entries =
        std::make_shared<EntryList>(std::vector{entry_of("a", "x"), entry_of("b", "x")});
    const auto pages = deflate_archive(entries, repeat("x"));
    EXPECT_FALSE(pages->next().empty());
    EXPECT_FALSE(pages->next().empty());
    EXPECT_TRUE(pages->next().empty());
    EXPECT_EQ(pages_of({}, repeat("")), "");
}

TEST(DeflatedZip, IsMadeInPagesOfBoundedLength) {
    std::string text(20 << 20, '\0');
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same bytes every time
    for (auto& byte : text)
        byte = static_cast<char>(random());
    const auto entries = std::make_shared<EntryList>(std::vector{entry_of("a", text)});
    const auto pages = deflate_archive(entries, repeat(text));
    for (auto page = pages->next(); !page.empty(); page = pages->next())
        EXPECT_LT(page.size(), 1U << 20);
}

}  // namespace larmor::pack

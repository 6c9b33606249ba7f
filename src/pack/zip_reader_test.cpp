// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_reader.hpp"

#include <gtest/gtest.h>

#include "pack/plan_testing.hpp"
#include "pack/zip_testing.hpp"

namespace larmor::pack {
namespace {

std::shared_ptr<const stream::Source> open(
    const std::shared_ptr<const stream::Source>& zip, const std::string& name
) {
    const auto member = find_zip_member(zip, {std::string(name)});
    if (!member) return nullptr;
    return open_zip_member(zip, *member, "\"etag\"");
}

/// The error of reading everything there is in a zip; absent when all of it can be read.
std::optional<ErrorKind> read_whole(const std::string& text) {
    const auto zip = source_of(text);
    try {
        ZipDirectory directory(zip);
        while (const auto member = directory.next()) {
            const auto content = open_zip_member(zip, *member, "\"e\"");
            const auto walk = content->segments(0, content->length());
            std::uint64_t length = 0;
            while (const auto segment = walk->next())
                length += length_of(*segment);
            EXPECT_EQ(length, content->length());
        }
    } catch (const Error& error) {
        return error.kind();
    }
    return {};
}

std::string long_text() {
    std::string text;
    for (int i = 0; text.size() < 400'000; ++i)
        text += std::to_string(i * 7919) + ' ';
    return text;
}

}  // namespace

TEST(ZipReader, ReadsWhatOurOwnWriterMakes) {
    TextMembers members;
    members.add("a/1.dcm", "first");
    members.add("b/ü.txt", "second");
    const auto zip = members.plan();
    EXPECT_EQ(read_all(*open(zip, "a/1.dcm")), "first");
    EXPECT_EQ(read_all(*open(zip, "b/ü.txt")), "second");
    EXPECT_EQ(open(zip, "a/1.DCM"), nullptr);
    EXPECT_EQ(open(zip, "a/"), nullptr);
}

TEST(ZipReader, GivesAnyRangeOfStoredAndDeflatedMembers) {
    const auto text = long_text();
    const auto zip = source_of(zip_of({stored("stored", text), deflated("deflated", text)}));
    for (const auto* name : {"stored", "deflated"}) {
        const auto content = open(zip, name);
        ASSERT_EQ(content->length(), text.size());
        EXPECT_EQ(content->etag(), "\"etag\"");
        EXPECT_EQ(read_all(*content), text);
        const std::uint64_t end = text.size();
        for (const auto& [from, to] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
                 {0, 1},
                 {5, 5},
                 {131'071, 131'073},
                 {262'144, end},
                 {end - 1, end},
                 {7, 300'000}}) {
            EXPECT_EQ(read_range(*content, from, to), text.substr(from, to - from)) << name;
        }
    }
}

TEST(ZipReader, NeverGivesTheEndOfADamagedMember) {
    const auto text = long_text();
    for (auto member : {stored("a", text), deflated("a", text)}) {
        member.crc ^= 1;
        const auto content = open(source_of(zip_of({member})), "a");
        for (const std::uint64_t from : {std::uint64_t{0}, content->length() - 1}) {
            const auto walk = content->segments(from, content->length());
            std::string got;
            EXPECT_THROW(
                {
                    while (const auto segment = walk->next())
                        got += bytes_of(*segment);
                },
                Error
            );
            EXPECT_LT(from + got.size(), content->length());
        }
    }
}

TEST(ZipReader, RefusesMembersWhoseSizesLie) {
    const auto text = long_text();
    auto shorter = deflated("a", text);
    shorter.size -= 1;
    EXPECT_EQ(read_whole(zip_of({shorter})), ErrorKind::unprocessable);
    auto longer = deflated("a", text);
    longer.size += 1;
    EXPECT_EQ(read_whole(zip_of({longer})), ErrorKind::unprocessable);
    auto bomb = deflated("a", text);
    bomb.size = 0xFFFFFFF0;
    EXPECT_EQ(read_whole(zip_of({bomb})), ErrorKind::unsupported);
    auto cut = deflated("a", text);
    cut.bytes.resize(cut.bytes.size() / 2);
    EXPECT_EQ(read_whole(zip_of({cut})), ErrorKind::unprocessable);
    auto wrong = stored("a", text);
    wrong.size += 1;
    EXPECT_EQ(read_whole(zip_of({wrong})), ErrorKind::unsupported);
}

TEST(ZipReader, SaysWhatItDoesNotOffer) {
    auto encrypted = stored("a", "text");
    encrypted.flags = 1;
    EXPECT_EQ(read_whole(zip_of({encrypted})), ErrorKind::unsupported);
    auto packed = stored("a", "text");
    packed.method = 12;
    EXPECT_EQ(read_whole(zip_of({packed})), ErrorKind::unsupported);
}

TEST(ZipReader, TakesTheLastOfTwoMembersOfOneName) {
    const auto zip = source_of(zip_of({stored("a", "old"), stored("b", "x"), stored("a", "new")}));
    EXPECT_EQ(read_all(*open(zip, "a")), "new");
}

TEST(ZipReader, ReadsPastWhatStandsBeforeTheZip) {
    const auto zip = source_of(zip_of({deflated("a", "text")}, std::string(5000, '#')));
    EXPECT_EQ(read_all(*open(zip, "a")), "text");
}

TEST(ZipReader, ReadsZip64Numbers) {
    auto large = stored("a", "text");
    const auto zip = zip_of({large});
    large.extra = number(9, 2) + number(1, 2) + "?" + number(1, 2) + number(24, 2) + number(4, 8) +
                  number(4, 8) + number(0, 8);
    auto text = zip_of({large});
    // The three numbers of the directory become "see Zip64".
    const auto entry = text.find("PK\1\2");
    text.replace(entry + 20, 8, std::string(8, '\xFF')).replace(entry + 42, 4, "\xFF\xFF\xFF\xFF");
    EXPECT_EQ(read_all(*open(source_of(text), "a")), "text");
    const auto end = text.size() - 22;
    const auto size = end - entry;
    const auto zip64_end = "PK\6\6" + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8) +
                           number(1, 8) + number(1, 8) + number(size, 8) + number(entry, 8);
    const auto locator = "PK\6\7" + number(0, 4) + number(end, 8) + number(1, 4);
    text.insert(end, zip64_end + locator);
    text.replace(text.size() - 14, 12, std::string(12, '\xFF'));
    EXPECT_EQ(read_all(*open(source_of(text), "a")), "text");
    text.replace(end + 24 + 16, 8, std::string(8, '\xFF'));  // the size of the directory
    EXPECT_EQ(read_whole(text), ErrorKind::unsupported);
}

TEST(ZipReader, ReadsNamesOfOldPrograms) {
    const auto zip = source_of(zip_of({stored("M\x81ller \xE1.txt", "x")}));
    EXPECT_EQ(ZipDirectory(zip).next()->name, "Müller ß.txt");
}

TEST(ZipReader, RefusesWhatIsNoZip) {
    EXPECT_EQ(read_whole(""), ErrorKind::unsupported);
    EXPECT_EQ(read_whole("Rar!\x1A\x07\x01\x00 and so on, long enough"), ErrorKind::unsupported);
    std::string ends;
    for (int i = 0; i < 20'000; ++i)
        ends += "PK\5\6";
    EXPECT_EQ(read_whole(ends), ErrorKind::unsupported);
    auto far = stored("a", "text");
    far.offset = 1'000'000;
    EXPECT_EQ(read_whole(zip_of({far})), ErrorKind::unsupported);
}

TEST(ZipReader, TakesAnEmptyZip) {
    const auto zip = source_of(zip_of({}));
    EXPECT_FALSE(ZipDirectory(zip).next());
}

TEST(ZipReader, PausesOnItsWayToARangeThatLiesFarInside) {
    std::string text;
    while (text.size() < 20'000'000)
        text += long_text();
    const auto zip = source_of(zip_of({deflated("deflated", text), stored("stored", text)}));
    for (const auto* name : {"deflated", "stored"}) {
        const auto content = open(zip, name);
        const auto walk = content->segments(text.size() - 10, text.size());
        int pauses = 0;
        auto segment = walk->next();
        for (; segment && length_of(*segment) == 0; segment = walk->next())
            ++pauses;
        EXPECT_GE(pauses, 4) << name;
        ASSERT_TRUE(segment) << name;
        EXPECT_EQ(bytes_of(*segment), text.substr(text.size() - 10)) << name;
        EXPECT_FALSE(walk->next()) << name;
    }
}

/// `x` behind so many empty blocks, as flushing makes them.
Made flushed(std::size_t blocks) {
    auto made = stored("flushed", "x");
    made.method = 8;
    made.bytes.clear();
    for (std::size_t i = 0; i < blocks; ++i)
        made.bytes += std::string("\0\0\0\xFF\xFF", 5);
    made.bytes += std::string("\1\1\0\xFE\xFFx", 6);
    return made;
}

TEST(ZipReader, FindsTheFirstOfSeveralNamesAndTheLastMemberOfIt) {
    const auto zip = source_of(zip_of(
        {stored("b", "b1"),
         stored("a/", ""),
         stored("c", "c1"),
         stored("b", "b2"),
         stored("c", "c2")}
    ));
    const auto text_of = [&](const std::vector<std::string>& names) {
        const auto member = find_zip_member(zip, names);
        return member ? read_all(*open_zip_member(zip, *member, "\"e\"")) : "none";
    };
    EXPECT_EQ(text_of({"a/", "b", "c"}), "b2");
    EXPECT_EQ(text_of({"c", "b"}), "c2");
    EXPECT_EQ(text_of({"a", "c"}), "c2");
    EXPECT_EQ(text_of({"a/"}), "none");
    EXPECT_EQ(text_of({}), "none");
}

TEST(ZipReader, ReadsOnThroughEmptyBlocksButNotForLong) {
    EXPECT_EQ(read_all(*open(source_of(zip_of({flushed(10'000)})), "flushed")), "x");
    EXPECT_EQ(read_whole(zip_of({flushed(1'000'000)})), ErrorKind::unprocessable);
}

TEST(ZipReader, TellsWhichRangesCostMoreThanTheyAreLong) {
    const auto zip = source_of(zip_of({stored("stored", "text"), deflated("deflated", "text")}));
    const auto plain = open(zip, "stored"), packed = open(zip, "deflated");
    EXPECT_TRUE(plain->is_cheap(1, 3));
    EXPECT_FALSE(plain->is_cheap(1, 4));  // checked from its beginning
    EXPECT_FALSE(packed->is_cheap(1, 3));
    EXPECT_TRUE(plain->is_cheap(0, 4) && packed->is_cheap(0, 4));
}

TEST(ZipReader, RefusesADeflatedMemberBeyondTheRatio) {
    const std::string text(100'000, 'a');
    const auto zip = source_of(zip_of({deflated("bomb", text), stored("stored", text)}));
    const auto bomb = *find_zip_member(zip, {"bomb"});
    const auto times = text.size() / bomb.stored_size;
    const auto open_within = [&](const ZipMember& member, const UnpackLimits& limits) {
        return open_zip_member(zip, member, "\"e\"", limits);
    };
    EXPECT_NO_THROW(open_within(bomb, {.ratio = times + 1, .bytes_before_ratio = 0}));
    EXPECT_NO_THROW(open_within(bomb, {.ratio = 1, .bytes_before_ratio = text.size()}));
    EXPECT_NO_THROW(open_within(
        *find_zip_member(zip, {"stored"}), UnpackLimits{.ratio = 1, .bytes_before_ratio = 0}
    ));
    try {
        open_within(bomb, {.ratio = times, .bytes_before_ratio = text.size() - 1});
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::unsupported);
        const auto limit = "'bomb' unpacks to more than " + std::to_string(times) + " times";
        EXPECT_NE(std::string(error.what()).find(limit), std::string::npos) << error.what();
    }
}

// Every truncation and every changed byte is an error or another content, and nothing worse.
TEST(ZipReader, SurvivesEveryCutAndEveryChangedByte) {
    const auto zip = zip_of({stored("a.txt", "some text"), deflated("b/c", std::string(300, 'b'))});
    EXPECT_FALSE(read_whole(zip));
    for (std::size_t length = 0; length < zip.size(); ++length)
        EXPECT_TRUE(read_whole(zip.substr(0, length))) << length;
    for (std::size_t at = 0; at < zip.size(); ++at) {
        for (const int change : {1, 0x80, 0xFF}) {
            auto changed = zip;
            changed[at] = static_cast<char>(changed[at] ^ change);
            const auto error = read_whole(changed);
            EXPECT_TRUE(
                !error || error == ErrorKind::unsupported || error == ErrorKind::unprocessable
            ) << at;
        }
    }
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include "pack/zip_directory.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>

#include "pack/archive_reader.hpp"
#include "pack/plan_testing.hpp"
#include "pack/zip_reader.hpp"
#include "pack/zip_testing.hpp"

namespace larmor::pack {
namespace {

using testing::HasSubstr;

using Contents = std::multimap<std::string, std::string>;

/// What reading of a zip came to: its files, or why not.
struct Outcome {
    Contents files;
    std::optional<Error> error;
};

template <class Read>
Outcome outcome_of(Read read) {
    Outcome outcome;
    try {
        outcome.files = read();
    } catch (const Error& error) {
        outcome.error = error;
    }
    return outcome;
}

/// As files inside of a stored zip.
Outcome read_inside(const std::string& text) {
    return outcome_of([&] {
        Contents files;
        const auto zip = source_of(text);
        ZipDirectory directory(zip);
        while (const auto member = directory.next()) {
            if (member->is_folder()) continue;
            files.emplace(member->name, read_all(*open_zip_member(zip, *member, "\"e\"")));
        }
        return files;
    });
}

stream::FileSlice slice_of(const std::string& text) {
    auto file = std::make_shared<FileDescriptor>(::memfd_create("archive", MFD_CLOEXEC));
    EXPECT_EQ(::write(file->get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    return {.file = std::move(file), .length = text.size()};
}

/// As an archive that is uploaded to be unpacked.
Outcome extract(const std::string& text) {
    return outcome_of([&] {
        Contents files;
        UnpackBudget budget({}, text.size());
        const auto reader = open_archive(slice_of(text), "a.zip", budget);
        while (const auto member = reader->next()) {
            if (member->kind == MemberKind::folder) continue;
            std::string content;
            for (auto block = reader->read(); !block.empty(); block = reader->read())
                content.append(reinterpret_cast<const char*>(block.data()), block.size());
            files.emplace(member->name, content);
        }
        return files;
    });
}

void expect_both_read(const std::string& zip, const Contents& expected) {
    const std::vector<Outcome> outcomes = {read_inside(zip), extract(zip)};
    for (const auto& outcome : outcomes) {
        EXPECT_FALSE(outcome.error) << outcome.error->what();
        EXPECT_EQ(outcome.files, expected);
    }
}

void expect_both_refuse(const std::string& zip, const std::string& why) {
    const auto inside = read_inside(zip), extracted = extract(zip);
    ASSERT_TRUE(inside.error && extracted.error) << why;
    EXPECT_EQ(inside.error->kind(), ErrorKind::unsupported);
    EXPECT_EQ(extracted.error->kind(), ErrorKind::invalid_argument);
    EXPECT_THAT(inside.error->what(), HasSubstr(why));
    EXPECT_THAT(extracted.error->what(), HasSubstr(why));
}

/// With a comment at the end of the whole.
std::string commented(std::string zip, const std::string& comment) {
    zip.replace(zip.size() - 2, 2, number(comment.size(), 2));
    return zip + comment;
}

/// A zip of one member, with a Zip64 end record that alone says where the directory lies.
std::string zip64_of(const Made& member, unsigned disk = 0) {
    auto zip = zip_of({member});
    const auto end = zip.size() - 22, directory = zip.find("PK\1\2");
    const auto record = "PK\6\6" + number(44, 8) + number(45, 2) + number(45, 2) + number(disk, 4) +
                        number(disk, 4) + number(1, 8) + number(1, 8) + number(end - directory, 8) +
                        number(directory, 8);
    zip.replace(end + 8, 12, std::string(12, '\xFF'));
    return zip.insert(end, record + "PK\6\7" + number(0, 4) + number(end, 8) + number(1, 4));
}

std::string unicode_extra(const std::string& name, const std::string& unicode) {
    const auto checksum = libdeflate_crc32(0, name.data(), name.size());
    return number(0x7075, 2) + number(5 + unicode.size(), 2) + number(1, 1) + number(checksum, 4) +
           unicode;
}

Made with_extra(Made made, const std::string& extra) {
    made.extra = extra;
    return made;
}

}  // namespace

TEST(ZipDirectory, IsFoundWhateverFollowsTheZip) {
    const auto zip = zip_of({stored("a", "text")});
    for (const auto& tail :
         {std::string("\n"),
          std::string(60'000, '?'),
          std::string("PK\5\6"),
          "PK\5\6" + std::string(40, '\0')}) {
        expect_both_read(zip + tail, {{"a", "text"}});
    }
    expect_both_refuse(zip + std::string(70'000, '?'), "zip");
}

TEST(ZipDirectory, IsFoundBeforeACommentThatLooksLikeAnEnd) {
    const auto zip = zip_of({stored("a", "text")});
    for (const auto& comment :
         {"see PK\5\6 " + std::string(30, 'x'),
          zip.substr(zip.size() - 22),
          std::string("PK\5\6") + std::string(18, '\0')}) {
        expect_both_read(commented(zip, comment), {{"a", "text"}});
    }
}

TEST(ZipDirectory, IsFoundBehindAProgram) {
    const auto program = "#!/bin/sh\n" + std::string(5000, '#');
    expect_both_read(zip_of({deflated("a", "text")}, program), {{"a", "text"}});
    expect_both_read(program + zip64_of(stored("a", "text")), {{"a", "text"}});
}

TEST(ZipDirectory, OfSeveralDisksIsRefused) {
    auto zip = zip_of({stored("a", "text")});
    zip[zip.size() - 18] = 1;
    expect_both_refuse(zip, "several disks");
    expect_both_refuse(zip64_of(stored("a", "text"), 1), "several disks");
}

TEST(ZipDirectory, EndsAtASignatureOfTheWhole) {
    auto zip = zip_of({stored("a", "text")});
    const auto end = zip.size() - 22;
    zip.replace(end + 12, 4, number(end - zip.find("PK\1\2") + 8, 4));
    zip.insert(end, "PK\5\5" + number(2, 2) + "sg");
    expect_both_read(zip, {{"a", "text"}});
}

TEST(ZipDirectory, DecodesNamesAsTheyAreMeant) {
    expect_both_read(zip_of({stored("M\x81ller", "x")}), {{"Müller", "x"}});
    expect_both_read(zip_of({stored("é", "x")}), {{"é", "x"}});
    const auto unicode = [](const std::string& name, const std::string& of, const auto& text) {
        return zip_of({with_extra(stored(name, "x"), unicode_extra(of, text))});
    };
    expect_both_read(unicode("____", "____", "名前"), {{"名前", "x"}});
    expect_both_read(unicode("renamed", "____", "名前"), {{"renamed", "x"}});
    expect_both_read(unicode("____", "____", "\xFF"), {{"____", "x"}});
    expect_both_read(zip_of({stored("C\\D", "x")}), {{"C/D", "x"}});  // packed on MS-DOS
}

TEST(ZipDirectory, TellsOfANameThatIsMarkedAsUtf8AndIsNone) {
    auto member = stored("a\x81", "x");
    member.flags = 1U << 11;
    EXPECT_EQ(read_inside(zip_of({member})).files, (Contents{{"aü", "x"}}));
    const auto error = extract(zip_of({member})).error;
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("'aü' is marked as UTF-8"));
}

TEST(ZipDirectory, RefusesEncryptedMembersOfEveryKind) {
    for (const unsigned flags : {1U, 0x41U, 0x2000U}) {
        auto member = stored("a", "text");
        member.flags = flags;
        expect_both_refuse(zip_of({member}), "'a' is encrypted");
    }
    // Only behind the back of the directory.
    auto zip = zip_of({stored("a", "text")});
    zip[6] = 1;
    expect_both_refuse(zip, "'a' is encrypted");
}

TEST(ZipDirectory, OfWhichOneMemberLiesStillGivesTheOthers) {
    auto far = stored("far", "text");
    far.offset = 1'000'000;
    const auto zip = source_of(zip_of({stored("a", "text"), far}));
    EXPECT_EQ(read_all(*open_zip_member(zip, *find_zip_member(zip, {"a"}), "\"e\"")), "text");
    expect_both_refuse(zip_of({far}), "'far' does not lie where its directory says");
}

TEST(ZipDirectory, NamesTheDamagedMember) {
    for (auto member : {stored("b", "some text"), deflated("b", "some text")}) {
        member.crc ^= 1;
        const auto zip = zip_of({stored("a", "x"), member});
        const auto inside = read_inside(zip), extracted = extract(zip);
        EXPECT_EQ(inside.error->kind(), ErrorKind::unprocessable);
        EXPECT_EQ(extracted.error->kind(), ErrorKind::invalid_argument);
        for (const auto* error : {&*inside.error, &*extracted.error}) {
            EXPECT_THAT(error->what(), HasSubstr("'b' of the zip is damaged: its CRC is wrong"));
        }
    }
}

// One zip of all that there is, cut everywhere and with every byte changed: both readers give an
// Error of a kind of theirs or the content that was packed, and nothing else leaves them.
class DamagedZip : public testing::Test {
protected:
    void expect_no_harm(const std::string& zip, std::size_t at) {
        const auto inside = read_inside(zip), extracted = extract(zip);
        if (inside.error) {
            EXPECT_THAT(
                inside.error->kind(),
                testing::AnyOf(ErrorKind::unsupported, ErrorKind::unprocessable)
            ) << at;
        }
        if (extracted.error) {
            EXPECT_THAT(
                extracted.error->kind(),
                testing::AnyOf(ErrorKind::invalid_argument, ErrorKind::too_large)
            ) << at;
        }
        if (inside.error || extracted.error) return;
        for (const auto& [name, content] : extracted.files) {
            const auto same = inside.files.find(name);
            EXPECT_TRUE(same == inside.files.end() || same->second == content) << at;
        }
    }

    const std::vector<std::string> zips_ = {
        commented(
            zip_of(
                {stored("a.txt", "some text"),
                 stored("folder/", ""),
                 with_extra(deflated("____", std::string(300, 'b')), unicode_extra("____", "名"))},
                "#!/bin/sh\n"
            ),
            "see PK\5\6"
        ),
        zip64_of(deflated("large", std::string(300, 'b')))};
};

TEST_F(DamagedZip, IsRefusedOrReadWhereverItIsCut) {
    for (const auto& zip : zips_) {
        EXPECT_FALSE(read_inside(zip).error);
        EXPECT_FALSE(extract(zip).error);
        for (std::size_t at = 0; at < zip.size(); ++at) {
            expect_no_harm(zip.substr(0, at), at);
            expect_no_harm(zip.substr(at), at);
            expect_no_harm(zip.substr(0, at) + zip.substr(std::min(at + 3, zip.size())), at);
        }
    }
}

TEST_F(DamagedZip, IsRefusedOrReadWhicheverByteIsChanged) {
    for (const auto& zip : zips_) {
        for (std::size_t at = 0; at < zip.size(); ++at) {
            for (const int change : {1, 2, 8, 0x20, 0x80, 0xFF}) {
                auto changed = zip;
                changed[at] = static_cast<char>(changed[at] ^ change);
                expect_no_harm(changed, at);
            }
        }
    }
}

}  // namespace larmor::pack

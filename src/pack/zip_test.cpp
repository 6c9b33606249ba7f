// SPDX-License-Identifier: Apache-2.0
#include <map>

#include <gmock/gmock.h>

#include "pack/manifest.hpp"
#include "pack/plan_testing.hpp"

namespace larmor::pack {
namespace {

/// What a reader finds that walks the local headers, as `r|` readers of a stream do.
std::map<std::string, std::string> members_by_local_headers(const std::string& zip) {
    std::map<std::string, std::string> members;
    std::size_t at = 0;
    while (little_endian(zip, at, 4) == 0x04034B50) {
        const auto size = little_endian(zip, at + 22, 4);
        const auto name_length = little_endian(zip, at + 26, 2);
        EXPECT_EQ(little_endian(zip, at + 28, 2), 0U);
        members[zip.substr(at + 30, name_length)] = zip.substr(at + 30 + name_length, size);
        at += 30 + name_length + size;
    }
    return members;
}

ErrorKind kind_of_plan_with(const std::vector<std::string>& names) {
    std::vector<Entry> entries;
    for (const auto& name : names)
        entries.push_back({.name = name});
    try {
        plan_zip(entries, {});
    } catch (const Error& error) {
        return error.kind();
    }
    ADD_FAILURE() << "no error was thrown";
    return {};
}

}  // namespace

TEST(ZipPlan, IsByteForByteTheGoldenFile) {
    const auto members = tiny();
    const auto plan = members.plan();
    const auto actual = in_lines_of_hex(read_all(*plan)) + plan->etag() + "\n";
    EXPECT_EQ(actual, golden(LARMOR_PACK_TESTDATA "/tiny.zip.hex", actual));
}

TEST(ZipPlan, KnowsItsLengthBeforeAnythingIsRead) {
    const auto members = tiny();
    EXPECT_EQ(members.plan()->length(), read_all(*members.plan()).size());
    const auto unread = plan_zip(members.entries, [](auto...) -> stream::Segment {
        throw Error(ErrorKind::missing_content, "read too early");
    });
    EXPECT_EQ(unread->length(), members.plan()->length());
    EXPECT_EQ(unread->etag(), members.plan()->etag());
}

TEST(ZipPlan, CanBeReadByItsLocalHeadersAlone) {
    const auto members = tiny();
    EXPECT_THAT(
        members_by_local_headers(read_all(*members.plan())),
        testing::UnorderedElementsAre(
            testing::Pair("MR1/scans/1-T1/resources/DICOM/files/1.dcm", "first slice"),
            testing::Pair("MR1/scans/1-T1/resources/DICOM/files/empty", ""),
            testing::Pair("MR1/scans/1-T1/resources/NOTES/files/für Ärzte.txt", "Größe")
        )
    );
}

TEST(ZipPlan, OfNothingIsAnEmptyArchive) {
    const TextMembers members;
    EXPECT_EQ(read_all(*members.plan()), "PK\x05\x06" + std::string(18, '\0'));
}

TEST(ZipPlan, GivesAnyRangeAsThatPartOfTheWhole) {
    expect_any_range(ArchiveFormat::zip, 300, 100);
}

TEST(ZipPlan, GivesEverySingleByteByItself) {
    const auto members = tiny();
    const auto plan = members.plan();
    std::string bytes;
    for (std::uint64_t at = 0; at < plan->length(); ++at)
        bytes += read_range(*plan, at, at + 1);
    EXPECT_EQ(bytes, read_all(*plan));
}

TEST(ZipPlan, ReadsOnlyTheContentsOfTheRange) {
    std::vector<std::uint64_t> read;
    const std::vector<Entry> entries = {
        {.name = "a", .size = 10, .content = 7}, {.name = "b", .size = 10, .content = 8}};
    const auto plan = plan_zip(entries, [&](auto content, auto from, auto to) -> stream::Segment {
        read.push_back(content);
        return std::string(to - from, 'x');
    });
    EXPECT_EQ(read_range(*plan, 41, 41 + 31 + 3), read_range(*plan, 41, 41 + 31) + "xxx");
    EXPECT_THAT(read, testing::ElementsAre(8));
}

TEST(ZipPlan, JoinsNeighbouringHeadersIntoOneSegment) {
    TextMembers members;
    for (const auto* name : {"a", "b", "c"})
        members.add(name, "");
    const auto plan = members.plan();
    EXPECT_EQ(length_of(*plan->segments(0, plan->length())->next()), plan->length());
}

TEST(ZipPlan, MakesTheCentralDirectoryInPiecesOfModerateLength) {
    TextMembers members;
    for (int i = 0; i < 2000; ++i)
        members.add(std::string(80, 'n') + std::to_string(i), "");
    const auto plan = members.plan();
    const auto walk = plan->segments(0, plan->length());
    std::string bytes;
    while (const auto segment = walk->next()) {
        EXPECT_LE(length_of(*segment), 2U * 33 * 1024);
        bytes += bytes_of(*segment);
    }
    EXPECT_EQ(bytes, read_all(*plan));
    EXPECT_EQ(little_endian(bytes, bytes.size() - 12, 2), 2000U);
}

TEST(ZipPlan, KeepsAnyNameAsItIs) {
    const std::vector<std::string> names = {
        "-rf",
        "a b",
        "it's \"quoted\"",
        "two\nlines",
        "日本/語.dcm",
        "percent%20",
        "back\\slash",
        std::string(255, 'x') + "/y",
        "a:b|c?d*e",
        "\xF0\x9F\xA7\xB2",
        " ",
        std::string(65'535, 'l')};
    TextMembers members;
    for (const auto& name : names)
        members.add(name, name.substr(0, 5));
    const auto found = members_by_local_headers(read_all(*members.plan()));
    EXPECT_EQ(found.size(), names.size());
    for (const auto& name : names)
        EXPECT_EQ(found.at(name), name.substr(0, 5));
}

TEST(ZipPlan, RefusesNamesThatNoArchiveCanHold) {
    EXPECT_EQ(kind_of_plan_with({""}), ErrorKind::corrupt);
    EXPECT_EQ(kind_of_plan_with({"a", "b", "a"}), ErrorKind::corrupt);
    EXPECT_EQ(kind_of_plan_with({std::string(65'536, 'x')}), ErrorKind::corrupt);
    EXPECT_EQ(kind_of_plan_with({"folder/"}), ErrorKind::corrupt);
    EXPECT_EQ(kind_of_plan_with({"latin1-\xE4"}), ErrorKind::corrupt);
    EXPECT_EQ(kind_of_plan_with({std::string("nul\0", 4)}), ErrorKind::corrupt);
}

TEST(ZipPlan, BreaksOffWhenAContentIsNotAsLongAsRecorded) {
    const auto plan = plan_zip({{.name = "a.dcm", .size = 10}}, [](auto...) -> stream::Segment {
        return std::string("short");
    });
    try {
        read_all(*plan);
        FAIL() << "no error was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::corrupt);
        EXPECT_THAT(error.what(), testing::HasSubstr("a.dcm"));
    }
}

TEST(ZipPlan, PassesOnTheErrorOfAContent) {
    const auto plan = plan_zip({{.name = "a", .size = 1}}, [](auto...) -> stream::Segment {
        throw Error(ErrorKind::missing_content, "no bytes");
    });
    EXPECT_EQ(read_range(*plan, 0, 31).size(), 31U);
    EXPECT_EQ(read_range(*plan, 32, plan->length()).size(), plan->length() - 32);
    EXPECT_THROW(read_range(*plan, 0, 32), Error);
}

TEST(ZipPlan, HasAnETagOfManifestAndForm) {
    const auto members = tiny();
    const auto etag = members.plan()->etag();
    EXPECT_THAT(etag, testing::MatchesRegex("\"[0-9a-f]{32}-zip1\""));
    ManifestHash manifest;
    for (const auto& entry : members.entries)
        manifest.push(entry);
    EXPECT_EQ(etag.substr(1, 32), manifest.finish());
}

}  // namespace larmor::pack

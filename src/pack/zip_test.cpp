// SPDX-License-Identifier: Apache-2.0
#include "pack/zip.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include <gmock/gmock.h>

#include "pack/zip_testing.hpp"

namespace larmor::pack {
namespace {

std::string in_lines_of_hex(std::string_view bytes) {
    std::string lines;
    for (std::size_t at = 0; at < bytes.size(); at += 16) {
        const auto line = bytes.substr(at, 16);
        lines +=
            digest_to_hex({reinterpret_cast<const std::uint8_t*>(line.data()), line.size()}) + "\n";
    }
    return lines;
}

/// The golden file; written anew with LARMOR_ACCEPT=1 in the environment.
std::string golden(const std::string& name, const std::string& actual) {
    const std::string path = std::string(LARMOR_PACK_TESTDATA) + "/" + name;
    if (std::getenv("LARMOR_ACCEPT") != nullptr) std::ofstream(path) << actual;
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

TextMembers tiny() {
    TextMembers members;
    members.add("MR1/scans/1-T1/resources/DICOM/files/1.dcm", "first slice");
    members.add("MR1/scans/1-T1/resources/DICOM/files/empty", "");
    members.add("MR1/scans/1-T1/resources/NOTES/files/für Ärzte.txt", "Größe");
    return members;
}

/// Between none and 40 members of random lengths, many of them empty.
TextMembers random_members(std::mt19937& random) {
    TextMembers members;
    const auto count = random() % 41;
    for (unsigned i = 0; i < count; ++i) {
        const std::string name = std::to_string(i) + std::string(random() % 50, 'n');
        std::string text(random() % 3 == 0 ? 0 : random() % 300, '\0');
        for (char& byte : text)
            byte = static_cast<char>(random());
        members.add(name, text);
    }
    return members;
}

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
    EXPECT_EQ(actual, golden("tiny.zip.hex", actual));
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
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same plans every time
    for (int round = 0; round < 100; ++round) {
        const auto members = random_members(random);
        const auto plan = members.plan();
        const auto whole = read_all(*plan);
        ASSERT_EQ(whole.size(), plan->length());
        for (int i = 0; i < 50; ++i) {
            const auto from = random() % (whole.size() + 1);
            const auto to = from + random() % (whole.size() - from + 1);
            ASSERT_EQ(read_range(*plan, from, to), whole.substr(from, to - from));
        }
    }
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
    EXPECT_EQ(etag.substr(1, 32), manifest_hash(members.entries));
}

}  // namespace larmor::pack

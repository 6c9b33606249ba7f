// SPDX-License-Identifier: Apache-2.0
#include "archive/entries.hpp"

#include <algorithm>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/folders_testing.hpp"

namespace larmor::archive {
namespace {

using Names = std::vector<std::string>;
using testing::ElementsAre;

Names names_of(std::vector<EntryFolder> folders) {
    return names_of(FolderEntries(std::move(folders), {}));
}

bool has_file_that_is_a_folder(const Names& names) {
    const std::set<std::string> sorted(names.begin(), names.end());
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        const auto below = sorted.lower_bound(name + "/");
        return below != sorted.end() && below->starts_with(name + "/");
    });
}

}  // namespace

TEST(FolderEntries, ComeInTheOrderOfFoldersThenPaths) {
    EXPECT_THAT(
        names_of({folder("2/", {"b", "a"}), folder("1/", {}), folder("10/", {"c"})}),
        ElementsAre("2/a", "2/b", "10/c")
    );
}

TEST(FolderEntries, OfFoldersOfOneNameAreToldApart) {
    EXPECT_THAT(
        names_of({folder("S/", {"1.dcm", "2.dcm"}), folder("S/", {"1.dcm", "1_2.dcm"})}),
        ElementsAre("S/1.dcm", "S/2.dcm", "S/1_3.dcm", "S/1_2.dcm")
    );
}

TEST(FolderEntries, OfAFolderInAnotherAreToldApart) {
    EXPECT_THAT(
        names_of({folder("S/a/", {"1"}), folder("T/", {"a/1"}), folder("S/", {"a/1", "a/2"})}),
        ElementsAre("S/a/1", "T/a/1", "S/a/1_2", "S/a/2")
    );
    EXPECT_THAT(names_of({folder("", {"a/1"}), folder("a/", {"1"})}), ElementsAre("a/1", "a/1_2"));
}

TEST(FolderEntries, AreNamedAsIfAllWereComparedWithAll) {
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same folders every time
    const Names words = {"a", "b", "a/b", "a_2", "b_2", "a/a"};
    for (int round = 0; round < 300; ++round) {
        std::vector<EntryFolder> folders;
        Names plain;
        for (auto count = random() % 6; count > 0; --count) {
            std::set<std::string> paths;
            for (auto n = random() % 5; n > 0; --n)
                paths.insert(words[random() % words.size()]);
            // The catalog lets no file stand where another has a folder.
            if (paths.contains("a/b") || paths.contains("a/a")) paths.erase("a");
            const auto name = random() % 4 == 0 ? "" : words[random() % words.size()] + "/";
            for (const auto& path : paths)
                plain.push_back(name + path);
            folders.push_back(folder(name, {paths.begin(), paths.end()}));
        }
        std::vector<std::size_t> all(plain.size());
        std::generate(all.begin(), all.end(), [n = std::size_t{0}]() mutable { return n++; });
        auto expected = plain;
        for (auto& [i, name] : pack::find_new_names(all, [&](auto i) { return plain[i]; }))
            expected[i] = name;
        const auto names = names_of(std::move(folders));
        ASSERT_EQ(names, expected);
        ASSERT_EQ(std::set(names.begin(), names.end()).size(), names.size());
        ASSERT_FALSE(has_file_that_is_a_folder(names));
    }
}

TEST(FolderEntries, GiveAFileAnotherNameThatIsAFolderOfOthers) {
    EXPECT_THAT(
        names_of({folder("E/scans/", {"1", "x.d"}), folder("E/scans/1/DICOM/", {"1.dcm"})}),
        ElementsAre("E/scans/1_2", "E/scans/x.d", "E/scans/1/DICOM/1.dcm")
    );
    EXPECT_THAT(
        names_of({folder("E/", {"a.d/1"}), folder("E/a_2.d/", {"1"}), folder("", {"E/a.d"})}),
        ElementsAre("E/a.d/1", "E/a_2.d/1", "E/a_3.d")
    );
}

TEST(FolderEntries, CarryTheTimeOfTheirFileInTwoSecondsOnlyWhenItIsKept) {
    const auto folders = std::vector{folder("S/", {"1"})};
    EXPECT_EQ(FolderEntries(folders, {}).at(0).time, pack::fixed_time);
    EXPECT_EQ(FolderEntries(folders, {}, FileTimes::kept).at(0).time, 1'700'000'000);
}

TEST(FolderEntries, KeepTimesThatAZipCanSay) {
    EXPECT_EQ(member_time(FileTimes::kept, -1), pack::fixed_time);
    EXPECT_EQ(member_time(FileTimes::kept, 315'532'803'999), pack::fixed_time + 2);
    EXPECT_EQ(member_time(FileTimes::kept, 4'354'819'199'999), pack::latest_time);
    EXPECT_EQ(member_time(FileTimes::kept, 9'999'999'999'999), pack::latest_time);
}

TEST(FolderEntries, AreOnlyTheFilesThatAreWanted) {
    const FolderEntries entries(
        {folder("S/", {"1", "22", "3"}), folder("T/", {"1"}), folder("U/", {"44"})},
        [](const catalog::CompactFile& file) { return file.format.size() == 2; }
    );
    EXPECT_THAT(names_of(entries), ElementsAre("S/22", "U/44"));
    EXPECT_EQ(entries.file(entries.at(0).content).path, "22");
    EXPECT_EQ(entries.file(entries.at(1).content).path, "44");
}

TEST(FolderEntries, KeepNoNames) {
    Names paths;
    for (int i = 0; i < 10'000; ++i)
        paths.push_back(std::string(200, 'p') + std::to_string(i));
    const auto one = folder(std::string(200, 'f') + "/", paths);
    const auto rows = one.files->memory_bytes();
    EXPECT_LT(FolderEntries({one}, {}).memory_bytes(), rows + 1'000);
    const auto half = [](const catalog::CompactFile& file) { return file.size % 2 == 0; };
    EXPECT_LT(FolderEntries({one}, half).memory_bytes(), rows + 4 * 2 * 10'000);
}

}  // namespace larmor::archive

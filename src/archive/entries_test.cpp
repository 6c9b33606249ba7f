// SPDX-License-Identifier: Apache-2.0
#include "archive/entries.hpp"

#include <algorithm>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace larmor::archive {
namespace {

using Names = std::vector<std::string>;
using testing::ElementsAre;

/// Rows of nothing but paths, in the catalog's order.
class Paths final : public catalog::ResourceFiles {
public:
    explicit Paths(Names paths) : paths_(std::move(paths)) {
        std::sort(paths_.begin(), paths_.end());
        for (const auto& path : paths_)
            rows_.push_back(row_of(path));
    }
    const std::vector<catalog::CompactFile>& rows() const override { return rows_; }
    std::size_t memory_bytes() const override { return rows_.size() * sizeof(rows_[0]); }

private:
    static catalog::CompactFile row_of(const std::string& path) {
        catalog::CompactFile row;
        row.path = path;
        row.format = path;
        row.size = path.size();
        return row;
    }

    Names paths_;
    std::vector<catalog::CompactFile> rows_;
};

EntryFolder folder(const std::string& name, const Names& paths) {
    return {name, std::make_shared<Paths>(paths)};
}

Names names_of(const FolderEntries& entries) {
    Names names;
    for (std::size_t i = 0; i < entries.count(); ++i)
        names.push_back(entries.at(i).name);
    return names;
}

Names names_of(std::vector<EntryFolder> folders) {
    return names_of(FolderEntries(std::move(folders), {}));
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
    }
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

// SPDX-License-Identifier: Apache-2.0
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pack/zip.hpp"

namespace larmor::pack {
namespace {

using Names = std::vector<std::string>;

Names made_unique(const Names& names) {
    std::vector<Entry> entries;
    for (const auto& name : names)
        entries.push_back({.name = name});
    make_names_unique(entries);
    Names result;
    for (const auto& entry : entries)
        result.push_back(entry.name);
    return result;
}

}  // namespace

TEST(EntryNames, StayWhenTheyAreUnique) {
    const Names names = {"a.dcm", "b.dcm", "a_2.dcm", "A.dcm", "x/a.dcm"};
    EXPECT_EQ(made_unique(names), names);
    EXPECT_EQ(made_unique({}), Names{});
}

TEST(EntryNames, GetASuffixBeforeTheExtensionOfTheirLastSegment) {
    EXPECT_EQ(made_unique({"a.dcm", "a.dcm"}), (Names{"a.dcm", "a_2.dcm"}));
    EXPECT_EQ(made_unique({"a.nii.gz", "a.nii.gz"}), (Names{"a.nii.gz", "a.nii_2.gz"}));
    EXPECT_EQ(made_unique({"x.y/a", "x.y/a"}), (Names{"x.y/a", "x.y/a_2"}));
    EXPECT_EQ(made_unique({"x/.rc", "x/.rc"}), (Names{"x/.rc", "x/.rc_2"}));
    EXPECT_EQ(made_unique({".rc", ".rc"}), (Names{".rc", ".rc_2"}));
    EXPECT_EQ(made_unique({"a.", "a."}), (Names{"a.", "a_2."}));
}

TEST(EntryNames, AreCountedFromTwo) {
    EXPECT_EQ(made_unique({"a.d", "a.d", "a.d", "a.d"}), (Names{"a.d", "a_2.d", "a_3.d", "a_4.d"}));
}

TEST(EntryNames, NeverTakeTheNameOfAnother) {
    EXPECT_EQ(
        made_unique({"a_2.d", "a.d", "a.d", "a_3.d"}), (Names{"a_2.d", "a.d", "a_4.d", "a_3.d"})
    );
    EXPECT_EQ(made_unique({"a", "a", "a_2", "a_2"}), (Names{"a", "a_3", "a_2", "a_2_2"}));
}

TEST(EntryNames, AreUniqueHoweverManyAreAlike) {
    Names names(20'000, "scan/1.dcm");
    for (int i = 2; i < 5'000; ++i)
        names.push_back("scan/1_" + std::to_string(i) + ".dcm");
    const Names result = made_unique(names);
    EXPECT_EQ(std::set(result.begin(), result.end()).size(), names.size());
    EXPECT_EQ(result[1], "scan/1_5000.dcm");
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include <numeric>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pack/entry.hpp"

namespace larmor::pack {
namespace {

using Names = std::vector<std::string>;

Names made_unique(const Names& names) {
    std::vector<std::size_t> members(names.size());
    std::iota(members.begin(), members.end(), 0);
    Names result = names;
    for (auto& [index, name] : find_new_names(members, [&](std::size_t i) { return names[i]; }))
        result[index] = name;
    return result;
}

/// The rule without anything clever: in order, the first suffix that nobody has.
Names made_unique_slowly(const Names& names) {
    std::set<std::string> taken(names.begin(), names.end());
    std::set<std::string> seen;
    Names result;
    for (const auto& name : names) {
        auto chosen = name;
        for (int n = 2; !seen.insert(name).second && taken.contains(chosen); ++n)
            chosen = name + "_" + std::to_string(n);
        taken.insert(chosen);
        result.push_back(chosen);
    }
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

TEST(EntryNames, AreWhatTheRuleSaysForAnyNames) {
    std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same names every time
    for (int round = 0; round < 300; ++round) {
        Names names(random() % 30);
        for (auto& name : names)
            name = std::string(1, static_cast<char>('a' + random() % 3)) +
                   (random() % 2 == 0 ? "_" + std::to_string(random() % 4) : "");
        ASSERT_EQ(made_unique(names), made_unique_slowly(names));
    }
}

TEST(EntryNames, AreNeverAFolderOfAnother) {
    EXPECT_EQ(made_unique({"x/a", "x/a/b"}), (Names{"x/a_2", "x/a/b"}));
    EXPECT_EQ(made_unique({"x/a/b", "x/a"}), (Names{"x/a/b", "x/a_2"}));
    EXPECT_EQ(made_unique({"a", "a", "a/b"}), (Names{"a_2", "a_3", "a/b"}));
    EXPECT_EQ(made_unique({"a", "a/b/c", "a_2/d"}), (Names{"a_3", "a/b/c", "a_2/d"}));
    EXPECT_EQ(made_unique({"a/b", "a/b/c", "a"}), (Names{"a/b_2", "a/b/c", "a_2"}));
    EXPECT_EQ(made_unique({"ab", "a", "abc/d"}), (Names{"ab", "a", "abc/d"}));
}

TEST(EntryNames, OfMembersThatAreNotAskedAboutStay) {
    const Names names = {"a", "a", "a"};
    const auto renamed = find_new_names({0, 2}, [&](std::size_t i) { return names[i]; });
    ASSERT_EQ(renamed.size(), 1U);
    EXPECT_EQ(renamed.at(2), "a_2");
}

}  // namespace larmor::pack

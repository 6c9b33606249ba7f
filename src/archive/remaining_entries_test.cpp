// SPDX-License-Identifier: Apache-2.0
#include "archive/remaining_entries.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "archive/archive_plan.hpp"
#include "archive/folders_testing.hpp"

namespace larmor::archive {
namespace {

using model::BlobState;
using testing::ElementsAre;

std::shared_ptr<const FolderEntries> entries_of(std::vector<EntryFolder> folders) {
    return std::make_shared<FolderEntries>(std::move(folders), WantedFile{});
}

}  // namespace

TEST(RemainingEntries, KeepTheNamesOfTheWholeAndEndWithTheText) {
    const auto whole = entries_of({folder("x/", {"a", "b", "c", "d"}), folder("x/", {"a"})});
    const RemainingEntries rest(whole, {{0, BlobState::missing}, {2, BlobState::damaged}});
    EXPECT_THAT(names_of(rest), ElementsAre("x/b", "x/d", "x/a_2", "MISSING.txt"));
    const auto text = rest.at(3);
    EXPECT_EQ(
        *rest.find_text(text.content), "x/a\tmissing in the store\nx/c\tdamaged in the store\n"
    );
    EXPECT_EQ(text.size, rest.find_text(text.content)->size());
    EXPECT_EQ(rest.find_text(rest.at(0).content), nullptr);
}

TEST(RemainingEntries, AreRightWhicheverAreLeftOut) {
    const auto whole = entries_of({folder("", {"0", "1", "2", "3", "4", "5"})});
    for (unsigned set = 1; set < 64; ++set) {
        std::vector<Unsound> left_out;
        std::vector<std::string> expected;
        for (std::size_t i = 0; i < 6; ++i) {
            if ((set >> i & 1) != 0)
                left_out.push_back({i, BlobState::missing});
            else
                expected.push_back(std::to_string(i));
        }
        expected.emplace_back("MISSING.txt");
        EXPECT_EQ(names_of(RemainingEntries(whole, left_out)), expected);
    }
}

TEST(RemainingEntries, CallTheTextWhatNothingAtTheTopIsCalled) {
    const auto whole = entries_of({folder("", {"MISSING.txt", "MISSING_2.txt/a", "b\n%"})});
    const RemainingEntries rest(whole, {{2, BlobState::missing}});
    EXPECT_THAT(names_of(rest), ElementsAre("MISSING.txt", "MISSING_2.txt/a", "MISSING_3.txt"));
    EXPECT_EQ(*rest.find_text(rest.at(2).content), "b%0A%25\tmissing in the store\n");
}

TEST(RemainingEntries, CountInTheMemoryOfTheirPlan) {
    constexpr std::size_t count = 1'000;
    std::vector<std::string> paths;
    std::vector<Unsound> left_out;
    for (std::size_t i = 0; i < count; ++i) {
        paths.push_back(std::to_string(i) + std::string(200, 'n'));
        left_out.push_back({i, BlobState::missing});
    }
    const auto read = [](const auto&, auto, auto) -> stream::Segment { return std::string(); };
    const auto whole =
        plan_entries(ArchiveFormat::zip, {"key", "name"}, entries_of({folder("", paths)}), read);
    const auto rest = plan_remaining(ArchiveFormat::zip, whole, left_out, read);
    const auto least =
        count * (sizeof(Unsound) + 200 + std::string("\tmissing in the store\n").size());
    EXPECT_GE(rest->memory_bytes(), whole->memory_bytes() + least);
    EXPECT_LE(rest->memory_bytes(), whole->memory_bytes() + 3 * least);
}

}  // namespace larmor::archive

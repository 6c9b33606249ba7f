// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include <malloc.h>

#include <gmock/gmock.h>

#include "pack/plan_testing.hpp"

namespace larmor::pack {
namespace {

constexpr std::array formats{ArchiveFormat::zip, ArchiveFormat::tar, ArchiveFormat::tar_gz};

/// Empty members that exist only while they are asked for.
class CountedEntries final : public Entries {
public:
    explicit CountedEntries(std::size_t count) : count_(count) {}
    std::size_t count() const override { return count_; }
    Entry at(std::size_t index) const override {
        ++made;
        return {.name = "MR1/scans/1-T1/resources/DICOM/files/" + std::to_string(index) + ".dcm"};
    }
    mutable std::atomic<std::size_t> made = 0;

private:
    std::size_t count_;
};

std::size_t bytes_in_use() {
    return ::mallinfo2().uordblks + ::mallinfo2().hblkhd;
}

}  // namespace

TEST(Plan, KeepsLessThanAByteForEachMember) {
    constexpr std::size_t count = 200'000;
    const auto entries = std::make_shared<CountedEntries>(count);
    for (const auto format : formats) {
        const auto before = bytes_in_use();
        const auto plan = plan_archive(format, entries, {});
        EXPECT_LT(bytes_in_use() - before, count);
        EXPECT_GT(plan->length(), count * 30);
    }
}

TEST(Plan, MakesFewEntriesForARangeAnywhere) {
    const auto entries = std::make_shared<CountedEntries>(100'000);
    for (const auto format : formats) {
        const auto plan = plan_archive(format, entries, {});
        for (int tenth = 0; tenth < 10; ++tenth) {
            const auto from = plan->length() / 10 * tenth;
            entries->made = 0;
            read_range(*plan, from, from + 2'000);
            EXPECT_LT(entries->made, 200U);
        }
    }
}

TEST(Plan, MakesEachEntryTwiceAtMostForTheWhole) {
    const auto entries = std::make_shared<CountedEntries>(10'000);
    for (const auto format : formats) {
        const auto plan = plan_archive(format, entries, {});
        entries->made = 0;
        EXPECT_EQ(read_all(*plan).size(), plan->length());
        EXPECT_LE(entries->made, 20'002U);
    }
}

TEST(Plan, GivesAnyRangeOfMembersBetweenItsMarks) {
    const auto entries = std::make_shared<CountedEntries>(1'000);
    for (const auto format : formats) {
        const auto plan = plan_archive(format, entries, {});
        const auto whole = read_all(*plan);
        for (std::size_t from = 0; from < whole.size(); from += whole.size() / 199)
            ASSERT_EQ(read_range(*plan, from, whole.size()), whole.substr(from));
    }
}

TEST(Plan, RefusesNamesThatNoArchiveCanHold) {
    for (const auto format : formats) {
        for (const auto& name : {std::string(), std::string("a/"), std::string("\xE4")}) {
            EXPECT_THROW(plan_of(format, {{.name = name}}, {}), Error);
        }
    }
}

TEST(Plan, OfEveryKindOfNameIsTheGoldenFile) {
    TextMembers members;
    for (const auto& name :
         {std::string("-rf"),
          std::string("two\nlines"),
          std::string("日本/語.dcm"),
          std::string(100, 'n'),
          std::string(101, 'n'),
          std::string(155, 'p') + "/" + std::string(100, 'n'),
          std::string(156, 'p') + "/" + std::string(100, 'n'),
          std::string(1'024, 'l')}) {
        members.add(name, std::string(name.size() * 701, 'x'));
    }
    std::string actual;
    for (const auto format : formats) {
        const auto plan = members.plan(format);
        actual += sha256_of(read_all(*plan)) + " " + plan->etag() + "\n";
    }
    EXPECT_EQ(actual, golden(LARMOR_PACK_TESTDATA "/names.sha256", actual));
}

TEST(Plan, HasOneManifestInEveryFormat) {
    const auto members = tiny();
    std::vector<std::string> forms;
    for (const auto format : formats) {
        const auto etag = members.plan(format)->etag();
        EXPECT_EQ(etag.substr(0, 33), members.plan()->etag().substr(0, 33));
        forms.push_back(etag.substr(33));
    }
    EXPECT_THAT(forms, testing::ElementsAre("-zip1\"", "-tar1\"", "-targz1\""));
}

TEST(Plan, OfMembersWithTheirOwnTimesIsTheGoldenFile) {
    auto members = tiny();
    members.entries[0].time = 1'709'251'198;  // 2024-02-29 23:59:58
    members.entries[1].time = latest_time;
    std::string actual;
    for (const auto format : formats) {
        const auto plan = members.plan(format);
        actual += sha256_of(read_all(*plan)) + " " + plan->etag() + "\n";
    }
    EXPECT_EQ(actual, golden(LARMOR_PACK_TESTDATA "/times.sha256", actual));
}

TEST(Plan, HasATimeInItsEtagAsSoonAsOneIsNotTheFixedOne) {
    const auto fixed = tiny().plan()->etag();
    auto members = tiny();
    members.entries[1].time += 2;
    const auto one = members.plan()->etag();
    EXPECT_EQ(one.substr(0, fixed.size() - 1), fixed.substr(0, fixed.size() - 1));
    EXPECT_EQ(one.size(), fixed.size() + 17);
    std::swap(members.entries[0].time, members.entries[1].time);
    EXPECT_NE(members.plan()->etag(), one);
}

}  // namespace larmor::pack

// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "archive/layout.hpp"
#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class WholeProject : public ArchiveTest {
protected:
    static constexpr auto below = Depth::everything_below;

    /// Subject 10 has the sessions B and A2, subject 9 has A10; the labels tell nothing of it.
    void SetUp() override {
        add_session("P/10/B");
        add_session("P/10/A2");
        add_session("P/9/A10");
        upload(at("P", "PLAN"), "plan.txt", "p");
        upload(at("P/10", "NOTES"), "ten.txt", "s");
        upload(at("P/9", "NOTES"), "nine.txt", "s");
        put_subject(catalog_, who_, at("P/1"), {});
        upload(at("P/1", "NOTES"), "alone.txt", "s");
    }
    void add_session(const std::string& path) {
        make_session(path);
        make_scan(path + "/scans/1", "T1");
        upload(at(path + "/scans/1", "DICOM"), "1.dcm", path);
        upload(at(path, "NOTES"), "session.txt", path);
    }
    std::vector<std::string> folders(
        const Selector& selector, Depth depth = Depth::everything_below
    ) {
        return folders(who_.visibility, selector, depth);
    }
    std::vector<std::string> folders(
        const model::Visibility& visibility, const Selector& selector, Depth depth
    ) {
        std::vector<std::string> found;
        const auto selection = read_selection(catalog_, visibility, selector, depth);
        for (const auto& one : selection.resources)
            found.push_back(entry_folder(one, selection.depth, {Structure::simplified}));
        return found;
    }
    static Selector all_experiments(const std::string& path) {
        auto selector = at(path);
        selector.experiment = "ALL";
        return selector;
    }
    static Selector all_scans(const std::string& path) {
        auto selector = all_experiments(path);
        selector.items = ItemKind::scans;
        selector.item = "ALL";
        return selector;
    }
};

}  // namespace

TEST_F(WholeProject, ComesSubjectBySubjectAndSessionBySession) {
    EXPECT_THAT(
        folders(at("P")),
        ElementsAre(
            "P/PLAN/",
            "1/NOTES/",
            "9/NOTES/",
            "A10/NOTES/",
            "A10/scans/1/DICOM/",
            "10/NOTES/",
            "A2/NOTES/",
            "A2/scans/1/DICOM/",
            "B/NOTES/",
            "B/scans/1/DICOM/"
        )
    );
    EXPECT_THAT(folders(at("P"), Depth::own_level), ElementsAre("P/PLAN/"));
}

TEST_F(WholeProject, HasItsSubjectsAsWholesToo) {
    EXPECT_THAT(
        folders(at("P/10")),
        ElementsAre("10/NOTES/", "A2/NOTES/", "A2/scans/1/DICOM/", "B/NOTES/", "B/scans/1/DICOM/")
    );
    EXPECT_THAT(folders(at("P/1")), ElementsAre("1/NOTES/"));
}

TEST_F(WholeProject, TellsThingsOfOneLabelApartByTheirFolder) {
    add_session("P/10/10");
    add_session("P/9/10_2");
    add_session("P/9/P");
    const auto found = folders(at("P"));
    EXPECT_THAT(found, testing::Contains("10_3/NOTES/"));
    EXPECT_THAT(found, testing::Contains("10/NOTES/"));
    EXPECT_THAT(found, testing::Contains("P_2/PLAN/"));
    EXPECT_EQ(std::set<std::string>(found.begin(), found.end()).size(), found.size());
}

TEST_F(WholeProject, TakesAllAsEverySessionOfTheProjectOrSubject) {
    EXPECT_THAT(
        folders(all_experiments("P"), Depth::own_level),
        ElementsAre("A10/NOTES/", "A2/NOTES/", "B/NOTES/")
    );
    EXPECT_THAT(folders(all_scans("P/10")), ElementsAre("A2/scans/1/DICOM/", "B/scans/1/DICOM/"));
    EXPECT_THAT(folders(all_experiments("P")), SizeIs(6));
    EXPECT_EQ(
        read_selection(catalog_, who_.visibility, all_scans("P"), below).name, std::string("P")
    );
}

TEST_F(WholeProject, TakesAllForNothingElse) {
    Selector contextless;
    contextless.experiment = "ALL";
    EXPECT_EQ(kind_of([&] { folders(contextless); }), ErrorKind::not_found);
    auto to_write = all_scans("P/9");
    to_write.item = "1";
    to_write.resource = "DICOM";
    EXPECT_EQ(kind_of([&] { upload(to_write, "2.dcm", "x"); }), ErrorKind::not_found);
    EXPECT_EQ(
        kind_of([&] { remove_files(catalog_, who_, to_write, "1.dcm"); }), ErrorKind::not_found
    );
    EXPECT_EQ(
        kind_of([&] { put_scan(catalog_, who_, all_scans("P/9"), type("xnat:mrScanData")); }),
        ErrorKind::not_found
    );
}

TEST_F(WholeProject, WithoutSessionsHasNoneOfOthers) {
    put_project(catalog_, who_, "EMPTY", {}, "");
    EXPECT_THAT(folders(at("EMPTY")), IsEmpty());
    EXPECT_THAT(folders(all_scans("EMPTY")), IsEmpty());
    auto assessors = all_experiments("EMPTY");
    assessors.items = ItemKind::assessors;
    assessors.item = "ALL";
    make_guide();
    EXPECT_THAT(folders(assessors), IsEmpty());
}

TEST_F(WholeProject, IsOnlyWhatTheUserMayRead) {
    const auto nothing = model::Visibility::of_projects({});
    EXPECT_EQ(kind_of([&] { folders(nothing, at("P"), below); }), ErrorKind::not_found);
    EXPECT_EQ(kind_of([&] { folders(nothing, all_scans("P"), below); }), ErrorKind::not_found);
}

TEST_F(WholeProject, HasOneEtagHoweverItsSessionsAreNamed) {
    auto by_name = all_scans("P");
    by_name.experiment = "B,A10,A2";
    EXPECT_EQ(zip(by_name)->source->etag(), zip(all_scans("P"))->source->etag());
    EXPECT_EQ(zip(all_experiments("P"), below)->source->etag(), [&] {
        auto selector = by_name;
        selector.items = ItemKind::none;
        return zip(selector, below)->source->etag();
    }());
}

}  // namespace larmor::archive

// SPDX-License-Identifier: Apache-2.0
#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Select : public ArchiveTest {
protected:
    void SetUp() override { make_guide(); }
    std::vector<std::string> scans(const std::string& item) {
        return files(at("TEST/1/MR1/scans/" + item));
    }
    std::vector<std::string> scans(const std::string& item, const std::string& resource) {
        return files(at("TEST/1/MR1/scans/" + item, resource));
    }
};

}  // namespace

TEST_F(Select, TakesIdsTypesListsAndAll) {
    EXPECT_THAT(scans("1"), ElementsAre("1:DICOM:1.dcm", "1:DICOM:2.dcm", "1:SNAPSHOTS:snap.jpg"));
    EXPECT_THAT(scans("1,2"), SizeIs(6));
    EXPECT_THAT(scans("T1"), SizeIs(6));
    EXPECT_THAT(scans("T1,T2"), SizeIs(12));
    EXPECT_THAT(scans("1,T2,99"), SizeIs(9));
    EXPECT_THAT(scans("ALL"), SizeIs(12));
    EXPECT_THAT(scans("*"), SizeIs(12));
}

TEST_F(Select, NeverGivesTheParentsFilesWhenNothingIsFound) {
    upload(at("TEST/1", "NOTES"), "subject.txt", "s");
    upload(at("TEST/1/MR1", "NOTES"), "session.txt", "s");
    for (const auto* nothing : {"99", "t1", "ALL,99", "NULL"})
        EXPECT_THAT(scans(nothing), IsEmpty());
    EXPECT_THAT(files(at("TEST/1/MR1/assessors/NOPE")), IsEmpty());
    EXPECT_THAT(files(at("TEST/1/MR1/recons/ALL")), IsEmpty());
}

TEST_F(Select, DoesNotDescendUnlessAsked) {
    upload(at("TEST/1/MR1", "NOTES"), "session.txt", "s");
    EXPECT_THAT(files(at("TEST/1/MR1")), SizeIs(1));
    EXPECT_THAT(files(at("TEST/1/MR1"), Depth::everything_below), SizeIs(14));
    EXPECT_THAT(files(at("TEST/1")), IsEmpty());
}

TEST_F(Select, FindsResourcesByLabelAndNumberAndList) {
    EXPECT_THAT(scans("ALL", "DICOM"), SizeIs(8));
    EXPECT_THAT(scans("1", "SNAPSHOTS,NOPE"), ElementsAre("1:SNAPSHOTS:snap.jpg"));
    EXPECT_THAT(scans("1", "NOPE"), IsEmpty());
    const auto selection =
        read_selection(catalog_, who_.visibility, at("TEST/1/MR1/scans/2"), Depth::own_level);
    const auto key = std::to_string(selection.resources.front().resource.key);
    EXPECT_THAT(scans("2", key), SizeIs(2));
    EXPECT_EQ(kind_of([&] { scans("1", key); }), ErrorKind::not_found);
}

TEST_F(Select, FindsAssessorsByIdLabelTypeAndAncestor) {
    for (const auto* name :
         {"ASSESS1",
          "XNAT_E00002",
          "xnat:qcManualAssessorData",
          "xnat:imageAssessorData",
          "XNAT:QCMANUALASSESSORDATA",
          "ALL",
          "*"}) {
        EXPECT_THAT(files(at(std::string("TEST/1/MR1/assessors/") + name)), SizeIs(1)) << name;
    }
    EXPECT_THAT(files(at("TEST/1/MR1/assessors/xnat:qcAssessmentData")), IsEmpty());
    auto in = at("TEST/1/MR1/assessors/ASSESS1");
    in.direction = model::Direction::in;
    EXPECT_THAT(files(in), IsEmpty());
}

TEST_F(Select, UnknownParentsAreNotFound) {
    for (const auto* path : {"NOPE", "TEST/NOPE", "TEST/1/NOPE", "TEST/1/NOPE/scans/1"}) {
        EXPECT_EQ(kind_of([&] { files(at(path)); }), ErrorKind::not_found) << path;
    }
}

TEST_F(Select, HidesWhatTheUserMayNotRead) {
    who_.visibility = model::Visibility::of_projects({});
    EXPECT_EQ(kind_of([&] { files(at("TEST")); }), ErrorKind::not_found);
    Selector contextless;
    contextless.experiment = "XNAT_E00001";
    EXPECT_EQ(kind_of([&] { files(contextless); }), ErrorKind::not_found);
}

TEST_F(Select, OrdersNumbersAsNumbers) {
    for (const auto* scan : {"10", "9"}) {
        make_scan(std::string("TEST/1/MR1/scans/") + scan, "T9");
        upload(at(std::string("TEST/1/MR1/scans/") + scan, "R"), "f", scan);
    }
    EXPECT_THAT(scans("10,9"), ElementsAre("9:R:f", "10:R:f"));
}

}  // namespace larmor::archive

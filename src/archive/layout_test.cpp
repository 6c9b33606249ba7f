// SPDX-License-Identifier: Apache-2.0
#include "archive/layout.hpp"

#include <array>
#include <cstdlib>
#include <fstream>

#include "archive/test_archive.hpp"
#include "base/hash.hpp"

namespace larmor::archive {
namespace {

using model::Direction;
using model::OwnerKind;

SelectedResource resource_of(OwnerKind owner, ItemKind kind = ItemKind::none) {
    SelectedResource one;
    one.resource.owner = {owner, 1};
    one.resource.label = "RES";
    one.kind = kind;
    one.project = "P";
    one.subject = "S";
    one.root = owner == OwnerKind::project ? "P" : owner == OwnerKind::subject ? "S" : "E";
    return one;
}

SelectedResource scan() {
    auto one = resource_of(OwnerKind::scan, ItemKind::scans);
    one.item_id = "1";
    one.item_type = "T1+C: axial";
    return one;
}

SelectedResource reconstruction() {
    auto one = resource_of(OwnerKind::reconstruction, ItemKind::reconstructions);
    one.item_id = "R";
    one.item_type = "MPR";
    one.resource.direction = Direction::in;
    return one;
}

SelectedResource assessor() {
    auto one = resource_of(OwnerKind::experiment, ItemKind::assessors);
    one.item_id = "XNAT_E00002";
    one.item_label = "QC1";
    one.item_xsi_type = "xnat:qcManualAssessorData";
    one.resource.direction = Direction::out;
    return one;
}

SelectedResource experiment() {
    auto one = resource_of(OwnerKind::experiment);
    one.item_id = "XNAT_E00001";
    return one;
}

using Row = std::array<std::string, 4>;

/// In all four structures.
Row folders(const SelectedResource& one, Depth depth, Layout layout = {}) {
    Row row;
    for (std::size_t i = 0; i < row.size(); ++i) {
        layout.structure = static_cast<Structure>(i);
        row[i] = entry_folder(one, depth, layout);
    }
    return row;
}

constexpr auto own = Depth::own_level;
constexpr auto below = Depth::everything_below;

}  // namespace

TEST(Layout, OfAScanIsWhatXnatHas) {
    EXPECT_EQ(
        folders(scan(), own),
        (Row{
            "E/scans/1-T1_C__axial/resources/RES/files/",
            "E/scans/1/RES/",
            "scans/1_T1+C_ axial/RES/",
            "E/SCANS/1/RES/"})
    );
    EXPECT_EQ(
        folders(scan(), below),
        (Row{
            "E/scans/1/resources/RES/files/",
            "E/scans/1/RES/",
            "scans/1_T1+C_ axial/RES/",
            "E/SCANS/1/RES/"})
    );
}

TEST(Layout, OfAScanWithoutATypeEndsWithItsId) {
    auto one = scan();
    one.item_type.clear();
    EXPECT_EQ(folders(one, own)[0], "E/scans/1/resources/RES/files/");
    EXPECT_EQ(folders(one, own)[2], "scans/1/RES/");
}

TEST(Layout, OfAReconstructionIsWhatXnatHas) {
    EXPECT_EQ(
        folders(reconstruction(), own),
        (Row{
            "E/reconstructions/R-MPR/in/resources/RES/files/",
            "E/reconstructions/R/in/RES/",
            "reconstructions/R_MPR/RES/",
            "E/PROCESSED/R/RES/"})
    );
}

TEST(Layout, OfAnAssessorIsWhatXnatHas) {
    EXPECT_EQ(
        folders(assessor(), own),
        (Row{
            "QC1/out/resources/RES/files/",
            "QC1/out/RES/",
            "assessors/XNAT_E00002_Manual QC/RES/",
            "E/ASSESSORS/XNAT_E00002/out/RES/"})
    );
    EXPECT_EQ(
        folders(assessor(), below),
        (Row{
            "E/assessors/XNAT_E00002/out/resources/RES/files/",
            "E/assessors/XNAT_E00002/out/RES/",
            "assessors/XNAT_E00002_Manual QC/RES/",
            "E/ASSESSORS/XNAT_E00002/out/RES/"})
    );
}

TEST(Layout, OfAnExperimentIsWhatXnatHas) {
    const Row at_its_level{
        "E/resources/RES/files/", "E/RES/", "resources/XNAT_E00001_ /RES/", "E/RESOURCES/RES/"};
    EXPECT_EQ(folders(experiment(), own), at_its_level);
    EXPECT_EQ(folders(experiment(), below)[2], "resources/RES/");
}

TEST(Layout, OfASubjectOrAProjectIsWhatXnatHas) {
    EXPECT_EQ(
        folders(resource_of(OwnerKind::subject), own),
        (Row{"S/resources/RES/files/", "S/RES/", "resources/RES/", "P/subjects/S/RES/"})
    );
    EXPECT_EQ(
        folders(resource_of(OwnerKind::project), own),
        (Row{"P/resources/RES/files/", "P/RES/", "resources/RES/", "P/resources/RES/"})
    );
}

TEST(Layout, ImprovedNamesTheSessionWhenThereMayBeSeveral) {
    auto one = scan();
    one.among_sessions = true;
    EXPECT_EQ(folders(one, own)[2], "E/scans/1_T1+C_ axial/RES/");
}

TEST(Layout, BeginsWithProjectThenSubjectWhenAsked) {
    const Layout both{.project_in_path = true, .subject_in_path = true};
    const auto row = folders(scan(), own, both);
    EXPECT_EQ(row[0], "P/S/E/scans/1-T1_C__axial/resources/RES/files/");
    EXPECT_EQ(row[1], "P/S/E/scans/1/RES/");
    EXPECT_EQ(row[2], "scans/1_T1+C_ axial/RES/");
    EXPECT_EQ(row[3], "P/S/E/SCANS/1/RES/");
    EXPECT_EQ(folders(scan(), own, {.subject_in_path = true})[1], "S/E/scans/1/RES/");
    EXPECT_EQ(folders(assessor(), own, both)[1], "P/S/QC1/out/RES/");
    EXPECT_EQ(folders(resource_of(OwnerKind::subject), own, both)[1], "P/S/RES/");
    EXPECT_EQ(folders(resource_of(OwnerKind::subject), own, both)[3], "P/subjects/S/RES/");
    EXPECT_EQ(folders(resource_of(OwnerKind::project), own, both)[1], "P/RES/");
}

TEST(Layout, OfATypeTakesOneUnderscoreForACharacter) {
    EXPECT_EQ(type_suffix("Größe/1"), "-Gr__e_1");
    EXPECT_EQ(type_suffix("日本 𝄞"), "-____");
    EXPECT_EQ(type_suffix("T1_2a"), "-T1_2a");
    EXPECT_EQ(type_suffix(""), "");
}

TEST(Layout, IsNotMisledByNamesThatLookLikeItsOwnFolders) {
    auto one = scan();
    one.item_id = "files";
    one.resource.label = "resources";
    EXPECT_EQ(folders(one, own)[1], "E/scans/files/resources/");
    one.resource.label = "a/b\\c";
    EXPECT_EQ(folders(one, own)[1], "E/scans/files/a_b_c/");
}

namespace {

std::string sha256_of(const std::string& bytes) {
    Sha256 hash;
    hash.push(bytes);
    return digest_to_hex(hash.finish());
}

/// The golden file; written anew with LARMOR_ACCEPT=1 in the environment.
std::string golden(const std::string& path, const std::string& actual) {
    if (std::getenv("LARMOR_ACCEPT") != nullptr) std::ofstream(path) << actual;
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

const Row structures{"default", "simplified", "improved", "legacy"};

struct Level {
    std::string name;
    Selector selector;
    Depth depth = own;
};

class LayoutsOfArchives : public ArchiveTest {
protected:
    void SetUp() override {
        make_guide();
        upload(at("TEST", "PLAN"), "plan.txt", "of the project");
        upload(at("TEST/1", "NOTES"), "notes.txt", "of the subject");
        upload(at("TEST/1/MR1", "NOTES"), "notes.txt", "of the session");
        make_session("TEST/2/MR2");
        make_scan("TEST/2/MR2/scans/1", "T1");
        upload(at("TEST/2/MR2/scans/1", "DICOM"), "1.dcm", "of another subject");
        const auto recon = at("TEST/1/MR1/recons/R1");
        put_reconstruction(catalog_, who_, recon, {"", {{"type", "MPR"}}});
        upload(recon, "mpr.nii", "reconstructed");
    }
    void upload(Selector selector, const std::string& path, std::string_view text) {
        if (!selector.resource) selector.resource = "NIFTI";
        ArchiveTest::upload(selector, path, text);
    }
    static std::vector<Level> levels() {
        return {
            {"resource", at("TEST/1/MR1/scans/1", "DICOM")},
            {"scans", at("TEST/1/MR1/scans/ALL")},
            {"reconstructions", at("TEST/1/MR1/recons/ALL")},
            {"assessors", at("TEST/1/MR1/assessors/ALL")},
            {"session", at("TEST/1/MR1")},
            {"session-all", at("TEST/1/MR1"), below},
            {"sessions",
             [] {
                 auto selector = at("TEST");
                 selector.experiment = "MR2,MR1";
                 return selector;
             }(),
             below},
            {"subject", at("TEST/1")},
            {"subject-all", at("TEST/1"), below},
            {"project", at("TEST")},
            {"project-all", at("TEST"), below},
        };
    }
    std::string line_of(const Level& level, Structure structure, ArchiveFormat format) {
        ArchiveRequest request;
        request.format = format;
        request.selector = level.selector;
        request.depth = level.depth;
        request.options.layout.structure = structure;
        const auto download = downloads_.find_archive(who_.visibility, request);
        return level.name + " " + structures.at(static_cast<std::size_t>(structure)) + " " +
               download->name + " " + sha256_of(bytes_of(*download->source)) + " " +
               download->source->etag() + "\n";
    }
};

}  // namespace

TEST_F(LayoutsOfArchives, AreTheGoldenOnesInEveryFormatAtEveryLevel) {
    std::string actual;
    for (const auto& level : levels()) {
        for (int structure = 0; structure < 4; ++structure) {
            for (const auto format :
                 {ArchiveFormat::zip, ArchiveFormat::tar, ArchiveFormat::tar_gz})
                actual += line_of(level, static_cast<Structure>(structure), format);
        }
    }
    EXPECT_EQ(actual, golden(LARMOR_ARCHIVE_TESTDATA "/layouts.sha256", actual));
}

}  // namespace larmor::archive

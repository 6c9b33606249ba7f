// SPDX-License-Identifier: Apache-2.0
#include "archive/link_tree.hpp"

#include <fstream>
#include <sstream>

#include "archive/test_archive.hpp"
#include "catalog/blobs.hpp"
#include "catalog/files.hpp"
#include "catalog/places.hpp"

namespace larmor::archive {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

class LinkTreeTest : public ArchiveTest {
protected:
    LinkTree lay_out() {
        return lay_out_links(catalog_, who_.visibility, target_, [&](const std::string& key) {
            return storage::object_path(folder_.path() / "objects", key);
        });
    }
    /// Every link with what is read through it.
    std::vector<std::string> links() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(target_)) {
            if (!entry.is_symlink()) continue;
            std::ostringstream text;
            text << std::ifstream(entry.path()).rdbuf();
            found.push_back(entry.path().lexically_relative(target_).string() + "=" + text.str());
        }
        std::sort(found.begin(), found.end());
        return found;
    }
    /// Adds a file to the catalog past the rules for names, as a later version might.
    void add_row(const std::string& path) {
        upload(at("P", "R"), "placeholder", path);
        catalog_.write([&](catalog::Change& change) {
            const auto all = model::Visibility::everything();
            const auto key = catalog::list_places(all, change, 0, 1).at(0).resource;
            auto file = catalog::find_file(all, change, key, "placeholder").value();
            catalog::remove_file(all, change, key, "placeholder");
            file.path = path;
            catalog::add_file(all, change, key, file, catalog::Existing::replace);
        });
    }

    const fs::path target_ = folder_.path() / "tree";
};

TEST_F(LinkTreeTest, HasALinkForEveryFileOfEveryLevel) {
    make_session("P/S/E");
    make_scan("P/S/E/scans/1", "T1+C");
    make_scan("P/S/E/scans/2", "");
    const auto type_of_assessor = type("xnat:qcManualAssessorData");
    put_assessor(catalog_, who_, at("P/S/E/assessors/QC"), type_of_assessor);
    put_reconstruction(catalog_, who_, at("P/S/E/recons/mean"), type("", {{"type", "MPR"}}));
    upload(at("P", "docs"), "a", "project");
    upload(at("P/S", "docs"), "a", "subject");
    upload(at("P/S/E", "docs"), "a", "session");
    upload(at("P/S/E/scans/1", "DICOM"), "sub/deep/1.dcm", "scan 1");
    upload(at("P/S/E/scans/1", "DICOM"), "sub/2.dcm", "scan 1");
    upload(at("P/S/E/scans/2", "DICOM"), "1.dcm", "scan 2");
    upload(at("P/S/E/assessors/QC", "OUT"), "a", "assessor");
    upload(at("P/S/E/recons/mean", "NIFTI"), "a", "reconstruction");
    const auto tree = lay_out();
    EXPECT_EQ(tree.resources, 7U);
    EXPECT_EQ(tree.files, 8U);
    EXPECT_EQ(tree.unsound, 0U);
    EXPECT_THAT(
        links(),
        UnorderedElementsAre(
            "P/resources/docs/a=project",
            "P/S/resources/docs/a=subject",
            "P/S/E/resources/docs/a=session",
            "P/S/E/scans/1-T1_C/DICOM/sub/deep/1.dcm=scan 1",
            "P/S/E/scans/1-T1_C/DICOM/sub/2.dcm=scan 1",
            "P/S/E/scans/2/DICOM/1.dcm=scan 2",
            "P/S/E/assessors/QC/out/OUT/a=assessor",
            "P/S/E/reconstructions/mean-MPR/out/NIFTI/a=reconstruction"
        )
    );
}

TEST_F(LinkTreeTest, PutsASessionWithoutASubjectBesideTheSubjects) {
    put_project(catalog_, who_, "P", {}, "");
    auto path = at("P/S/E");
    path.subject.reset();
    put_experiment(catalog_, who_, path, type("xnat:mrSessionData"));
    path.resource = "docs";
    upload(path, "a", "x");
    lay_out();
    EXPECT_THAT(links(), ElementsAre("P/no-subject/E/resources/docs/a=x"));
}

TEST_F(LinkTreeTest, HoldsMoreFilesThanOnePage) {
    make_session("P/S/E");
    UploadRequest request;
    request.selector = at("P", "many");
    Upload many(catalog_, *store_, who_, request);
    for (int i = 0; i < 201; ++i) {
        many.begin_file(std::to_string(i % 7) + "/" + std::to_string(i));
        many.end_file();
    }
    many.commit();
    EXPECT_EQ(lay_out().files, 201U);
    EXPECT_THAT(links(), SizeIs(201));
}

TEST_F(LinkTreeTest, KeepsApartScansWhoseFoldersWouldBeOne) {
    make_session("P/S/E");
    make_scan("P/S/E/scans/1", "T1");
    make_scan("P/S/E/scans/1-T1", "");
    upload(at("P/S/E/scans/1", "R"), "a", "first");
    upload(at("P/S/E/scans/1-T1", "R"), "a", "second");
    lay_out();
    EXPECT_THAT(
        links(), ElementsAre("P/S/E/scans/1-T1/R/a=first", "P/S/E/scans/1-T1/R_2/a=second")
    );
}

TEST_F(LinkTreeTest, NeverClimbsOutOfItsTarget) {
    make_session("P/S/E");
    const std::vector<std::string> hostile = {
        "../../../../../../evil",
        "/evil",
        "x/..",
        ".",
        "a/../../../../../evil",
        "a//b",
        "..\\evil",
        "line\nbreak"};
    for (const auto& path : hostile)
        add_row(path);
    EXPECT_EQ(lay_out().files, hostile.size());
    EXPECT_THAT(links(), SizeIs(hostile.size()));
    for (const auto& entry : fs::recursive_directory_iterator(target_)) {
        EXPECT_EQ(entry.path().string().find_first_of("\\\n"), std::string::npos);
    }
    EXPECT_THAT(links(), Contains("P/resources/R/evil=/evil"));
    for (const auto& entry : fs::directory_iterator(folder_.path())) {
        EXPECT_THAT(entry.path().filename().string(), testing::Not(testing::HasSubstr("evil")));
    }
}

TEST_F(LinkTreeTest, TakesNamesOfEveryLengthThatIsAllowed) {
    make_session("P/S/E");
    const std::string umlauts = "ü";
    std::string name;
    while (name.size() < 254)
        name += umlauts;
    make_scan("P/S/E/scans/" + std::string(255, '1'), "T1");
    upload(at("P/S/E/scans/" + std::string(255, '1'), "R"), name + "x/" + name, "long");
    EXPECT_EQ(lay_out().files, 1U);
    EXPECT_THAT(
        links(),
        ElementsAre("P/S/E/scans/" + std::string(255, '1') + "/R/" + name + "x/" + name + "=long")
    );
}

TEST_F(LinkTreeTest, CountsFilesWhoseBytesAreKnownToBeLost) {
    make_session("P/S/E");
    upload(at("P", "R"), "a", "lost");
    upload(at("P", "R"), "b", "kept");
    catalog_.write([](catalog::Change& change) {
        const auto all = model::Visibility::everything();
        const auto blob = catalog::list_blobs(all, change, 0, 1).at(0);
        catalog::mark_blob(all, change, blob.key, blob.object_key, model::BlobState::missing);
    });
    const auto tree = lay_out();
    EXPECT_EQ(tree.files, 2U);
    EXPECT_EQ(tree.unsound, 1U);
}

TEST_F(LinkTreeTest, RefusesATargetThatHoldsSomething) {
    fs::create_directory(target_);
    std::ofstream(target_ / "mine") << "x";
    EXPECT_EQ(kind_of([&] { lay_out(); }), ErrorKind::conflict);
    EXPECT_THAT(links(), IsEmpty());
}

TEST_F(LinkTreeTest, RefusesATargetThatIsAFile) {
    std::ofstream(target_) << "x";
    EXPECT_EQ(kind_of([&] { lay_out(); }), ErrorKind::conflict);
}

TEST_F(LinkTreeTest, RefusesATargetWithoutAFolderAroundIt) {
    const auto make = [&] {
        lay_out_links(catalog_, who_.visibility, target_ / "a", [](const auto& key) {
            return key;
        });
    };
    EXPECT_EQ(kind_of(make), ErrorKind::not_found);
}

TEST_F(LinkTreeTest, TakesAnEmptyFolder) {
    fs::create_directory(target_);
    EXPECT_EQ(lay_out().files, 0U);
}

TEST_F(LinkTreeTest, IsForItsOwnerOnly) {
    lay_out();
    EXPECT_EQ(fs::status(target_).permissions(), fs::perms::owner_all);
}

TEST_F(LinkTreeTest, ShowsOnlyWhatIsVisible) {
    make_session("P/S/E");
    upload(at("P", "R"), "a", "x");
    const auto nobody = model::Visibility::of_projects({});
    const auto tree =
        lay_out_links(catalog_, nobody, target_, [](const std::string& key) { return key; });
    EXPECT_EQ(tree.files, 0U);
    EXPECT_TRUE(fs::is_empty(target_));
}

}  // namespace
}  // namespace larmor::archive

// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog_fixture.hpp"

namespace larmor::catalog {
namespace {

using model::Direction;
using model::OwnerKind;
using testing::ElementsAre;
using testing::IsEmpty;

class CatalogFiles : public OnEveryCatalog {
protected:
    void SetUp() override {
        OnEveryCatalog::SetUp();
        if (IsSkipped()) return;
        project_ = add_project("TEST");
        session_ = add_session(add_subject(project_, "1"), "MR1");
        resource_ = add_resource(OwnerKind::experiment, session_.key, "DICOM");
    }
    model::Project project_;
    model::Experiment session_;
    model::Resource resource_;
};

TEST_P(CatalogFiles, GivesBackEveryMemberOfAFile) {
    auto file = make_file("a/größe 1.dcm", "content");
    file.content = "RAW";
    file.tags = "t1,t2";
    file.description = "it's one";
    file.created = 1'732'268'220'123;
    EXPECT_EQ(add(resource_, file).outcome, Added::stored);
    const auto found = read(find_file, resource_.key, file.path).value();
    EXPECT_EQ(found.path, file.path);
    EXPECT_EQ(found.format, "DICOM");
    EXPECT_EQ(found.content, "RAW");
    EXPECT_EQ(found.tags, file.tags);
    EXPECT_EQ(found.description, file.description);
    EXPECT_EQ(found.created, file.created);
    EXPECT_EQ(found.user, "admin");
    EXPECT_EQ(found.blob.digest, file.blob.digest);
    EXPECT_EQ(found.blob.object_key, file.blob.object_key);
    EXPECT_EQ(found.blob.stored_length, 7U);
    EXPECT_EQ(found.blob.state, model::BlobState::sound);
}

TEST_P(CatalogFiles, KeepsSizesOfMoreThanFourGigabytes) {
    auto file = make_file("large", "x");
    file.blob.digest.size = 5'000'000'000;
    file.blob.stored_length = 5'000'000'000;
    file.blob.digest.crc32 = 0xFFFFFFFF;
    add(resource_, file);
    EXPECT_EQ(read(find_file, resource_.key, "large")->blob.digest, file.blob.digest);
    EXPECT_EQ(reload(resource_).file_size, 5'000'000'000U);
}

TEST_P(CatalogFiles, ListsByBytesOfThePathInPages) {
    for (const auto* const path : {"b", "a/2", "a/10", "ä", "A", "a!", "a.", "a0", "Z/x"}) {
        add(resource_, make_file(path, path));
    }
    EXPECT_THAT(
        paths(resource_), ElementsAre("A", "Z/x", "a!", "a.", "a/10", "a/2", "a0", "b", "ä")
    );
    const auto page = read(list_files, resource_, "a.", std::size_t{2});
    ASSERT_EQ(page.size(), 2U);
    EXPECT_EQ(page[0].path, "a/10");
    EXPECT_EQ(page[1].path, "a/2");
    EXPECT_THAT(read(list_files, resource_, "ä", std::size_t{5}), IsEmpty());
}

TEST_P(CatalogFiles, KeepCountAndSizeAndRevisionOfTheirResource) {
    auto revision = reload(resource_).revision;
    const auto expect = [&](std::size_t files, std::size_t bytes) {
        const auto now = reload(resource_);
        EXPECT_EQ(now.file_count, files);
        EXPECT_EQ(now.file_size, bytes);
        EXPECT_NE(now.revision, revision);
        revision = now.revision;
    };
    add(resource_, make_file("a", "12345"));
    expect(1, 5);
    add(resource_, make_file("b", ""));
    expect(2, 5);
    add(resource_, make_file("a", "123"));
    expect(2, 3);
    write(remove_file, resource_.key, "a");
    expect(1, 0);
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogFiles, LeaveAnExistingFileAloneUnlessToldToReplaceIt) {
    const auto old_file = make_file("a", "old");
    add(resource_, old_file);
    const auto before = reload(resource_);
    const auto kept = add(resource_, make_file("a", "new"), Existing::keep);
    EXPECT_EQ(kept.outcome, Added::kept);
    EXPECT_FALSE(kept.object_is_used);
    EXPECT_EQ(reload(resource_).revision, before.revision);
    EXPECT_EQ(read(find_file, resource_.key, "a")->blob.digest, old_file.blob.digest);

    const auto new_file = make_file("a", "new");
    const auto replaced = add(resource_, new_file);
    EXPECT_EQ(replaced.outcome, Added::replaced);
    EXPECT_TRUE(replaced.object_is_used);
    EXPECT_EQ(read(find_file, resource_.key, "a")->blob.digest, new_file.blob.digest);
    EXPECT_THAT(sweep(), ElementsAre(old_file.blob.object_key));
}

TEST_P(CatalogFiles, AreRemovedByPathFolderOrAltogether) {
    for (const auto* const path : {"a/1", "a/b/2", "a.", "a0", "ab/3", "c"}) {
        add(resource_, make_file(path, path));
    }
    EXPECT_EQ(write(remove_file, resource_.key, "none"), 0U);
    EXPECT_EQ(write(remove_file, resource_.key, "a"), 0U);
    EXPECT_EQ(write(remove_file, resource_.key, "a/"), 0U);
    EXPECT_EQ(write(remove_files_below, resource_.key, "x/"), 0U);
    EXPECT_EQ(write(remove_files_below, resource_.key, "a/"), 2U);
    EXPECT_THAT(paths(resource_), ElementsAre("a.", "a0", "ab/3", "c"));
    EXPECT_EQ(write(remove_file, resource_.key, "a."), 1U);
    EXPECT_EQ(write(remove_files_below, resource_.key, "ab"), 1U);
    EXPECT_EQ(write(remove_files_below, resource_.key, ""), 2U);
    EXPECT_THAT(paths(resource_), IsEmpty());
    EXPECT_EQ(reload(resource_).file_count, 0U);
    EXPECT_EQ(sweep().size(), 6U);
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogFiles, MayHaveNamesThatBeginAlike) {
    for (const auto* const path : {"a/b/c", "a/b0", "a/b.", "a/b c/d", "a.", "a0", "b"}) {
        EXPECT_EQ(add(resource_, make_file(path, path)).outcome, Added::stored) << path;
    }
    EXPECT_EQ(add(resource_, make_file("a/b/c", "new")).outcome, Added::replaced);
    const auto elsewhere = add_resource(OwnerKind::project, project_.key, "R");
    EXPECT_EQ(add(elsewhere, make_file("a", "a")).outcome, Added::stored);
}

TEST_P(CatalogFiles, AreNoFolderOfOtherFilesOfTheirResource) {
    add(resource_, make_file("x/y/z", "first"));
    add(resource_, make_file("f", "file"));
    const auto before = reload(resource_);
    const auto refusal = [&](const std::string& path) -> std::string {
        try {
            add(resource_, make_file(path, "second"));
        } catch (const Error& error) {
            return error.kind() == ErrorKind::conflict ? error.what() : "another kind";
        }
        return "stored";
    };
    using testing::AllOf;
    using testing::HasSubstr;
    EXPECT_THAT(refusal("x"), AllOf(HasSubstr("'x'"), HasSubstr("'x/y/z'")));
    EXPECT_THAT(refusal("x/y"), AllOf(HasSubstr("'x/y'"), HasSubstr("'x/y/z'")));
    EXPECT_THAT(refusal("x/y/z/1"), AllOf(HasSubstr("'x/y/z/1'"), HasSubstr("'x/y/z'")));
    EXPECT_THAT(refusal("f/g/h"), AllOf(HasSubstr("'f/g/h'"), HasSubstr("'f'")));
    EXPECT_THAT(paths(resource_), ElementsAre("f", "x/y/z"));
    EXPECT_EQ(reload(resource_).revision, before.revision);
    EXPECT_EQ(
        kind_of([&] { add(resource_, make_file("x", "second"), Existing::keep); }),
        ErrorKind::conflict
    );
}

TEST_P(CatalogFiles, NeedAResourceThatIsThere) {
    EXPECT_EQ(
        kind_of([&] { write(add_file, Key{99}, make_file("a", "a"), Existing::keep); }),
        ErrorKind::not_found
    );
    EXPECT_EQ(kind_of([&] { write(remove_file, Key{99}, "a"); }), ErrorKind::not_found);
    EXPECT_FALSE(read(find_file, Key{99}, "a"));
    EXPECT_FALSE(read(find_file, resource_.key, "a"));
}

TEST_P(CatalogFiles, OfAFailedChangeAreNotThere) {
    EXPECT_THROW(
        catalog_->write([&](Change& change) {
            add_file(all, change, resource_.key, make_file("a", "a"), Existing::keep);
            throw std::runtime_error("the disk failed");
        }),
        std::runtime_error
    );
    EXPECT_THAT(paths(resource_), IsEmpty());
    EXPECT_EQ(reload(resource_).revision, resource_.revision);
    EXPECT_THAT(read(list_blobs, Key{0}, std::size_t{10}), IsEmpty());
}

TEST_P(CatalogFiles, ResourcesComeByOwnerInTheOrderGivenAndNaturalLabel) {
    const auto scan = add_scan(session_, "1");
    const auto assessor = add_assessor(session_, "QC1");
    add_resource(OwnerKind::scan, scan.key, "R10");
    add_resource(OwnerKind::scan, scan.key, "R2");
    add_resource(OwnerKind::experiment, assessor.key, "X", Direction::in);
    add_resource(OwnerKind::experiment, assessor.key, "X", Direction::out);
    add_resource(OwnerKind::project, project_.key, "docs");
    const std::vector<model::Owner> owners = {
        {OwnerKind::scan, scan.key},
        {OwnerKind::experiment, assessor.key},
        {OwnerKind::experiment, session_.key},
        {OwnerKind::project, project_.key},
        {OwnerKind::scan, 999},
        {OwnerKind::scan, scan.key}};
    const auto resources = read(list_resources, owners);
    EXPECT_THAT(labels_of(resources), ElementsAre("R2", "R10", "X", "X", "DICOM", "docs"));
    EXPECT_EQ(resources[2].direction, Direction::out);
    EXPECT_EQ(resources[3].direction, Direction::in);
    for (const auto& resource : resources)
        EXPECT_EQ(resource.project, project_.key);
}

TEST_P(CatalogFiles, ResourcesOfThousandsOfOwnersAreListed) {
    std::vector<model::Owner> owners;
    catalog_->write([&](Change& change) {
        for (int i = 0; i < 1200; ++i) {
            const auto scan = create_scan(all, change, make_scan(session_.key, std::to_string(i)));
            owners.push_back({OwnerKind::scan, scan.key});
            model::Resource resource;
            resource.owner = owners.back();
            resource.label = std::to_string(i);
            create_resource(all, change, resource);
        }
    });
    const auto resources = read(list_resources, owners);
    ASSERT_EQ(resources.size(), 1200U);
    for (int i = 0; i < 1200; ++i)
        EXPECT_EQ(resources[static_cast<std::size_t>(i)].label, std::to_string(i));
}

TEST_P(CatalogFiles, AResourceIsUniqueByOwnerDirectionAndLabel) {
    EXPECT_EQ(
        kind_of([&] { add_resource(OwnerKind::experiment, session_.key, "DICOM"); }),
        ErrorKind::conflict
    );
    EXPECT_NO_THROW(add_resource(OwnerKind::experiment, session_.key, "dicom"));
    EXPECT_NO_THROW(add_resource(OwnerKind::experiment, session_.key, "DICOM", Direction::out));
    EXPECT_NO_THROW(add_resource(OwnerKind::project, session_.key, "DICOM"));
}

TEST_P(CatalogFiles, AResourceIsFoundByOwnerDirectionAndLabel) {
    const auto find = [&](Key owner, Direction direction, const std::string& label) {
        const model::Owner of{OwnerKind::experiment, owner};
        const auto found = read(find_labelled_resource, of, direction, label);
        return found ? found->key : 0;
    };
    EXPECT_EQ(find(session_.key, Direction::none, resource_.label), resource_.key);
    EXPECT_EQ(find(session_.key, Direction::out, resource_.label), 0);
    EXPECT_EQ(find(session_.key, Direction::none, "OTHER"), 0);
    EXPECT_EQ(find(session_.key, Direction::none, ""), 0);
    EXPECT_EQ(find(session_.key + 1, Direction::none, resource_.label), 0);
}

TEST_P(CatalogFiles, AResourceIsReplacedButForWhatItsFilesSay) {
    add(resource_, make_file("a", "12345"));
    auto changed = resource_;
    changed.format = "NIFTI";
    changed.content = "RAW";
    changed.description = "new";
    changed.tags = "t";
    changed.file_count = 77;
    write(replace_resource, changed);
    const auto found = reload(resource_);
    EXPECT_EQ(found.format, "NIFTI");
    EXPECT_EQ(found.content, "RAW");
    EXPECT_EQ(found.description, "new");
    EXPECT_EQ(found.tags, "t");
    EXPECT_EQ(found.file_count, 1U);
}

TEST_P(CatalogFiles, ANumberOfAResourceIsNotGivenAgain) {
    write(remove_resource, resource_.key);
    EXPECT_FALSE(read(find_resource, resource_.key));
    const auto next = add_resource(OwnerKind::experiment, session_.key, "DICOM");
    EXPECT_GT(next.key, resource_.key);
}

INSTANTIATE_TEST_SUITE_P(On, CatalogFiles, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog

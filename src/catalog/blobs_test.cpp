// SPDX-License-Identifier: Apache-2.0
#include "catalog/blobs.hpp"

#include <future>

#include "catalog/catalog_fixture.hpp"

namespace larmor::catalog {
namespace {

using model::BlobState;
using model::OwnerKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CatalogBlobs : public OnEveryCatalog {
protected:
    void SetUp() override {
        OnEveryCatalog::SetUp();
        if (IsSkipped()) return;
        project_ = add_project("TEST");
        subject_ = add_subject(project_, "1");
        session_ = add_session(subject_, "MR1");
        resource_ = add_resource(OwnerKind::experiment, session_.key, "DICOM");
    }
    std::size_t blob_count() { return read(list_blobs, Key{0}, std::size_t{1000}).size(); }
    /// As one who met the file's object in that state.
    void mark(const model::File& file, BlobState state) {
        write(mark_blob, blob_of(file)->key, file.blob.object_key, state);
    }
    void run_raw(const std::string& statement) {
        sql::use_database(location(), [&](sql::Connection& connection) {
            connection.execute(statement);
        });
    }

    model::Project project_;
    model::Subject subject_;
    model::Experiment session_;
    model::Resource resource_;
};

TEST_P(CatalogBlobs, AreSharedByEqualContentAndTellWhichObjectIsSurplus) {
    const auto first = make_file("a", "equal");
    const auto second = make_file("b", "equal");
    EXPECT_TRUE(add(resource_, first).object_is_used);
    EXPECT_FALSE(add(resource_, second).object_is_used);
    EXPECT_EQ(blob_count(), 1U);
    EXPECT_TRUE(read(is_object_used, first.blob.object_key));
    EXPECT_FALSE(read(is_object_used, second.blob.object_key));
    EXPECT_EQ(read(find_file, resource_.key, "b")->blob.object_key, first.blob.object_key);
    EXPECT_EQ(reload(resource_).file_size, 10U);
}

TEST_P(CatalogBlobs, OfOneObjectAddedUnderTwoPathsUseItBothTimes) {
    auto file = make_file("a", "once");
    EXPECT_TRUE(add(resource_, file).object_is_used);
    file.path = "b";
    EXPECT_TRUE(add(resource_, file).object_is_used);
}

TEST_P(CatalogBlobs, EndAsOneRowWhenManyUploadTheSameAtOnce) {
    std::vector<model::File> files;
    for (int i = 0; i < 16; ++i)
        files.push_back(make_file(std::to_string(i), "the same"));
    std::vector<std::future<bool>> uploads;
    for (const auto& file : files) {
        uploads.push_back(std::async(std::launch::async, [&] {
            return add(resource_, file).object_is_used;
        }));
    }
    int used = 0;
    for (auto& upload : uploads)
        used += upload.get() ? 1 : 0;
    EXPECT_EQ(used, 1);
    EXPECT_EQ(blob_count(), 1U);
    EXPECT_EQ(reload(resource_).file_count, 16U);
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogBlobs, DifferBySizeAlsoWhenTheirDigestIsEqual) {
    auto file = make_file("a", "x");
    add(resource_, file);
    file.path = "b";
    file.blob.digest.size = 2;
    file.blob.object_key = "other";
    EXPECT_TRUE(add(resource_, file).object_is_used);
    EXPECT_EQ(blob_count(), 2U);
}

TEST_P(CatalogBlobs, AreSweptOnlyWhenUnreferencedForTheGracePeriod) {
    const auto file = make_file("a", "content");
    add(resource_, file);
    EXPECT_THAT(sweep(), IsEmpty());
    const auto before_removal = now_millis();
    write(remove_file, resource_.key, "a");
    EXPECT_THAT(sweep(before_removal), IsEmpty());
    EXPECT_TRUE(read(is_object_used, file.blob.object_key));
    EXPECT_THAT(sweep(), ElementsAre(file.blob.object_key));
    EXPECT_FALSE(read(is_object_used, file.blob.object_key));
    EXPECT_EQ(blob_count(), 0U);
}

TEST_P(CatalogBlobs, ThatAreUsedAgainAreNotSwept) {
    add(resource_, make_file("a", "content"));
    write(remove_file, resource_.key, "a");
    EXPECT_FALSE(add(resource_, make_file("b", "content")).object_is_used);
    EXPECT_THAT(sweep(), IsEmpty());
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogBlobs, WithAFileAreNeverSweptHoweverTheyAreMarked) {
    add(resource_, make_file("a", "content"));
    run_raw("UPDATE blob SET unreferenced_since = 1");
    EXPECT_THAT(sweep(), IsEmpty());
    EXPECT_THAT(contradictions(), ElementsAre(HasSubstr("marked as without a file and has one")));
}

TEST_P(CatalogBlobs, OfAReplacedFileStayWhileAnotherFileHasThem) {
    add(resource_, make_file("a", "shared"));
    add(resource_, make_file("b", "shared"));
    add(resource_, make_file("a", "new"));
    EXPECT_THAT(sweep(), IsEmpty());
    add(resource_, make_file("a", "newer"));
    EXPECT_EQ(sweep().size(), 1U);
    write(remove_file, resource_.key, "b");
    EXPECT_EQ(sweep().size(), 1U);
    EXPECT_EQ(blob_count(), 1U);
}

TEST_P(CatalogBlobs, AreSweptInPortions) {
    for (int i = 0; i < 5; ++i)
        add(resource_, make_file(std::to_string(i), std::to_string(i)));
    write(remove_files_below, resource_.key, "");
    EXPECT_EQ(write(remove_unreferenced_blobs, now_millis() + 1, std::size_t{3}).size(), 3U);
    EXPECT_EQ(sweep().size(), 2U);
}

TEST_P(CatalogBlobs, LoseTheirFilesWithAnyPartOfTheTree) {
    const auto kept_file = make_file("kept", "elsewhere");
    add(add_resource(OwnerKind::project, add_project("KEPT").key, "docs"), kept_file);
    const auto assessor = add_assessor(session_, "QC1");
    const auto fill = [&](OwnerKind kind, Key owner) {
        const auto resource = add_resource(kind, owner, "R");
        add(resource, make_file("own", std::to_string(resource.key)));
        add(resource, make_file("kept", "elsewhere"));
        return resource;
    };
    fill(OwnerKind::project, project_.key);
    fill(OwnerKind::subject, subject_.key);
    const auto of_session = fill(OwnerKind::experiment, session_.key);
    fill(OwnerKind::experiment, assessor.key);
    fill(OwnerKind::scan, add_scan(session_, "1").key);
    fill(OwnerKind::reconstruction, add_reconstruction(session_, "1").key);
    write(remove_scan, read(find_scan, session_.key, "1")->key);
    EXPECT_EQ(sweep().size(), 1U);
    write(remove_experiment, session_.key);
    EXPECT_EQ(sweep().size(), 3U);
    EXPECT_FALSE(read(find_resource, of_session.key));
    EXPECT_FALSE(read(find_experiment, assessor.id));
    write(remove_subject, subject_.key);
    EXPECT_EQ(sweep().size(), 1U);
    write(remove_project, project_.key);
    EXPECT_EQ(sweep().size(), 1U);
    EXPECT_EQ(
        read(list_blobs, Key{0}, std::size_t{10}).front().object_key, kept_file.blob.object_key
    );
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogBlobs, OfAWholeProjectAreFreedAtOnce) {
    add(resource_, make_file("a", "a"));
    add(add_resource(OwnerKind::scan, add_scan(session_, "1").key, "R"), make_file("b", "b"));
    add(add_resource(OwnerKind::subject, subject_.key, "R"), make_file("c", "c"));
    add(add_resource(OwnerKind::project, project_.key, "R"), make_file("d", "d"));
    write(remove_project, project_.key);
    EXPECT_EQ(sweep().size(), 4U);
    EXPECT_THAT(read(list_experiments, ExperimentFilter{}), IsEmpty());
    EXPECT_THAT(read(list_subjects, Key{0}), IsEmpty());
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogBlobs, KnownAsDamagedAreMendedByANewObjectOfTheSameContent) {
    for (const auto state : {BlobState::missing, BlobState::damaged}) {
        const auto content = std::to_string(static_cast<int>(state));
        const auto file = make_file("a" + content, content);
        add(resource_, file);
        const auto revision = reload(resource_).revision;
        mark(file, state);
        EXPECT_EQ(blob_of(file)->state, state);
        EXPECT_NE(reload(resource_).revision, revision);

        const auto mending = make_file("b" + content, content);
        const auto marked_revision = reload(resource_).revision;
        EXPECT_TRUE(add(resource_, mending).object_is_used);
        const auto mended = read(find_file, resource_.key, file.path)->blob;
        EXPECT_EQ(mended.state, BlobState::sound);
        EXPECT_EQ(mended.object_key, mending.blob.object_key);
        EXPECT_NE(reload(resource_).revision, marked_revision);
        EXPECT_FALSE(read(is_object_used, file.blob.object_key));
    }
}

TEST_P(CatalogBlobs, MarkedTwiceGiveOneNewRevisionToEachResourceThatHasThem) {
    const auto other = add_resource(OwnerKind::project, project_.key, "R");
    const auto bystander = add_resource(OwnerKind::subject, subject_.key, "R");
    const auto file = make_file("a", "content");
    add(resource_, file);
    add(other, file);
    add(bystander, make_file("a", "something else"));
    const auto revisions = [&] {
        return std::vector{
            reload(resource_).revision, reload(other).revision, reload(bystander).revision};
    };
    const auto before = revisions();
    mark(file, BlobState::missing);
    const auto after = revisions();
    EXPECT_NE(after[0], before[0]);
    EXPECT_NE(after[1], before[1]);
    EXPECT_EQ(after[2], before[2]);
    mark(file, BlobState::missing);
    EXPECT_EQ(revisions(), after);
}

TEST_P(CatalogBlobs, FoundAgainAreMarkedSound) {
    const auto file = make_file("a", "content");
    add(resource_, file);
    mark(file, BlobState::missing);
    const auto revision = reload(resource_).revision;
    mark(file, BlobState::sound);
    EXPECT_EQ(blob_of(file)->state, BlobState::sound);
    EXPECT_NE(reload(resource_).revision, revision);
}

TEST_P(CatalogBlobs, AreNotMarkedForAnObjectThatTheyHaveNoMore) {
    const auto file = make_file("a", "content");
    add(resource_, file);
    mark(file, BlobState::missing);
    const auto mending = make_file("b", "content");
    add(resource_, mending);
    const auto revision = reload(resource_).revision;
    mark(file, BlobState::damaged);
    EXPECT_EQ(blob_of(file)->state, BlobState::sound);
    EXPECT_EQ(reload(resource_).revision, revision);
    mark(mending, BlobState::damaged);
    EXPECT_EQ(blob_of(file)->state, BlobState::damaged);
}

TEST_P(CatalogBlobs, SweptBeforeTheyAreMarkedAreNoError) {
    const auto file = make_file("a", "content");
    add(resource_, file);
    const auto key = blob_of(file)->key;
    write(remove_file, resource_.key, "a");
    sweep();
    EXPECT_NO_THROW(write(mark_blob, key, file.blob.object_key, BlobState::missing));
    EXPECT_EQ(blob_count(), 0U);
}

TEST_P(CatalogBlobs, TakeOverAnotherObjectOfTheirContent) {
    const auto file = make_file("a", "content");
    add(resource_, file);
    mark(file, BlobState::damaged);
    const auto revision = reload(resource_).revision;
    const auto key = blob_of(file)->key;
    const auto replacement = make_file("b", "content").blob;
    EXPECT_TRUE(write(mend_blob, key, file.blob.object_key, replacement));
    const auto mended = read(find_file, resource_.key, "a")->blob;
    EXPECT_EQ(mended.object_key, replacement.object_key);
    EXPECT_EQ(mended.stored_length, replacement.stored_length);
    EXPECT_EQ(mended.state, BlobState::sound);
    EXPECT_NE(reload(resource_).revision, revision);
}

TEST_P(CatalogBlobs, TakeOverNothingWhenTheirObjectOrContentIsAnother) {
    const auto file = make_file("a", "content");
    add(resource_, file);
    const auto key = blob_of(file)->key;
    const auto revision = reload(resource_).revision;
    const auto replacement = make_file("b", "content").blob;
    EXPECT_FALSE(write(mend_blob, key, "batch/another", replacement));
    EXPECT_FALSE(write(mend_blob, key + 1, file.blob.object_key, replacement));
    const auto foreign = make_file("b", "CONTENT").blob;
    EXPECT_FALSE(write(mend_blob, key, file.blob.object_key, foreign));
    EXPECT_EQ(blob_of(file)->object_key, file.blob.object_key);
    EXPECT_EQ(reload(resource_).revision, revision);
}

TEST_P(CatalogBlobs, AreGivenToWhoAddsAFile) {
    const auto first = make_file("a", "equal");
    const auto added = add(resource_, first).used;
    EXPECT_EQ(added.key, blob_of(first)->key);
    EXPECT_EQ(added.object_key, first.blob.object_key);
    EXPECT_EQ(added.digest, first.blob.digest);
    const auto shared = add(resource_, make_file("b", "equal")).used;
    EXPECT_EQ(shared.key, added.key);
    EXPECT_EQ(shared.object_key, first.blob.object_key);
    EXPECT_EQ(shared.stored_length, 5U);
    const auto kept = add(resource_, make_file("a", "other"), Existing::keep).used;
    EXPECT_EQ(kept.object_key, first.blob.object_key);
    EXPECT_EQ(kept.digest, first.blob.digest);
    mark(first, BlobState::missing);
    const auto mending = make_file("c", "equal");
    const auto mended = add(resource_, mending).used;
    EXPECT_EQ(mended.key, added.key);
    EXPECT_EQ(mended.object_key, mending.blob.object_key);
    EXPECT_EQ(mended.state, BlobState::sound);
}

TEST_P(CatalogBlobs, OfAFileThatIsKeptAreMendedByTheSameContentOnly) {
    const auto file = make_file("a", "content");
    add(resource_, file);
    for (const auto state : {BlobState::missing, BlobState::damaged}) {
        const auto old_key = blob_of(file)->object_key;
        write(mark_blob, blob_of(file)->key, std::string_view(old_key), state);
        const auto other = add(resource_, make_file("a", "other"), Existing::keep);
        EXPECT_FALSE(other.object_is_used);
        EXPECT_EQ(blob_of(file)->state, state);
        const auto revision = reload(resource_).revision;
        const auto mending = make_file("a", "content");
        const auto kept = add(resource_, mending, Existing::keep);
        EXPECT_EQ(kept.outcome, Added::kept);
        EXPECT_TRUE(kept.object_is_used);
        EXPECT_EQ(blob_of(file)->state, BlobState::sound);
        EXPECT_EQ(blob_of(file)->object_key, mending.blob.object_key);
        EXPECT_GT(reload(resource_).revision, revision);
    }
    EXPECT_EQ(reload(resource_).file_count, 1);
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogBlobs, AreListedInOrderOfInsertion) {
    std::vector<model::File> files;
    for (const auto* const content : {"z", "a", "m"}) {
        files.push_back(make_file(content, content));
        add(resource_, files.back());
    }
    const auto blobs = read(list_blobs, Key{0}, std::size_t{2});
    ASSERT_EQ(blobs.size(), 2U);
    EXPECT_EQ(blobs[0].digest, files[0].blob.digest);
    EXPECT_EQ(blobs[1].digest, files[1].blob.digest);
    EXPECT_LT(blobs[0].key, blobs[1].key);
    const auto rest = read(list_blobs, blobs[1].key, std::size_t{2});
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].digest, files[2].blob.digest);
}

TEST_P(CatalogBlobs, ANumberIsNotGivenAgain) {
    const auto first = make_file("a", "first");
    add(resource_, first);
    const auto key = blob_of(first)->key;
    write(remove_file, resource_.key, "a");
    sweep();
    const auto second = make_file("a", "second");
    add(resource_, second);
    EXPECT_GT(blob_of(second)->key, key);
}

TEST_P(CatalogBlobs, ContradictionsAreNamed) {
    add(resource_, make_file("a", "12345"));
    EXPECT_THAT(contradictions(), IsEmpty());
    const auto key = std::to_string(resource_.key);
    run_raw("UPDATE resource SET file_count = 7 WHERE key = " + key);
    EXPECT_THAT(
        contradictions(),
        ElementsAre("resource " + key + " says 7 files of 5 bytes, and has 1 of 5")
    );
    run_raw("DELETE FROM file");
    EXPECT_THAT(
        contradictions(),
        ElementsAre(HasSubstr("has 0 of 0"), HasSubstr("has no file and is not marked so"))
    );
    run_raw("UPDATE resource SET file_count = 0, file_size = 0, owner = 999");
    run_raw("DELETE FROM blob");
    EXPECT_THAT(contradictions(), ElementsAre(HasSubstr("resource " + key + " has no owner")));
}

TEST_P(CatalogBlobs, AnAssessorOfAnotherSubjectThanItsSessionIsAContradiction) {
    const auto assessor = add_assessor(session_, "QC1");
    EXPECT_THAT(contradictions(), IsEmpty());
    run_raw("UPDATE experiment SET subject = NULL WHERE key = " + std::to_string(assessor.key));
    EXPECT_THAT(
        contradictions(),
        ElementsAre("assessor " + assessor.id + " has another subject than its session MR1")
    );
}

INSTANTIATE_TEST_SUITE_P(On, CatalogBlobs, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog

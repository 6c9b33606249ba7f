// SPDX-License-Identifier: Apache-2.0
#include "catalog/places.hpp"

#include "catalog/catalog_fixture.hpp"

namespace larmor::catalog {
namespace {

using model::Direction;
using model::OwnerKind;
using testing::ElementsAre;
using testing::IsEmpty;

class CatalogPlaces : public OnEveryCatalog {
protected:
    void SetUp() override {
        OnEveryCatalog::SetUp();
        if (IsSkipped()) return;
        project_ = add_project("TEST");
        subject_ = add_subject(project_, "1");
        session_ = add_session(subject_, "MR1");
    }
    /// All names of the place of a new resource of this owner.
    std::vector<std::string> names_at(
        OwnerKind kind, Key owner, Direction direction = Direction::none
    ) {
        const auto resource = add_resource(kind, owner, "R", direction);
        const auto place = read(find_place, resource.key).value();
        EXPECT_EQ(place.resource, resource.key);
        EXPECT_EQ(place.owner, kind);
        EXPECT_EQ(place.direction, direction);
        EXPECT_EQ(place.label, "R");
        return {
            place.project,
            place.subject,
            place.session,
            place.item,
            place.item_type,
            place.assessor};
    }
    Key label(const std::string& text) {
        return add_resource(OwnerKind::project, project_.key, text).key;
    }

    model::Project project_;
    model::Subject subject_;
    model::Experiment session_;
};

TEST_P(CatalogPlaces, NameEverythingFromTheProjectDown) {
    EXPECT_THAT(
        names_at(OwnerKind::project, project_.key), ElementsAre("TEST", "", "", "", "", "")
    );
    EXPECT_THAT(
        names_at(OwnerKind::subject, subject_.key), ElementsAre("TEST", "1", "", "", "", "")
    );
    EXPECT_THAT(
        names_at(OwnerKind::experiment, session_.key), ElementsAre("TEST", "1", "MR1", "", "", "")
    );
    EXPECT_THAT(
        names_at(OwnerKind::scan, add_scan(session_, "7").key),
        ElementsAre("TEST", "1", "MR1", "7", "T1", "")
    );
    const auto reconstruction = add_reconstruction(session_, "mean");
    EXPECT_THAT(
        names_at(OwnerKind::reconstruction, reconstruction.key, Direction::in),
        ElementsAre("TEST", "1", "MR1", "mean", "", "")
    );
    EXPECT_THAT(
        names_at(OwnerKind::experiment, add_assessor(session_, "QC").key, Direction::out),
        ElementsAre("TEST", "1", "MR1", "", "", "QC")
    );
}

TEST_P(CatalogPlaces, OfASessionWithoutASubjectNameNone) {
    model::Experiment session;
    session.project = project_.key;
    session.xsi_type = "xnat:mrSessionData";
    session.label = "LONE";
    session = write(create_experiment, session);
    EXPECT_THAT(
        names_at(OwnerKind::scan, add_scan(session, "1").key),
        ElementsAre("TEST", "", "LONE", "1", "T1", "")
    );
}

TEST_P(CatalogPlaces, AreNotMistakenForThoseOfAnotherOwnerWithTheSameKey) {
    const auto scan = add_scan(session_, "1");
    const auto reconstruction = add_reconstruction(session_, "9");
    ASSERT_EQ(scan.key, reconstruction.key);
    EXPECT_EQ(names_at(OwnerKind::scan, scan.key).at(3), "1");
    EXPECT_EQ(names_at(OwnerKind::reconstruction, reconstruction.key).at(3), "9");
}

TEST_P(CatalogPlaces, AreListedInPages) {
    const std::vector<Key> keys = {label("a"), label("b"), label("c")};
    const auto first = read(list_places, Key{0}, std::size_t{2});
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].resource, keys[0]);
    EXPECT_EQ(first[1].resource, keys[1]);
    const auto second = read(list_places, keys[1], std::size_t{2});
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].label, "c");
    EXPECT_THAT(read(list_places, keys[2], std::size_t{2}), IsEmpty());
}

TEST_P(CatalogPlaces, AreHiddenWithTheirProject) {
    const auto key = label("a");
    const auto nothing = Visibility::of_projects({});
    catalog_->read([&](Snapshot& snapshot) {
        EXPECT_FALSE(find_place(nothing, snapshot, key));
        EXPECT_THAT(list_places(nothing, snapshot, 0, 10), IsEmpty());
    });
    EXPECT_FALSE(read(find_place, key + 1));
}

TEST_P(CatalogPlaces, OfABlobAreAllFilesThatHaveIt) {
    const auto first = add_resource(OwnerKind::project, project_.key, "A");
    const auto second = add_resource(OwnerKind::subject, subject_.key, "B");
    const auto file = make_file("x", "equal");
    add(first, file);
    add(first, make_file("b/y", "equal"));
    add(second, make_file("b", "equal"));
    add(second, make_file("other", "other"));
    const auto blob = read(find_blob_by_sha256, file.blob.digest.sha256).value();
    const FilePlace start;
    const auto found = read(list_files_of_blob, blob.key, start, std::size_t{10});
    EXPECT_THAT(
        found,
        ElementsAre(
            FilePlace{first.key, "b/y"}, FilePlace{first.key, "x"}, FilePlace{second.key, "b"}
        )
    );
    EXPECT_THAT(
        read(list_files_of_blob, blob.key, found[0], std::size_t{1}), ElementsAre(found[1])
    );
    EXPECT_THAT(read(list_files_of_blob, blob.key, found[2], std::size_t{1}), IsEmpty());
}

TEST_P(CatalogPlaces, OfABlobAreHiddenWithTheirProjects) {
    const auto other = add_project("OTHER");
    const auto file = make_file("x", "equal");
    add(add_resource(OwnerKind::project, project_.key, "A"), file);
    const auto own = add_resource(OwnerKind::project, other.key, "A");
    add(own, make_file("mine", "equal"));
    const auto user = Visibility::of_projects({{other.key, {.read = true}}});
    const auto nobody = Visibility::of_projects({});
    const auto& sha256 = file.blob.digest.sha256;
    catalog_->read([&](Snapshot& snapshot) {
        const auto blob = find_blob_by_sha256(user, snapshot, sha256).value();
        EXPECT_THAT(
            list_files_of_blob(user, snapshot, blob.key, {}, 10),
            ElementsAre(FilePlace{own.key, "mine"})
        );
        EXPECT_FALSE(find_blob_by_sha256(nobody, snapshot, sha256));
        EXPECT_THAT(list_files_of_blob(nobody, snapshot, blob.key, {}, 10), IsEmpty());
    });
}

INSTANTIATE_TEST_SUITE_P(On, CatalogPlaces, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog

// SPDX-License-Identifier: Apache-2.0
#include <functional>

#include "catalog/catalog_fixture.hpp"

namespace larmor::catalog {
namespace {

using model::Direction;
using model::OwnerKind;

/// Two projects with one of everything; the user reads SEEN and must not notice HIDDEN.
class CatalogVisibility : public OnEveryCatalog {
protected:
    struct Tree {
        model::Project project;
        model::Subject subject;
        model::Experiment session;
        model::Experiment assessor;
        model::Scan scan;
        model::Reconstruction reconstruction;
        model::Resource resource;
        model::File file;
        model::Blob blob;
    };

    void SetUp() override {
        OnEveryCatalog::SetUp();
        if (IsSkipped()) return;
        seen_ = make_tree("SEEN");
        hidden_ = make_tree("HIDDEN");
        user_ = Visibility::of_projects(
            {{seen_.project.key, {.read = true}}, {hidden_.project.key, {.create = true}}}
        );
    }
    Tree make_tree(const std::string& name) {
        Tree tree;
        tree.project = add_project(name);
        tree.subject = add_subject(tree.project, "1");
        tree.session = add_session(tree.subject, "MR1");
        tree.assessor = add_assessor(tree.session, "QC1");
        tree.scan = add_scan(tree.session, "1");
        tree.reconstruction = add_reconstruction(tree.session, "R1");
        tree.resource = add_resource(OwnerKind::scan, tree.scan.key, "DICOM");
        tree.file = make_file("a.dcm", name);
        add(tree.resource, tree.file);
        tree.blob = blob_of(tree.file).value();
        return tree;
    }

    /// How many rows of a tree a query gives.
    using Query = std::function<std::size_t(const Visibility&, Snapshot&, const Tree&)>;
    static const std::vector<std::pair<const char*, Query>>& queries();

    Tree seen_;
    Tree hidden_;
    Visibility user_ = Visibility::of_projects({});
};

template <class T>
std::size_t found(const std::optional<T>& value) {
    return value ? 1 : 0;
}

/// How many of the rows are of this tree.
template <class Rows, class Tree>
std::size_t of_project(const Rows& rows, const Tree& tree) {
    std::size_t count = 0;
    for (const auto& row : rows)
        count += row.project == tree.project.key ? 1 : 0;
    return count;
}

const std::vector<std::pair<const char*, CatalogVisibility::Query>>& CatalogVisibility::queries() {
    using V = const Visibility&;
    using S = Snapshot&;
    using T = const Tree&;
    static const std::vector<std::pair<const char*, Query>> table = {
        {"find_project", [](V v, S s, T t) { return found(find_project(v, s, t.project.id)); }},
        {"list_projects",
         [](V v, S s, T t) {
             std::size_t count = 0;
             for (const auto& project : list_projects(v, s)) {
                 count += project.key == t.project.key ? 1 : 0;
             }
             return count;
         }},
        {"find_subject", [](V v, S s, T t) { return found(find_subject(v, s, t.subject.id)); }},
        {"find_subject_in by label",
         [](V v, S s, T t) { return found(find_subject_in(v, s, t.project.key, "1")); }},
        {"find_subject_in by id",
         [](V v, S s, T t) { return found(find_subject_in(v, s, t.project.key, t.subject.id)); }},
        {"list_subjects", [](V v, S s, T t) { return of_project(list_subjects(v, s, 0), t); }},
        {"list_subjects of a project",
         [](V v, S s, T t) { return list_subjects(v, s, t.project.key).size(); }},
        {"find_experiment",
         [](V v, S s, T t) { return found(find_experiment(v, s, t.session.id)); }},
        {"find_experiment, an assessor",
         [](V v, S s, T t) { return found(find_experiment(v, s, t.assessor.id)); }},
        {"find_experiment_in by label",
         [](V v, S s, T t) { return found(find_experiment_in(v, s, t.project.key, "MR1")); }},
        {"find_experiment_in by id",
         [](V v, S s, T t) {
             return found(find_experiment_in(v, s, t.project.key, t.session.id));
         }},
        {"list_experiments",
         [](V v, S s, T t) {
             return of_project(list_experiments(v, s, {.without_assessors = true}), t);
         }},
        {"list_experiments of a session",
         [](V v, S s, T t) {
             return list_experiments(v, s, {.sessions = {t.session.key}}).size();
         }},
        {"list_scans", [](V v, S s, T t) { return list_scans(v, s, {t.session.key}).size(); }},
        {"find_scan", [](V v, S s, T t) { return found(find_scan(v, s, t.session.key, "1")); }},
        {"list_reconstructions",
         [](V v, S s, T t) { return list_reconstructions(v, s, {t.session.key}).size(); }},
        {"find_reconstruction",
         [](V v, S s, T t) { return found(find_reconstruction(v, s, t.session.key, "R1")); }},
        {"list_resources",
         [](V v, S s, T t) {
             return list_resources(v, s, {{OwnerKind::scan, t.scan.key}}).size();
         }},
        {"find_resource", [](V v, S s, T t) { return found(find_resource(v, s, t.resource.key)); }},
        {"find_labelled_resource",
         [](V v, S s, T t) {
             const auto& of = t.resource;
             return found(find_labelled_resource(v, s, of.owner, of.direction, of.label));
         }},
        {"list_files", [](V v, S s, T t) { return list_files(v, s, t.resource, "", 10).size(); }},
        {"find_file",
         [](V v, S s, T t) { return found(find_file(v, s, t.resource.key, "a.dcm")); }},
        {"FileCache",
         [](V v, S s, T t) { return FileCache(1'000'000).get(v, s, t.resource)->rows().size(); }},
        {"find_blob",
         [](V v, S s, T t) {
             return found(find_blob(v, s, t.blob.digest.sha256, t.blob.digest.size));
         }},
        {"list_blobs", [](V v, S s, T t) { return list_blobs(v, s, t.blob.key - 1, 1).size(); }},
    };
    return table;
}

TEST_P(CatalogVisibility, HidesRowsOfOtherProjectsInEveryQuery) {
    const auto nobody = Visibility::of_projects({});
    catalog_->read([&](Snapshot& snapshot) {
        for (const auto& [name, query] : queries()) {
            // list_blobs starts at the hidden tree's blob, behind which there is none.
            EXPECT_EQ(query(all, snapshot, hidden_), 1U) << name;
            EXPECT_EQ(query(all, snapshot, seen_), 1U) << name;
            EXPECT_EQ(query(user_, snapshot, seen_), 1U) << name;
            EXPECT_EQ(query(user_, snapshot, hidden_), 0U) << name;
            EXPECT_EQ(query(nobody, snapshot, seen_), 0U) << name;
        }
    });
}

TEST_P(CatalogVisibility, KnowsEachQueryThatTakesAUser) {
    const auto user_query = [&](const Visibility& visibility) {
        return catalog_->read([&](Snapshot& snapshot) {
            return find_user(visibility, snapshot, "ada").has_value();
        });
    };
    model::User user;
    user.name = "ada";
    write(create_user, user);
    EXPECT_TRUE(user_query(all));
    EXPECT_FALSE(user_query(user_));
}

/// Each must not touch the hidden tree, and say that it is not there.
TEST_P(CatalogVisibility, DoesNotLetHiddenRowsBeChangedOrBuiltUpon) {
    auto moved = seen_.subject;
    moved.project = hidden_.project.key;
    auto foreign = session_of(seen_.subject, "MR2");
    foreign.subject = hidden_.subject.key;
    model::Resource resource;
    resource.owner = {OwnerKind::scan, hidden_.scan.key};
    resource.label = "NEW";
    using Write = std::function<void(const Visibility&, Change&)>;
    const std::vector<std::pair<const char*, Write>> writes = {
        {"replace_project", [&](auto& v, auto& c) { replace_project(v, c, hidden_.project); }},
        {"remove_project", [&](auto& v, auto& c) { remove_project(v, c, hidden_.project.key); }},
        {"create_subject",
         [&](auto& v, auto& c) { create_subject(v, c, make_subject(hidden_.project.key, "2")); }},
        {"replace_subject", [&](auto& v, auto& c) { replace_subject(v, c, hidden_.subject); }},
        {"replace_subject, moved", [&](auto& v, auto& c) { replace_subject(v, c, moved); }},
        {"remove_subject", [&](auto& v, auto& c) { remove_subject(v, c, hidden_.subject.key); }},
        {"create_experiment",
         [&](auto& v, auto& c) { create_experiment(v, c, session_of(hidden_.subject, "MR2")); }},
        {"create_experiment, subject", [&](auto& v, auto& c) { create_experiment(v, c, foreign); }},
        {"replace_experiment",
         [&](auto& v, auto& c) { replace_experiment(v, c, hidden_.session); }},
        {"remove_experiment",
         [&](auto& v, auto& c) { remove_experiment(v, c, hidden_.session.key); }},
        {"create_scan",
         [&](auto& v, auto& c) { create_scan(v, c, make_scan(hidden_.session.key, "2")); }},
        {"replace_scan", [&](auto& v, auto& c) { replace_scan(v, c, hidden_.scan); }},
        {"remove_scan", [&](auto& v, auto& c) { remove_scan(v, c, hidden_.scan.key); }},
        {"create_reconstruction",
         [&](auto& v, auto& c) { create_reconstruction(v, c, hidden_.reconstruction); }},
        {"replace_reconstruction",
         [&](auto& v, auto& c) { replace_reconstruction(v, c, hidden_.reconstruction); }},
        {"remove_reconstruction",
         [&](auto& v, auto& c) { remove_reconstruction(v, c, hidden_.reconstruction.key); }},
        {"create_resource", [&](auto& v, auto& c) { create_resource(v, c, resource); }},
        {"replace_resource", [&](auto& v, auto& c) { replace_resource(v, c, hidden_.resource); }},
        {"remove_resource", [&](auto& v, auto& c) { remove_resource(v, c, hidden_.resource.key); }},
        {"add_file",
         [&](auto& v, auto& c) {
             add_file(v, c, hidden_.resource.key, make_file("b", "b"), Existing::keep);
         }},
        {"remove_file",
         [&](auto& v, auto& c) { remove_file(v, c, hidden_.resource.key, "a.dcm"); }},
        {"remove_files_below",
         [&](auto& v, auto& c) { remove_files_below(v, c, hidden_.resource.key, ""); }},
    };
    for (const auto& [name, change] : writes) {
        EXPECT_EQ(
            kind_of([&, &change = change] { catalog_->write([&](Change& c) { change(user_, c); }); }
            ),
            ErrorKind::not_found
        ) << name;
    }
    catalog_->read([&](Snapshot& snapshot) {
        for (const auto& [name, query] : queries()) {
            EXPECT_EQ(query(all, snapshot, hidden_), 1U) << name;
        }
    });
}

TEST_P(CatalogVisibility, DoesNotLetHiddenBlobsBeMarkedOrMended) {
    const auto& blob = hidden_.blob;
    auto replacement = blob;
    replacement.object_key = "batch/replacement";
    catalog_->write([&](Change& change) {
        mark_blob(user_, change, blob.key, blob.object_key, model::BlobState::missing);
        EXPECT_FALSE(mend_blob(user_, change, blob.key, blob.object_key, replacement));
    });
    const auto now = read(find_file, hidden_.resource.key, "a.dcm")->blob;
    EXPECT_EQ(now.state, model::BlobState::sound);
    EXPECT_EQ(now.object_key, blob.object_key);
}

TEST_P(CatalogVisibility, KeepsMaintenanceForThoseWhoSeeEverything) {
    const auto forbidden = [&](auto&& function) {
        EXPECT_EQ(
            kind_of([&] { catalog_->write([&](Change& change) { function(user_, change); }); }),
            ErrorKind::forbidden
        );
    };
    forbidden([](auto& v, auto& c) { remove_unreferenced_blobs(v, c, now_millis(), 1); });
    forbidden([](auto& v, auto& c) { is_object_used(v, c, "batch/1"); });
    forbidden([](auto& v, auto& c) { find_contradictions(v, c); });
    forbidden([](auto& v, auto& c) { create_user(v, c, model::User{}); });
    forbidden([](auto& v, auto& c) { replace_user(v, c, model::User{}); });
}

TEST_P(CatalogVisibility, OfARevokedRightEndsAtOnce) {
    const auto reads = [&] {
        return catalog_->read([&](Snapshot& snapshot) {
            return find_experiment(user_, snapshot, seen_.session.id).has_value();
        });
    };
    EXPECT_TRUE(reads());
    EXPECT_TRUE(reads());
    auto session = seen_.session;
    session.project = hidden_.project.key;
    session.label = "MOVED";
    write(replace_experiment, session);
    EXPECT_FALSE(reads());
}

TEST_P(CatalogVisibility, MayHoldThousandsOfProjects) {
    std::map<Key, model::Rights> rights;
    for (Key key = 1; key <= 20'000; ++key)
        rights[1'000'000 + key] = {.read = true};
    rights[seen_.project.key] = {.read = true};
    const auto many = Visibility::of_projects(rights);
    catalog_->read([&](Snapshot& snapshot) {
        EXPECT_TRUE(find_subject(many, snapshot, seen_.subject.id));
        EXPECT_FALSE(find_subject(many, snapshot, hidden_.subject.id));
    });
}

INSTANTIATE_TEST_SUITE_P(On, CatalogVisibility, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog

// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog_fixture.hpp"

namespace larmor::catalog {
namespace {

using model::OwnerKind;
using testing::ElementsAre;
using testing::IsEmpty;

class CatalogTree : public OnEveryCatalog {};

TEST_P(CatalogTree, GivesBackEveryMemberOfAProject) {
    model::Project project;
    project.id = "TEST";
    project.secondary_id = "Test study";
    project.name = "A test; it's \"quoted\"";
    project.description = "größer";
    project.accessibility = model::Accessibility::public_;
    project.fields = {{"keywords", "a, b"}, {"pi_firstname", "\"Ada\"\n"}};
    project.origin = {.inserted = 1'732'268'220'123, .user = "admin"};
    const auto created = write(create_project, project);
    EXPECT_GT(created.key, 0);
    const auto found = read(find_project, "TEST").value();
    EXPECT_EQ(found.key, created.key);
    EXPECT_EQ(found.secondary_id, project.secondary_id);
    EXPECT_EQ(found.name, project.name);
    EXPECT_EQ(found.description, project.description);
    EXPECT_EQ(found.accessibility, project.accessibility);
    EXPECT_EQ(found.fields, project.fields);
    EXPECT_EQ(found.origin.inserted, project.origin.inserted);
    EXPECT_EQ(found.origin.user, "admin");
}

TEST_P(CatalogTree, ReplacesAProjectButNeitherItsIdNorItsOrigin) {
    auto project = add_project("TEST");
    project.id = "OTHER";
    project.name = "new name";
    project.accessibility = model::Accessibility::private_;
    project.fields = {{"alias", "T"}};
    project.origin.user = "somebody";
    write(replace_project, project);
    const auto found = read(find_project, "TEST").value();
    EXPECT_EQ(found.name, "new name");
    EXPECT_EQ(found.accessibility, model::Accessibility::private_);
    EXPECT_EQ(found.fields, project.fields);
    EXPECT_EQ(found.origin.user, "");
}

TEST_P(CatalogTree, ComparesIdsExactly) {
    add_project("TEST");
    EXPECT_FALSE(read(find_project, "test"));
    EXPECT_FALSE(read(find_project, "TEST "));
    EXPECT_FALSE(read(find_project, "T%"));
    EXPECT_TRUE(read(find_project, "TEST"));
}

TEST_P(CatalogTree, FindsANameClashWithoutCase) {
    auto project = make_project("P1", "Three");
    project.secondary_id = "Two";
    write(create_project, project);
    const auto clash = [&](const std::string& id, const std::string& name) {
        return read(find_name_clash, make_project(id, name));
    };
    EXPECT_EQ(clash("NEW", "p1"), "P1");
    EXPECT_EQ(clash("two", "x"), "P1");
    EXPECT_EQ(clash("NEW", "THREE"), "P1");
    EXPECT_EQ(clash("NEW", ""), std::nullopt);
    EXPECT_EQ(clash("P1", "Three"), std::nullopt);
}

TEST_P(CatalogTree, RefusesAProjectIdThatIsOrEverWasTaken) {
    const auto project = add_project("TEST");
    EXPECT_EQ(kind_of([&] { add_project("TEST"); }), ErrorKind::conflict);
    write(remove_project, project.key);
    EXPECT_FALSE(read(find_project, "TEST"));
    EXPECT_EQ(kind_of([&] { add_project("TEST"); }), ErrorKind::forbidden);
    EXPECT_EQ(kind_of([&] { add_project("tEst"); }), ErrorKind::forbidden);
}

TEST_P(CatalogTree, CountsAccessionIdsPerKind) {
    const auto project = add_project("TEST");
    const auto subject = add_subject(project, "1");
    EXPECT_EQ(subject.id, "XNAT_S00001");
    EXPECT_EQ(add_subject(project, "2").id, "XNAT_S00002");
    const auto session = add_session(subject, "MR1");
    EXPECT_EQ(session.id, "XNAT_E00001");
    EXPECT_EQ(add_assessor(session, "QC1").id, "XNAT_E00002");
    EXPECT_EQ(add_session(subject, "MR2").id, "XNAT_E00003");
}

TEST_P(CatalogTree, NeverGivesAnAccessionIdTwice) {
    const auto project = add_project("TEST");
    const auto first = add_subject(project, "1");
    auto chosen = make_subject(project.key, "2");
    chosen.id = "XNAT_S00002";
    write(remove_subject, write(create_subject, chosen).key);
    chosen.id = "XNAT_S00003";
    write(create_subject, chosen);
    const auto session = add_session(first, "MR1");
    write(remove_subject, first.key);
    const auto next = add_subject(project, "1");
    EXPECT_EQ(next.id, "XNAT_S00004");
    EXPECT_EQ(session.id, "XNAT_E00001");
    EXPECT_EQ(add_session(next, "MR1").id, "XNAT_E00002");
}

TEST_P(CatalogTree, KeepsNoGapInIdsWhenACreationFails) {
    const auto project = add_project("TEST");
    add_subject(project, "1");
    EXPECT_EQ(kind_of([&] { add_subject(project, "1"); }), ErrorKind::conflict);
    EXPECT_EQ(add_subject(project, "2").id, "XNAT_S00002");
}

TEST_P(CatalogTree, LetsNoLabelBeTheIdOfAnother) {
    const auto project = add_project("TEST");
    const auto first = add_subject(project, "one");
    const auto session = add_session(first, "MR1");
    const auto other = add_project("OTHER");
    for (const auto& here : {project, other}) {
        EXPECT_EQ(kind_of([&] { add_subject(here, first.id); }), ErrorKind::conflict);
        auto subject = add_subject(here, "two");
        EXPECT_EQ(kind_of([&] { add_session(subject, session.id); }), ErrorKind::conflict);
        subject.label = first.id;
        EXPECT_EQ(kind_of([&] { write(replace_subject, subject); }), ErrorKind::conflict);
    }
    EXPECT_EQ(kind_of([&] { add_assessor(session, session.id); }), ErrorKind::conflict);
    auto assessor = add_assessor(session, "QC1");
    assessor.label = session.id;
    EXPECT_EQ(kind_of([&] { write(replace_experiment, assessor); }), ErrorKind::conflict);
}

TEST_P(CatalogTree, LetsALabelBeItsOwnId) {
    auto subject = add_subject(add_project("TEST"), "");
    EXPECT_EQ(subject.label, subject.id);
    EXPECT_NO_THROW(write(replace_subject, subject));
    auto session = add_session(subject, "");
    EXPECT_EQ(session.label, session.id);
    EXPECT_NO_THROW(write(replace_experiment, session));
}

TEST_P(CatalogTree, NamesTheOneWhoseIdALabelIsOnlyToThoseWhoSeeIt) {
    const auto id = add_subject(add_project("TEST"), "one").id;
    const auto other = add_project("OTHER");
    const auto refused = [&](const Visibility& visibility) -> std::string {
        try {
            catalog_->write([&](Change& change) {
                create_subject(visibility, change, make_subject(other.key, id));
            });
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(refused(all), "the label '" + id + "' is the accession id of the subject 'one'");
    const model::Rights rights{.read = true, .create = true, .edit = true, .remove = true};
    EXPECT_EQ(
        refused(Visibility::of_projects({{other.key, rights}})),
        "the label '" + id + "' is the accession id of another subject"
    );
}

TEST_P(CatalogTree, GivesNoIdThatIsALabelAlready) {
    const auto project = add_project("TEST");
    for (const auto* label : {"XNAT_S00002", "XNAT_S00003", "XNAT_E00001"})
        add_subject(project, label);
    EXPECT_EQ(add_subject(add_project("OTHER"), "1").id, "XNAT_S00005");
    const auto subject = read(find_subject_in, project.key, "XNAT_S00002").value();
    EXPECT_EQ(subject.id, "XNAT_S00001");
    add_session(subject, "XNAT_E00002");
    EXPECT_EQ(add_session(subject, "MR1").id, "XNAT_E00003");
}

TEST_P(CatalogTree, FindsASubjectByLabelOrId) {
    const auto project = add_project("TEST");
    const auto first = add_subject(project, "one");
    const auto second = add_subject(project, "two");
    EXPECT_EQ(read(find_subject_in, project.key, "one")->key, first.key);
    EXPECT_EQ(read(find_subject_in, project.key, first.id)->key, first.key);
    EXPECT_EQ(read(find_subject_in, project.key, second.id)->key, second.key);
    EXPECT_EQ(read(find_subject, first.id)->key, first.key);
    EXPECT_FALSE(read(find_subject, "one"));
    EXPECT_FALSE(read(find_subject_in, add_project("OTHER").key, first.id));
}

TEST_P(CatalogTree, LabelsAreUniqueInTheirProjectOnly) {
    const auto project = add_project("TEST");
    const auto other = add_project("OTHER");
    const auto subject = add_subject(project, "1");
    const auto session = add_session(subject, "MR1");
    EXPECT_NO_THROW(add_subject(other, "1"));
    EXPECT_EQ(kind_of([&] { add_subject(project, "1"); }), ErrorKind::conflict);
    EXPECT_EQ(kind_of([&] { add_session(add_subject(project, "2"), "MR1"); }), ErrorKind::conflict);
    EXPECT_EQ(kind_of([&] { add_assessor(session, "MR1"); }), ErrorKind::conflict);
    auto renamed = add_subject(project, "3");
    renamed.label = "1";
    EXPECT_EQ(kind_of([&] { write(replace_subject, renamed); }), ErrorKind::conflict);
}

TEST_P(CatalogTree, ALabelThatIsNotGivenIsTheId) {
    EXPECT_EQ(add_subject(add_project("TEST"), "").label, "XNAT_S00001");
}

TEST_P(CatalogTree, ListsInNaturalOrderAlsoBeyondAscii) {
    const auto project = add_project("TEST");
    for (const auto* const label : {"s10", "s2", "ä", "S3", "z", "s1", "é2", "é10"}) {
        add_subject(project, label);
    }
    EXPECT_THAT(
        labels_of(read(list_subjects, project.key)),
        ElementsAre("S3", "s1", "s2", "s10", "z", "ä", "é2", "é10")
    );
    add_project("TEST10");
    add_project("TEST9");
    EXPECT_THAT(ids_of(read(list_projects)), ElementsAre("TEST", "TEST9", "TEST10"));
}

TEST_P(CatalogTree, GivesAnExperimentTheNamesAboveIt) {
    const auto project = add_project("TEST");
    const auto subject = add_subject(project, "1");
    const auto session = add_session(subject, "MR1");
    auto assessor = add_assessor(session, "QC1");
    assessor.date = "2026-11-22";
    assessor.fields = {{"note", "ok"}};
    write(replace_experiment, assessor);
    const auto found = read(find_experiment, assessor.id).value();
    EXPECT_EQ(found.project_id, "TEST");
    EXPECT_EQ(found.subject_id, subject.id);
    EXPECT_EQ(found.subject_label, "1");
    EXPECT_EQ(found.session, session.key);
    EXPECT_EQ(found.session_id, session.id);
    EXPECT_EQ(found.session_label, "MR1");
    EXPECT_EQ(found.date, "2026-11-22");
    EXPECT_EQ(found.fields, assessor.fields);
    EXPECT_EQ(session.session, 0);
    EXPECT_EQ(session.session_id, "");
}

TEST_P(CatalogTree, FiltersExperiments) {
    const auto project = add_project("TEST");
    const auto first = add_subject(project, "1");
    const auto second = add_subject(project, "2");
    const auto session = add_session(first, "MR10");
    add_session(second, "MR2");
    add_session(add_subject(add_project("OTHER"), "1"), "PET1");
    add_assessor(session, "QC1");
    const auto labels = [&](const ExperimentFilter& filter) {
        return labels_of(read(list_experiments, filter));
    };
    EXPECT_THAT(labels({}), ElementsAre("MR2", "MR10", "PET1", "QC1"));
    EXPECT_THAT(labels({.project = project.key}), ElementsAre("MR2", "MR10", "QC1"));
    EXPECT_THAT(labels({.subject = first.key}), ElementsAre("MR10", "QC1"));
    EXPECT_THAT(labels({.sessions = {session.key}}), ElementsAre("QC1"));
    EXPECT_THAT(labels({.sessions = {12345}}), IsEmpty());
    EXPECT_THAT(
        labels({.project = project.key, .without_assessors = true}), ElementsAre("MR2", "MR10")
    );
    EXPECT_THAT(
        labels({.xsi_types = {"xnat:qcAssessmentData", "it's no type"}}), ElementsAre("QC1")
    );
}

TEST_P(CatalogTree, ListsScansBySessionInTheOrderGiven) {
    const auto subject = add_subject(add_project("TEST"), "1");
    const auto first = add_session(subject, "MR1");
    const auto second = add_session(subject, "MR2");
    for (const auto* const id : {"10", "2", "1-MR1"})
        add_scan(first, id);
    add_scan(second, "3");
    const auto ids = [&](const std::vector<Key>& sessions) {
        return ids_of(read(list_scans, sessions));
    };
    EXPECT_THAT(ids({second.key, first.key}), ElementsAre("3", "1-MR1", "2", "10"));
    EXPECT_THAT(ids({first.key, first.key}), ElementsAre("1-MR1", "2", "10"));
    EXPECT_THAT(ids({}), IsEmpty());
    EXPECT_EQ(kind_of([&] { add_scan(first, "2"); }), ErrorKind::conflict);
}

TEST_P(CatalogTree, GivesBackEveryMemberOfAScan) {
    const auto session = add_session(add_subject(add_project("TEST"), "1"), "MR1");
    auto scan = add_scan(session, "1");
    scan.id = "1a";
    scan.type = "T2+C";
    scan.xsi_type = "xnat:mrScanData";
    scan.quality = "usable";
    scan.note = "moved";
    scan.series_description = "AX T2 'fast'";
    scan.fields = {{"parameters/tr", "4000"}};
    write(replace_scan, scan);
    const auto found = read(find_scan, session.key, "1a").value();
    EXPECT_EQ(found.key, scan.key);
    EXPECT_EQ(found.type, scan.type);
    EXPECT_EQ(found.xsi_type, scan.xsi_type);
    EXPECT_EQ(found.quality, scan.quality);
    EXPECT_EQ(found.note, scan.note);
    EXPECT_EQ(found.series_description, scan.series_description);
    EXPECT_EQ(found.fields, scan.fields);
    EXPECT_FALSE(read(find_scan, session.key, "1"));
}

TEST_P(CatalogTree, KeepsReconstructionsOfASession) {
    const auto session = add_session(add_subject(add_project("TEST"), "1"), "MR1");
    auto reconstruction = add_reconstruction(session, "R2");
    add_reconstruction(session, "R10");
    reconstruction.base_scan_type = "T1";
    reconstruction.type = "atlas";
    write(replace_reconstruction, reconstruction);
    EXPECT_THAT(
        ids_of(read(list_reconstructions, std::vector<Key>{session.key})), ElementsAre("R2", "R10")
    );
    EXPECT_EQ(read(find_reconstruction, session.key, "R2")->base_scan_type, "T1");
    EXPECT_EQ(kind_of([&] { add_reconstruction(session, "R2"); }), ErrorKind::conflict);
    write(remove_reconstruction, reconstruction.key);
    EXPECT_FALSE(read(find_reconstruction, session.key, "R2"));
}

TEST_P(CatalogTree, TakesTheRightToResourcesAlongWhenAnExperimentMoves) {
    const auto subject = add_subject(add_project("TEST"), "1");
    auto session = add_session(subject, "MR1");
    const auto scan = add_scan(session, "1");
    const auto resource = add_resource(OwnerKind::scan, scan.key, "DICOM");
    const auto other = add_project("OTHER");
    session.project = other.key;
    session.subject = add_subject(other, "1").key;
    write(replace_experiment, session);
    EXPECT_EQ(reload(resource).project, other.key);
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogTree, TakesAssessorsAlongWhenTheirSessionMovesToAnotherSubject) {
    const auto project = add_project("TEST");
    const auto old_subject = add_subject(project, "1");
    const auto new_subject = add_subject(project, "2");
    auto session = add_session(old_subject, "MR1");
    const auto assessor = add_assessor(session, "QC1");
    const auto bystander = add_assessor(add_session(old_subject, "MR2"), "QC2");
    session.subject = new_subject.key;
    write(replace_experiment, session);
    EXPECT_EQ(read(find_experiment, assessor.id)->subject, new_subject.key);
    EXPECT_EQ(read(find_experiment, bystander.id)->subject, old_subject.key);
    EXPECT_THAT(contradictions(), IsEmpty());
    write(remove_subject, old_subject.key);
    EXPECT_TRUE(read(find_experiment, assessor.id));
    EXPECT_FALSE(read(find_experiment, bystander.id));
}

TEST_P(CatalogTree, TakesAssessorsAlongWhenTheirSessionLosesItsSubject) {
    const auto subject = add_subject(add_project("TEST"), "1");
    auto session = add_session(subject, "MR1");
    const auto assessor = add_assessor(session, "QC1");
    session.subject = 0;
    write(replace_experiment, session);
    EXPECT_EQ(read(find_experiment, assessor.id)->subject, 0);
    EXPECT_THAT(contradictions(), IsEmpty());
}

TEST_P(CatalogTree, FindsAnExperimentByIdOrLabel) {
    const auto project = add_project("TEST");
    const auto other = add_project("OTHER");
    const auto subject = add_subject(project, "1");
    const auto first = add_session(subject, "MR1");
    const auto foreign = add_session(add_subject(other, "1"), "MR1");
    const auto second = add_session(subject, "MR2");
    EXPECT_EQ(read(find_experiment_in, project.key, first.id)->key, first.key);
    EXPECT_EQ(read(find_experiment_in, project.key, second.id)->key, second.key);
    EXPECT_FALSE(read(find_experiment_in, project.key, foreign.id));
    EXPECT_EQ(read(find_experiment_in, project.key, "MR1")->key, first.key);
    EXPECT_FALSE(read(find_experiment_in, other.key, first.id));
    EXPECT_FALSE(read(find_experiment_in, project.key, "MR"));
}

TEST_P(CatalogTree, WhatIsNotThereCannotBeChangedOrBuiltUpon) {
    const auto nothing = [&](auto&& function) { return kind_of(function); };
    EXPECT_EQ(nothing([&] { write(remove_project, Key{99}); }), ErrorKind::not_found);
    EXPECT_EQ(nothing([&] { write(remove_scan, Key{99}); }), ErrorKind::not_found);
    EXPECT_EQ(nothing([&] { write(create_subject, make_subject(99, "1")); }), ErrorKind::not_found);
    EXPECT_EQ(nothing([&] { write(create_scan, make_scan(99, "1")); }), ErrorKind::not_found);
    EXPECT_EQ(nothing([&] { add_resource(OwnerKind::subject, 99, "R"); }), ErrorKind::not_found);
}

INSTANTIATE_TEST_SUITE_P(On, CatalogTree, sql::every_database(), sql::kind_name);

}  // namespace
}  // namespace larmor::catalog

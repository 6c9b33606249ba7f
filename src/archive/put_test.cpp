// SPDX-License-Identifier: Apache-2.0
#include "archive/test_archive.hpp"

namespace larmor::archive {
namespace {

class Put : public ArchiveTest {
protected:
    void SetUp() override { make_session("P/S/E"); }
    model::Experiment session() {
        return read_scope(catalog_, who_.visibility, at("P/S/E")).experiments.front();
    }
    ErrorKind put_session(const std::string& path, const Attributes& attributes) {
        return kind_of([&] { put_experiment(catalog_, who_, at(path), attributes); });
    }
};

}  // namespace

TEST_F(Put, MakesWhatIsNewAndChangesWhatIsThere) {
    const auto made = put_subject(catalog_, who_, at("P/S2"), type("", {{"gender", "female"}}));
    EXPECT_EQ(made.outcome, PutOutcome::created);
    EXPECT_EQ(made.id, "XNAT_S00002");
    const auto changed = put_subject(catalog_, who_, at("P/S2"), type("", {{"age", "34"}}));
    EXPECT_EQ(changed.outcome, PutOutcome::updated);
    EXPECT_EQ(changed.id, made.id);
    const auto subject = *read_scope(catalog_, who_.visibility, at("P/S2")).subject;
    EXPECT_EQ(subject.fields.at("demographics/gender"), "female");
    EXPECT_EQ(subject.fields.at("demographics/age"), "34");
}

TEST_F(Put, MakesTheSubjectOfANewSession) {
    put_experiment(catalog_, who_, at("P/NEW/E2"), type("xnat:ctSessionData"));
    EXPECT_EQ(read_scope(catalog_, who_.visibility, at("P/NEW")).subject->label, "NEW");
}

TEST_F(Put, MovesASessionToTheSubjectOfItsPathIfThatIsThere) {
    put_subject(catalog_, who_, at("P/OTHER"), {});
    put_assessor(catalog_, who_, at("P/S/E/assessors/A"), type("xnat:qcManualAssessorData"));
    EXPECT_EQ(put_session("P/TYPO/E", {}), ErrorKind::conflict);
    EXPECT_EQ(put_session("P/OTHER/A", {}), ErrorKind::conflict);
    EXPECT_EQ(kind_of([&] { files(at("P/TYPO")); }), ErrorKind::not_found);
    EXPECT_EQ(session().subject_label, "S");
    put_experiment(catalog_, who_, at("P/OTHER/E"), {});
    EXPECT_EQ(session().subject_label, "OTHER");
    put_experiment(catalog_, who_, at("P/S/E"), type("", {{"subject_ID", "OTHER"}}));
    EXPECT_EQ(session().subject_label, "OTHER") << "what is said outright wins";
}

TEST_F(Put, ReadsFieldsByShortcutAndByPathOfTheTypeOrAnAncestor) {
    put_experiment(
        catalog_,
        who_,
        at("P/S/E"),
        type(
            "",
            {{"date", "12/14/2006"},
             {"xnat:imageSessionData/scanner/model", "Prisma"},
             {"xnat:petSessionData/note", "of another type"},
             {"nonsense", "1"},
             {"xnat:mrSessionData/fields/field[name=foo]/field", "bar"}}
        )
    );
    const auto found = session();
    EXPECT_EQ(found.date, "2006-12-14");
    EXPECT_EQ(found.fields.at("scanner/model"), "Prisma");
    EXPECT_EQ(found.fields.at("fields/field[name=foo]/field"), "bar");
    EXPECT_EQ(found.fields.size(), 2U);
}

TEST_F(Put, RefusesATypeThatTheThingCannotHave) {
    for (const char* wrong : {"xnat:bogusData", "xnat:mrScanData"}) {
        EXPECT_EQ(
            kind_of([&] { put_project(catalog_, who_, "P2", type(wrong), ""); }),
            ErrorKind::invalid_argument
        );
        EXPECT_EQ(
            kind_of([&] { put_subject(catalog_, who_, at("P/S2"), type(wrong)); }),
            ErrorKind::invalid_argument
        );
        auto reconstruction = at("P/S/E");
        reconstruction.items = ItemKind::reconstructions;
        reconstruction.item = "R";
        EXPECT_EQ(
            kind_of([&] { put_reconstruction(catalog_, who_, reconstruction, type(wrong)); }),
            ErrorKind::invalid_argument
        );
    }
    put_subject(catalog_, who_, at("P/S2"), type("xnat:subjectData"));
}

TEST_F(Put, FindsAProjectByItsAliasAndKeepsAliasesUnique) {
    put_project(catalog_, who_, "P", type("", {{"alias", "Knee"}}), "");
    const auto changed = put_project(catalog_, who_, "kNEE", type("", {{"description", "x"}}), "");
    EXPECT_EQ(changed.id, "P");
    EXPECT_EQ(read_scope(catalog_, who_.visibility, at("KNEE/S/E")).project->id, "P");
    EXPECT_EQ(
        kind_of([&] {
            put_project(catalog_, who_, "Q", type("", {{"alias", "p"}}), "");
        }),
        ErrorKind::conflict
    );
    EXPECT_EQ(
        kind_of([&] {
            put_project(catalog_, who_, "Q", type("", {{"name", "KNEE"}}), "");
        }),
        ErrorKind::conflict
    );
}

TEST_F(Put, NullClearsAField) {
    put_experiment(catalog_, who_, at("P/S/E"), type("", {{"note", "x"}, {"date", "2006-12-14"}}));
    put_experiment(catalog_, who_, at("P/S/E"), type("", {{"note", "NULL"}, {"date", "NULL"}}));
    EXPECT_TRUE(session().fields.empty());
    EXPECT_EQ(session().date, "");
}

TEST_F(Put, RefusesWhatItCannotMake) {
    EXPECT_EQ(put_session("P/S/E9", {}), ErrorKind::unprocessable);
    EXPECT_EQ(put_session("P/S/E 9", type("xnat:mrSessionData")), ErrorKind::unprocessable);
    EXPECT_EQ(put_session("P/S/E9", type("xnat:nonsense")), ErrorKind::invalid_argument);
    EXPECT_EQ(put_session("P/S/E9", type("xnat:imageSessionData")), ErrorKind::invalid_argument);
    EXPECT_EQ(put_session("P/S/E9", type("xnat:mrScanData")), ErrorKind::invalid_argument);
    EXPECT_EQ(
        put_session("P/S/E9", type("xnat:mrSessionData", {{"date", "soon"}})),
        ErrorKind::invalid_argument
    );
    EXPECT_EQ(put_session("NOPE/S/E9", type("xnat:mrSessionData")), ErrorKind::not_found);
    EXPECT_EQ(kind_of([&] { files(at("P/S/E9")); }), ErrorKind::not_found)
        << "a refused PUT left something behind";
}

TEST_F(Put, RenamesByLabelUnlessItIsTaken) {
    put_experiment(catalog_, who_, at("P/S/OTHER"), type("xnat:mrSessionData"));
    EXPECT_EQ(put_session("P/S/E", type("", {{"label", "OTHER"}})), ErrorKind::conflict);
    put_experiment(catalog_, who_, at("P/S/E"), type("", {{"label", "E3"}}));
    EXPECT_EQ(
        read_scope(catalog_, who_.visibility, at("P/S/E3")).experiments.front().id, "XNAT_E00001"
    );
}

TEST_F(Put, OfAScanKeepsItsType) {
    make_scan("P/S/E/scans/1", "T1");
    const auto put = [&](const Attributes& attributes) {
        return put_scan(catalog_, who_, at("P/S/E/scans/1"), attributes);
    };
    EXPECT_EQ(kind_of([&] { put(type("xnat:ctScanData")); }), ErrorKind::conflict);
    put(type("", {{"xnat:ctScanData/note", "no"}, {"xnat:imageScanData/quality", "usable"}}));
    const auto scan = read_scope(catalog_, who_.visibility, at("P/S/E/scans/1")).scans.front();
    EXPECT_EQ(scan.note, "");
    EXPECT_EQ(scan.quality, "usable");
    EXPECT_EQ(scan.type, "T1");
}

TEST_F(Put, IsUndoneByIdOnly) {
    make_scan("P/S/E/scans/5", "T1");
    make_scan("P/S/E/scans/6", "5");
    put_assessor(catalog_, who_, at("P/S/E/assessors/A"), type("xnat:qcManualAssessorData"));
    for (const auto* path :
         {"P/S/E/scans/T1",
          "P/S/E/scans/ALL",
          "P/S/E/scans/*",
          "P/S/E/assessors/ALL",
          "P/S/E/assessors/xnat:imageAssessorData"}) {
        EXPECT_EQ(kind_of([&] { remove_item(catalog_, who_, at(path)); }), ErrorKind::not_found)
            << path;
    }
    EXPECT_EQ(
        kind_of([&] { remove_item(catalog_, who_, at("P/S/E,NOPE")); }), ErrorKind::not_found
    );
    remove_item(catalog_, who_, at("P/S/E/scans/5"));
    EXPECT_EQ(
        kind_of([&] { remove_item(catalog_, who_, at("P/S/E/scans/5")); }), ErrorKind::not_found
    );
    remove_item(catalog_, who_, at("P/S/E/scans/6"));
    remove_item(catalog_, who_, at("P/S/E/assessors/A"));
    const auto branch = read_branch(catalog_, who_.visibility, at("P/S/E"));
    EXPECT_TRUE(branch.scans.empty());
    EXPECT_TRUE(branch.assessors.empty());
}

TEST_F(Put, GivesNoIdTwice) {
    const auto first = put_subject(catalog_, who_, at("P/A"), {}).id;
    remove_item(catalog_, who_, at("P/A"));
    EXPECT_NE(put_subject(catalog_, who_, at("P/A"), {}).id, first);
}

}  // namespace larmor::archive

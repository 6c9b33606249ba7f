# SPDX-License-Identifier: Apache-2.0
"""Projects, subjects, experiments, scans, reconstructions and assessors: making them, and the
statuses and bodies XNAT gives."""
import re

import pytest

from conftest import LEVELS, MR, SCAN


def test_a_project_is_answered_with_nothing(archive):
    for _ in ("new", "known"):
        answer = archive.put("/data/projects/Plain")
        assert (answer.status_code, answer.text) == (200, "")


@pytest.mark.parametrize("path, letter", [
    ("subjects/L", "S"), (f"subjects/S/experiments/L?{MR}", "E"),
    ("subjects/S/experiments/E/assessors/L?xsiType=xnat:qcManualAssessorData", "E")])
def test_a_new_object_is_answered_with_its_accession_id(archive, tree, path, letter):
    made = archive.put(f"{tree}/{path}")
    assert made.status_code == 201
    assert re.fullmatch(rf"XNAT_{letter}\d{{5,}}", made.text)
    again = archive.put(f"{tree}/{path}")
    assert (again.status_code, again.text) == (200, made.text)


def test_scans_and_reconstructions_are_answered_with_nothing(archive, session):
    for tail in (f"scans/7?{SCAN}", "reconstructions/7?xsiType=xnat:reconstructedImageData"):
        for _ in ("new", "known"):
            answer = archive.put(f"{session}/{tail}")
            assert (answer.status_code, answer.text) == (200, "")


REFUSED = [
    ("/data/projects/has%20blank", 417),
    ("/data/projects/has.dot", 417),
    ("{tree}/nonsense", 400),
    ("/data/projects/NoSuchProject/subjects/S", 422),
    ("{tree}/subjects/bad%20label", 417),
    ("{tree}/subjects/S/experiments/New", 417),
    ("{tree}/subjects/S/experiments/New?xsiType=xnat:noSuchData", 400),
    ("{tree}/subjects/S/experiments/bad%20label?" + MR, 417),
    ("{tree}/subjects/S/experiments/New?" + MR + "&date=yesterday", 400),
    ("/data/projects/NoSuchProject/subjects/S/experiments/E?" + MR, 404),
    ("{tree}/subjects/S/experiments/E/scans/9", 417),
    ("{tree}/subjects/S/experiments/E/scans/9?xsiType=xnat:imageScanData", 400),
    ("{tree}/subjects/S/experiments/E/scans/9?" + MR, 400),
    ("{tree}/subjects/S/experiments/E/scans/9?" + SCAN + "&frames=many", 400),
    ("{tree}/subjects/S/experiments/E/scans/1?xsiType=xnat:ctScanData", 409),
    ("{tree}/subjects/S/experiments/NoSuchSession/scans/1?" + SCAN, 417),
    ("{tree}/subjects/S/experiments/NoSuchSession/assessors/A"
     "?xsiType=xnat:qcManualAssessorData", 404),
]


@pytest.mark.parametrize("path, status", REFUSED)
def test_what_cannot_be_made_is_refused(archive, tree, path, status):
    answer = archive.put(path.format(tree=tree))
    assert answer.status_code == status, answer.text
    assert answer.text.strip() and not answer.text.startswith("<html")


def test_a_project_name_is_unique_without_case(archive):
    archive.make("/data/projects/Unique?secondary_ID=Second&name=Third")
    for name in ("UNIQUE", "second", "THIRD"):
        assert archive.put(f"/data/projects/{name}").status_code == 409


def test_the_id_of_a_deleted_project_is_not_given_again(archive):
    archive.make("/data/projects/Gone")
    assert archive.delete("/data/projects/Gone").status_code == 200
    assert archive.get("/data/projects/Gone").status_code == 404
    assert archive.put("/data/projects/Gone").status_code == 403


def test_deleting_an_unknown_project_is_a_bad_request(archive):
    assert archive.delete("/data/projects/NoSuchProject").status_code == 400


def test_an_accession_id_is_never_given_again(archive, project):
    first = archive.make(f"{project}/subjects/A")
    assert archive.delete(f"{project}/subjects/A").status_code == 200
    assert archive.make(f"{project}/subjects/A") != first


def test_a_session_makes_its_subject(archive, project):
    archive.make(f"{project}/subjects/Fresh/experiments/E?{MR}")
    assert archive.item(f"{project}/subjects/Fresh")["data_fields"]["label"] == "Fresh"


@pytest.mark.parametrize("kind", ["subjects/S", "subjects/S/experiments/E"])
def test_label_renames_and_never_to_a_label_in_use(archive, tree, kind):
    other = kind[:-1] + "Other"
    archive.make(f"{tree}/{other}?{MR if 'exp' in kind else ''}")
    assert archive.put(f"{tree}/{kind}?label=Other").status_code == 409
    assert archive.put(f"{tree}/{kind}?label=New").status_code == 200
    assert archive.get(f"{tree}/{kind}?format=json").status_code == 404
    renamed = kind[:-1] + "New"
    assert archive.item(f"{tree}/{renamed}")["data_fields"]["label"] == "New"


def test_a_put_merges(archive, tree):
    scan = f"{tree}/subjects/S/experiments/E/scans/1"
    archive.make(f"{scan}?{SCAN}&note=seen")
    archive.make(f"{scan}?xnat:imageScanData/quality=questionable")
    archive.make(f"{scan}?xnat:ctScanData/note=ignored")
    archive.make(scan)
    fields = archive.item(scan)["data_fields"]
    assert (fields["type"], fields["note"], fields["quality"]) == ("T1", "seen", "questionable")


def test_an_unknown_field_is_ignored(archive, tree):
    assert archive.put(f"{tree}/subjects/S?noSuchField=1&event_reason=test").status_code == 200


@pytest.mark.parametrize("kind", LEVELS)
def test_what_is_deleted_is_gone(archive, tree, kind):
    answer = archive.delete(f"{tree}/{kind}?removeFiles=true")
    assert (answer.status_code, answer.text) == (200, "")
    assert archive.get(f"{tree}/{kind}?format=json").status_code == 404
    assert archive.delete(f"{tree}/{kind}").status_code == 404


def test_deleting_a_session_deletes_what_hangs_on_it(archive, tree):
    session = f"{tree}/subjects/S/experiments/E"
    assessor = archive.item(f"{session}/assessors/A")["data_fields"]["ID"]
    assert archive.delete(session).status_code == 200
    assert archive.get(f"/data/experiments/{assessor}?format=json").status_code == 404

# SPDX-License-Identifier: Apache-2.0
"""What the scan, reconstruction, assessor and resource places of a URL can name."""
import io
import zipfile

import pytest

from conftest import MR

SCANS = {"1": "T1", "2": "T1", "3": "T2", "7": "x", "8": "7", "10": "", "11": "T1+C",
         "12": "Flair 3D", "13": "T2/FLAIR", "14": "a,b", "15": "müde & wach", "PT_4": "AC PET"}
QC, AUTO_QC = "xnat:qcManualAssessorData", "xnat:qcAssessmentData"
RECON = "xsiType=xnat:reconstructedImageData"


@pytest.fixture(scope="module")
def tree(archive):
    """A session where every file is named after what it hangs on."""
    project = "/data/projects/Select"
    session = f"{project}/subjects/S/experiments/E"
    for path in (project, f"{project}/subjects/S", f"{session}?{MR}"):
        archive.make(path)
    archive.upload(f"{project}/resources/R/files/project", b"p")
    archive.upload(f"{project}/subjects/S/resources/R/files/subject", b"s")
    archive.upload(f"{session}/resources/R/files/session", b"e")
    for scan, kind in SCANS.items():
        archive.put(f"{session}/scans/{scan}",
                    params={"xsiType": "xnat:mrScanData", "type": kind}).raise_for_status()
        archive.upload(f"{session}/scans/{scan}/resources/DICOM/files/{scan}", scan.encode())
    for label, kind in (("A", QC), ("B", QC), ("C", AUTO_QC)):
        archive.make(f"{session}/assessors/{label}?xsiType={kind}")
        archive.upload(f"{session}/assessors/{label}/out/resources/R/files/{label}-out", b"o")
    archive.upload(f"{session}/assessors/A/in/resources/R/files/A-in", b"i")
    for label, kind in (("M1", "MPR"), ("M2", "MPR"), ("V", "VR")):
        archive.make(f"{session}/reconstructions/{label}?{RECON}&type={kind}")
        archive.upload(f"{session}/reconstructions/{label}/out/resources/R/files/{label}", b"r")
    archive.upload(f"{session}/reconstructions/V/in/resources/R/files/V-in", b"i")
    return session


def names(archive, url):
    return [row["Name"] for row in archive.rows(url)]


def assert_selects(archive, url, expected):
    """The list names exactly these, and so does the archive; nothing found is no archive."""
    assert names(archive, url) == expected
    answer = archive.get(f"{url}?format=zip")
    assert answer.status_code == (200 if expected else 404), answer.text
    if expected:
        entries = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert [entry.rsplit("/", 1)[1] for entry in entries] == expected


SCAN_SELECTORS = {
    "1": ["1"],
    "1,2": ["1", "2"],
    "2,1": ["1", "2"],
    "1,%202": ["1", "2"],
    "1%2C2": ["1", "2"],
    "T1": ["1", "2"],
    "T1,T2": ["1", "2", "3"],
    "T1,3,99": ["1", "2", "3"],
    "1,T1,1": ["1", "2"],
    "7": ["7", "8"],
    "ALL": ["1", "2", "3", "7", "8", "10", "11", "12", "13", "14", "15", "PT_4"],
    "*": ["1", "2", "3", "7", "8", "10", "11", "12", "13", "14", "15", "PT_4"],
    "NULL": ["10"],
    "NULL,1": ["1", "10"],
    "T1%2BC": ["11"],
    "T1+C": ["11"],
    "Flair%203D": ["12"],
    "Flair+3D": ["12"],
    "T2%5BSLASH%5DFLAIR": ["13"],
    "T2%2FFLAIR": ["13"],
    "a%5BCOMMA%5Db": ["14"],
    "a%5BCOMMA%5Db,1": ["1", "14"],
    "m%C3%BCde%20%26%20wach": ["15"],
    "PT_4": ["PT_4"],
    "99": [],
    "01": [],
    "all": [],
    "ALL,99": [],
    "ALL,1": ["1"],
    "t1": [],
    "T": [],
    "a,b": [],
    "T1%25": [],
}


@pytest.mark.parametrize("segment", SCAN_SELECTORS)
def test_scans_by_id_and_type(archive, tree, segment):
    assert_selects(archive, f"{tree}/scans/{segment}/files", SCAN_SELECTORS[segment])
    with_resource = f"{tree}/scans/{segment}/resources/DICOM/files"
    assert names(archive, with_resource) == SCAN_SELECTORS[segment]


@pytest.mark.parametrize("segment, expected", [
    ("A", ["A-out"]), ("A,C", ["A-out", "C-out"]), ("ALL", ["A-out", "B-out", "C-out"]),
    ("*", ["A-out", "B-out", "C-out"]), (QC, ["A-out", "B-out"]), (AUTO_QC, ["C-out"]),
    ("xnat:imageAssessorData", ["A-out", "B-out", "C-out"]),
    ("XNAT:QCMANUALASSESSORDATA", ["A-out", "B-out"]), (f"{AUTO_QC},A", ["A-out", "C-out"]),
    ("xnat%3AqcAssessmentData", ["C-out"]), ("A,NoSuch", ["A-out"]), ("NoSuch", []),
    ("all", []), ("xnat:mrSessionData", []), ("xnat:noSuchData", [])])
def test_assessors_by_label_and_type(archive, tree, segment, expected):
    for direction in ("", "/out"):
        assert_selects(archive, f"{tree}/assessors/{segment}{direction}/files", expected)


def test_assessors_by_accession_id(archive, tree):
    ids = [row["ID"] for row in archive.rows(f"{tree}/assessors")]
    assert_selects(archive, f"{tree}/assessors/{ids[0]},{ids[2]}/files", ["A-out", "C-out"])
    assert names(archive, f"/data/experiments/{ids[1]}/files") == ["B-out"]


@pytest.mark.parametrize("segment, expected", [
    ("M1", ["M1"]), ("MPR", ["M1", "M2"]), ("MPR,V", ["M1", "M2", "V"]),
    ("ALL", ["M1", "M2", "V"]), ("*", ["M1", "M2", "V"]), ("NoSuch", [])])
def test_reconstructions_by_id_and_type(archive, tree, segment, expected):
    for direction in ("", "/out"):
        assert_selects(archive, f"{tree}/reconstructions/{segment}{direction}/files", expected)


@pytest.mark.parametrize("url, expected", [
    ("assessors/A/in/files", ["A-in"]), ("assessors/A/in/resources/R/files", ["A-in"]),
    ("assessors/ALL/in/files", ["A-in"]), ("assessors/B/in/files", []),
    ("assessors/A/IN/files", ["A-in"]), ("reconstructions/ALL/in/files", ["V-in"])])
def test_in_and_out_are_kept_apart(archive, tree, url, expected):
    assert_selects(archive, f"{tree}/{url}", expected)


def test_an_assessor_addressed_as_an_experiment_has_in_and_out(archive, tree):
    (assessor,) = [row["ID"] for row in archive.rows(f"{tree}/assessors") if row["label"] == "A"]
    path = f"/data/experiments/{assessor}"
    assert_selects(archive, f"{path}/files", ["A-out"])
    assert_selects(archive, f"{path}/in/files", ["A-in"])
    assert archive.get(f"{path}/in/resources/R/files/A-in").content == b"i"
    assert archive.get(f"{path}/in/resources/R/files/A-out").status_code == 404


def test_a_session_has_no_in(archive, tree):
    answer = archive.put(f"{tree}/in/resources/R/files/x?inbody=true", b"x")
    assert answer.status_code == 404 and "no assessor" in answer.text
    assert archive.rows(f"{tree}/in/files") == []


def test_resources_without_direction_are_out(archive, tree):
    archive.make(f"{tree}/assessors/B/resources/PLAIN")
    labels = [row["label"] for row in archive.rows(f"{tree}/assessors/B/out/resources")]
    assert labels == ["PLAIN", "R"]


def test_resources_by_label_id_and_list(archive, session):
    for label in ("A", "B", "C"):
        archive.upload(f"{session}/resources/{label}/files/{label}", b"x")
    number = {row["label"]: row["xnat_abstractresource_id"]
              for row in archive.rows(f"{session}/resources")}
    for segment, expected in (("A", ["A"]), ("A,C", ["A", "C"]), (number["B"], ["B"]),
                              (f"{number['B']},A", ["A", "B"]), ("A,NoSuch", ["A"]),
                              ("A%2CB", ["A", "B"]), ("A,%20B", ["A", "B"]),
                              ("NoSuch", []), ("ALL", []), ("*", []), ("a", []), ("NULL", [])):
        assert_selects(archive, f"{session}/resources/{segment}/files", expected)
    assert archive.get(f"{session}/resources/123456789/files").status_code == 404


def test_a_resource_without_a_label_is_null(archive, session):
    archive.upload(f"{session}/files/plain", b"x")
    archive.upload(f"{session}/resources/L/files/labelled", b"x")
    assert_selects(archive, f"{session}/resources/NULL/files", ["plain"])
    assert_selects(archive, f"{session}/resources/null,L/files", ["plain", "labelled"])


def test_a_label_may_hold_a_blank(archive, session):
    archive.upload(f"{session}/resources/My%20Label/files/a", b"x")
    assert archive.rows(f"{session}/files")[0]["collection"] == "My Label"
    assert_selects(archive, f"{session}/resources/My%20Label/files", ["a"])


def test_several_sessions_at_once(archive, project):
    for label in ("E2", "E1"):
        session = f"{project}/subjects/S/experiments/{label}"
        archive.make(f"{session}?{MR}")
        archive.make(f"{session}/scans/1?xsiType=xnat:mrScanData&type=T1")
        archive.upload(f"{session}/scans/1/resources/DICOM/files/{label}", b"x")
    both = f"{project}/subjects/S/experiments/E2,E1,NoSuch"
    assert_selects(archive, f"{both}/scans/T1/files", ["E1", "E2"])
    assert_selects(archive, f"{both}/scans/99/files", [])


def test_every_level_lists_its_own_files_only(archive, tree):
    subject = tree.split("/experiments")[0]
    assert_selects(archive, f"{tree}/files", ["session"])
    assert_selects(archive, f"{subject}/files", ["subject"])
    assert_selects(archive, f"{subject.split('/subjects')[0]}/files", ["project"])


def test_all_descends_to_scans_reconstructions_and_assessors(archive, tree):
    found = set(names(archive, f"{tree}/files?all=true"))
    assert found == {"session", *SCANS, "A-out", "B-out", "C-out", "M1", "M2", "V"}
    assert set(names(archive, f"{tree}/resources/DICOM/files?all=true")) == set(SCANS)
    assert names(archive, f"{tree}/files?all=false") == ["session"]


def test_all_names_scan_folders_without_their_type(archive, tree):
    entries = zipfile.ZipFile(io.BytesIO(
        archive.get(f"{tree}/files?all=true&format=zip").content)).namelist()
    assert "E/scans/1/resources/DICOM/files/1" in entries
    assert "E/resources/R/files/session" in entries
    assessor = archive.rows(f"{tree}/assessors")[0]["ID"]
    assert f"E/assessors/{assessor}/out/resources/R/files/A-out" in entries


def test_a_type_is_made_safe_for_a_folder(archive, tree):
    entries = zipfile.ZipFile(io.BytesIO(
        archive.get(f"{tree}/scans/ALL/files?format=zip").content)).namelist()
    folders = [entry.split("/")[2] for entry in entries]
    assert {"10", "11-T1_C", "12-Flair_3D", "13-T2_FLAIR", "14-a_b", "PT_4-AC_PET"} <= set(folders)


NOWHERE = ["scans/NoSuch", "assessors/NoSuch", "reconstructions/NoSuch", "scans/NoSuch,NoMore"]


@pytest.mark.parametrize("tail", NOWHERE)
@pytest.mark.parametrize("form", ["{tree}", "/data/projects/Select/experiments/E",
                                  "/data/experiments/{id}"])
def test_what_is_unknown_is_empty_and_never_the_parents_files(archive, tree, form, tail):
    session = form.format(tree=tree, id=archive.item(tree)["data_fields"]["ID"])
    for url in (f"{session}/{tail}/files", f"{session}/{tail}/resources/R/files"):
        assert_selects(archive, url, [])
        assert archive.get(f"{url}/session").status_code == 404


@pytest.mark.parametrize("path", [
    "/data/experiments/NoSuch/files", "/data/projects/Select/experiments/NoSuch/files",
    "/data/projects/Select/subjects/S/experiments/NoSuch/resources/R/files",
    "/data/projects/Select/subjects/NoSuch/files", "/data/projects/NoSuch/files",
    "/data/projects/Select/subjects/S/experiments/NoSuch/scans/ALL/files"])
def test_below_an_unknown_object_nothing_is_found(archive, tree, path):
    assert archive.get(path).status_code == 404
    assert archive.get(f"{path}?format=zip").status_code == 404


@pytest.mark.parametrize("path", ["files", "scans/ALL/files", "assessors/ALL/files",
                                  "assessors/A/in/files", "reconstructions/ALL/files",
                                  "reconstructions/V/in/files", "files?all=true",
                                  "scans/1/resources/DICOM/files"])
def test_every_uri_of_a_list_can_be_fetched(archive, tree, path):
    rows = archive.rows(f"{tree}/{path}")
    assert rows
    for row in rows:
        assert len(archive.get(row["URI"]).content) == int(row["Size"]), row["URI"]


def test_the_uris_of_an_assessor_addressed_as_an_experiment_can_be_fetched(archive, tree):
    (row,) = [row for row in archive.rows(f"{tree}/assessors") if row["label"] == "A"]
    (file,) = archive.rows(f"/data/experiments/{row['ID']}/files")
    assert archive.get(file["URI"]).content == b"o"


def test_odd_scan_ids_give_uris_that_can_be_fetched(archive, tree):
    for scan in ("50%", "a#b", "who?", "T1 C"):
        quoted = scan.replace("%", "%25").replace("#", "%23").replace("?", "%3F")
        archive.make(f"{tree}/scans/{quoted}?xsiType=xnat:mrScanData&type=odd")
        archive.upload(f"{tree}/scans/{quoted}/resources/R/files/f", scan.encode())
        (row,) = archive.rows(f"{tree}/scans/{quoted}/files")
        assert archive.get(row["URI"]).content == scan.encode()
        assert archive.delete(f"{tree}/scans/{quoted}").status_code == 200


def test_a_delete_takes_no_types_and_no_keywords(archive, tree):
    for path in ("scans/T1+C", "scans/ALL", "scans/*", f"assessors/{QC}", "assessors/ALL",
                 "assessors/A/out", "reconstructions/VR"):
        before = archive.rows(f"{tree}/files?all=true")
        assert archive.delete(f"{tree}/{path}").status_code in (400, 404), path
        assert archive.rows(f"{tree}/files?all=true") == before, path

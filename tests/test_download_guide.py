# SPDX-License-Identifier: Apache-2.0
"""Every sentence of XNAT's download guide, in every form of URL."""
import io
import zipfile

import pytest

from guide import ASSESSOR_FILES, PARENT, assessor_entries, content_of, scan_entries

PREFIXES = ["/data", "/REST", "/data/archive", "/REST/archive"]
FORMS = ["labels", "ids", "mixed", "project", "project-id", "contextless"]
ALL_SCANS = ["1", "2", "3", "4"]

# What follows the session in the URL, and the entries of the archive.
SELECTIONS = {
    "/scans/1/resources/DICOM/files": scan_entries(["1"], ["DICOM"]),
    "/scans/1/resources/DICOM,SNAPSHOTS/files": scan_entries(["1"]),
    "/scans/1/files": scan_entries(["1"]),
    "/scans/1,2/files": scan_entries(["1", "2"]),
    "/scans/ALL/files": scan_entries(ALL_SCANS),
    "/scans/*/files": scan_entries(ALL_SCANS),
    "/scans/T1/files": scan_entries(["1", "2"]),
    "/scans/T1,T2/files": scan_entries(ALL_SCANS),
    "/scans/1,T2,99/files": scan_entries(["1", "3", "4"]),
    "/scans/T2/resources/SNAPSHOTS/files": scan_entries(["3", "4"], ["SNAPSHOTS"]),
    "/assessors/ASSESS1/resources/TEST/files": assessor_entries(),
    "/assessors/{assessor}/resources/TEST/files": assessor_entries(),
    "/assessors/xnat:qcManualAssessorData/resources/TEST/files": assessor_entries(),
    "/assessors/ALL/resources/TEST/files": assessor_entries(),
    "/assessors/ALL/out/resources/TEST/files": assessor_entries(),
    "/assessors/ALL/files": assessor_entries(),
}


def open_zip(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.mark.parametrize("tail", SELECTIONS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_selection_is_listed_and_downloaded(guide, prefix, form, tail):
    url = prefix + guide.parents()[form] + tail.format(assessor=guide.assessor)
    names = [entry.rsplit("/", 1)[1] for entry in SELECTIONS[tail]]
    assert [row["Name"] for row in guide.client.rows(url)] == names
    assert open_zip(guide.client.get(url + "?format=zip")).namelist() == SELECTIONS[tail]


def test_what_is_downloaded_is_what_was_uploaded(guide):
    archive = open_zip(guide.client.get(f"{PARENT}/scans/ALL/files?format=zip"))
    assert archive.testzip() is None
    for name in archive.namelist():
        assert archive.read(name) == content_of(name)


def test_the_archive_is_named_after_the_session(guide):
    for tail in ("scans/1/files", "scans/T1,T2/files", "assessors/ALL/files"):
        answer = guide.client.get(f"{PARENT}/{tail}?format=zip")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="MR1.zip"'


@pytest.mark.parametrize("form", FORMS)
def test_one_resource_is_listed_with_the_context_of_the_request(guide, form):
    parent = f"/data/experiments/{guide.session}"
    if form in ("labels", "ids", "mixed"):
        parent = f"/data/projects/TEST/subjects/{guide.subject}/experiments/{guide.session}"
    scan = f"/data{guide.parents()[form]}/scans/1/resources/DICOM/files"
    rows = guide.client.rows(scan)
    assert [row["URI"] for row in rows] == [
        f"{parent}/scans/1/resources/{rows[0]['cat_ID']}/files/{name}"
        for name in ("1.dcm", "2.dcm")]


def test_files_of_several_resources_are_listed_without_context(guide):
    rows = guide.client.rows(f"{PARENT}/scans/1/files")
    assert [row["URI"] for row in rows] == [
        f"/data/experiments/{guide.session}/scans/1/resources/{row['cat_ID']}/files/{row['Name']}"
        for row in rows]
    assert [row["collection"] for row in rows] == ["DICOM", "DICOM", "SNAPSHOTS"]


def test_assessor_files_are_listed_as_out(guide):
    rows = guide.client.rows(f"{PARENT}/assessors/ASSESS1/resources/TEST/files")
    assert [row["Name"] for row in rows] == ASSESSOR_FILES
    for row in rows:
        assert row["URI"].endswith(f"/experiments/{guide.session}/assessors/{guide.assessor}/out"
                                   f"/resources/{row['cat_ID']}/files/{row['Name']}")


@pytest.mark.parametrize("tail", ["scans/ALL/files", "scans/1/resources/DICOM/files",
                                  "assessors/ASSESS1/files"])
def test_every_listed_address_leads_to_the_file(guide, tail):
    for row in guide.client.rows(f"{PARENT}/{tail}"):
        answer = guide.client.get(row["URI"])
        assert answer.status_code == 200
        assert str(len(answer.content)) == row["Size"]


def test_an_unknown_scan_is_an_empty_list_and_no_archive(guide):
    assert guide.client.rows(f"{PARENT}/scans/99/files") == []
    assert guide.client.get(f"{PARENT}/scans/99/files?format=zip").status_code == 404


def test_files_are_downloaded_one_by_one(guide):
    name = "MR1/scans/3-T2/resources/DICOM/files/2.dcm"
    answer = guide.client.get(f"{PARENT}/scans/3/resources/DICOM/files/2.dcm")
    assert answer.content == content_of(name)

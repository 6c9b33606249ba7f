# SPDX-License-Identifier: Apache-2.0
"""A subject or a project as a whole, and all sessions of one: more than XNAT offers."""
import io
import re
import zipfile

import pytest

from conftest import MR, SCAN
from running import SANITIZED, Larmor

SCANS = 10_000
MANY = "/data/projects/Many"


def names_of(archive, url):
    answer = archive.get(url)
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


@pytest.fixture(scope="module")
def study(archive):
    """Two subjects with three sessions, and a resource at every level."""
    path = "/data/projects/Study"
    archive.make(path)
    archive.upload(f"{path}/resources/PLAN/files/plan.txt", b"project")
    for subject, session in (("10", "B"), ("10", "A2"), ("9", "A10")):
        below = f"{path}/subjects/{subject}/experiments/{session}"
        archive.make(f"{below}?{MR}")
        archive.upload(f"{path}/subjects/{subject}/resources/N/files/{session}", b"subject")
        archive.upload(f"{below}/resources/N/files/n.txt", session.encode())
        for scan, kind in (("1", "T1"), ("2", "T2")):
            archive.make(f"{below}/scans/{scan}?{SCAN}&type={kind}")
            archive.upload(f"{below}/scans/{scan}/resources/DICOM/files/1.dcm",
                           f"{session} {scan}".encode())
    return path


def session_names(session):
    return [f"{session}/resources/N/files/n.txt",
            f"{session}/scans/1/resources/DICOM/files/1.dcm",
            f"{session}/scans/2/resources/DICOM/files/1.dcm"]


TEN = (["10/resources/N/files/A2", "10/resources/N/files/B"]
       + session_names("A2") + session_names("B"))
NINE = ["9/resources/N/files/A10"] + session_names("A10")
PROJECT = ["Study/resources/PLAN/files/plan.txt"]


def test_a_project_comes_subject_by_subject(archive, study):
    assert names_of(archive, f"{study}/files?format=zip&all=true") == PROJECT + NINE + TEN
    assert names_of(archive, f"{study}/files?format=zip") == PROJECT


def test_a_subject_comes_with_its_sessions(archive, study):
    assert names_of(archive, f"{study}/subjects/10/files?format=zip&all=true") == TEN
    disposition = archive.head(f"{study}/subjects/10/files?format=zip&all=true").headers[
        "Content-Disposition"]
    assert disposition == 'attachment; filename="10.zip"'


@pytest.mark.parametrize("every", ["ALL", "*"])
def test_all_stands_for_every_session(archive, study, every):
    url = f"{study}/subjects/10/experiments/{every}/scans/T1/files?format=zip"
    assert names_of(archive, url) == [
        f"{session}/scans/1-T1/resources/DICOM/files/1.dcm" for session in ("A2", "B")]
    url = f"{study}/experiments/{every}/scans/ALL/resources/DICOM/files"
    assert len(names_of(archive, f"{url}?format=zip")) == 6
    assert archive.head(f"{url}?format=zip").headers["Content-Disposition"] == (
        'attachment; filename="Study.zip"')
    assert len(archive.rows(url)) == 6
    assert len(archive.rows(f"{study}/experiments/{every}/scans")) == 6


def test_a_list_of_sessions_has_the_etag_of_all(archive, study):
    tail = "scans/ALL/files?format=tar"
    named = archive.head(f"{study}/experiments/B,A10,A2/{tail}").headers["ETag"]
    assert archive.head(f"{study}/experiments/ALL/{tail}").headers["ETag"] == named
    assert names_of(archive, f"{study}/experiments/A2,B/files?format=zip&all=true") == (
        session_names("A2") + session_names("B"))


@pytest.mark.parametrize("path", ["", "/subjects/10", "/experiments/ALL"])
def test_the_list_has_the_rows_of_the_archive(archive, study, path):
    rows = archive.rows(f"{study}{path}/files?all=true")
    names = names_of(archive, f"{study}{path}/files?all=true&format=zip")
    assert [row["Name"] for row in rows] == [name.rsplit("/", 1)[1] for name in names]
    assert archive.get(rows[-1]["URI"]).status_code == 200


@pytest.mark.parametrize("structure", ["default", "simplified", "improved", "legacy"])
def test_no_structure_mixes_sessions(archive, study, structure):
    names = names_of(archive, f"{study}/files?format=zip&all=true&structure={structure}")
    folders = [name.rsplit("/", 1)[0] for name in names]
    assert not any("_2" in name for name in names)
    assert {name.split("/")[0] for name in names} >= {"Study", "A2", "A10", "B"}
    assert len(set(folders)) == len(names) - 1  # two files of subject 10 lie in one folder


def test_a_subject_of_a_sessions_name_has_a_folder_of_its_own(archive, project):
    archive.make(f"{project}/subjects/X/experiments/X?{MR}")
    archive.upload(f"{project}/subjects/X/resources/R/files/a", b"subject")
    archive.upload(f"{project}/subjects/X/experiments/X/resources/R/files/a", b"session")
    answer = archive.get(f"{project}/files?format=zip&all=true")
    members = zipfile.ZipFile(io.BytesIO(answer.content))
    assert {name: members.read(name) for name in members.namelist()} == {
        "X_2/resources/R/files/a": b"subject", "X/resources/R/files/a": b"session"}


def test_all_is_for_reading(archive, project):
    archive.make(f"{project}/subjects/S/experiments/E?{MR}")
    archive.make(f"{project}/subjects/S/experiments/E/scans/1?{SCAN}&type=T1")
    every = f"{project}/experiments/ALL"
    assert archive.put(f"{every}/resources/R/files/a", b"a").status_code == 404
    assert archive.put(f"{every}/scans/1/resources/R/files/a", b"a").status_code == 404
    assert archive.delete(every).status_code == 404
    assert archive.get(f"{every}?format=json").status_code == 404
    assert archive.get("/data/experiments/ALL/files?format=zip").status_code == 404
    assert archive.get(f"{project}/subjects/S/experiments/E").status_code == 200


def test_an_empty_project_is_an_empty_list(archive, project):
    for path in (f"{project}/files?all=true", f"{project}/experiments/ALL/files",
                 f"{project}/experiments/ALL/assessors/ALL/files"):
        assert archive.rows(path) == []
    assert archive.get(f"{project}/files?all=true&format=zip").status_code == 404


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Scans with a resource of five files each, written into the catalog itself."""
    with Larmor(tmp_path_factory.mktemp("many") / "data") as server:
        client = server.client()
        session = f"{MANY}/subjects/S/experiments/E"
        client.make(MANY)
        client.make(f"{session}?{MR}")
        client.make(f"{session}/scans/1?{SCAN}&type=T1")
        client.upload(f"{session}/scans/1/resources/DICOM/files/0.dcm", b"each of them")
        assert server.stop() == 0
        numbers = "WITH RECURSIVE n(i) AS (SELECT {} UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        server.sql(numbers.format(1) + "INSERT INTO file SELECT resource, i || '.dcm', format, "
                   "content, tags, description, created, created_by, blob FROM file, n", 4)
        server.sql("UPDATE resource SET file_count = 5")
        server.sql(numbers.format(2) + "INSERT INTO scan SELECT i, session, i, type, xsi_type, "
                   "quality, note, series_description, fields, inserted, inserted_by "
                   "FROM scan, n WHERE key = 1", SCANS)
        columns = [row[1] for row in server.sql("PRAGMA table_info(resource)")]
        chosen = ", ".join({"key": "n.i", "owner": "n.i"}.get(name, name) for name in columns)
        server.sql(numbers.format(2) + f"INSERT INTO resource SELECT {chosen} FROM resource, n "
                   "WHERE key = 1", SCANS)
        server.sql("INSERT INTO file SELECT r.key, f.path, f.format, f.content, f.tags, "
                   "f.description, f.created, f.created_by, f.blob FROM file f, resource r "
                   "WHERE r.key > 1 AND f.resource = 1")
        server.start()
        yield server


def resident_bytes(larmor):
    with open(f"/proc/{larmor.process.pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024


def test_a_project_of_very_many_resources_takes_moderate_memory(many):
    archive = many.client()
    before = resident_bytes(many)
    names = names_of(archive, f"{MANY}/files?format=zip&all=true")
    assert len(names) == len(set(names)) == 5 * SCANS
    assert names[0] == "E/scans/1/resources/DICOM/files/0.dcm"
    assert names[-1] == f"E/scans/{SCANS}/resources/DICOM/files/4.dcm"
    added = resident_bytes(many) - before
    assert SANITIZED or added < SCANS * 8_000, f"{added >> 20} MiB for {SCANS} resources"
    rows = archive.rows(f"{MANY}/files?all=true")
    assert len(rows) == 5 * SCANS

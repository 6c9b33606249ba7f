# SPDX-License-Identifier: Apache-2.0
"""One address, one thing: what a name in a path may be, and what it then means."""
import io
import zipfile

import pytest

from conftest import MR, SCAN

QC = "xsiType=xnat:qcManualAssessorData"


def status(answer, code, *words):
    """The answer has this code, and its one line has these words."""
    assert answer.status_code == code, answer.text
    for word in words:
        assert word in answer.text
    return answer


def names(archive, path):
    return [row["URI"].split("/files/")[1] for row in archive.rows(path)]


def zipped(archive, path):
    answer = status(archive.get(path), 200)
    return zipfile.ZipFile(io.BytesIO(answer.content)).namelist()


def test_no_session_and_no_assessor_is_called_all(archive, project, session):
    """GET experiments/ALL/files is of all sessions, so nothing below could reach it."""
    for path in (f"{project}/subjects/S/experiments/ALL?{MR}", f"{project}/experiments/ALL?{MR}",
                 f"{session}/assessors/ALL?{QC}", f"{session}?label=ALL"):
        status(archive.put(path), 417, "'ALL'")
    archive.make(f"{project}/subjects/ALL")
    archive.upload(f"{project}/subjects/ALL/resources/R/files/f", b"of the subject")
    assert archive.get(f"{project}/subjects/ALL/files/f").content == b"of the subject"


def test_no_label_is_the_accession_id_of_another(archive, project):
    """What is listed of the one would be found, and filed, at the other."""
    first = archive.make(f"{project}/subjects/A")
    archive.make(f"{project}/subjects/B")
    session = archive.make(f"{project}/subjects/A/experiments/E?{MR}")
    for path in (f"{project}/subjects/B?label={first}", f"{project}/subjects/B?label={session}"):
        expected = 409 if path.endswith(first) else 200
        answer = archive.put(path)
        assert answer.status_code == expected, answer.text
    status(archive.put(f"{project}/subjects/A?label={first}"), 200)
    status(archive.put(f"{project}/subjects/{first}?label=A"), 200)
    archive.make(f"{project}/experiments/F?{MR}")
    status(archive.put(f"{project}/experiments/F?label={session}"), 409, session, "'E'")
    archive.make("/data/projects/Elsewhere")
    status(archive.put(f"/data/projects/Elsewhere/subjects/{first}"), 409, first, "'A'")
    status(archive.put(f"/data/projects/Elsewhere/experiments/{session}?{MR}"), 409, session, "'E'")
    assert archive.get(f"/data/projects/Elsewhere/subjects/{first}").status_code == 404


def test_no_accession_id_is_somebodys_label(archive, project):
    """Labels of another XNAT may look like our ids, those that are still to come too."""
    last = archive.make(f"{project}/subjects/last")
    digits = int(last.rsplit("_S", 1)[1])
    coming = f"XNAT_S{digits + 2:05}"
    assert archive.make(f"{project}/subjects/{coming}") == f"XNAT_S{digits + 1:05}"
    assert archive.make(f"{project}/subjects/next") == f"XNAT_S{digits + 3:05}"
    archive.upload(f"{project}/subjects/{coming}/resources/R/files/f", b"f")
    uri = archive.rows(f"{project}/subjects/{coming}/resources/R/files")[0]["URI"]
    assert archive.get(uri).content == b"f"


def test_a_number_that_no_resource_has_is_not_found_however_long(archive, resource):
    for number in ("999999", "9" * 23):
        other = resource.replace("/R", "/" + number)
        status(archive.get(f"{other}/files"), 404, number)
        status(archive.get(f"{other}/files?format=zip"), 404, number)
        status(archive.get(other), 404, number)
        status(archive.put(f"{other}/files/f", b"x"), 404, number)
        status(archive.delete(other), 404, number)
    assert archive.rows(f"{resource[:-1]}NoSuch/files") == []


@pytest.fixture
def blanks(archive, session):
    """A session where a scan, a resource, a folder and files have blanks in their names."""
    archive.make(f"{session}/scans/a%20b?{SCAN}&type=T%20C")
    for path in ("resources/P%20L/files/a%20b.txt", "resources/P%20L/files/x%20y/in.txt",
                 "scans/a%20b/resources/R/files/f%20g"):
        archive.upload(f"{session}/{path}", path.encode())
    return session


@pytest.mark.parametrize("path, found", [
    ("scans/a+b/files", ["f g"]), ("scans/T+C/files/f+g", None), ("scans/ALL/files/f+*", None),
    ("resources/P+L/files", ["a b.txt", "x y/in.txt"]), ("resources/P+L", None),
    ("resources/P+L/files/a+b.txt", None), ("resources/P+L/files/a+*", None),
    ("resources/P+L/files/x+y/", ["x y/in.txt"]), ("files/x+*?format=json", ["x y/in.txt"]),
    ("resources/NOPE,P+L/files", ["a b.txt", "x y/in.txt"])])
def test_a_plus_is_read_as_a_blank(archive, blanks, path, found):
    if found is None:
        status(archive.get(f"{blanks}/{path}"), 200)
    else:
        assert names(archive, f"{blanks}/{path}") == found


def test_a_plus_is_read_as_a_blank_in_archives(archive, blanks):
    files = f"{blanks}/resources/P+L/files"
    assert zipped(archive, f"{files}/a+*?format=zip") == ["a b.txt"]
    assert zipped(archive, f"{files}/x+y/?format=zip") == ["in.txt"]
    assert zipped(archive, f"{files}/a+b.txt?format=zip") == ["a b.txt"]
    assert len(zipped(archive, f"{files}?format=zip")) == 2
    status(archive.get(f"{files}/b+*?format=zip"), 404)


def test_a_plus_is_itself_where_that_is_there(archive, blanks):
    archive.make(f"{blanks}/scans/a+b?{SCAN}")
    archive.upload(f"{blanks}/scans/a+b/resources/R/files/f", b"plus")
    archive.upload(f"{blanks}/resources/P+L/files/a+b.txt", b"plus")
    assert names(archive, f"{blanks}/scans/a+b/files") == ["f"]
    assert names(archive, f"{blanks}/scans/a%20b/files") == ["f g"]
    for path in ("P+L/files/a+b.txt", "P+L/files/a+*"):
        assert archive.get(f"{blanks}/resources/{path}").content == b"plus"
    assert names(archive, f"{blanks}/resources/P+L/files") == ["a+b.txt"]
    assert zipped(archive, f"{blanks}/resources/P+L/files/a+*?format=zip") == ["a+b.txt"]


def test_writing_takes_a_plus_as_it_stands(archive, blanks):
    """Nothing is replaced, deleted or filled that was not named."""
    before = names(archive, f"{blanks}/files?all=true")
    plus = f"{blanks}/resources/P%20L/files/a+b.txt"
    archive.upload(f"{plus}?overwrite=true", b"plus")
    assert archive.get(plus).content == b"plus"
    assert archive.get(plus.replace("+", "%20")).content.endswith(b"a%20b.txt")
    status(archive.delete(plus), 200)
    for path in (plus, f"{blanks}/resources/P%20L/files/x+y/", f"{blanks}/resources/P+L",
                 f"{blanks}/resources/P%20L/files/a+*", f"{blanks}/scans/a+b"):
        status(archive.delete(path), 404)
    archive.make(f"{blanks}/resources/P+L")
    status(archive.delete(f"{blanks}/resources/P+L"), 200)
    status(archive.put(f"{blanks}/scans/a+b?quality=usable"), 417)
    assert names(archive, f"{blanks}/files?all=true") == before


def test_a_plus_on_the_way_to_a_scan_is_read(archive, blanks):
    """As in XNAT: what is written hangs below a scan that is there."""
    archive.upload(f"{blanks}/scans/a+b/resources/R/files/new", b"n")
    assert names(archive, f"{blanks}/scans/a%20b/files") == ["f g", "new"]
    status(archive.delete(f"{blanks}/scans/a+b/resources/R/files/new"), 200)


FOLDERS = ["1764172800000", "7", "NULL", "9" * 23, "a+b"]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_resource_of_the_cache_is_a_folder_of_any_name(archive, name):
    resource = f"/data/user/cache/resources/{name}"
    archive.upload(f"{resource}/files/a/b.txt", name.encode())
    assert archive.rows(f"{resource}/files")[0]["URI"] == f"{resource}/files/a/b.txt"
    assert {"Resource": name, "URI": resource} in archive.rows("/data/user/cache/resources")
    assert archive.get(f"{resource}/files/a/b.txt").content == name.encode()
    assert archive.get(f"{resource}/files/a/b*").content == name.encode()
    manifest = archive.get(f"{resource}/files?format=manifest").json()
    assert archive.get(manifest["entries"][0]["uri"]).content == name.encode()
    status(archive.put(resource), 412)
    status(archive.delete(f"{resource}/files/a/b.txt"), 200)
    status(archive.delete(resource), 200)
    status(archive.get(f"{resource}/files"), 404)


def test_a_cache_is_packed_by_its_paths_however_few(archive):
    files = "/data/user/cache/resources/ONE/files"
    archive.upload(f"{files}/a/b.txt", b"b")
    assert zipped(archive, f"{files}?format=zip") == ["a/b.txt"]
    assert archive.get(f"{files}?format=md5sum").text.endswith("  a/b.txt\n")
    assert zipped(archive, f"{files}/a/?format=zip") == ["b.txt"]
    archive.upload(f"{files}/c.txt", b"c")
    assert zipped(archive, f"{files}?format=zip") == ["a/b.txt", "c.txt"]


@pytest.mark.parametrize("word", ["zip", "tar", "tar.gz", "application/zip", "manifest", "md5sum",
                                  "sha256sum", "meta4"])
def test_a_resource_is_no_archive(archive, resource, word):
    """Its files are; a catalog would be saved under the name of one."""
    archive.upload(f"{resource}/files/f", b"f")
    status(archive.get(f"{resource}?format={word}"), 400, "files?format=zip")
    answer = status(archive.get(f"{resource}?format=xml"), 200)
    assert answer.headers["Content-Type"] == "text/xml"


def subject_of(archive, session):
    return archive.item(session)["data_fields"].get("subject_ID", "")


def test_a_session_goes_to_the_subject_of_the_path(archive, project):
    first = archive.make(f"{project}/experiments/E?{MR}")
    assert subject_of(archive, f"{project}/experiments/E") == ""
    path = f"{project}/subjects/T/experiments/E"
    assert status(archive.put(f"{path}?{MR}"), 200).text == first
    made = archive.item(f"{project}/subjects/T")["data_fields"]["ID"]
    assert subject_of(archive, path) == made
    other = archive.make(f"{project}/subjects/U")
    status(archive.put(f"{project}/subjects/{other}/experiments/E?note=moved"), 200)
    assert subject_of(archive, path) == other
    assert archive.rows(f"{project}/subjects/T/experiments") == []


def test_a_mistyped_subject_takes_no_session_away(archive, tree):
    status(archive.put(f"{tree}/subjects/TYPO/experiments/E?note=x"), 409, "'S'", "'TYPO'")
    assert archive.get(f"{tree}/subjects/TYPO").status_code == 404
    archive.make(f"{tree}/subjects/U")
    status(archive.put(f"{tree}/subjects/U/experiments/A?note=x"), 409, "assessor", "'U'")
    assert [row["label"] for row in archive.rows(f"{tree}/subjects/S/experiments")] == ["E"]


def test_what_is_written_below_may_be_named_by_whatever_means_one(archive, session):
    """XNAT's rule for all but GET; only what is itself made or deleted goes by its name."""
    archive.make(f"{session}/scans/6?{SCAN}&type=TT5")
    for scan in ("TT5", "6,99", "ALL"):
        archive.upload(f"{session}/scans/{scan}/resources/D/files/f", scan.encode())
        status(archive.delete(f"{session}/scans/{scan}"), 404)
        status(archive.delete(f"{session}/scans/{scan}/resources/D"), 200)
    archive.make(f"{session}/scans/7?{SCAN}&type=TT5")
    archive.upload(f"{session}/scans/6/resources/D/files/f", b"6")
    for scan in ("TT5", "6,7", "ALL"):
        status(archive.delete(f"{session}/scans/{scan}/resources/D"), 404, "exactly one")
        status(archive.put(f"{session}/scans/{scan}/resources/D/files/g", b"g"), 404, "exactly one")
    assert names(archive, f"{session}/scans/ALL/files") == ["f"]


def test_the_id_of_a_deleted_project_is_gone_in_any_case(archive):
    archive.make("/data/projects/Gone")
    status(archive.delete("/data/projects/Gone"), 200)
    for other in ("Gone", "gone", "GONE"):
        status(archive.put(f"/data/projects/{other}"), 403, other)
    archive.make("/data/projects/Gone2")

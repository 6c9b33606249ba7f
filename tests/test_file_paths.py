# SPDX-License-Identifier: Apache-2.0
"""What may stand below `files`: folders, wildcards, an index; and what lists say of where."""
import csv
import io
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

CONTENTS = {"1.dcm": b"one", "10.dcm": b"ten", "2.dcm": b"two", "sub/1.dcm": b"below one",
            "sub/deep/3.dcm": b"deep", "sub2/4.dcm": b"four"}


@pytest.fixture(scope="module")
def session(archive):
    """A session with these files in R, and one more resource."""
    session = "/data/projects/Paths/subjects/S/experiments/E"
    archive.make("/data/projects/Paths")
    archive.make(f"{session}?xsiType=xnat:mrSessionData")
    for name, content in CONTENTS.items():
        kind = "RAW" if name.startswith("1") else "OTHER"
        archive.upload(f"{session}/resources/R/files/{name}?content={kind}", content)
    archive.upload(f"{session}/resources/S/files/sub/s.txt", b"of S")
    return session


@pytest.fixture(scope="module")
def files(session):
    return f"{session}/resources/R/files"


def paths(answer):
    assert answer.status_code == 200, answer.text
    return [row["URI"].split("/files/")[1] for row in answer.json()["ResultSet"]["Result"]]


def members(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Length"] == str(len(answer.content))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("path, expected", [
    ("1*", ["1.dcm", "10.dcm"]), ("1.dcm*?format=json", ["1.dcm"]),
    ("sub*", ["sub/1.dcm", "sub/deep/3.dcm", "sub2/4.dcm"]),
    ("sub/*", ["sub/1.dcm", "sub/deep/3.dcm"]), ("*", sorted(CONTENTS)),
    ("nosuch*?format=json", []), ("1*?file_content=OTHER&format=json", []),
    ("sub/*?recursive=false&format=json", ["sub/1.dcm"])])
def test_a_wildcard_is_listed(archive, files, path, expected):
    assert paths(archive.get(f"{files}/{path}")) == expected


def test_a_wildcard_of_one_file_is_the_file(archive, files):
    answer = archive.get(f"{files}/sub/deep*")
    assert (answer.content, answer.headers["ETag"][:1]) == (b"deep", '"')
    assert 'filename="3.dcm"' in answer.headers["Content-Disposition"]
    assert archive.head(f"{files}/2*").headers["Content-Length"] == "3"
    assert archive.get(f"{files}/2*", headers={"Range": "bytes=1-"}).content == b"wo"


def test_a_wildcard_of_nothing_is_404(archive, files):
    assert archive.get(f"{files}/nosuch*").status_code == 404
    assert archive.get(f"{files}/nosuch*?accept-not-found=true").status_code == 204


def test_a_star_elsewhere_stands_for_itself(archive, files):
    assert archive.get(f"{files}/1*cm").status_code == 404
    archive.upload(f"{files}/star*.txt", b"a star")
    assert archive.get(f"{files}/star*.txt").content == b"a star"
    assert archive.delete(f"{files}/star*.txt").status_code == 200


def test_a_folder_as_a_zip_is_named_from_the_resource_on(archive, files):
    assert members(archive.get(f"{files}/sub/?format=zip")) == {
        "sub/1.dcm": b"below one", "sub/deep/3.dcm": b"deep"}
    assert members(archive.get(f"{files}/1*?format=zip")) == {"1.dcm": b"one", "10.dcm": b"ten"}


def test_one_file_of_a_folder_goes_by_its_own_name(archive, files):
    assert members(archive.get(f"{files}/sub2/?format=zip")) == {"4.dcm": b"four"}
    assert members(archive.get(f"{files}/sub/deep*?format=zip")) == {"3.dcm": b"deep"}
    assert members(archive.get(f"{files}/sub/1.dcm?format=zip")) == {"1.dcm": b"below one"}


def test_a_folder_of_several_resources_keeps_them_apart(archive, session):
    assert members(archive.get(f"{session}/files/sub/?format=zip")) == {
        "E/resources/R/files/sub/1.dcm": b"below one",
        "E/resources/R/files/sub/deep/3.dcm": b"deep",
        "E/resources/S/files/sub/s.txt": b"of S"}
    assert paths(archive.get(f"{session}/files/sub/")) == [
        "sub/1.dcm", "sub/deep/3.dcm", "sub/s.txt"]


def test_a_zip_of_a_folder_resumes_and_differs_from_others(archive, files):
    whole = archive.get(f"{files}/sub/?format=zip")
    rest = archive.get(f"{files}/sub/?format=zip", headers={
        "Range": "bytes=20-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206 and whole.content[20:] == rest.content
    assert archive.get(f"{files}/sub*?format=zip").headers["ETag"] != whole.headers["ETag"]


@pytest.mark.parametrize("path", ["nosuch/?format=zip", "nosuch*?format=zip",
                                  "sub/?format=zip&file_format=none"])
def test_a_zip_of_nothing_is_404(archive, files, path):
    assert archive.get(f"{files}/{path}").status_code == 404


@pytest.mark.parametrize("query, status, content", [
    ("file_content=RAW&index=0", 200, b"one"), ("file_content=RAW&index=1", 200, b"ten"),
    ("file_content=RAW&index=2", 404, None), ("index=0", 404, None),
    ("file_content=RAW&index=-1", 400, None), ("file_content=RAW&index=x", 400, None),
    ("index=", 400, None), ("index=99999999999999999999", 400, None),
    ("index=9&file_content=RAW&accept-not-found=true", 204, b"")])
def test_index_of_one_resource_needs_a_filter(archive, files, query, status, content):
    answer = archive.get(f"{files}?{query}")
    assert answer.status_code == status, answer.text
    assert content is None or answer.content == content


@pytest.mark.parametrize("index, content", [(0, b"one"), (6, b"of S"), (7, None)])
def test_index_of_several_resources_goes_through_all(archive, session, index, content):
    answer = archive.get(f"{session}/files?index={index}")
    assert answer.status_code == (404 if content is None else 200)
    assert content is None or answer.content == content


@pytest.mark.parametrize("locator", ["absolutePath", "projectPath", "PROJECTPATH"])
def test_a_locator_replaces_the_uri_and_names_no_server(archive, larmor, files, locator):
    answer = archive.get(f"{files}/sub/?locator={locator}")
    row = answer.json()["ResultSet"]["Result"][0]
    column = "absolutePath" if locator == "absolutePath" else "projectPath"
    assert row[column] == "E/resources/R/files/sub/1.dcm" and "URI" not in row
    assert str(larmor.data) not in answer.text
    header = next(csv.reader(io.StringIO(
        archive.get(f"{files}?locator={locator}&format=csv").text)))
    assert header[2] == column and len(header) == 9


def test_an_unknown_locator_changes_nothing(archive, files):
    assert "URI" in archive.rows(f"{files}?locator=nonsense")[0]


@pytest.mark.parametrize("query", ["removeFiles=true", "removeFiles=false", "removeFiles",
                                   "event_reason=why&event_type=WEB_FORM&event_action=x"])
def test_deleting_takes_xnats_words(archive, session, query):
    archive.upload(f"{session}/resources/Gone/files/a", b"x")
    assert archive.delete(f"{session}/resources/Gone/files/a?{query}").status_code == 200
    assert archive.delete(f"{session}/resources/Gone?{query}").status_code == 200
    assert archive.delete(f"{session}/resources/Gone?{query}").status_code == 404


def test_deleting_needs_a_name(archive, files):
    before = archive.rows(files)
    for path in ("", "/", "/*"):
        assert archive.delete(files + path).status_code == 400, path
    assert archive.delete(f"{files}/nosuch*").status_code == 404
    assert archive.delete(f"{files}/nosuch*?accept-not-found=true").status_code == 204
    assert archive.rows(files) == before


@pytest.mark.parametrize("query", ["update-stats=false", "update-stats=true",
                                   "event_reason=r&event_id=7&event_comment=c"])
def test_uploading_takes_xnats_words(archive, session, query):
    archive.upload(f"{session}/resources/Words/files/a?overwrite=true&{query}", b"x")
    row = next(row for row in archive.rows(f"{session}/resources") if row["label"] == "Words")
    assert (row["file_count"], row["file_size"]) == ("1", "1")
    archive.delete(f"{session}/resources/Words")


@pytest.mark.parametrize("host", ["", '"><x>', "a%b"])
def test_xcat_needs_to_know_its_server(archive, files, host):
    status, _, body = archive.raw("GET", f"{files}?format=xcat", headers={"Host": host})
    assert status == 400 and b"Host" in body


def test_xcat_is_a_catalog_of_whole_addresses(archive, files):
    answer = archive.get(f"{files}/sub/?format=xcat")
    assert answer.headers["Content-Type"] == "application/xcat"
    assert answer.headers["Content-Disposition"] == 'inline; filename="files.xcat"'
    catalog = ElementTree.fromstring(answer.content)
    space = "{http://nrg.wustl.edu/catalog}"
    entries = catalog.findall(f"{space}entries/{space}entry")
    assert [entry.get("cachePath") for entry in entries] == [
        "E/resources/R/files/sub/1.dcm", "E/resources/R/files/sub/deep/3.dcm"]
    fields = {field.get("name"): field.text for field in entries[0].iter(f"{space}metaField")}
    assert fields == {"RELATIVE_PATH": "E/resources/R/files/sub/1.dcm", "SIZE": "9"}
    address = entries[0].get("URI")
    assert address.startswith(archive.server.url + "/data/")
    assert archive.get(address[len(archive.server.url):]).content == b"below one"
    answer = archive.get(f"{files}?format=application/xcat",
                         headers={"X-Forwarded-Proto": "https"})
    assert 'URI="https://127.0.0.1:' in answer.text

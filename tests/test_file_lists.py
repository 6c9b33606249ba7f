# SPDX-License-Identifier: Apache-2.0
"""Lists of files: columns, filters, formats, folders."""
import csv
import hashlib
import io
import xml.etree.ElementTree as ElementTree
import zipfile

import pytest

COLUMNS = ["Name", "Size", "URI", "collection", "file_tags", "file_format", "file_content",
           "cat_ID", "digest"]


@pytest.fixture(scope="module")
def files(archive):
    """A resource with four files of different content, format and folder."""
    session = "/data/projects/Files/subjects/S/experiments/E"
    archive.make("/data/projects/Files")
    archive.make(f"{session}?xsiType=xnat:mrSessionData")
    for name, query, content in (("a.dcm", "content=RAW&format=DICOM&tags=t", b"a" * 100),
                                 ("b.nii", "content=T1&format=NIFTI", b"b" * 20),
                                 ("sub/c.dcm", "format=DICOM", b"c" * 3),
                                 ("sub/deep/d.txt", "content=RAW", b"d")):
        archive.upload(f"{session}/resources/R/files/{name}?{query}", content)
    return f"{session}/resources/R/files"


def names(archive, url):
    return [row["Name"] for row in archive.rows(url)]


def test_a_list_has_xnats_envelope(archive, files):
    answer = archive.get(files)
    assert answer.headers["Content-Type"] == "application/json"
    result = answer.json()["ResultSet"]
    assert result["Columns"] == [{"key": "URI", "serverRoot": ""}]
    assert result["title"] == "Files" and "totalRecords" not in result


def test_every_column_is_a_text(archive, files):
    row = archive.rows(files)[0]
    assert set(row) == set(COLUMNS)
    number = row["cat_ID"]
    assert number.isdigit() and row["URI"].endswith(f"/resources/{number}/files/a.dcm")
    assert (row["Name"], row["Size"], row["collection"]) == ("a.dcm", "100", "R")
    assert (row["file_tags"], row["file_format"], row["file_content"]) == ("t", "DICOM", "RAW")
    assert row["digest"] == hashlib.md5(b"a" * 100).hexdigest()


def test_what_is_not_known_is_an_empty_text(archive, files):
    row = archive.rows(files)[2]
    assert (row["Name"], row["file_content"], row["file_tags"]) == ("c.dcm", "", "")


def test_files_come_in_order_of_their_path(archive, files):
    assert [row["URI"].split("/files/")[1] for row in archive.rows(files)] == \
        ["a.dcm", "b.nii", "sub/c.dcm", "sub/deep/d.txt"]


def test_a_list_as_csv(archive, files):
    answer = archive.get(f"{files}?format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == COLUMNS and len(rows) == 5
    assert rows[2][:2] == ["b.nii", "20"]


def test_an_empty_csv_still_names_its_columns(archive, resource):
    assert archive.get(f"{resource}/files?format=csv").text.splitlines() == [",".join(COLUMNS)]


def test_a_list_as_xml(archive, files):
    document = ElementTree.fromstring(archive.get(f"{files}?format=xml").content)
    assert (document.tag, document.get("title")) == ("ResultSet", "Files")
    columns = document.findall("results/columns/column")
    assert [column.text for column in columns] == COLUMNS
    assert columns[2].get("serverRoot") == ""
    assert len(document.findall("results/rows/row")) == 4


def test_xml_escapes_what_it_must(archive, resource):
    archive.upload(f"{resource}/files/%3Ca%3E%20%26%20b", b"x")
    document = ElementTree.fromstring(archive.get(f"{resource}/files?format=xml").content)
    assert document.find("results/rows/row/cell").text == "<a> & b"


@pytest.mark.parametrize("format", ["html", "txt", "nonsense"])
def test_any_other_format_is_an_html_table(archive, files, format):
    answer = archive.get(f"{files}?format={format}")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert 'class="x_rs_t"' in answer.text and "a.dcm" in answer.text


@pytest.mark.parametrize("accept, content_type", [
    ("*/*", "application/json"), ("application/json", "application/json"),
    ("text/xml", "text/xml"), ("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "text/html"),
    ("application/json, text/plain, */*", "application/json"),
    ("application/zip", "application/json"), ("image/png", "application/json")])
def test_accept_chooses_and_never_refuses(archive, files, accept, content_type):
    answer = archive.get(files, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(content_type)


@pytest.mark.parametrize("query, expected", [
    ("file_content=RAW", ["a.dcm", "d.txt"]),
    ("file_format=DICOM", ["a.dcm", "c.dcm"]),
    ("file_content=RAW&file_content=T1", ["a.dcm", "b.nii", "d.txt"]),
    ("file_content=RAW&file_format=DICOM", ["a.dcm"]),
    ("file_content=NULL", ["c.dcm"]),
    ("file_format=NULL", ["d.txt"]),
    ("file_content=raw", []),
    ("file_content=RAW,T1", []),
])
def test_a_list_is_filtered_by_content_and_format(archive, files, query, expected):
    assert names(archive, f"{files}?{query}") == expected


def test_an_archive_is_filtered_alike(archive, files):
    answer = archive.get(f"{files}?format=zip&file_format=NIFTI")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["E/resources/R/files/b.nii"]


def test_columns_limit_and_offset_change_nothing(archive, files):
    row = archive.rows(f"{files}?columns=ID,URI,Name&limit=1&offset=1")
    assert len(row) == 4 and set(row[0]) == set(COLUMNS)


@pytest.mark.parametrize("query, expected", [
    ("sortBy=Name&sortOrder=DESC", ["d.txt", "c.dcm", "b.nii", "a.dcm"]),
    ("sortBy=size", ["d.txt", "a.dcm", "b.nii", "c.dcm"]),  # as text: 1, 100, 20, 3
    ("sortBy=nonsense", ["a.dcm", "b.nii", "c.dcm", "d.txt"])])
def test_a_list_is_sorted_on_request(archive, files, query, expected):
    assert names(archive, f"{files}?{query}") == expected


def test_index_gives_the_file_itself(archive, files):
    assert archive.get(f"{files}?file_content=RAW&index=1").content == b"d"
    assert archive.get(f"{files}?file_content=RAW&index=2").status_code == 404
    assert archive.get(f"{files}?file_content=RAW&index=one").status_code == 400
    session = files.split("/resources/")[0]
    assert archive.get(f"{session}/files?index=1").content == b"b" * 20


def test_a_folder_is_listed_with_what_is_below(archive, files):
    assert names(archive, f"{files}/sub/") == ["c.dcm", "d.txt"]
    assert names(archive, f"{files}/sub/?recursive=false") == ["c.dcm"]
    assert names(archive, f"{files}/nosuch/") == []
    assert archive.get(f"{files}/sub").status_code == 404


def test_accept_not_found_turns_404_into_204(archive, files):
    for tail in ("/nosuch.dcm", "?format=zip&file_content=none"):
        assert archive.get(files + tail).status_code == 404
        assert archive.get(files + tail, params={"accept-not-found": "true"}).status_code == 204


def test_head_of_a_list_has_no_body(archive, files):
    answer = archive.head(files)
    assert (answer.status_code, answer.content) == (200, b"")

# SPDX-License-Identifier: Apache-2.0
"""Uploading: raw bodies and forms, names and folders, what is refused, what is shared."""
from concurrent.futures import ThreadPoolExecutor
import hashlib
import time
from urllib.parse import quote, unquote

import pytest


def names(archive, resource):
    rows = archive.rows(f"{resource}/files")
    return [unquote(row["URI"].split("/files/", 1)[1]) for row in rows]


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("content_type", [
    None, "application/octet-stream", "application/dicom", "application/zip", "text/plain",
    "image/jpeg", "application/json", "text/xml; charset=utf-8", "x-unheard/of"])
def test_a_raw_body_of_any_type_is_stored_as_it_is(archive, resource, method, content_type):
    content = b"\x00\xff raw \r\n bytes"
    headers = {"Content-Type": content_type} if content_type else {}
    answer = archive.request(method, f"{resource}/files/a.dcm?inbody=true", data=content,
                             headers=headers)
    assert answer.status_code == 200, answer.text
    assert archive.get(f"{resource}/files/a.dcm").content == content


@pytest.mark.parametrize("content_type", ["application/octet-stream", "text/plain",
                                          "application/json", "x-unheard/of"])
def test_a_raw_body_needs_no_inbody(archive, resource, content_type):
    answer = archive.put(f"{resource}/files/a", b"body", headers={"Content-Type": content_type})
    assert answer.status_code == 200, answer.text
    assert archive.get(f"{resource}/files/a").content == b"body"


def test_the_answer_is_no_page(archive, resource):
    answer = archive.upload(f"{resource}/files/a", b"x")
    assert not answer.text.lstrip().lower().startswith(("<html", "<!doctype"))


def test_a_chunked_body_is_stored(archive, resource):
    chunks = [b"a" * 10_000, b"b", b"c" * 70_000]
    archive.upload(f"{resource}/files/chunked", iter(chunks))
    assert archive.get(f"{resource}/files/chunked").content == b"".join(chunks)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_the_rest_of_a_file_does_not_replace_it(archive, resource, method):
    """`curl -C 4 -T` sends it, in the belief that the server will join the parts."""
    url = f"{resource}/files/whole.dcm"
    archive.upload(url, b"0123456789")
    answer = archive.request(method, f"{url}?overwrite=true", data=b"456789",
                             headers={"Content-Range": "bytes 4-9/10"})
    assert answer.status_code == 400 and "Content-Range" in answer.text
    assert archive.get(url).content == b"0123456789"


def test_the_log_names_the_user_of_an_upload_that_is_cut(larmor, archive, resource):
    path = f"{resource}/files/cut.dcm"
    with larmor.connect() as connection:
        connection.sendall((f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
                            f"Authorization: {archive.authorization()}\r\n\r\n").encode())
        connection.sendall(bytes(1000))
    deadline = time.monotonic() + 30
    while not (line := next((x for x in larmor.log().splitlines() if f"path={path} " in x), "")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert " user=admin " in line and " status=499 " in line


def test_an_empty_body_is_an_empty_file(archive, resource):
    archive.upload(f"{resource}/files/empty", b"")
    archive.upload(f"{resource}/files/chunked", iter([]))
    assert archive.put(f"{resource}/files/untyped").status_code == 200
    assert [row["Size"] for row in archive.rows(f"{resource}/files")] == ["0", "0", "0"]
    answer = archive.get(f"{resource}/files/empty")
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "0")


def test_nothing_under_no_name_is_a_bad_request(archive, resource):
    assert archive.put(f"{resource}/files").status_code == 400
    assert archive.rows(f"{resource}/files") == []


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/mixed; boundary=XX"])
@pytest.mark.parametrize("query", ["", "?inbody=true"])
def test_a_form_that_cannot_be_read_is_not_stored_as_a_file(archive, resource, content_type, query):
    body = b'--XX\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n--XX--\r\n'
    answer = archive.put(f"{resource}/files/a.dcm{query}", data=body,
                         headers={"Content-Type": content_type})
    assert answer.status_code == 400
    assert archive.rows(f"{resource}/files") == []


def test_no_name_of_a_duplicate_is_markup(archive, resource):
    parts = {"f": ("<img src=x onerror=alert(1)>&.dcm", b"x")}
    archive.post(f"{resource}/files", files=parts)
    answer = archive.post(f"{resource}/files", files=parts)
    assert answer.json() == {"duplicates": ["<img src=x onerror=alert(1)>&.dcm"]}
    assert "<" not in answer.text and "&" not in answer.text


def test_a_file_and_a_folder_cannot_share_a_name(archive, resource):
    archive.upload(f"{resource}/files/a", b"x")
    assert archive.put(f"{resource}/files/a/b", data=b"y").status_code == 409
    archive.upload(f"{resource}/files/c/d", b"x")
    assert archive.put(f"{resource}/files/c", data=b"y").status_code == 409
    assert names(archive, resource) == ["a", "c/d"]


def test_a_form_stores_each_of_its_files(archive, resource):
    parts = [("image", ("a.dcm", b"one")), ("image", ("b.dcm", b"two"))]
    answer = archive.put(f"{resource}/files", data={"note": "not a file"}, files=parts)
    assert answer.status_code == 200, answer.text
    assert names(archive, resource) == ["a.dcm", "b.dcm"]
    assert archive.get(f"{resource}/files/b.dcm").content == b"two"


def test_the_path_names_the_file_of_a_form(archive, resource):
    archive.post(f"{resource}/files/sub/named.dcm", files={"f": ("other.dcm", b"x")})
    assert names(archive, resource) == ["sub/named.dcm"]


def test_a_browsers_path_is_cut_to_its_end(archive, resource):
    body = (b'--XX\r\nContent-Disposition: form-data; name="f"; filename="C:\\scans\\a.dcm"\r\n'
            b'\r\nbody\r\n--XX--\r\n')
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    assert archive.put(f"{resource}/files", body, headers=headers).status_code == 200
    assert names(archive, resource) == ["a.dcm"]


@pytest.mark.parametrize("body", [b"", b"no boundary", b"--XX\r\nbad", b"--XX\r\n\r\nunfinished",
                                  b'--XX\r\nContent-Disposition: form-data; name="f"; '
                                  b'filename="cut.dcm"\r\n\r\nhalf'])
def test_a_broken_form_stores_nothing(archive, resource, body):
    headers = {"Content-Type": "multipart/form-data; boundary=XX"}
    assert archive.put(f"{resource}/files", body, headers=headers).status_code == 400
    assert archive.rows(f"{resource}/files") == []


ODD_NAMES = ["a b.dcm", "100%.dcm", "a#b?c.dcm", "a&b;c=d.dcm", "naïve-名前.dcm", "a+b.dcm",
             "'quoted' \"twice\".dcm", "(1) [2] {3}.dcm", "sub/folder/x.dcm", ".hidden",
             "no-extension", "x" * 255, "back\\slash.dcm", "a,b.dcm", "~tilde*star.dcm"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_an_odd_name_comes_back_as_it_was_sent(archive, resource, name):
    url = f"{resource}/files/{quote(name)}"
    archive.upload(url, name.encode())
    assert archive.get(url).content == name.encode()
    assert names(archive, resource) == [name]
    assert archive.delete(url).status_code == 200


BAD_PATHS = ["../escape.dcm", "a/../../escape.dcm", "%2e%2e/escape.dcm", "..%2Fescape.dcm",
             "%2Fescape.dcm", "%2f%2fescape.dcm", "a%2F", "a/./b.dcm", "nul%00.dcm",
             "bad%ffutf8.dcm", "bad%zzescape.dcm", "x" * 256, "/".join(["f" * 200] * 6)]


@pytest.mark.parametrize("path", BAD_PATHS)
def test_a_path_that_could_mislead_is_refused(archive, larmor, resource, path):
    status, _, body = archive.raw("PUT", f"{resource}/files/{path}?inbody=true", body=b"x",
                                  headers={"Content-Type": "application/octet-stream"})
    assert status == 400, body
    assert archive.rows(f"{resource}/files") == []
    assert not list(larmor.data.parent.rglob("escape.dcm"))


def test_a_file_that_is_there_is_kept_and_reported(archive, resource):
    archive.upload(f"{resource}/files/a.dcm", b"first")
    answer = archive.upload(f"{resource}/files/a.dcm", b"second")
    assert len(answer.json()["duplicates"]) == 1 and "a.dcm" in answer.json()["duplicates"][0]
    assert archive.get(f"{resource}/files/a.dcm").content == b"first"


def test_of_a_form_only_new_files_are_stored(archive, resource):
    archive.upload(f"{resource}/files/a.dcm", b"first")
    parts = [("f", ("a.dcm", b"second")), ("f", ("b.dcm", b"new"))]
    answer = archive.put(f"{resource}/files", files=parts)
    assert (answer.status_code, len(answer.json()["duplicates"])) == (200, 1)
    assert archive.get(f"{resource}/files/a.dcm").content == b"first"
    assert archive.get(f"{resource}/files/b.dcm").content == b"new"


def test_overwrite_replaces_the_content_and_nothing_else(archive, resource):
    archive.upload(f"{resource}/files/a.dcm", b"first")
    archive.upload(f"{resource}/files/b.dcm", b"other")
    answer = archive.upload(f"{resource}/files/a.dcm?overwrite=true", b"second")
    assert "duplicates" not in answer.text
    assert archive.get(f"{resource}/files/a.dcm").content == b"second"
    assert names(archive, resource) == ["a.dcm", "b.dcm"]


def test_uploading_makes_the_resource(archive, session):
    archive.upload(f"{session}/resources/New/files/a", b"x")
    assert [row["label"] for row in archive.rows(f"{session}/resources")] == ["New"]


def test_content_format_and_tags_are_of_file_and_resource(archive, session):
    query = "content=RAW&format=DICOM&tags=one&tags=two&description=a%20note"
    archive.upload(f"{session}/resources/R/files/a.dcm?{query}", b"x")
    row = archive.rows(f"{session}/files")[0]
    assert (row["file_content"], row["file_format"]) == ("RAW", "DICOM")
    assert {"one", "two"} <= set(row["file_tags"].split(","))
    kept = archive.rows(f"{session}/resources")[0]
    assert (kept["content"], kept["format"]) == ("RAW", "DICOM")


@pytest.mark.parametrize("tail", [
    "scans/NoSuch/resources/R/files/a", "scans/1,2/resources/R/files/a",
    "resources/123456789/files/a", "assessors/NoSuch/resources/R/files/a"])
def test_a_file_needs_exactly_one_owner(archive, session, tail):
    for scan in ("1", "2"):
        archive.make(f"{session}/scans/{scan}?xsiType=xnat:mrScanData")
    answer = archive.put(f"{session}/{tail}?inbody=true", b"x")
    assert answer.status_code == 404, answer.text


def test_a_file_of_the_servers_disk_is_not_to_be_had(archive, resource):
    answer = archive.put(f"{resource}/files?reference=/etc/passwd")
    assert answer.status_code in (400, 403)
    assert archive.rows(f"{resource}/files") == []


def test_uploads_at_once_into_one_resource_all_succeed(larmor, archive, resource):
    def upload(number):
        client = larmor.client()
        return [client.put(f"{resource}/files/{number}-{n}.dcm?inbody=true",
                           f"{number}-{n}".encode() * 500).status_code for n in range(25)]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for part in pool.map(upload, range(8)) for status in part]
    assert statuses == [200] * 200
    listing = archive.rows(f"{resource}/files")
    assert len({row["Name"] for row in listing}) == 200
    for row in listing[::20]:
        expected = row["Name"].removesuffix(".dcm").encode() * 500
        assert row["digest"] == hashlib.md5(expected).hexdigest()


def test_equal_files_share_one_blob(larmor, archive, resource):
    content = b"the same bytes in every file" * 10
    for n in range(5):
        archive.upload(f"{resource}/files/{n}", content)
    sha256 = hashlib.sha256(content).hexdigest()
    assert larmor.sql("select count(*) from blob where sha256 = ?", sha256) == [(1,)]
    archive.delete(f"{resource}/files/0")
    assert archive.get(f"{resource}/files/4").content == content

# SPDX-License-Identifier: Apache-2.0
"""One file: headers, ranges, conditions, and deleting."""
import base64
from email.utils import formatdate, parsedate_to_datetime
import hashlib
import re
import time

import pytest

from ranges import parts_of

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)


@pytest.fixture
def url(archive, resource):
    archive.upload(f"{resource}/files/scan.dcm", CONTENT)
    return f"{resource}/files/scan.dcm"


def test_a_file_comes_with_its_checksums(archive, url):
    answer = archive.get(url)
    sha256 = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    assert answer.content == CONTENT
    assert answer.headers["Content-Length"] == str(SIZE)
    assert f"sha-256=:{sha256}:" in re.split(r",\s*", answer.headers["Repr-Digest"])
    digests = [part.split("=", 1) for part in answer.headers["Digest"].split(",")]
    assert {name.strip().lower(): value for name, value in digests}["sha-256"] == sha256
    assert answer.headers["ETag"].startswith('"') and answer.headers["ETag"].endswith('"')
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_file_says_when_it_arrived(archive, url):
    moment = parsedate_to_datetime(archive.get(url).headers["Last-Modified"]).timestamp()
    assert abs(moment - time.time()) < 120


@pytest.mark.parametrize("name, content_type", [
    ("a.dcm", "application/octet-stream"), ("a.nii.gz", "application/octet-stream"),
    ("a.json", "application/octet-stream"), ("a", "application/octet-stream"),
    ("a.jpg", "image/jpeg"), ("A.JPG", "image/jpeg"), ("a.png", "image/png"),
    ("a.txt", "text/plain"), ("a.xml", "text/xml"), ("a.pdf", "application/pdf"),
    ("a.html", "text/html")])
def test_the_extension_gives_the_type(archive, resource, name, content_type):
    archive.upload(f"{resource}/files/{name}", b"x")
    answer = archive.get(f"{resource}/files/{name}")
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_name_that_is_not_ascii_is_given_twice(archive, resource):
    archive.upload(f"{resource}/files/na%C3%AFve.dcm", b"x")
    disposition = archive.get(f"{resource}/files/na%C3%AFve.dcm").headers["Content-Disposition"]
    assert "filename*=UTF-8''na%C3%AFve.dcm" in disposition


def test_head_is_get_without_its_body(archive, url):
    get, head = archive.get(url), archive.head(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "ETag", "Last-Modified", "Content-Type", "Accept-Ranges",
                 "Repr-Digest", "Content-Disposition"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("address", [
    "/files/scan.dcm", "/files/scan*", "/files?file_format=DICOM&index=0"])
def test_a_dry_run_says_how_much_it_would_be_and_sends_nothing(archive, resource, address):
    archive.upload(f"{resource}/files/scan.dcm?format=DICOM", CONTENT)
    separator = "&" if "?" in address else "?"
    dry = archive.get(f"{resource}{address}{separator}dry_run=1")
    etag = archive.head(f"{resource}{address}").headers["ETag"].strip('"')
    assert dry.headers["Content-Type"] == "application/json"
    assert "Content-Disposition" not in dry.headers
    assert dry.json() == {"files": 1, "bytes": SIZE, "archive_bytes": SIZE, "etag": etag}


def test_a_dry_run_fails_where_the_download_would(archive, resource, url):
    assert archive.get(f"{url}?dry_run=1&etag=other").status_code == 412
    assert archive.get(f"{resource}/files/none?dry_run=1").status_code == 404
    for path in archive.server.objects():
        if path.read_bytes() == CONTENT:
            path.unlink()
    archive.server.restart()
    answer = archive.get(f"{url}?dry_run=1")
    assert (answer.status_code, "scan.dcm" in answer.text) == (409, True)
    archive.upload(f"{url}?overwrite=true", CONTENT)


def test_accept_encoding_changes_nothing(archive, url):
    for encoding in ("gzip, deflate", "identity"):
        answer = archive.get(url, headers={"Accept-Encoding": encoding})
        assert answer.headers["Content-Length"] == str(SIZE)
        assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("asked, first, last", [
    ("bytes=0-0", 0, 0), ("bytes=5-9", 5, 9), ("bytes=10000-", 10000, SIZE - 1),
    ("bytes=-7", SIZE - 7, SIZE - 1), (f"bytes=-{SIZE + 5}", 0, SIZE - 1),
    (f"bytes=9000-{SIZE * 2}", 9000, SIZE - 1)])
def test_a_range(archive, url, asked, first, last):
    answer = archive.get(url, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.content == CONTENT[first:last + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", "bytes=99999999-", "bytes=-0"])
def test_a_range_outside_is_416(archive, url, asked):
    answer = archive.get(url, headers={"Range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, f"bytes */{SIZE}")


@pytest.mark.parametrize("asked", ["bytes=9-5", "bytes=a-b", "lines=1-2", "bytes=", "bytes"])
def test_what_is_no_range_is_ignored(archive, url, asked):
    assert archive.get(url, headers={"Range": asked}).status_code == 200


def test_several_ranges_come_as_parts(archive, url):
    answer = archive.get(url, headers={"Range": "bytes=0-9,100-199,-5"})
    assert answer.status_code == 206
    assert parts_of(answer) == [(0, 9, SIZE, CONTENT[:10]), (100, 199, SIZE, CONTENT[100:200]),
                                (SIZE - 5, SIZE - 1, SIZE, CONTENT[-5:])]
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_conditions_by_etag(archive, url):
    etag = archive.get(url).headers["ETag"]

    def status(**headers):
        return archive.get(url, headers={k.replace("_", "-"): v
                                         for k, v in headers.items()}).status_code

    assert status(If_None_Match=etag) == 304
    assert status(If_None_Match="*") == 304
    assert status(If_None_Match='"other"') == 200
    assert status(If_Match=etag) == 200
    assert status(If_Match='"other"') == 412
    assert status(If_Range=etag, Range="bytes=0-9") == 206
    assert status(If_Range='"other"', Range="bytes=0-9") == 200


def test_conditions_by_time(archive, url):
    past, future = formatdate(0, usegmt=True), formatdate(time.time() + 3600, usegmt=True)
    modified = archive.get(url).headers["Last-Modified"]
    for name, value, status in (("If-Modified-Since", modified, 304),
                                ("If-Modified-Since", past, 200),
                                ("If-Unmodified-Since", past, 412),
                                ("If-Unmodified-Since", future, 200),
                                ("If-Modified-Since", "no date", 200)):
        assert archive.get(url, headers={name: value}).status_code == status


def test_the_same_content_has_the_same_etag(archive, resource):
    for name, content in (("a", b"same"), ("b", b"same"), ("c", b"other")):
        archive.upload(f"{resource}/files/{name}", content)
    a, b, c = (archive.get(f"{resource}/files/{name}").headers["ETag"] for name in "abc")
    assert a == b != c


def test_a_file_is_found_in_whichever_resource_has_it(archive, session):
    archive.upload(f"{session}/resources/A/files/a.dcm", b"a")
    archive.upload(f"{session}/resources/B/files/b.dcm", b"b")
    assert archive.get(f"{session}/files/b.dcm").content == b"b"
    assert archive.get(f"{session}/files/c.dcm").status_code == 404


def test_an_unknown_file_is_404(archive, resource, url):
    for name in ("scan", "SCAN.DCM", "scan.dcm/x", "nosuch.dcm"):
        assert archive.get(f"{resource}/files/{name}").status_code == 404
    assert archive.get(f"{resource[:-1]}Nope/files/scan.dcm").status_code == 404


def test_a_deleted_file_is_gone(archive, resource, url):
    answer = archive.delete(url)
    assert (answer.status_code, answer.text) == (200, "")
    assert archive.get(url).status_code == 404
    assert archive.delete(url).status_code == 404
    assert archive.delete(f"{url}?accept-not-found=true").status_code == 204


def test_a_file_is_deleted_by_its_listed_address(archive, resource, url):
    assert archive.delete(archive.rows(f"{resource}/files")[0]["URI"]).status_code == 200
    assert archive.rows(f"{resource}/files") == []


@pytest.mark.parametrize("path, left", [
    ("1", ["1.dcm", "10.dcm", "1x/c.dcm", "sub/a.dcm", "sub/b.dcm", "sub2/c.dcm"]),
    ("sub", ["1", "1.dcm", "10.dcm", "1x/c.dcm", "sub2/c.dcm"]),
    ("sub/", ["1", "1.dcm", "10.dcm", "1x/c.dcm", "sub2/c.dcm"]),
    ("1*", ["sub/a.dcm", "sub/b.dcm", "sub2/c.dcm"])])
def test_delete_takes_a_file_a_folder_or_a_star(archive, resource, path, left):
    for name in ("1", "1.dcm", "10.dcm", "1x/c.dcm", "sub/a.dcm", "sub/b.dcm", "sub2/c.dcm"):
        archive.upload(f"{resource}/files/{name}", b"x")
    assert archive.delete(f"{resource}/files/{path}").status_code == 200
    assert [row["URI"].split("/files/")[1] for row in archive.rows(f"{resource}/files")] == left


def test_delete_needs_a_resource(archive, session, url):
    assert archive.delete(f"{session}/files/scan.dcm").status_code == 400
    assert archive.delete(f"{session}/resources/NoSuch/files/scan.dcm").status_code == 400
    assert archive.get(url).status_code == 200

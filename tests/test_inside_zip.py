# SPDX-License-Identifier: Apache-2.0
"""Files inside stored zips: `x.zip!/a/b`, and what a zip holds."""
import io
import random
import zipfile

import pytest
import requests

from running import Larmor

TEXT = b"a line of text\n" * 20_000
NOISE = random.Random(1).randbytes(300_000)


def make_zip(**options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", **options) as archive:
        archive.writestr("a/b.txt", TEXT, zipfile.ZIP_DEFLATED)
        archive.writestr("a/noise.dcm", NOISE, zipfile.ZIP_STORED)
        archive.writestr("a/empty/", b"")
        archive.writestr("page.html", b"<html></html>")
        archive.writestr("grüße + 1.xml", b"<a/>")
        archive.writestr("nothing", b"")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def files(archive):
    session = "/data/projects/Zips/subjects/S/experiments/E"
    archive.make("/data/projects/Zips")
    archive.make(f"{session}?xsiType=xnat:mrSessionData")
    archive.upload(f"{session}/resources/R/files/x.zip", make_zip())
    return f"{session}/resources/R/files"


@pytest.mark.parametrize("form", ["x.zip!/a/b.txt", "x.zip!a/b.txt", "x.zip/a/b.txt",
                                  "x.zip%21/a/b.txt", "x.zip!/a%2Fb.txt"])
def test_a_member_in_every_form(archive, files, form):
    answer = archive.get(f"{files}/{form}")
    assert (answer.status_code, answer.content) == (200, TEXT)
    assert answer.headers["Content-Length"] == str(len(TEXT))
    assert answer.headers["Content-Type"] == "text/plain"
    assert 'filename="b.txt"' in answer.headers["Content-Disposition"]
    assert "Last-Modified" in answer.headers


@pytest.mark.parametrize("name, content, content_type", [
    ("a/noise.dcm", NOISE, "application/octet-stream"), ("page.html", b"<html></html>",
                                                         "text/html"),
    ("gr%C3%BC%C3%9Fe%20+%201.xml", b"<a/>", "text/xml"),
    ("gr%C3%BC%C3%9Fe+%2B+1.xml", None, None), ("nothing", b"", "application/octet-stream")])
def test_members_of_every_kind(archive, files, name, content, content_type):
    answer = archive.get(f"{files}/x.zip!/{name}")
    if content is None:
        assert answer.status_code == 404
    else:
        assert (answer.content, answer.headers["Content-Type"]) == (content, content_type)


def test_without_a_resource_segment_too(archive, files):
    session = files.split("/resources/")[0]
    assert archive.get(f"{session}/files/x.zip!/a/b.txt").content == TEXT


@pytest.mark.parametrize("name, content", [("a/b.txt", TEXT), ("a/noise.dcm", NOISE)])
def test_ranges_conditions_and_head(archive, files, name, content):
    url = f"{files}/x.zip!/{name}"
    head = archive.head(url)
    assert head.headers["Content-Length"] == str(len(content)) and head.content == b""
    etag = head.headers["ETag"]
    for asked, part in (("bytes=0-9", content[:10]), ("bytes=200000-200009",
                                                      content[200_000:200_010]),
                        ("bytes=140000-", content[140_000:]), ("bytes=-5", content[-5:])):
        answer = archive.get(url, headers={"Range": asked, "If-Range": etag})
        assert (answer.status_code, answer.content) == (206, part)
    assert archive.get(url, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    assert archive.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert archive.get(url, headers={"If-Match": '"other"'}).status_code == 412


def test_several_ranges_of_what_is_read_from_its_beginning_are_the_whole(archive, files):
    """Of a deflated member always, of a stored one when its end, and so its CRC, is among them."""
    for name, content, asked, status in (
            ("a/b.txt", TEXT, "bytes=5-6,100-101", 200), ("a/b.txt", TEXT, "bytes=5-6", 206),
            ("a/b.txt", TEXT, "bytes=" + ",".join(["-1"] * 32), 200),
            ("a/noise.dcm", NOISE, "bytes=5-6,100-101", 206),
            ("a/noise.dcm", NOISE, "bytes=5-6,-1", 200)):
        answer = archive.get(f"{files}/x.zip!/{name}", headers={"Range": asked})
        assert answer.status_code == status, (name, asked)
        if status == 200:
            assert answer.content == content


def test_a_bomb_is_refused_naming_member_and_limit(archive, files, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as members:
        members.writestr("bomb", bytes(100_000_001))
        members.writestr("small", bytes(10_000_000))
        members.writestr("plain", b"x")
    archive.upload(f"{files}/bomb.zip", buffer.getvalue())
    answer = archive.get(f"{files}/bomb.zip!/bomb")
    assert answer.status_code == 415 and answer.text.count("\n") == 1
    assert all(word in answer.text for word in ("'bomb.zip'", "'bomb'", "200 times", "100000000"))
    assert archive.get(f"{files}/bomb.zip!/plain").content == b"x"
    assert archive.get(f"{files}/bomb.zip!/small").content == bytes(10_000_000)
    assert len(archive.rows(f"{files}/bomb.zip?listContents=true")) == 3
    archive.delete(f"{files}/bomb.zip")
    with Larmor(tmp_path / "data", "--extract-ratio", "2000") as larmor:
        generous = larmor.client()
        generous.make("/data/projects/P")
        generous.upload("/data/projects/P/resources/R/files/bomb.zip", buffer.getvalue())
        url = "/data/projects/P/resources/R/files/bomb.zip!/bomb"
        answer = generous.get(url, headers={"Range": "bytes=99999999-"})
        assert (answer.status_code, answer.content) == (206, bytes(2))


def test_the_etag_is_of_content_and_name(archive, files):
    def etag(path):
        return archive.get(f"{files}/{path}").headers["ETag"]

    archive.upload(f"{files}/copy.jar?overwrite=true", make_zip())
    original = archive.get(f"{files}/x.zip").headers["ETag"]
    same = archive.get(f"{files}/copy.jar").headers["ETag"] == original
    assert etag("x.zip!/a/b.txt") == etag("x.zip/a/b.txt") != etag("x.zip!/a/noise.dcm")
    assert (etag("copy.jar!/a/b.txt") == etag("x.zip!/a/b.txt")) == same
    archive.delete(f"{files}/copy.jar")


@pytest.mark.parametrize("path", ["x.zip!/nosuch", "x.zip!/A/B.TXT", "x.zip!/a", "x.zip!/a/empty",
                                  "y.zip!/a/b.txt", "x.zip!", "x.zip!/a/b.txt/c"])
def test_what_is_not_there_is_404(archive, files, path):
    assert archive.get(f"{files}/{path}").status_code == 404
    assert archive.get(f"{files}/{path}?accept-not-found=true").status_code == 204


def test_a_path_out_of_the_zip_is_refused(archive, files):
    assert archive.raw("GET", f"{files}/x.zip!/../../etc/passwd")[0] == 400


@pytest.mark.parametrize("name", ["not.zip", "not.rar"])
def test_what_is_no_zip_is_415_and_named(archive, files, name):
    archive.upload(f"{files}/{name}?overwrite=true", b"Rar!\x1a\x07\x01\x00 nothing of a zip")
    for tail in ("!/a", "?listContents=true"):
        answer = archive.get(f"{files}/{name}{tail}")
        assert answer.status_code == 415 and name in answer.text
    assert archive.get(f"{files}/{name}").status_code == 200
    archive.delete(f"{files}/{name}")


def test_a_file_of_another_extension_is_never_opened(archive, files):
    archive.upload(f"{files}/x.dat?overwrite=true", make_zip())
    assert archive.get(f"{files}/x.dat!/a/b.txt").status_code == 404
    assert archive.get(f"{files}/x.dat?listContents=true").content == make_zip()[:0] + \
        archive.get(f"{files}/x.dat").content
    archive.delete(f"{files}/x.dat")


def test_a_stored_file_of_that_path_wins(archive, files):
    archive.upload(f"{files}/y.zip/a/b.txt", b"a real file")
    assert archive.get(f"{files}/y.zip/a/b.txt").content == b"a real file"
    archive.upload(f"{files}/y.zip/inner.zip", make_zip())
    assert archive.get(f"{files}/y.zip/inner.zip!/a/b.txt").content == TEXT
    archive.delete(f"{files}/y.zip")


def test_encrypted_and_unknown_methods_are_415(archive, files):
    plain = make_zip()
    directory = plain.index(b"PK\x01\x02")
    encrypted = bytearray(plain)
    encrypted[directory + 8] |= 1
    method = bytearray(plain)
    method[directory + 10] = 14  # LZMA
    for content in (encrypted, method):
        archive.upload(f"{files}/odd.zip?overwrite=true", bytes(content))
        assert archive.get(f"{files}/odd.zip!/a/b.txt").status_code == 415
        assert archive.get(f"{files}/odd.zip!/page.html").status_code == 200
    archive.delete(f"{files}/odd.zip")


def test_a_damaged_member_never_arrives_whole(archive, files):
    """Small: an error before the first byte. Large: the connection breaks."""
    content = random.Random(2).randbytes(40_000_000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as members:
        members.writestr("large", content)
        members.writestr("small", b"small")
    damaged = bytearray(buffer.getvalue())
    damaged[1000] ^= 1
    damaged[damaged.index(b"small", len(content)) + 5] ^= 1
    archive.upload(f"{files}/bad.zip", bytes(damaged))
    answer = archive.get(f"{files}/bad.zip!/small")
    assert answer.status_code == 422 and "CRC" in answer.text
    for asked in ("bytes=0-", "bytes=20000000-"):
        with pytest.raises(requests.RequestException):
            archive.get(f"{files}/bad.zip!/large", headers={"Range": asked})
    assert archive.get(f"{files}/bad.zip").status_code == 200
    archive.delete(f"{files}/bad.zip")


def test_a_dry_run_says_how_long_a_member_is(archive, files):
    head = archive.head(f"{files}/x.zip!/a/b.txt")
    assert head.status_code == 200
    dry = archive.get(f"{files}/x.zip!/a/b.txt?dry_run=1").json()
    length = int(head.headers["Content-Length"])
    assert dry == {"files": 1, "bytes": length, "archive_bytes": length,
                   "etag": head.headers["ETag"].strip('"')}


def test_the_contents_of_a_zip(archive, files):
    url = f"{files}/x.zip?listContents=true"
    result = archive.get(url).json()["ResultSet"]
    assert result["title"] == "Files"
    assert result["Result"][:2] == [{"File Name": "a/b.txt", "Size": str(len(TEXT))},
                                    {"File Name": "a/noise.dcm", "Size": "300000"}]
    assert [row["File Name"] for row in result["Result"]][4] == "grüße + 1.xml"
    lines = archive.get(f"{url}&format=csv").content.decode().splitlines()
    assert lines[:2] == ["File Name,Size", f"a/b.txt,{len(TEXT)}"]
    assert "<cell>a/b.txt</cell>" in archive.get(f"{url}&format=xml").text
    assert "x_rs_t" in archive.get(f"{url}&format=html").text
    assert archive.get(f"{files}/x.zip?listContents=false").content == \
        archive.get(f"{files}/x.zip").content


def test_a_zip_of_many_members(archive, files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as members:
        for number in range(70_000):  # more than a number of 16 bits holds
            members.writestr(f"{number}", str(number))
    archive.upload(f"{files}/many.zip", buffer.getvalue())
    assert archive.get(f"{files}/many.zip!/69999").content == b"69999"
    rows = archive.rows(f"{files}/many.zip?listContents=true")
    assert len(rows) == 70_000 and rows[-1] == {"File Name": "69999", "Size": "5"}
    archive.delete(f"{files}/many.zip")

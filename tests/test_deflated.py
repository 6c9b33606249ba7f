# SPDX-License-Identifier: Apache-2.0
"""`compression=8`: the one archive that is made while it is sent."""
import io
import random
import subprocess
import zipfile

import pytest
import requests

from guide import PARENT

URL = f"{PARENT}/scans/ALL/files?format=zip"


@pytest.fixture(scope="module")
def contents(guide):
    """Beside the guide's incompressible files one long and compressible, and one empty."""
    text = "".join(f"line {i} of a text that repeats itself\n" for i in range(150_000)).encode()
    assert len(text) > 5 << 20
    guide.client.upload(f"{PARENT}/scans/1/resources/TEXT/files/long.txt", text)
    guide.client.upload(f"{PARENT}/scans/1/resources/TEXT/files/empty.txt", b"")
    stored = zipfile.ZipFile(io.BytesIO(guide.client.get(URL).content))
    return {name: stored.read(name) for name in stored.namelist()}


def test_members_are_those_of_the_stored_zip(guide, contents):
    answer = guide.client.get(f"{URL}&compression=8")
    assert answer.status_code == 200
    assert len(answer.content) < sum(map(len, contents.values())) - (4 << 20)
    members = zipfile.ZipFile(io.BytesIO(answer.content))
    assert {name: members.read(name) for name in members.namelist()} == contents
    infos = {info.filename.rsplit("/", 1)[1]: info for info in members.infolist()}
    assert infos["long.txt"].compress_type == 8 and infos["long.txt"].flag_bits == 0x808
    assert infos["empty.txt"].compress_type == 0 and infos["empty.txt"].flag_bits == 0x800


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_it_has_no_length_no_etag_and_no_ranges(guide, contents, method):
    answer = guide.client.request(method, f"{URL}&compression=8", headers={"Range": "bytes=5-9"})
    assert answer.status_code == 200
    assert answer.headers["Accept-Ranges"] == "none"
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="MR1.zip"'
    for name in ("Content-Length", "ETag", "Content-Location", "Last-Modified"):
        assert name not in answer.headers
    assert answer.headers["Transfer-Encoding"] == "chunked"


def test_it_cannot_be_pinned(guide, contents):
    assert guide.client.get(f"{URL}&compression=8&etag=x").status_code == 412


def test_one_small_file_is_chunked_too(guide, contents):
    url = f"{PARENT}/scans/1/resources/DICOM/files/1.dcm?format=zip&compression=8"
    answer = guide.client.get(url)
    assert "Content-Length" not in answer.headers
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["1.dcm"]


@pytest.mark.parametrize("command", [["unzip", "-t", "-qq"], ["bsdtar", "-xOf"], ["7z", "t"],
                                     ["/usr/bin/python3", "-m", "zipfile", "-t"]])
def test_every_extractor_reads_it(guide, contents, tmp_path, command):
    path = tmp_path / "MR1.zip"
    path.write_bytes(guide.client.get(f"{URL}&compression=8").content)
    done = subprocess.run([*command, str(path)], capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_layouts_and_missing_files_go_with_it(larmor, archive, resource):
    for name in ("kept", "lost"):
        archive.upload(f"{resource}/files/{name}", f"{name} and deflated".encode() * 100)
    for path in larmor.objects():
        if path.read_bytes().startswith(b"lost and deflated"):
            path.unlink()
    larmor.restart()
    url = f"{resource}/files?format=zip&compression=8"
    assert archive.get(url).status_code == 409
    answer = archive.get(f"{url}&missing=skip&structure=simplified&mtime=keep")
    members = zipfile.ZipFile(io.BytesIO(answer.content))
    assert members.namelist() == ["E/R/kept", "MISSING.txt"]
    assert members.getinfo("E/R/kept").date_time[0] > 1980


@pytest.mark.parametrize("size", [1000, 3 << 20])
def test_content_that_is_not_the_catalogs_breaks_off_and_is_marked(larmor, archive, resource, size):
    content = random.Random(f"flipped {size}").randbytes(size)
    archive.upload(f"{resource}/files/flipped", content)
    for path in larmor.objects():
        if path.read_bytes() == content:
            path.chmod(0o644)
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    url = f"{resource}/files?format=zip"
    with pytest.raises(requests.exceptions.RequestException):
        archive.get(f"{url}&compression=8").raise_for_status()
    for again in (f"{url}&compression=8", url, f"{resource}/files/flipped"):
        answer = archive.get(again)
        assert (answer.status_code, "flipped" in answer.text) == (409, True)
    archive.upload(f"{resource}/files/flipped?overwrite=true", content)
    assert archive.get(f"{resource}/files/flipped").content == content

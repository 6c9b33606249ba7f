# SPDX-License-Identifier: Apache-2.0
"""An archive is a plan: its length, its ETag and any part of it are known before it is sent."""
import hashlib
import io
import random
import struct
import subprocess
import zipfile
import zlib

import pytest

from guide import PARENT, Guide
from ranges import parts_of
from running import Larmor

URL = f"{PARENT}/scans/ALL/files?format=zip"


@pytest.fixture(scope="module")
def whole(guide):
    return guide.client.get(URL).content


@pytest.fixture(scope="module")
def etag(guide):
    return guide.client.head(URL).headers["ETag"]


def test_the_length_is_known_beforehand(guide, whole):
    get, head = guide.client.get(URL), guide.client.head(URL)
    assert get.headers["Content-Length"] == head.headers["Content-Length"] == str(len(whole))
    assert "Transfer-Encoding" not in get.headers
    assert head.content == b"" and head.headers["ETag"] == get.headers["ETag"]
    assert get.headers["Accept-Ranges"] == "bytes"


def test_no_archive_ends_its_name_with_a_semicolon(guide):
    disposition = guide.client.head(URL).headers["Content-Disposition"]
    assert disposition == 'attachment; filename="MR1.zip"'


def test_every_request_gives_the_same_bytes(guide, whole):
    assert guide.client.get(URL).content == whole
    assert guide.client.get(URL, headers={"Accept-Encoding": "gzip"}).content == whole


def test_random_ranges_are_pieces_of_the_whole(larmor, guide, whole):
    dice = random.Random(20261122)
    connection = larmor.connection()
    authorization = {"Authorization": guide.client.authorization()}
    for _ in range(3000):
        first = dice.randrange(len(whole))
        last = min(len(whole) - 1, first + int(dice.expovariate(1 / 20_000)))
        connection.request("GET", URL, headers={**authorization, "Range": f"bytes={first}-{last}"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
        assert body == whole[first:last + 1], f"bytes {first}-{last} differ"
    connection.close()


def test_every_boundary_of_a_member_is_met_exactly(guide, whole):
    start = 0
    while (start := whole.find(b"PK\x03\x04", start + 1)) > 0:
        for first, last in ((start - 1, start), (start, start), (start - 40, start + 40)):
            answer = guide.client.get(URL, headers={"Range": f"bytes={first}-{last}"})
            assert answer.content == whole[first:last + 1]


def test_several_ranges_come_as_parts(guide, whole):
    dice, size = random.Random(1), len(whole)
    for count in (2, 3, 32):
        starts = sorted(dice.sample(range(0, size - 300, 300), count))
        asked = ",".join(f"{start}-{start + 99}" for start in starts)
        answer = guide.client.get(URL, headers={"Range": f"bytes={asked}"})
        assert answer.status_code == 206
        assert parts_of(answer) == [(s, s + 99, size, whole[s:s + 100]) for s in starts]


def test_too_many_ranges_give_the_whole(guide, whole):
    asked = ",".join(f"{n * 100}-{n * 100 + 9}" for n in range(33))
    answer = guide.client.get(URL, headers={"Range": f"bytes={asked}"})
    assert answer.status_code == 200 and answer.content == whole


def test_a_range_outside_is_416(guide, whole):
    answer = guide.client.get(URL, headers={"Range": f"bytes={len(whole)}-"})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"


@pytest.mark.parametrize("headers, status", [
    ({"If-None-Match": "{etag}"}, 304), ({"If-None-Match": '"x", {etag}'}, 304),
    ({"If-None-Match": '"x"'}, 200), ({"If-Match": "{etag}"}, 200), ({"If-Match": "*"}, 200),
    ({"If-Match": '"x"'}, 412), ({"If-Match": "W/{etag}"}, 412),
    ({"If-Range": "{etag}", "Range": "bytes=5-9"}, 206),
    ({"If-Range": '"x"', "Range": "bytes=5-9"}, 200),
    ({"If-Range": "W/{etag}", "Range": "bytes=5-9"}, 200),
    ({"If-Range": "Sun, 22 Nov 2026 09:37:00 GMT", "Range": "bytes=5-9"}, 200),
    ({"If-Match": '"x"', "Range": "bytes=5-9"}, 412)])
def test_conditions(guide, etag, headers, status):
    headers = {name: value.format(etag=etag) for name, value in headers.items()}
    assert guide.client.get(URL, headers=headers).status_code == status
    assert guide.client.head(URL, headers=headers).status_code == (
        200 if status == 206 else status)


def test_each_member_is_plain_and_complete(whole):
    """Read as a stream, header by header, as simple extractors do."""
    position, names = 0, []
    while whole[position:position + 4] == b"PK\x03\x04":
        (_, version, flags, method, time, date, crc, packed, size, name_length,
         extra_length) = struct.unpack_from("<4s5H3I2H", whole, position)
        name = whole[position + 30:position + 30 + name_length].decode()
        assert (version, flags, method, extra_length) == (10, 0x800, 0, 0), name
        assert (time, date) == (0, 0x21) and packed == size
        content = whole[position + 30 + name_length:][:size]
        assert zlib.crc32(content) == crc and not name.endswith("/")
        names.append(name)
        position += 30 + name_length + size
    assert whole[position:position + 4] == b"PK\x01\x02"
    assert len(set(names)) == len(names) == 12


@pytest.mark.parametrize("command", [["unzip", "-t", "-qq"], ["bsdtar", "-xOf"], ["7z", "t"],
                                     ["/usr/bin/python3", "-m", "zipfile", "-t"]])
def test_every_extractor_reads_it(whole, tmp_path, command):
    path = tmp_path / "MR1.zip"
    path.write_bytes(whole)
    done = subprocess.run([*command, str(path)], capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_restart_changes_nothing(guide, larmor, whole, etag):
    larmor.restart()
    answer = guide.client.get(URL, headers={"If-Match": etag})
    assert (answer.status_code, answer.headers["ETag"]) == (200, etag)
    assert answer.content == whole


def test_another_archive_with_the_same_files_gives_the_same_bytes(tmp_path, whole, etag):
    with Larmor(tmp_path / "other") as other:
        client = other.client()
        client.make("/data/projects/Earlier")
        client.make("/data/projects/Earlier/subjects/1")
        Guide(client, scans=("4", "2", "3", "1"))
        answer = client.get(URL)
    assert (answer.headers["ETag"], answer.content) == (etag, whole)


def test_a_pinned_download_fails_when_its_files_change(archive, session):
    archive.upload(f"{session}/resources/R/files/a", b"a" * 1000)
    url = f"{session}/files?format=zip"
    answer = archive.get(url)
    pinned = answer.headers["Content-Location"]
    assert "etag=" in pinned
    assert archive.get(pinned).content == answer.content
    assert archive.get(pinned, headers={"Range": "bytes=5-9"}).content == answer.content[5:10]
    archive.upload(f"{session}/resources/R/files/b", b"b")
    assert archive.get(pinned, headers={"Range": "bytes=5-"}).status_code == 412
    assert archive.get(url).status_code == 200


def test_the_etag_follows_names_and_content(archive, session):
    def etag_of(name, content):
        archive.delete(f"{session}/resources/R")
        archive.upload(f"{session}/resources/R/files/{name}", content)
        return archive.head(f"{session}/files?format=zip").headers["ETag"]

    first = etag_of("a", b"x")
    assert etag_of("a", b"x") == first
    assert len({first, etag_of("b", b"x"), etag_of("a", b"y"), etag_of("a", b"")}) == 4


def test_names_that_clash_are_told_apart(archive, project):
    ids = []
    for subject in ("S1", "S2"):
        other = project if subject == "S1" else f"{project}b"
        archive.make(other)
        session = f"{other}/subjects/{subject}/experiments/Same"
        ids.append(archive.make(f"{session}?xsiType=xnat:mrSessionData"))
        archive.upload(f"{session}/resources/R/files/a.dcm", subject.encode())
    content = archive.get(f"/data/experiments/{','.join(ids)}/files?format=zip").content
    members = zipfile.ZipFile(io.BytesIO(content))
    assert len(set(members.namelist())) == 2
    assert {members.read(name) for name in members.namelist()} == {b"S1", b"S2"}


def test_an_archive_of_nothing_is_404(archive, session):
    archive.make(f"{session}/resources/Empty")
    url = f"{session}/resources/Empty/files?format=zip"
    assert archive.get(url).status_code == archive.head(url).status_code == 404
    assert archive.get(f"{url}&accept-not-found=true").status_code == 204


def test_a_lost_object_is_an_error_that_names_the_file(larmor, archive, session):
    content = random.Random("lost").randbytes(5000)
    archive.upload(f"{session}/resources/R/files/lost.dcm", content)
    archive.upload(f"{session}/resources/R/files/kept.dcm", b"kept")
    digest = hashlib.sha256(content).digest()
    for path in larmor.objects():
        if hashlib.sha256(path.read_bytes()).digest() == digest:
            path.unlink()
    larmor.restart()
    for url in (f"{session}/files?format=zip", f"{session}/resources/R/files/lost.dcm"):
        answer = archive.get(url)
        assert answer.status_code == 409 and "lost.dcm" in answer.text
    assert archive.get(f"{session}/resources/R/files/kept.dcm").content == b"kept"
    archive.upload(f"{session}/resources/R/files/lost.dcm?overwrite=true", content)
    assert archive.get(f"{session}/files?format=zip").status_code == 200

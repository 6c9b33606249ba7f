# SPDX-License-Identifier: Apache-2.0
"""Archives of very many members: Zip64's count, and memory that does not grow with requests."""
import http.client
import re
import subprocess

import pytest

from conftest import MR
from running import SANITIZED, Larmor

MEMBERS = 200_000
SESSION = "/data/projects/Many/subjects/S/experiments/E"
FIRST = b"the content of every file"
FORMATS = ("zip", "tar", "tar.gz", "manifest", "md5sum")


@pytest.fixture(scope="module")
def larmor(tmp_path_factory):
    """The rows are written into the catalog itself: one upload each would take an hour."""
    with Larmor(tmp_path_factory.mktemp("many") / "data") as server:
        client = server.client()
        client.make("/data/projects/Many")
        client.make(f"{SESSION}?{MR}")
        client.upload(f"{SESSION}/resources/R/files/0000000.dcm", FIRST)
        assert server.stop() == 0
        server.sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
            "INSERT INTO file SELECT resource, printf('%07d.dcm', i), format, content, tags, "
            "description, created, created_by, blob FROM file, n", MEMBERS - 1)
        server.sql("UPDATE resource SET revision = revision + 1, file_count = ?", MEMBERS)
        server.start()
        yield server


def resident_bytes(larmor):
    with open(f"/proc/{larmor.process.pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) * 1024


def open_download(larmor, archive, form):
    connection = http.client.HTTPConnection("127.0.0.1", larmor.port, timeout=120)
    connection.request("GET", f"{SESSION}/files?format={form}",
                       headers={"Authorization": archive.authorization()})
    answer = connection.getresponse()
    assert answer.status == 200
    answer.read(100_000)
    return connection, answer


@pytest.mark.parametrize("form", FORMATS)
def test_further_requests_for_them_share_their_rows(larmor, archive, form):
    downloads = [open_download(larmor, archive, form)]
    one = resident_bytes(larmor)
    downloads += [open_download(larmor, archive, form) for _ in range(8)]
    added = resident_bytes(larmor) - one
    for connection, _ in downloads:
        connection.close()
    # Eight times the names alone would be eight times this.
    assert SANITIZED or added < 8 * MEMBERS * 20, f"{added >> 20} MiB for eight more requests"


def test_a_zip_counts_them_in_zip64(larmor, archive, tmp_path):
    path = tmp_path / "E.zip"
    answer = archive.get(f"{SESSION}/files?format=zip")
    path.write_bytes(answer.content)
    assert answer.content[-98:-94] == b"PK\x06\x06"
    listed = subprocess.run(["unzip", "-Z1", str(path)], capture_output=True)
    assert listed.returncode == 0 and len(listed.stdout.splitlines()) == MEMBERS
    tested = subprocess.run(["unzip", "-t", "-qq", str(path)], capture_output=True)
    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize("form, flags", [("tar", "-tf"), ("tar.gz", "-tzf")])
def test_a_tar_lists_them_all(larmor, archive, tmp_path, form, flags):
    path = tmp_path / f"E.{form}"
    path.write_bytes(archive.get(f"{SESSION}/files?format={form}").content)
    listed = subprocess.run(["tar", flags, str(path)], capture_output=True)
    assert listed.returncode == 0 and listed.stderr == b""
    assert len(listed.stdout.splitlines()) == MEMBERS


def test_a_manifest_tells_of_them_all(archive):
    manifest = archive.get(f"{SESSION}/files?format=manifest").json()
    assert manifest["files"] == len(manifest["entries"]) == MEMBERS
    assert manifest["entries"][-1]["name"].endswith(f"/{MEMBERS - 1:07}.dcm")


@pytest.mark.parametrize("form", FORMATS)
def test_ranges_in_the_middle_of_them(archive, form):
    url = f"{SESSION}/files?format={form}"
    length = int(archive.head(url).headers["Content-Length"])
    middle = length // 3
    both = archive.get(url, headers={"Range": f"bytes={middle}-{middle + 99_999}"}).content
    for first in range(0, 99_991, 33_330):
        part = archive.get(url, headers={"Range": f"bytes={middle + first}-{middle + first + 9}"})
        assert part.content == both[first:first + 10]

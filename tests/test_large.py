# SPDX-License-Identifier: Apache-2.0
"""More than 4 GiB in one file: memory stays flat, lengths stay exact, Zip64 where it is needed."""
import re
import shutil
import subprocess

import pytest

from conftest import MR
from running import Larmor

PIECE = bytes(range(256)) * 4096  # 1 MiB
PIECES = 4097
TAIL = b"the end"
SIZE = PIECES * len(PIECE) + len(TAIL)
SESSION = "/data/projects/Large/subjects/S/experiments/E"
URL = f"{SESSION}/resources/R/files/large.bin"
MEMORY_MAX = 512 << 20  # argon2 alone takes 64 MiB; the sanitizers multiply


def content(start, end):
    """The bytes [start, end) of the file, without making all of it."""
    first, last = start // len(PIECE), (end - 1) // len(PIECE)
    body = b"".join(PIECE if n < PIECES else TAIL for n in range(first, last + 1))
    return body[start - first * len(PIECE):end - first * len(PIECE)]


@pytest.fixture(scope="module")
def larmor(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    if shutil.disk_usage(folder).free < 2 * SIZE:
        pytest.skip(f"needs {2 * SIZE >> 30} GiB of free disk")
    with Larmor(folder / "data") as server:
        client = server.client()
        client.make("/data/projects/Large")
        client.make(f"{SESSION}?{MR}")
        pieces = (PIECE if n < PIECES else TAIL for n in range(PIECES + 1))
        client.upload(URL, pieces)
        client.upload(f"{SESSION}/resources/R/files/z-small", b"behind four gigabytes")
        yield server
    shutil.rmtree(folder)


def peak_memory(larmor):
    with open(f"/proc/{larmor.process.pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024


def test_it_is_stored_whole(archive):
    assert archive.head(URL).headers["Content-Length"] == str(SIZE)
    assert archive.rows(f"{SESSION}/files")[0]["Size"] == str(SIZE)


@pytest.mark.parametrize("start", [0, (1 << 31) - 5, (1 << 32) - 5, SIZE - 10])
def test_ranges_across_every_boundary(archive, start):
    end = min(SIZE, start + 10)
    answer = archive.get(URL, headers={"Range": f"bytes={start}-{end - 1}"})
    assert answer.status_code == 206 and answer.content == content(start, end)


def test_its_archive_is_zip64_and_sound(larmor, archive, tmp_path):
    url = f"{SESSION}/files?format=zip"
    length = int(archive.head(url).headers["Content-Length"])
    assert length > SIZE
    tail = archive.get(url, headers={"Range": "bytes=-2000"}).content
    assert b"PK\x06\x06" in tail and b"PK\x06\x07" in tail
    path = tmp_path / "E.zip"
    subprocess.run(["curl", "-sS", "--fail", "-u", f"{archive.user}:{archive.password}",
                    "-o", str(path), larmor.url + url], check=True)
    assert path.stat().st_size == length
    done = subprocess.run(["unzip", "-t", "-qq", str(path)], capture_output=True)
    path.unlink()
    assert done.returncode == 0, done.stdout + done.stderr


def test_deflated_while_it_is_sent_it_is_sound_too(larmor, archive, tmp_path):
    path = tmp_path / "E.zip"
    subprocess.run(["curl", "-sS", "--fail", "-u", f"{archive.user}:{archive.password}",
                    "-o", str(path), f"{larmor.url}{SESSION}/files?format=zip&compression=8"],
                   check=True)
    assert path.stat().st_size < SIZE // 10
    done = subprocess.run(["unzip", "-t", "-qq", str(path)], capture_output=True)
    path.unlink()
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_tar_is_read_to_its_end(larmor, archive):
    url = f"{SESSION}/files?format=tar"
    assert int(archive.head(url).headers["Content-Length"]) > SIZE
    command = (f"curl -sS --fail -u '{archive.user}:{archive.password}' '{larmor.url}{url}'"
               " | tar -tv --full-time")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
    assert f" {SIZE} 1980-01-01 " in done.stdout and "z-small" in done.stdout


def test_its_tar_gz_has_the_crc_of_more_than_4_gib(larmor, archive):
    url = f"{SESSION}/files?format=tar.gz"
    command = (f"curl -sS --fail -u '{archive.user}:{archive.password}' '{larmor.url}{url}'"
               " | gzip -t")
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True)
    assert done.returncode == 0, done.stderr


def test_memory_stayed_flat(larmor, archive):
    archive.head(URL)
    assert peak_memory(larmor) < MEMORY_MAX

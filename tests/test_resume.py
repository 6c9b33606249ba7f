# SPDX-License-Identifier: Apache-2.0
"""A download that was cut goes on where it stopped, with the tools people use."""
import random
import subprocess

import pytest

from running import PASSWORD

SIZE = 12_000_000


@pytest.fixture(scope="module")
def url(larmor, archive):
    """The address of an archive of some megabytes."""
    session = "/data/projects/Resume/subjects/S/experiments/E"
    archive.make("/data/projects/Resume")
    archive.make(f"{session}?xsiType=xnat:mrSessionData")
    for n in range(24):
        content = random.Random(n).randbytes(SIZE // 24)
        archive.upload(f"{session}/resources/DICOM/files/{n}.dcm", content)
    return f"{session}/files?format=zip"


@pytest.fixture(scope="module")
def whole(archive, url):
    return archive.get(url).content


def run(larmor, *command):
    """curl or aria2c, trusting the server's certificate, if there is one."""
    if larmor.certificate:
        option = "--cacert" if command[0] == "curl" else "--ca-certificate"
        command += (option, larmor.certificate.file)
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("cut", [1, 29, 500_000, SIZE - 1])
def test_curl_resumes(larmor, url, whole, tmp_path, cut):
    target = tmp_path / "E.zip"
    target.write_bytes(whole[:cut])
    run(larmor, "curl", "-sS", "--fail", "-u", f"admin:{PASSWORD}", "-C", "-", "-o", target,
        larmor.url + url)
    assert target.read_bytes() == whole


def test_curl_resumes_a_pinned_download(larmor, archive, url, whole, tmp_path):
    pinned = archive.head(url).headers.get("Content-Location") or \
        archive.get(url).headers["Content-Location"]
    target = tmp_path / "E.zip"
    target.write_bytes(whole[:1_000_000])
    run(larmor, "curl", "-sS", "--fail", "-u", f"admin:{PASSWORD}", "-C", "-", "-o", target,
        larmor.url + pinned)
    assert target.read_bytes() == whole


def test_aria2_fetches_in_eight_parts(larmor, url, whole, tmp_path):
    run(larmor, "aria2c", "-q", "-x8", "-s8", "-k1M", "--http-user=admin",
        f"--http-passwd={PASSWORD}", "--no-conf", f"--dir={tmp_path}", larmor.url + url)
    assert (tmp_path / "E.zip").read_bytes() == whole


def test_a_download_cut_by_the_network_is_seen_to_be_short(larmor, archive, url, whole):
    """What arrived is a true beginning, and less than Content-Length promised."""
    with larmor.connect() as connection:
        connection.sendall(f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                           f"Authorization: {archive.authorization()}\r\n\r\n".encode())
        received = connection.recv(65536)
    head, body = received.split(b"\r\n\r\n", 1)
    assert f"Content-Length: {len(whole)}\r\n".lower() in head.decode().lower() + "\r\n"
    assert whole.startswith(body)
    rest = archive.get(url, headers={"Range": f"bytes={len(body)}-"})
    assert body + rest.content == whole


def test_random_cuts_add_up_to_the_whole(archive, url, whole):
    dice, position, pieces = random.Random(7), 0, []
    while position < len(whole):
        last = min(len(whole), position + dice.randrange(1, 400_000)) - 1
        answer = archive.get(url, headers={"Range": f"bytes={position}-{last}"})
        pieces.append(answer.content)
        position = last + 1
    assert b"".join(pieces) == whole

# SPDX-License-Identifier: Apache-2.0
"""After kill -9: what was acknowledged is there, everything else is whole or absent."""
from concurrent.futures import ThreadPoolExecutor
import io
import itertools
import random
import subprocess
import threading
import time
import zipfile

import pytest
import requests

from conftest import MR
from running import BINARY, Larmor

SESSION = "/data/projects/Crash/subjects/S/experiments/E"
FILES = f"{SESSION}/resources/R/files"


def content_of(name):
    dice = random.Random(name)
    return dice.randbytes(dice.choice([0, 10, 5_000, 300_000, 3_000_000]))


class Uploads:
    """Clients that upload until the server dies, and what they were told."""

    def __init__(self, larmor, numbers):
        self.larmor, self.numbers = larmor, numbers
        self.acknowledged, self.lock = set(), threading.Lock()

    def run(self, _):
        client = self.larmor.client()
        while True:
            with self.lock:
                name = f"{next(self.numbers)}.dcm"
            try:
                answer = client.put(f"{FILES}/{name}?inbody=true", content_of(name))
            except requests.RequestException:
                return
            assert answer.status_code == 200
            with self.lock:
                self.acknowledged.add(name)


def stored_files(larmor):
    archive = larmor.client()
    rows = archive.rows(FILES)
    answer = archive.get(f"{FILES}?format=zip")
    if not rows:
        return {}
    members = zipfile.ZipFile(io.BytesIO(answer.content))
    assert members.testzip() is None
    assert len(members.namelist()) == len(rows)
    return {name.split("/files/")[1]: members.read(name) for name in members.namelist()}


def fsck(data):
    done = subprocess.run([BINARY, "fsck", "--data", str(data)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("seed", range(6))
def test_kill_in_the_middle_of_uploads(tmp_path, seed):
    larmor = Larmor(tmp_path / "data").start()
    larmor.client().make("/data/projects/Crash")
    larmor.client().make(f"{SESSION}?{MR}")
    larmor.client().make(f"{SESSION}/resources/R")
    uploads = Uploads(larmor, itertools.count())
    dice = random.Random(seed)
    for _ in range(2):
        with ThreadPoolExecutor(4) as pool:
            ends = [pool.submit(uploads.run, n) for n in range(4)]
            time.sleep(dice.uniform(0.2, 1.5))
            larmor.kill()
        for end in ends:
            end.result()
        larmor.start()
        stored = stored_files(larmor)
        assert uploads.acknowledged <= stored.keys()
        for name, content in stored.items():
            assert content == content_of(name), f"{name} is there in part"
    assert uploads.acknowledged
    assert larmor.stop() == 0
    fsck(larmor.data)


def test_a_client_that_goes_away_leaves_nothing(larmor, archive, resource):
    def half():
        yield b"x" * 200_000
        raise ConnectionResetError

    with pytest.raises(Exception):
        archive.put(f"{resource}/files/half.dcm?inbody=true", half())
    assert archive.rows(f"{resource}/files") == []
    archive.upload(f"{resource}/files/half.dcm", b"whole")
    assert archive.get(f"{resource}/files/half.dcm").content == b"whole"


def test_fsck_names_what_is_lost_or_changed(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        archive = larmor.client()
        archive.make("/data/projects/Crash")
        archive.upload("/data/projects/Crash/resources/R/files/a", b"content")
    fsck(larmor.data)
    damaged = [path for path in larmor.objects() if path.read_bytes() == b"content"]
    assert len(damaged) == 1
    damaged[0].chmod(0o644)
    damaged[0].write_bytes(b"cont")
    done = subprocess.run([BINARY, "fsck", "--data", str(larmor.data)], capture_output=True,
                          text=True)
    assert done.returncode != 0
    assert damaged[0].name in done.stdout + done.stderr

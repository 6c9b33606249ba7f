# SPDX-License-Identifier: Apache-2.0
"""Random trees, selections, ranges and cuts, while other files come and go and the server restarts.

LARMOR_PROPERTY_SEED repeats a run; LARMOR_PROPERTY_RANGES sets how many ranges are tried."""
import io
import os
import random
import tarfile
import threading
import urllib.parse
import zipfile

import pytest

from conftest import MR, SCAN
from running import Larmor

SEED = int(os.environ.get("LARMOR_PROPERTY_SEED", random.SystemRandom().randrange(10 ** 9)))
RANGES = int(os.environ.get("LARMOR_PROPERTY_RANGES", 10_000))
ROUNDS = 20
SESSION = "/data/projects/Random/subjects/S/experiments/E"
NOISE = "/data/projects/Random/subjects/S/experiments/NOISE/resources/R/files"
LABELS = ["DICOM", "NIFTI", "r2", "r10"]
TYPES = ["T1", "T2", "dti"]
FORMATS = ["zip", "tar", "tar.gz"]


class Tree:
    """A session with random scans and files, and what each file holds."""

    def __init__(self, archive, dice):
        self.archive, self.dice, self.files = archive, dice, {}
        archive.make("/data/projects/Random")
        for session in ("E", "NOISE"):
            archive.make(f"/data/projects/Random/subjects/S/experiments/{session}?{MR}")
        self.scans = {str(n): dice.choice(TYPES) for n in dice.sample(range(1, 40), 6)}
        for scan, scan_type in self.scans.items():
            archive.make(f"{SESSION}/scans/{scan}?{SCAN}&type={scan_type}")
        for _ in range(60):
            self.add()

    def add(self, scan=None, label=None):
        scan = scan or self.dice.choice(list(self.scans))
        label = label or self.dice.choice(LABELS)
        path = self.new_path()
        content = self.dice.randbytes(int(self.dice.choice([0, 1, 700, 9_000, 90_000])
                                          * self.dice.random() * 2))
        self.archive.upload(f"{self.base(scan, label)}/{urllib.parse.quote(path)}", content)
        self.files[scan, label, path] = content

    def new_path(self):
        alphabet = "abcXYZ019 ._-'\"&#%?+äß日\n"
        name = "".join(self.dice.choices(alphabet, k=self.dice.choice([3, 12, 40])))
        folder = self.dice.choice(["", "", "sub/", "a/very/deep/" + "folder-" * 14 + "/"])
        return f"{folder}f{len(self.files)}{self.dice.randrange(10 ** 6)}{name}x"

    def remove(self, key):
        scan, label, path = key
        url = f"{self.base(scan, label)}/{urllib.parse.quote(path)}"
        assert self.archive.delete(url).status_code == 200
        del self.files[key]

    @staticmethod
    def base(scan, label):
        return f"{SESSION}/scans/{scan}/resources/{label}/files"


class Wanted:
    """A random selection: its address, and which files of the tree it names."""

    def __init__(self, tree):
        dice = tree.dice
        self.scans = dice.choice([["ALL"], dice.sample(list(tree.scans), 2),
                                  [dice.choice(list(tree.scans)), dice.choice(TYPES)]])
        self.labels = dice.choice([[], [], dice.sample(LABELS, 2)])
        self.form = dice.choice(FORMATS)
        resources = f"/resources/{','.join(self.labels)}" if self.labels else ""
        self.url = f"{SESSION}/scans/{','.join(self.scans)}{resources}/files?format={self.form}"

    def takes(self, tree, key):
        scan, label, _ = key
        named = {"ALL", scan, tree.scans[scan]} & set(self.scans)
        return bool(named) and (not self.labels or label in self.labels)

    def members(self, tree):
        return {f"E/scans/{scan}-{tree.scans[scan]}/resources/{label}/files/{path}": content
                for (scan, label, path), content in tree.files.items()
                if self.takes(tree, (scan, label, path))}


class Wire:
    """One connection that is kept, also over a restart: for ten thousand requests."""

    def __init__(self, archive):
        self.archive, self.connection = archive, None

    def get(self, url, headers, cut_after=None):
        if self.connection is None:
            self.connection = self.archive.server.connection()
        self.connection.request(
            "GET", url, headers={"Authorization": self.archive.authorization(), **headers})
        answer = self.connection.getresponse()
        if cut_after is None:
            return answer, answer.read()
        begin = answer.read(cut_after)
        self.drop()
        return answer, begin

    def drop(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Noise(threading.Thread):
    """Uploads and deletes files of another session until it is told to stop."""

    def __init__(self, server):
        super().__init__()
        self.client, self.ended, self.count, self.failed = server.client(), threading.Event(), 0, []

    def run(self):
        while not self.ended.is_set():
            url = f"{NOISE}/{self.count % 20}.dcm"
            content = str(self.count).encode() * 500
            answer = self.client.put(f"{url}?inbody=true&overwrite=true", content)
            if answer.status_code == 200 and self.count % 3 == 0:
                answer = self.client.delete(url)
            if answer.status_code != 200:
                self.failed.append(answer.text)
            self.count += 1
            self.ended.wait(0.02)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()
        assert not self.failed and self.count > 0, self.failed


def unpack(form, whole):
    if form == "zip":
        with zipfile.ZipFile(io.BytesIO(whole)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(fileobj=io.BytesIO(whole), mode="r:gz" if form == "tar.gz" else "r:") as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}


def edges_of(whole, members):
    """Where contents begin and end in the archive, and so the headers between them."""
    begins = [(whole.find(content), len(content)) for content in members.values() if content]
    return [0, len(whole)] + [begin + end for begin, length in begins if begin >= 0
                              for end in (0, length)]


def try_range(dice, wire, url, whole, edges, etag):
    """One range, half of them from about an edge; at times under a condition, at times cut off
    and resumed."""
    first = dice.randrange(len(whole))
    if dice.random() < 0.5:
        first = min(max(0, dice.choice(edges) + dice.randrange(-2, 3)), len(whole) - 1)
    last = min(len(whole) - 1, first + int(len(whole) ** dice.random()))
    kind = dice.randrange(8)
    text, expected = f"{first}-{last}", whole[first:last + 1]
    if kind == 0:
        text, expected = f"-{last - first + 1}", whole[-(last - first + 1):]
    headers = {"Range": f"bytes={text}"}
    if kind < 4:
        headers["If-Range"] = etag
    if dice.randrange(50) == 0:
        answer, begin = wire.get(url, {}, cut_after=first + 1)
        assert answer.status == 200 and begin == whole[:first + 1]
        headers, expected = {"Range": f"bytes={first + 1}-", "If-Range": etag}, whole[first + 1:]
        if not expected:
            return
    answer, body = wire.get(url, headers)
    assert answer.status == 206 and answer.headers["ETag"] == etag
    assert answer.headers["Content-Range"].endswith(f"/{len(whole)}")
    assert body == expected, f"{headers} of {url}"


def change(tree, wanted):
    """Adds a file to the selection or takes one away."""
    inside = [key for key in tree.files if wanted.takes(tree, key)]
    key = tree.dice.choice(inside)
    if len(inside) > 1 and tree.dice.random() < 0.5:
        tree.remove(key)
    else:
        tree.add(*key[:2])


def check_change(tree, wire, wanted, whole, pinned, etag):
    """Of a changed selection nobody gets bytes that could be taken for a part of the old one."""
    first = tree.dice.randrange(len(whole))
    answer, _ = wire.get(pinned, {"Range": f"bytes={first}-"})
    assert answer.status == 412
    answer, now = wire.get(wanted.url, {"Range": f"bytes={first}-", "If-Range": etag})
    assert answer.status == 200 and answer.headers["ETag"] != etag
    assert unpack(wanted.form, now) == wanted.members(tree)


def run_round(tree, wire, ranges):
    wanted = Wanted(tree)
    answer, whole = wire.get(wanted.url, {})
    if answer.status == 404:
        assert wanted.members(tree) == {}
        return 0
    assert answer.status == 200
    etag, pinned = answer.headers["ETag"], answer.headers["Content-Location"]
    assert unpack(wanted.form, whole) == wanted.members(tree)
    edges = edges_of(whole, wanted.members(tree))
    for _ in range(ranges):
        try_range(tree.dice, wire, tree.dice.choice([wanted.url, pinned]), whole, edges, etag)
    change(tree, wanted)
    check_change(tree, wire, wanted, whole, pinned, etag)
    return ranges


@pytest.fixture
def seed():
    """Named when the test fails."""
    print(f"LARMOR_PROPERTY_SEED={SEED}")
    return SEED


def test_no_range_ever_has_a_wrong_byte(tmp_path, seed):
    with Larmor(tmp_path / "data") as server:
        tree = Tree(server.client(), random.Random(seed))
        wire, tried, rounds = Wire(server.client()), 0, 0
        while tried < RANGES:
            with Noise(server):
                tried += run_round(tree, wire, min(RANGES // ROUNDS + 1, RANGES - tried))
            rounds += 1
            if rounds % 4 == 0:
                wire.drop()
                server.restart()
        assert rounds >= ROUNDS - 1

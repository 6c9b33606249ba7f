# SPDX-License-Identifier: Apache-2.0
"""extract=true with archives that are cut, damaged or hostile, and with ends in the middle."""
from concurrent.futures import ThreadPoolExecutor
import gzip
import random
import struct
import subprocess
import tarfile
import time
import zipfile

import pytest
import requests

from archives import extract, refused, stored, tar_entry, tar_of, unpacked, zip_of
from conftest import MR
from running import BINARY, Larmor

MEMBERS = {"1.dcm": b"one", "sub/2.dcm": b"two" * 50_000, "sub/deep/3.dcm": b"", "größe.txt": b"x"}
DENSE = random.Random(1).randbytes(3_000_000)


WHOLE = {
    "a.zip": zip_of({"a": DENSE}),
    "a.tar": tar_of({"a": DENSE}),
    "a.gz": gzip.compress(DENSE),
    "a.tgz": gzip.compress(tar_of({"a": DENSE})),
    "boundary.tar": tar_of({"a": b"x" * 512, "b": b"y" * 512}),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_cut_archive_stores_nothing(archive, resource, name):
    body = WHOLE[name]
    cuts = {1, 100, 600, 1024, 1536, 2048, len(body) // 2, len(body) - 1}
    if name.endswith(".tar"):  # beyond its end a tar is only padding
        cuts = {cut for cut in cuts if cut < tar_end(body)}
    for cut in sorted(cuts):
        refused(archive, resource, name, body[:cut])


def tar_end(body):
    """Where the blocks of zeros begin."""
    return (len(body.rstrip(b"\0")) + 511) // 512 * 512


CHECKED = {
    "stored.zip": zip_of({"a": DENSE}, zipfile.ZIP_STORED),
    "a.zip": zip_of({"a": DENSE}),
    "a.gz": gzip.compress(DENSE),
    "a.tgz": gzip.compress(tar_of({"a": DENSE})),
}


@pytest.mark.parametrize("name", CHECKED)
def test_a_flipped_bit_stores_nothing(archive, resource, name):
    body = CHECKED[name]
    for at in (len(body) // 3, len(body) // 2):
        damaged = bytearray(body)
        damaged[at] ^= 0x10
        refused(archive, resource, name, bytes(damaged))


def test_the_checksum_of_a_gzip_is_checked(archive, resource):
    for body in (gzip.compress(DENSE), gzip.compress(tar_of({"a": DENSE}))):
        for back in (8, 3):  # CRC, length
            damaged = bytearray(body)
            damaged[-back] ^= 1
            refused(archive, resource, "a.tgz", bytes(damaged))
            refused(archive, resource, "a.gz", bytes(damaged))


SURROUNDED = {
    "a.zip": zip_of(MEMBERS) + b"rubbish" * 100,
    "self-extractor.zip": b"#!/bin/sh\nexit 1\n" * 1000 + zip_of(MEMBERS),
    "a.tar": tar_of(MEMBERS) + b"rubbish" * 1000,
    "zeros.tgz": gzip.compress(tar_of(MEMBERS)) + b"\0" * 512,
    "a.tgz": gzip.compress(tar_of(MEMBERS)) + b"rubbish" * 100,
}


@pytest.mark.parametrize("name", SURROUNDED)
def test_what_is_around_an_archive_does_not_matter(archive, resource, name):
    assert unpacked(archive, resource, name, SURROUNDED[name]) == MEMBERS


def test_a_zip_whose_directory_counts_otherwise_is_refused(archive, resource):
    body = bytearray(zip_of({"a": b"x", "b": b"y"}))
    body[-12] = body[-14] = 1
    refused(archive, resource, "a.zip", bytes(body))


# Bombs.

LIMITS = ["--extract-members", "1000", "--extract-gigabytes", "1", "--extract-ratio", "50"]


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    with Larmor(tmp_path_factory.mktemp("strict") / "data", *LIMITS) as larmor:
        larmor.client().make("/data/projects/P")
        yield larmor


BOMB = b"\0" * 110_000_000  # beyond what any ratio is allowed for


def overlapping_zip(count, size):
    """Many entries of the directory that share the bytes of one member."""
    one = zip_of({"000000": b"\0" * size})
    at = one.index(b"PK\1\2")
    entry = one[at:one.index(b"PK\5\6")]
    entries = b"".join(entry.replace(b"000000", b"%06d" % n) for n in range(count))
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(entries), at, 0)
    return one[:at] + entries + end


def sparse_tar(size):
    """A file of nothing but a hole, as old GNU tar writes it."""
    header = bytearray(tar_of([tar_entry("hole")], tarfile.GNU_FORMAT)[:512])
    header[156:157] = b"S"
    header[386:410] = b"%011o\0%011o\0" % (size, 0)
    header[483:495] = b"%011o\0" % size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + b"\0" * 1024


def long_names(count):
    """Each of 1,000 bytes, in folders as they must be."""
    return {f"{n:04}" + 4 * ("/" + "n" * 248): b"" for n in range(count)}


BOMBS = {
    "high-ratio.zip": (zip_of({"a": BOMB}), "50 times"),
    "high-ratio.tar.gz": (gzip.compress(tar_of({"a": BOMB}), 1), "50 times"),
    "high-ratio.gz": (gzip.compress(BOMB, 1), "50 times"),
    "behind-the-end.tgz": (gzip.compress(tar_of({}) + BOMB, 1), "50 times"),
    "in-a-folder.tgz": (gzip.compress(tar_of([tar_entry("d", BOMB, b"L")])[:-10240], 1), None),
    "many.zip": (zip_of({f"{n}": b"" for n in range(1001)}), "1000 members"),
    "many.tar": (tar_of([tar_entry(f"{n}", kind=tarfile.SYMTYPE) for n in range(1001)]),
                 "1000 members"),
    "names.zip": (zip_of(long_names(257)), "names of its members are longer than the 256000 bytes"),
    "names.tar": (tar_of(long_names(257)), "names of its members are longer than the 256000 bytes"),
    "overlapping.zip": (overlapping_zip(900, 1_000_000), None),
    "hole.tar": (sparse_tar(8_000_000_000), "50 times"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_naming_the_limit(strict, name):
    body, limit = BOMBS[name]
    status = 413 if limit else 400
    text = refused(strict.client(), "/data/projects/P/resources/R", name, body, status)
    assert limit is None or limit in text
    assert strict.objects() == []


def test_names_up_to_the_limit_are_taken(strict):
    archive, resource = strict.client(), "/data/projects/P/resources/N"
    members = long_names(256)
    assert unpacked(archive, resource, "a.zip", zip_of(members)) == members
    archive.delete(resource)


def test_memory_does_not_grow_with_members_or_their_size(strict):
    def resident():
        lines = open(f"/proc/{strict.process.pid}/status").read().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

    archive = strict.client()
    unpacked(archive, "/data/projects/P/resources/M", "a.zip", zip_of({"small": b"x"}))
    before = resident()
    body = zip_of({"big": DENSE * 30}, compresslevel=1)
    answer = extract(archive, "/data/projects/P/resources/M", "a.zip", body)
    assert answer.status_code == 200, answer.text
    assert resident() - before < 20_000
    archive.delete("/data/projects/P/resources/M")


# All or nothing.

def test_a_client_that_goes_away_leaves_nothing(larmor, archive, resource):
    before = len(larmor.objects())

    def half():
        yield zip_of(MEMBERS)[:-30]
        raise ConnectionResetError

    with pytest.raises(Exception):
        extract(archive, resource, "a.zip", half())
    deadline = time.monotonic() + 30
    while len(larmor.objects()) > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(larmor.objects()) == before
    assert archive.rows(f"{resource}/files") == []


def test_no_spooled_archive_stays(larmor, archive, resource):
    before = len(larmor.objects())
    unpacked(archive, resource, "a.zip", zip_of({f"{n}": b"%d of this test" % n for n in range(9)}))
    refused_before = len(larmor.objects())
    assert refused_before == before + 9
    extract(archive, resource, "b.zip", zip_of({"more": b"x", "../x": b"y"}))
    assert len(larmor.objects()) == refused_before


def test_two_extractions_at_once_both_arrive(archive, resource):
    sets = [{f"{who}/{n}": b"%d" % n * 1000 for n in range(300)} for who in "ab"]
    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda members: archive.server.client().put(
            f"{resource}/files/a.zip?extract=true", zip_of(members)), sets)
        assert [answer.status_code for answer in answers] == [200, 200]
    assert stored(archive, resource) == {**sets[0], **sets[1]}


def test_two_extractions_of_the_same_names_keep_one_of_each(archive, resource):
    sets = [{f"{n}": b"%s %d" % (who, n) for n in range(200)} for who in (b"a", b"b")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda members: archive.server.client().put(
            f"{resource}/files/a.zip?extract=true", zip_of(members)), sets))
    duplicates = [answer.json()["duplicates"] if answer.text else [] for answer in answers]
    assert sorted(map(len, duplicates)) == [0, 200]
    assert stored(archive, resource) in sets


@pytest.mark.parametrize("seed", range(4))
def test_kill_in_the_middle_of_extractions(tmp_path, seed):
    dice = random.Random(seed)
    sets = [{f"{who}/{n}": dice.randbytes(dice.choice([0, 100, 40_000])) for n in range(400)}
            for who in range(6)]
    larmor = Larmor(tmp_path / "data").start()
    larmor.client().make("/data/projects/P")
    larmor.client().make(f"/data/projects/P/subjects/S/experiments/E?{MR}")
    resource = "/data/projects/P/subjects/S/experiments/E/resources/R"
    acknowledged = []

    def upload(number):
        try:
            body = zip_of(sets[number]) if number % 2 else gzip.compress(tar_of(sets[number]), 1)
            answer = extract(larmor.client(), resource, "upload" if number % 2 else "a.tgz", body)
        except requests.RequestException:
            return
        assert answer.status_code == 200, answer.text
        acknowledged.append(number)

    with ThreadPoolExecutor(3) as pool:
        ends = [pool.submit(upload, number) for number in range(len(sets))]
        time.sleep(dice.uniform(0.2, 1.2))
        larmor.kill()
    for end in ends:
        end.result()
    larmor.start()
    found = stored(larmor.client(), resource)
    for number, members in enumerate(sets):
        there = {name: content for name, content in found.items() if name.startswith(f"{number}/")}
        assert there in ({}, members), f"set {number} is there in part"
        assert there or number not in acknowledged
    assert larmor.stop() == 0
    done = subprocess.run([BINARY, "fsck", "--data", str(larmor.data), "--hashes"],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_random_damage_is_refused_or_does_no_harm(archive, resource):
    """Never a failure of the server, and what is taken has the content that it was packed with."""
    dice = random.Random(7)
    bodies = [zip_of(MEMBERS), gzip.compress(tar_of(MEMBERS)), tar_of(MEMBERS, tarfile.GNU_FORMAT)]
    for turn in range(150):
        body = bytearray(bodies[turn % 3])
        for _ in range(dice.choice([1, 3])):
            body[dice.randrange(len(body))] = dice.randrange(256)
        name = ["a.zip", "a.tgz", "a.tar"][turn % 3]
        answer = extract(archive, resource, name, bytes(body), "&overwrite=true")
        assert answer.status_code in (200, 400, 409, 413), answer.text

# SPDX-License-Identifier: Apache-2.0
"""Disks that are full, fail, or are gone: the answer says so, nothing is half-stored, and the
server goes on as soon as the cause is gone."""
from concurrent.futures import ThreadPoolExecutor
import hashlib
import os
import sqlite3
import subprocess
import time

import pytest
import requests

from disks import Faults, assert_ready, assert_refused, files, readiness
from running import BINARY, Larmor

FULL, READ_ONLY = "disk that holds the stored files is full", "cannot be written to"
FAILS, CATALOG_FULL = "disk that holds the stored files fails", "holds the catalog is full"
CATALOG = "*/catalog.sqlite"
IN_BATCH, IN_FOLDER = "*/objects/2*/*", "*/objects/[.2]*"


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    return Faults(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def larmor(tmp_path_factory, faults):
    data = tmp_path_factory.mktemp("larmor") / "data"
    with Larmor(data, environment=faults.environment()) as server:
        yield server
    assert fsck(data) == (0, ""), "the archive contradicts itself"


@pytest.fixture(autouse=True)
def nothing_fails_at_the_end(request):
    yield
    if "faults" in request.fixturenames:
        request.getfixturevalue("faults").clear()


def fsck(data):
    """Its exit status, and the problems it tells of."""
    run = subprocess.run([BINARY, "fsck", "--hashes", "--data", str(data)],
                         capture_output=True, text=True)
    return run.returncode, "".join(run.stdout.splitlines(keepends=True)[:-1]) + run.stderr


def open_objects(server):
    """The files of the store that the server has open; it may be about to close them."""
    deadline = time.monotonic() + 10
    while True:
        run = subprocess.run(["ls", "-l", f"/proc/{server.process.pid}/fd"], text=True,
                             capture_output=True)
        found = [line for line in run.stdout.splitlines() if "objects" in line]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


# What fails, and what the upload of a file of 1 MB is told. An object may stay behind only where
# nobody can know whether the catalog has kept the row.
UPLOADS = [
    ([f"open ENOSPC 1 {IN_BATCH}"], 507, FULL),
    ([f"open EDQUOT 1 {IN_BATCH}"], 507, FULL),
    ([f"open EROFS 1 {IN_FOLDER}"], 503, READ_ONLY),
    ([f"open EIO 1 {IN_FOLDER}"], 503, FAILS),
    ([f"open EMFILE 1 {IN_BATCH}"], 503, "too many files open"),
    ([f"open ONCE_EIO 1 {IN_BATCH}", f"mkdir ENOSPC 1 {IN_FOLDER}"], 507, FULL),
    ([f"open ONCE_EIO 1 {IN_BATCH}", "fsync EIO 1 */objects"], 503, FAILS),
    ([f"write ENOSPC 1 {IN_FOLDER}"], 507, FULL),
    ([f"write EIO 2 {IN_FOLDER}"], 503, FAILS),
    ([f"fdatasync EIO 1 {IN_FOLDER}"], 503, FAILS),
    ([f"fdatasync ENOSPC 1 {IN_FOLDER}"], 507, FULL),
    ([f"fdatasync ONCE_EIO 1 {IN_BATCH}"], 503, FAILS),
    ([f"fsync EIO 1 {IN_FOLDER}"], 503, FAILS),
    ([f"pwrite ENOSPC 1 {CATALOG}-wal"], 507, CATALOG_FULL),
    ([f"pwrite EDQUOT 1 {CATALOG}-wal"], 507, CATALOG_FULL),
    ([f"pwrite EIO 1 {CATALOG}-wal"], 503, "catalog does not answer"),
    ([f"fdatasync EIO 1 {CATALOG}-wal"], 503, "catalog does not answer"),
]


@pytest.mark.parametrize("rules, status, reason", UPLOADS, ids=[" ".join(u[0]) for u in UPLOADS])
def test_a_failed_upload_says_why_leaves_nothing_and_works_afterwards(
        larmor, archive, resource, faults, rules, status, reason):
    archive.upload(f"{resource}/files/old", b"before")
    before, revision = set(larmor.objects()), larmor.sql("SELECT max(revision) FROM resource")
    content = os.urandom(1_000_000)
    for path in ("new?inbody=true", "old?inbody=true&overwrite=true"):
        with faults.set(*rules):
            assert_refused(archive.put(f"{resource}/files/{path}", content), status, reason)
    assert files(archive, resource) == ["old"]
    assert archive.get(f"{resource}/files/old").content == b"before"
    assert larmor.sql("SELECT max(revision) FROM resource") == revision
    may_have_happened = "catalog" in rules[0] and status == 503
    assert (set(larmor.objects()) > before) if may_have_happened else \
        (set(larmor.objects()) == before)
    assert open_objects(larmor) == []
    archive.upload(f"{resource}/files/new", content)
    assert archive.get(f"{resource}/files/new").content == content
    assert_ready(archive)


@pytest.mark.parametrize("rule, reason", [
    (f"open EROFS 1 {IN_FOLDER}", READ_ONLY),
    (f"write ENOSPC 1 {IN_FOLDER}", FULL),
    (f"fdatasync EIO 1 {IN_FOLDER}", FAILS),
    (f"pwrite ENOSPC 1 {CATALOG}-wal", CATALOG_FULL),
    (f"fdatasync EIO 1 {CATALOG}-wal", "catalog does not answer"),
])
def test_readyz_tells_from_the_first_failed_upload_until_it_is_over(
        archive, resource, faults, rule, reason):
    with faults.set(rule):
        assert archive.put(f"{resource}/files/a?inbody=true", os.urandom(9)).status_code >= 500
        for _ in range(3):
            status, text = readiness(archive)
            assert (status, reason in text, text.count("\n")) == (503, True, 1), text
            assert archive.get("/healthz").status_code == 200
    assert_ready(archive)


def test_readyz_finds_a_folder_that_cannot_be_written_to_by_itself(archive, faults):
    with faults.set(f"open EROFS 1 {IN_FOLDER}"):
        deadline = time.monotonic() + 20  # it tries to write every few seconds
        while readiness(archive)[0] == 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert READ_ONLY in readiness(archive)[1]
    assert_ready(archive)


def test_readyz_writes_nothing_to_the_catalog_and_next_to_nothing_to_the_store(larmor, archive):
    assert_ready(archive)
    wal = larmor.catalog_file().with_name("catalog.sqlite-wal")
    before = wal.stat().st_mtime_ns, wal.stat().st_size, sorted((larmor.data / "objects").iterdir())
    for _ in range(50):
        assert_ready(archive)
    assert before == (wal.stat().st_mtime_ns, wal.stat().st_size,
                      sorted((larmor.data / "objects").iterdir()))


def test_writes_that_come_in_parts_are_whole(archive, resource, faults):
    content = os.urandom(3_000_000)
    with faults.set(f"write SHORT 1 {IN_BATCH}", f"sendfile SHORT 1 {IN_BATCH}",
                    f"pread SHORT 1 {IN_BATCH}"):
        archive.upload(f"{resource}/files/a", content)
        assert archive.get(f"{resource}/files/a").content == content
        archive.upload(f"{resource}/files/b", content[:50_000])
        assert archive.get(f"{resource}/files/b").content == content[:50_000]


def test_of_a_form_with_many_files_none_is_stored_when_one_fails(
        larmor, archive, resource, faults):
    before = set(larmor.objects())
    form = {f"file{n}": (f"{n}.dcm", os.urandom(5_000)) for n in range(5)}
    with faults.set(f"fdatasync EIO 4 {IN_BATCH}"):
        assert_refused(archive.post(f"{resource}/files", files=form), 503, FAILS)
    assert files(archive, resource) == []
    assert set(larmor.objects()) == before


def test_many_clients_meet_a_disk_that_fails_at_times_and_lose_nothing_acknowledged(
        larmor, archive, resource, faults):
    def upload(n):
        content = f"content of {n}".encode() * 1000
        answer = larmor.client().put(f"{resource}/files/{n}?inbody=true", content)
        assert answer.status_code in (200, 503, 507), answer.text
        return answer.status_code == 200 and (str(n), hashlib.md5(content).hexdigest())

    stored = set()
    with ThreadPoolExecutor(8) as pool:
        for round in range(6):
            faults.set(*[[f"fdatasync EIO 3 {IN_BATCH}"], [f"pwrite ENOSPC 5 {CATALOG}-wal"],
                         [f"fdatasync EIO 2 {CATALOG}-wal"]][round % 3])
            stored |= set(pool.map(upload, range(round * 20, round * 20 + 20))) - {False}
    faults.clear()
    rows = {(row["Name"], row["digest"]) for row in archive.rows(f"{resource}/files")}
    assert stored <= rows
    for name, digest in rows:
        assert hashlib.md5(archive.get(f"{resource}/files/{name}").content).hexdigest() == digest
    assert open_objects(larmor) == []


# Reading

def state_of_blobs(larmor):
    return larmor.sql("SELECT count(*) FROM blob WHERE state <> 'sound'")[0][0]


@pytest.mark.parametrize("rules", [
    [f"open EIO 1 {IN_BATCH}"], [f"stat EIO 1 {IN_BATCH}"], [f"open EMFILE 1 {IN_BATCH}"],
    [f"pread EIO 1 {IN_BATCH}"],
], ids=str)
@pytest.mark.parametrize("what", ["files/a", "files?format=zip"])
def test_a_file_that_cannot_be_read_is_503_and_not_given_up(
        larmor, archive, resource, faults, rules, what):
    archive.upload(f"{resource}/files/a", os.urandom(20_000))
    with faults.set(*rules):
        answer = archive.get(f"{resource}/{what}")
        assert answer.status_code == 503, answer.text
        assert "cannot be read" in answer.text or "too many files" in answer.text
        assert "/objects" not in answer.text
    assert state_of_blobs(larmor) == 0
    assert archive.get(f"{resource}/{what}").status_code == 200
    assert open_objects(larmor) == []


@pytest.mark.parametrize("what", ["files/big", "files?format=zip"])
@pytest.mark.parametrize("rules", [
    [f"sendfile EIO 3 {IN_BATCH}"],
    [f"preadv2 EIO 80 {IN_BATCH}", f"pread EIO 1 {IN_BATCH}", f"sendfile EIO 40 {IN_BATCH}"],
], ids=["sendfile", "read-ahead"])
def test_a_disk_that_fails_half_way_breaks_the_download_off_and_no_file_is_given_up(
        larmor, archive, resource, faults, rules, what):
    content = os.urandom(30_000_000)
    archive.upload(f"{resource}/files/big", content)
    with faults.set(*rules), pytest.raises(requests.exceptions.RequestException):
        archive.get(f"{resource}/{what}").raise_for_status()
    assert state_of_blobs(larmor) == 0
    assert "the disk failed while a stored object was read" in larmor.log()
    assert archive.get(f"{resource}/files/big").content == content
    assert open_objects(larmor) == []


@pytest.mark.parametrize("in_its_place", ["nothing", "another folder"])
def test_while_the_folder_of_objects_is_away_nothing_is_lost_or_stored(
        larmor, archive, resource, in_its_place):
    archive.upload(f"{resource}/files/a", b"content")
    objects, away = larmor.data / "objects", larmor.data / "away"
    objects.rename(away)
    try:
        if in_its_place == "another folder":
            objects.mkdir()
        for request in (lambda: archive.get(f"{resource}/files/a"),
                        lambda: archive.get(f"{resource}/files?format=zip"),
                        lambda: archive.put(f"{resource}/files/b?inbody=true", b"b")):
            assert_refused(request(), 503, "folder of the stored files is gone")
        assert "folder of the stored files is gone" in readiness(archive)[1]
        assert archive.rows(f"{resource}/files")[0]["Name"] == "a"
        if in_its_place == "another folder":
            assert list(objects.iterdir()) == []
            objects.rmdir()
    finally:
        away.rename(objects)
    assert_ready(archive)
    assert state_of_blobs(larmor) == 0
    assert archive.get(f"{resource}/files/a").content == b"content"
    archive.upload(f"{resource}/files/b", b"b")


def test_a_lost_file_is_a_conflict_also_while_the_catalog_cannot_be_marked(
        larmor, archive, resource, faults):
    before = set(larmor.objects())
    archive.upload(f"{resource}/files/a", os.urandom(1000))
    (path,) = set(larmor.objects()) - before
    away = path.with_suffix(".away")
    path.rename(away)
    with faults.set(f"pwrite ENOSPC 1 {CATALOG}-wal"):
        assert archive.get(f"{resource}/files/a").status_code == 409
    away.rename(path)
    assert archive.get(f"{resource}/files/a").status_code == 200


def test_a_copy_is_not_given_up_for_one_that_cannot_be_seen(larmor, archive, resource, faults):
    content = os.urandom(1000)
    before = set(larmor.objects())
    archive.upload(f"{resource}/files/a", content)
    (old,) = set(larmor.objects()) - before
    with faults.set(f"stat EIO 2 {IN_BATCH}"):  # the first is that of the new object
        archive.upload(f"{resource}/files/b", content)
    old.unlink()
    for name in "ab":
        assert archive.get(f"{resource}/files/{name}").content == content


# Removing

def test_an_object_that_cannot_be_removed_is_no_failure_of_the_request(
        larmor, archive, resource, faults):
    content = os.urandom(1000)
    archive.upload(f"{resource}/files/a", content)
    with faults.set(f"unlink EIO 1 {IN_BATCH}"):
        archive.upload(f"{resource}/files/b", content)  # its copy is surplus
        assert archive.delete(f"{resource}/files/a").status_code == 200
    assert "a surplus object stays until the next sweep" in larmor.log()
    assert files(archive, resource) == ["b"]


def test_a_failed_delete_deletes_nothing(archive, resource, faults):
    archive.upload(f"{resource}/files/a", b"a")
    with faults.set(f"pwrite EIO 1 {CATALOG}-wal"):
        assert_refused(archive.delete(f"{resource}/files/a"), 503, "catalog does not answer")
    assert archive.get(f"{resource}/files/a").content == b"a"
    assert archive.delete(f"{resource}/files/a").status_code == 200


# The catalog

def test_a_locked_catalog_is_503_in_bounded_time_and_reading_goes_on(larmor, archive, resource):
    archive.upload(f"{resource}/files/a", b"a")
    other = sqlite3.connect(larmor.catalog_file(), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")

    def write(n):
        begin = time.monotonic()
        path = f"{resource}/files/w{n}?inbody=true" if n else f"{resource}/files/a"
        answer = larmor.client().request("PUT" if n else "DELETE", path, data=b"w")
        return answer, time.monotonic() - begin

    with ThreadPoolExecutor(6) as pool:
        writes = pool.map(write, range(6))
        time.sleep(0.5)
        begin = time.monotonic()
        assert archive.get(f"{resource}/files/a").content == b"a"
        assert files(archive, resource) == ["a"]
        assert time.monotonic() - begin < 4, "reading waited for the lock"
        status, text = readiness(archive)
        assert (status, "locked by another process" in text) == (503, True), text
        for answer, seconds in writes:
            assert_refused(answer, 503, "catalog is locked by another process")
            assert seconds < 15, "longer than documented"
    other.execute("ROLLBACK")
    other.close()
    assert_ready(archive)
    assert files(archive, resource) == ["a"]
    archive.upload(f"{resource}/files/w1", b"w")
    assert archive.delete(f"{resource}/files/a").status_code == 200


def test_a_catalog_that_cannot_be_read_is_503_until_it_can(tmp_path, faults):
    """Connections that saw the error are opened anew: what they know may be wrong."""
    with Larmor(tmp_path / "data", environment=faults.environment()) as larmor:
        archive = larmor.client()
        archive.make("/data/projects/P")
        larmor.restart()
        with faults.set(f"pread EIO 1 {CATALOG}*", f"read EIO 1 {CATALOG}*"):
            with ThreadPoolExecutor(8) as pool:
                answers = list(pool.map(lambda _: larmor.client().get("/data/projects"), range(8)))
            assert 503 in {answer.status_code for answer in answers}
            # SQLite takes some of these errors for damage.
            assert {answer.status_code for answer in answers} <= {200, 500, 503}
        assert archive.rows("/data/projects")[0]["ID"] == "P"
        archive.make("/data/projects/Q")
        assert_ready(archive)


def test_a_catalog_that_was_moved_away_is_not_made_anew(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        archive = larmor.client()
        archive.make("/data/projects/P")
        catalog, away = larmor.data / "catalog.sqlite", larmor.data / "away"
        catalog.rename(away)
        assert readiness(archive)[0] == 503 and "catalog is gone" in readiness(archive)[1]
        with ThreadPoolExecutor(8) as pool:
            statuses = set(pool.map(lambda _: larmor.client().get("/data/projects").status_code,
                                    range(16)))
        assert statuses <= {200, 503} and not catalog.exists()
        away.rename(catalog)
        assert_ready(archive)
        archive.make("/data/projects/Q")


def test_a_damaged_catalog_is_500_and_says_so(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        larmor.client().make("/data/projects/P")
    ((root,),) = larmor.sql("SELECT rootpage FROM sqlite_master WHERE name = 'project'")
    with (larmor.data / "catalog.sqlite").open("r+b") as file:
        file.seek((root - 1) * 4096)
        good = file.read(4096)
        file.seek((root - 1) * 4096)
        file.write(b"\xee" * 4096)
    with larmor:
        archive = larmor.client()
        assert_refused(archive.get("/data/projects"), 500, "catalog is damaged")
        with (larmor.data / "catalog.sqlite").open("r+b") as file:
            file.seek((root - 1) * 4096)
            file.write(good)
        assert archive.rows("/data/projects")[0]["ID"] == "P"


# Starting

def test_a_start_on_a_full_disk_succeeds_where_nothing_must_be_written(tmp_path, faults):
    with Larmor(tmp_path / "data", environment=faults.environment()) as larmor:
        larmor.client().make("/data/projects/P")
        larmor.stop()
        faults.set("pwrite ENOSPC 1 */larmor.lock", f"write ENOSPC 1 {IN_FOLDER}")
        larmor.start()
        assert larmor.client().rows("/data/projects")[0]["ID"] == "P"
        faults.clear()


@pytest.mark.parametrize("rule, reason", [
    ("open EROFS 1 */larmor.lock", "Read-only file system"),
    ("write ENOSPC 1 */.archive-id", "No space left"),
    ("rename EIO 1 */archive-id", "Input/output error"),
    ("pwrite ENOSPC 1 */catalog.sqlite*", "no space left for the catalog"),
])
def test_a_start_that_fails_says_why_and_the_next_one_succeeds(tmp_path, faults, rule, reason):
    command = [BINARY, "serve", "--data", str(tmp_path / "data"), "--listen", "127.0.0.1:0"]
    with faults.set(rule):
        run = subprocess.run(command, env={**os.environ, **faults.environment()}, timeout=60,
                             capture_output=True, text=True)
        assert (run.returncode, reason in run.stderr) == (1, True), run.stderr
    with Larmor(tmp_path / "data", environment=faults.environment()) as larmor:
        larmor.client().make("/data/projects/P")


def test_fsck_tells_what_cannot_be_read_and_goes_on(tmp_path, faults):
    with Larmor(tmp_path / "data") as larmor:
        archive = larmor.client()
        archive.make("/data/projects/P")
        for n in range(3):
            archive.upload(f"/data/projects/P/resources/R/files/{n}", b"x" * n + b"y")
    with faults.set(f"pread ONCE_EIO 2 {IN_BATCH}"):
        run = subprocess.run([BINARY, "fsck", "--hashes", "--data", str(larmor.data)], text=True,
                             env={**os.environ, **faults.environment()}, capture_output=True)
    assert run.returncode == 1
    assert run.stdout.count("Input/output error") == 1, run.stdout
    assert "3 stored contents, 0 surplus objects, 1 problems" in run.stdout
    assert fsck(larmor.data) == (0, "")

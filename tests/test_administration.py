# SPDX-License-Identifier: Apache-2.0
"""The commands for who looks after an archive: blob, tree and fsck."""
import hashlib
import pathlib
import shutil
import subprocess

import pytest

from disks import run_read_only
from guide import Guide, assessor_entries, content_of, scan_entries
from running import BINARY, Larmor

UNKNOWN = hashlib.sha256(b"never stored").hexdigest()


def run(command, larmor, *arguments, objects=None):
    folders = ["--data", str(larmor.data)] + (["--objects", str(objects)] if objects else [])
    return subprocess.run([BINARY, command, *folders, *map(str, arguments)], capture_output=True,
                          text=True, timeout=60)


def blob_of(larmor, content, **options):
    """What `larmor blob` says of a content that is stored, by its first words."""
    done = run("blob", larmor, hashlib.sha256(content).hexdigest(), **options)
    assert done.returncode == 0, done.stderr
    said = {"file": []}
    for line in done.stdout.splitlines():
        word, rest = line.split(maxsplit=1)
        said["file"].append(rest) if word == "file" else said.update({word: rest})
    return said


def links(target):
    """Every link below the folder, and what is read through it."""
    assert not [path for path in target.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path.relative_to(target)): path.read_bytes()
            for path in target.rglob("*") if path.is_symlink()}


@pytest.fixture
def stopped(tmp_path):
    """An archive of one file, which is not being served."""
    with Larmor(tmp_path / "data") as larmor:
        larmor.client().make("/data/projects/P")
        larmor.client().upload("/data/projects/P/resources/R/files/a", b"content")
    return larmor


def test_blob_names_the_object_and_every_file(larmor, archive, session):
    content = session.encode()
    archive.make(f"{session}/scans/1?xsiType=xnat:mrScanData&type=T1")
    for path in ("resources/R/files/a", "resources/R/files/sub/50%25%20%C3%BC%23%3F.txt",
                 "scans/1/resources/DICOM/files/1.dcm"):
        archive.upload(f"{session}/{path}", content)
    said = blob_of(larmor, content)
    assert pathlib.Path(said["object"]).read_bytes() == content
    assert pathlib.Path(said["object"]).is_absolute()
    assert (said["size"], said["state"]) == (str(len(content)), "sound")
    assert len(said["file"]) == 3
    for address in said["file"]:
        assert archive.get(address).content == content, address


def test_blob_reaches_the_files_of_assessors_and_reconstructions(larmor, archive, tree):
    content = tree.encode()
    for path in ("assessors/A/out", "assessors/A/in", "reconstructions/R/out"):
        archive.upload(f"{tree}/subjects/S/experiments/E/{path}/resources/X/files/a", content)
    addresses = blob_of(larmor, content)["file"]
    assert len(addresses) == 3
    assert all(archive.get(address).content == content for address in addresses)


def test_blob_looks_where_the_objects_are(tmp_path):
    with Larmor(tmp_path / "data", "--objects", str(tmp_path / "big")) as larmor:
        larmor.client().make("/data/projects/P")
        larmor.client().upload("/data/projects/P/resources/R/files/a", b"elsewhere")
        said = blob_of(larmor, b"elsewhere", objects=tmp_path / "big")
        assert pathlib.Path(said["object"]).is_relative_to(tmp_path / "big")
        assert run("blob", larmor, UNKNOWN).returncode == 1  # there is no folder `objects`


def test_blob_says_what_it_does_not_know(larmor):
    done = run("blob", larmor, UNKNOWN)
    assert done.returncode == 1 and done.stdout == ""
    assert UNKNOWN in done.stderr


def test_blob_tells_of_content_whose_last_file_was_deleted(larmor, archive, resource):
    content = resource.encode()
    archive.upload(f"{resource}/files/a", content)
    assert archive.delete(f"{resource}/files/a").status_code == 200
    done = run("blob", larmor, hashlib.sha256(content).hexdigest())
    assert done.returncode == 0 and "grace period" in done.stdout
    assert "file  " not in done.stdout


def test_blob_tells_of_damage_that_was_noticed(stopped):
    stopped.objects()[0].unlink()
    with stopped:
        answer = stopped.client().get("/data/projects/P/resources/R/files/a")
        assert answer.status_code == 409
        assert blob_of(stopped, b"content")["state"] == "missing"


@pytest.mark.parametrize("command, argument", [
    ("blob", UNKNOWN), ("tree", "tree"), ("fsck", "--hashes")])
def test_a_mistyped_folder_is_named_and_not_made(tmp_path, command, argument):
    argument = tmp_path / argument if command == "tree" else argument
    done = run(command, Larmor(tmp_path / "no-such"), argument)
    assert done.returncode == 1 and "no-such" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [
    ("blob", "abc"), ("blob", "g" * 64), ("blob", ""), ("blob",), ("tree",), ("tree", "")])
def test_a_wrong_call_is_told_apart_from_a_failure(stopped, arguments):
    done = run(arguments[0], stopped, *arguments[1:])
    assert done.returncode == 2 and "--help" in done.stderr


def test_tree_is_the_session_of_the_guide(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        Guide(larmor.client())
        done = run("tree", larmor, tmp_path / "tree")
        assert done.returncode == 0, done.stderr
        assert larmor.client().get("/data/projects").status_code == 200
    expected = {}
    for name in scan_entries("1234"):  # MR1/scans/1-T1/resources/DICOM/files/1.dcm
        path = name.replace("/resources/", "/").replace("/files/", "/")
        expected[f"TEST/1/{path}"] = content_of(name)
    for name in assessor_entries():  # ASSESS1/out/resources/TEST/files/something.hdr
        path = name.replace("/resources/", "/").replace("/files/", "/")
        expected[f"TEST/1/MR1/assessors/{path}"] = content_of(name)
    assert links(tmp_path / "tree") == expected
    assert f"{len(expected)} files" in done.stdout


def test_tree_refuses_a_folder_that_holds_something(stopped, tmp_path):
    assert run("tree", stopped, tmp_path / "tree").returncode == 0
    before = links(tmp_path / "tree")
    done = run("tree", stopped, tmp_path / "tree")
    assert done.returncode == 1 and str(tmp_path / "tree") in done.stderr
    assert links(tmp_path / "tree") == before == {"P/resources/R/a": b"content"}


def test_tree_links_are_right_from_anywhere(stopped, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = subprocess.run([BINARY, "tree", "--data", "data", "tree"], capture_output=True)
    assert done.returncode == 0, done.stderr
    (tmp_path / "tree").rename(tmp_path / "moved")
    monkeypatch.chdir("/")
    assert links(tmp_path / "moved") == {"P/resources/R/a": b"content"}


def test_tree_counts_what_is_lost(stopped, tmp_path):
    stopped.sql("update blob set state = 'missing'")
    done = run("tree", stopped, tmp_path / "tree")
    assert done.returncode == 0 and "1 of them known to be missing" in done.stdout


def test_tree_keeps_odd_names_below_its_target(stopped, tmp_path):
    names = ["../../../up", "/etc/root", "..", "a/../../b", "back\\slash", "new\nline"]
    for name in names:
        stopped.sql("insert into file select resource, ?, format, content, tags, description, "
                    "created, created_by, blob from file where path = 'a'", name)
    done = run("tree", stopped, tmp_path / "deep" / "tree")
    assert done.returncode == 1  # its parent is not made
    (tmp_path / "deep").mkdir()
    assert run("tree", stopped, tmp_path / "deep" / "tree").returncode == 0
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["tree"]
    assert [path.name for path in (tmp_path / "deep/tree").iterdir()] == ["P"]
    assert len(links(tmp_path / "deep/tree")) == len(names) + 1


def test_fsck_is_content_with_a_sound_archive(stopped):
    for options in ((), ("--hashes",)):
        done = run("fsck", stopped, *options)
        assert done.returncode == 0, done.stdout
        assert "1 stored contents, 0 surplus objects, 0 problems" in done.stdout


def test_fsck_counts_a_surplus_object_as_no_problem(stopped):
    used = stopped.objects()[0]
    used.with_name("4000").write_bytes(b"surplus")
    done = run("fsck", stopped, "--hashes")
    assert done.returncode == 0 and "1 surplus objects, 0 problems" in done.stdout


def test_fsck_names_an_object_that_is_gone(stopped):
    lost = stopped.objects()[0]
    lost.unlink()
    done = run("fsck", stopped)
    assert done.returncode == 1 and "1 problems" in done.stdout
    assert f"{lost.parent.name}/{lost.name}" in done.stdout


def test_fsck_finds_a_flipped_bit_by_reading(stopped):
    damaged = stopped.objects()[0]
    damaged.chmod(0o600)
    damaged.write_bytes(b"cOntent")
    assert run("fsck", stopped).returncode == 0
    done = run("fsck", stopped, "--hashes")
    assert done.returncode == 1 and damaged.name in done.stdout
    # What was found is known from now on: no download sends it, and an upload mends it.
    with stopped:
        client = stopped.client()
        files = "/data/projects/P/resources/R/files"
        assert client.get(f"{files}/a").status_code == 409
        client.upload(f"{files}/again", b"content")
        assert client.get(f"{files}/a").content == b"content"


def test_fsck_finds_a_catalog_that_contradicts_itself(stopped):
    stopped.sql("update resource set file_count = 7")
    assert run("fsck", stopped).returncode == 1


def test_fsck_is_refused_while_the_archive_is_served(larmor):
    done = run("fsck", larmor)
    assert done.returncode == 1 and "in use" in done.stderr


SHA256 = hashlib.sha256(b"content").hexdigest()
ADDRESS = "/data/projects/P/resources/R/files/a"


def read_only(larmor, command, argument):
    return run_read_only(larmor.data, [BINARY, command, "--data", larmor.data, argument])


@pytest.mark.parametrize("name", ["data", "a b", "50%41 #1?x=&ü"])
def test_what_only_reads_works_where_nothing_can_be_written(stopped, tmp_path, name):
    stopped.data = stopped.data.rename(tmp_path / name)
    done = read_only(stopped, "blob", SHA256)
    assert (done.returncode, done.stderr) == (0, "") and ADDRESS in done.stdout
    done = read_only(stopped, "tree", tmp_path / "tree")
    assert (done.returncode, done.stderr) == (0, "")
    assert links(tmp_path / "tree") == {"P/resources/R/a": b"content"}


def test_a_snapshot_of_a_server_that_ran_is_read_with_its_last_changes(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        larmor.client().make("/data/projects/P")
        larmor.client().upload(ADDRESS, b"content")
        shutil.copytree(larmor.data, tmp_path / "snap?shot")
    snapshot = Larmor(tmp_path / "snap?shot")
    assert (snapshot.data / "catalog.sqlite-wal").stat().st_size > 0
    done = read_only(snapshot, "blob", SHA256)
    assert (done.returncode, done.stderr) == (0, "") and ADDRESS in done.stdout
    (snapshot.data / "catalog.sqlite-shm").unlink()
    done = read_only(snapshot, "blob", SHA256)
    assert done.returncode == 1 and "catalog.sqlite-wal" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_older_catalog_that_cannot_be_migrated_is_refused(stopped):
    stopped.sql("UPDATE schema_version SET version = 1")
    done = read_only(stopped, "blob", SHA256)
    assert done.returncode == 1 and "older version 1" in done.stderr
    assert stopped.sql("SELECT version FROM schema_version") == [(1,)]

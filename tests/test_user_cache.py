# SPDX-License-Identifier: Apache-2.0
"""The scratch space of a user, `/data/user/cache`."""
import io
import zipfile

import pytest

from running import PASSWORD

CACHE = "/data/user/cache/resources"


def add_user(larmor, name, administrator):
    """A user with the administrator's password; there is no call that makes one yet."""
    larmor.sql("INSERT INTO app_user (name, password_hash, is_administrator, is_enabled, revision)"
               " SELECT ?, password_hash, ?, 1, 1 FROM app_user WHERE name = 'admin'",
               name, administrator)
    return larmor.client(name, PASSWORD)


@pytest.fixture(scope="module")
def bob(larmor, archive):
    return add_user(larmor, "bob", 0)


@pytest.fixture(scope="module")
def eve(larmor, archive):
    return add_user(larmor, "eve", 1)


@pytest.fixture
def scratch(bob):
    """The path of a resource of bob's cache with three files."""
    bob.delete(f"{CACHE}/X")
    for name in ("a.txt", "sub/b.txt", "sub/deep/c d.txt"):
        bob.upload(f"{CACHE}/X/files/{name}", name.encode())
    return f"{CACHE}/X"


def test_an_untouched_cache_is_empty(eve):
    result = eve.get(CACHE).json()["ResultSet"]
    assert result["Result"] == [] and result["totalRecords"] == "0"
    assert eve.get(f"{CACHE}/X/files").status_code == 404
    assert eve.get(f"{CACHE}/X/files/a").status_code == 404
    assert eve.get(f"{CACHE}/X/files/a?accept-not-found=true").status_code == 204
    assert eve.delete(f"{CACHE}/X").status_code == 404


@pytest.mark.parametrize("prefix", ["/data", "/REST", "/data/archive", "/REST/archive"])
def test_resources_are_listed(bob, scratch, prefix):
    rows = bob.rows(f"{prefix}/user/cache/resources")
    assert {"Resource": "X", "URI": scratch} in rows


def test_files_are_listed_by_their_path(bob, scratch):
    rows = bob.rows(f"{scratch}/files")
    assert [row["Name"] for row in rows] == ["a.txt", "sub/b.txt", "sub/deep/c d.txt"]
    assert set(rows[0]) == {"Name", "Size", "URI"} and rows[0]["Size"] == "5"
    for row in rows:
        assert row["URI"].startswith(f"{scratch}/files/")
        assert bob.get(row["URI"]).content == row["Name"].encode()
    assert bob.rows(scratch) == rows
    assert bob.get(f"{scratch}/files?format=csv").text.splitlines()[0] == "Name,Size,URI"
    assert [row["Name"] for row in bob.rows(f"{scratch}/files/sub/")] == \
        ["sub/b.txt", "sub/deep/c d.txt"]


def test_a_file_comes_as_any_other(bob, scratch):
    answer = bob.get(f"{scratch}/files/a.txt", headers={"Range": "bytes=2-"})
    assert (answer.status_code, answer.content) == (206, b"txt")
    assert bob.head(f"{scratch}/files/a.txt").headers["Content-Length"] == "5"


def test_all_of_it_comes_as_a_zip(bob, scratch):
    answer = bob.get(f"{scratch}/files?format=zip")
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert names == ["a.txt", "sub/b.txt", "sub/deep/c d.txt"]
    assert "cache.zip" in answer.headers["Content-Disposition"]


def test_scratch_space_is_written_over(bob, scratch):
    bob.upload(f"{scratch}/files/a.txt", b"new")
    assert bob.get(f"{scratch}/files/a.txt").content == b"new"
    answer = bob.put(f"{scratch}/files/a.txt?overwrite=false", b"newer")
    assert answer.status_code == 200 and "duplicates" in answer.text
    assert bob.get(f"{scratch}/files/a.txt").content == b"new"


def test_a_form_stores_its_files(bob, scratch):
    answer = bob.post(f"{scratch}/files", files=[("f", ("p.dcm", b"p")), ("f", ("q.dcm", b"q"))])
    assert answer.status_code in (200, 201), answer.text
    assert bob.get(f"{scratch}/files/q.dcm").content == b"q"
    assert bob.put(f"{scratch}/files/new/", b"x").status_code == 400


def test_a_resource_is_made_once(bob):
    bob.delete(f"{CACHE}/Made")
    assert bob.put(f"{CACHE}/Made").status_code == 200
    assert bob.put(f"{CACHE}/Made").status_code == 412
    assert bob.rows(f"{CACHE}/Made/files") == []
    assert bob.delete(f"{CACHE}/Made").status_code == 200


def test_deleting_a_file_a_folder_and_all(bob, scratch):
    assert bob.delete(f"{scratch}/files/a.txt").status_code == 200
    assert bob.delete(f"{scratch}/files/sub").status_code == 200
    assert bob.delete(f"{scratch}/files/sub").status_code == 404
    assert bob.rows(f"{scratch}/files") == []
    assert bob.delete(f"{scratch}/files").status_code == 200
    assert bob.get(f"{scratch}/files").status_code == 404


def test_nobody_else_sees_it(larmor, archive, bob, eve, scratch):
    number = larmor.sql("SELECT resource FROM file WHERE path = 'sub/deep/c d.txt'")[0][0]
    key = larmor.sql("SELECT id FROM project WHERE cache_of IS NOT NULL")[0][0]
    by_number = [f"/data/projects/{key}/resources/{number}/files/a.txt",
                 f"/data/projects/{key}/resources/{number}"]
    for other in (archive, eve):
        assert other.get(f"{scratch}/files/a.txt").status_code == 404
        assert other.delete(scratch).status_code == 404
        for url in by_number:
            assert other.get(url).status_code == other.delete(url).status_code == 404
    eve.upload(f"{scratch}/files/a.txt", b"of eve")
    assert bob.get(f"{scratch}/files/a.txt").content == b"a.txt"
    assert eve.get(f"{scratch}/files/a.txt").content == b"of eve"
    assert larmor.client(None, "x").get(CACHE).status_code == 401
    for user in (archive, bob, eve):
        assert all(not row["ID"].startswith("cache") for row in user.rows("/data/projects"))
        assert user.get(f"/data/projects/{key}").status_code == 404
        assert user.get(f"/data/projects/{key}/resources/{number}/files").status_code == 404
        assert user.delete(f"/data/projects/{key}").status_code in (400, 404)


def test_it_outlives_a_restart(larmor, bob, scratch):
    larmor.restart()
    assert bob.get(f"{scratch}/files/a.txt").content == b"a.txt"


@pytest.mark.parametrize("method, path, status", [
    ("PUT", "", 405), ("DELETE", "", 405), ("POST", "/X", 405), ("GET", "/X/nonsense", 400),
    ("PUT", "/X/files/..%2Fy", 400), ("DELETE", "/X/files/*", 400)])
def test_what_makes_no_sense_is_refused(bob, scratch, method, path, status):
    assert bob.raw(method, CACHE + path, body=b"x" if method == "PUT" else None)[0] == status


@pytest.mark.parametrize("path", ["/data/user", "/data/user/cache", "/data/user/cache/files",
                                  "/data/user/bob/files"])
def test_there_is_nothing_beside_it(bob, path):
    assert bob.get(path).status_code == 404

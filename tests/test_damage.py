# SPDX-License-Identifier: Apache-2.0
"""What happens to stored objects behind the archive's back: said by name, and before byte 0."""
import os
import time

import pytest
import requests

SIZE = 60_000_000


@pytest.fixture
def stored(larmor, archive, resource):
    """A file that was just fetched, and where its object lies."""
    before = set(larmor.objects())
    archive.upload(f"{resource}/files/scan.dcm", os.urandom(70_000))
    (path,) = set(larmor.objects()) - before
    assert archive.get(f"{resource}/files/scan.dcm").status_code == 200
    return path


def test_a_file_cut_short_is_a_conflict_by_name_at_the_first_request(archive, resource, stored):
    os.truncate(stored, 10)
    for url in ("files/scan.dcm", "files?format=zip"):
        answer = archive.get(f"{resource}/{url}")
        assert (answer.status_code, "scan.dcm" in answer.text) == (409, True), answer.text
        assert stored.parent.name not in answer.text, "an object is named"


def test_a_lost_file_is_a_conflict_until_it_is_back(archive, resource, stored):
    away = stored.with_suffix(".away")
    stored.rename(away)
    assert archive.get(f"{resource}/files/scan.dcm").status_code == 409
    assert archive.get(f"{resource}/files?format=zip").status_code == 409
    assert archive.rows(f"{resource}/files")[0]["Name"] == "scan.dcm"
    away.rename(stored)
    assert archive.get(f"{resource}/files/scan.dcm").status_code == 200


def test_an_upload_does_not_rely_on_an_object_that_is_gone(archive, resource, stored):
    content = stored.read_bytes()
    stored.unlink()
    archive.upload(f"{resource}/files/again.dcm", content)
    for name in ("again.dcm", "scan.dcm"):
        assert archive.get(f"{resource}/files/{name}").content == content


@pytest.mark.parametrize("harm, noticed", [("lost", True), ("lost", False), ("cut", True),
                                           ("cut", False), ("flipped", True)])
def test_an_upload_of_the_same_bytes_mends_though_the_file_is_kept(
        larmor, archive, resource, stored, harm, noticed):
    content, url = stored.read_bytes(), f"{resource}/files/scan.dcm"
    if harm == "lost":
        stored.unlink()
    elif harm == "cut":
        os.truncate(stored, 10)
    else:
        stored.chmod(0o644)
        stored.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    if noticed:
        try:
            archive.get(f"{resource}/files?format=zip&compression=8")
        except requests.exceptions.RequestException:
            pass
        assert archive.get(url).status_code == 409
    answer = archive.put(f"{url}?inbody=true", os.urandom(10))
    assert (answer.status_code, "scan.dcm" in answer.text) == (200, True)
    assert archive.get(url).status_code == 409
    answer = archive.put(f"{url}?inbody=true", content)
    assert (answer.status_code, "scan.dcm" in answer.text) == (200, True)
    assert archive.get(url).content == content


def test_what_fails_on_the_way_breaks_off_and_is_marked(larmor, archive, resource):
    before = set(larmor.objects())
    archive.upload(f"{resource}/files/big", os.urandom(SIZE))
    (path,) = set(larmor.objects()) - before
    answer = archive.get(f"{resource}/files?format=zip", stream=True)
    assert answer.status_code == 200
    body = answer.iter_content(100_000)
    next(body)
    os.truncate(path, SIZE // 2)
    with pytest.raises(requests.exceptions.RequestException):
        for _ in body:
            pass
    deadline = time.monotonic() + 10
    while archive.head(f"{resource}/files?format=zip").status_code == 200:
        assert time.monotonic() < deadline, "the damage was not marked"
        time.sleep(0.05)
    assert archive.get(f"{resource}/files/big").status_code == 409

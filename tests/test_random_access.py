# SPDX-License-Identifier: Apache-2.0
"""One slice out of a remote archive of a thousand, by the program that the documents show."""
import random
import re
import sys
import zipfile

import pytest
import requests

from conftest import MR, SCAN
from running import PASSWORD, REPOSITORY

SLICES = 1_000
LARGE = 500  # this one is as large as a CT's
SESSION = "/data/projects/Far/subjects/S/experiments/E"
URL = f"{SESSION}/scans/1/files?format=zip"


def slice_of(number):
    return random.Random(number).randbytes(525_312 if number == LARGE else 33_280)


@pytest.fixture(scope="module")
def far(larmor, archive):
    archive.make("/data/projects/Far")
    archive.make(f"{SESSION}?{MR}")
    archive.make(f"{SESSION}/scans/1?{SCAN}&type=T1")
    for first in range(0, SLICES, 100):
        parts = [("file", (f"{number:04}.dcm", slice_of(number)))
                 for number in range(first, first + 100)]
        answer = archive.post(f"{SESSION}/scans/1/resources/DICOM/files", files=parts)
        assert answer.status_code == 200, answer.text
    return larmor


def program():
    """The Python text of the documents that reads a remote zip."""
    text = (REPOSITORY / "docs/downloads.md").read_text(encoding="utf-8")
    return next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
                if "RemoteFile" in block)


class Traffic:
    """Counts what goes through requests."""

    def __init__(self, monkeypatch):
        self.requests, self.bytes, self.before_next = 0, 0, lambda: None
        send = requests.Session.send

        def count(session, request, **options):
            self.requests += 1
            answer = send(session, request, **options)
            self.bytes += len(str(request.headers)) + len(str(answer.headers))
            self.bytes += len(answer.content)
            self.before_next()
            return answer
        monkeypatch.setattr(requests.Session, "send", count)


def fetch(larmor, monkeypatch, tmp_path, wanted):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["", larmor.url + URL, "admin", PASSWORD, wanted])
    exec(compile(program(), "docs/downloads.md", "exec"), {})
    return (tmp_path / "slice.dcm").read_bytes()


@pytest.mark.parametrize("number", [0, 371, LARGE, SLICES - 1])
def test_one_slice_of_a_thousand_takes_few_requests_and_bytes(far, monkeypatch, tmp_path, number):
    traffic = Traffic(monkeypatch)
    assert fetch(far, monkeypatch, tmp_path, f"/{number:04}.dcm") == slice_of(number)
    assert traffic.requests < 5 and traffic.bytes < 1_000_000, vars(traffic)


def test_the_archive_is_far_larger_than_what_was_moved(far, archive):
    length = int(archive.head(URL).headers["Content-Length"])
    assert length > SLICES * 33_280


def test_a_selection_that_changes_in_between_is_never_mixed(far, archive, monkeypatch, tmp_path):
    traffic = Traffic(monkeypatch)
    new = f"{SESSION}/scans/1/resources/NEW/files/new.dcm"

    def change():
        traffic.before_next = lambda: None
        archive.upload(new, b"new")
    traffic.before_next = change
    with pytest.raises(requests.HTTPError, match="412"):
        fetch(far, monkeypatch, tmp_path, "/0000.dcm")
    assert archive.delete(new).status_code == 200


def test_the_whole_is_the_zip_that_was_read_from(far, archive, tmp_path):
    (tmp_path / "E.zip").write_bytes(archive.get(URL).content)
    with zipfile.ZipFile(tmp_path / "E.zip") as whole:
        assert len(whole.namelist()) == SLICES
        assert whole.read("E/scans/1-T1/resources/DICOM/files/0371.dcm") == slice_of(371)

# SPDX-License-Identifier: Apache-2.0
"""Real DICOM sessions go up and come down byte for byte, whatever their files are called."""
from concurrent.futures import ThreadPoolExecutor
import hashlib
import io
from urllib.parse import quote
import zipfile

import pytest

FOLDERS = ["session-mr", "session-mr2", "session-ct", "session-pt", "session-rt", "charset", "odd",
           "broken", "enhanced", "multi-study-tiny", "non-image", "transfer-syntax", "assessor"]


class Uploaded:
    """A folder of the sample data as a session: each folder of files is a scan. `5001_anat-T1w`
    is scan 5001 of type anat-T1w; another name is a type, and the scan gets a number."""

    def __init__(self, archive, folder):
        self.archive = archive
        self.path = f"/data/projects/Real/subjects/{folder.name}/experiments/{folder.name}"
        archive.make("/data/projects/Real")
        archive.make(f"{self.path}?xsiType=xnat:mrSessionData")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        parents = sorted({path.parent for path in files})
        self.files = {}
        for number, parent in enumerate(parents, 1):
            scan, _, kind = parent.name.partition("_")
            if not scan.isdigit():
                scan, kind = str(number), parent.name
            archive.put(f"{self.path}/scans/{scan}", params={
                "xsiType": "xnat:mrScanData", "type": kind}).raise_for_status()
            for path in files:
                if path.parent == parent:
                    self.files[scan, path.name] = path.read_bytes()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(self.upload, self.files))

    def url(self, scan, name):
        return f"{self.path}/scans/{scan}/resources/DICOM/files/{quote(name)}"

    def upload(self, key):
        self.archive.upload(self.url(*key), self.files[key])

    def download(self, selector):
        """{(scan, name): bytes} of the archive for a selector."""
        answer = self.archive.get(f"{self.path}/scans/{selector}/files?format=zip")
        assert answer.status_code == 200, answer.text
        members = zipfile.ZipFile(io.BytesIO(answer.content))
        assert members.testzip() is None
        return {(name.split("/")[2].split("-")[0], name.split("/files/")[1]): members.read(name)
                for name in members.namelist()}


@pytest.fixture(scope="module")
def uploaded(archive, sample_data):
    known = {}

    def get(name):
        if name not in known:
            known[name] = Uploaded(archive, sample_data / name)
        return known[name]
    return get


@pytest.mark.parametrize("name", FOLDERS)
def test_a_session_comes_back_byte_for_byte(uploaded, name):
    session = uploaded(name)
    assert session.download("ALL") == session.files


@pytest.mark.parametrize("name", FOLDERS)
def test_listed_sizes_and_digests_are_true(archive, uploaded, name):
    session = uploaded(name)
    rows = archive.rows(f"{session.path}/scans/ALL/files")
    listed = {(row["URI"].split("/scans/")[1].split("/")[0], row["Name"]): row for row in rows}
    assert listed.keys() == session.files.keys()
    for key, content in session.files.items():
        assert listed[key]["Size"] == str(len(content))
        assert listed[key]["digest"] == hashlib.md5(content).hexdigest()


def test_odd_names_are_found_one_by_one(archive, uploaded):
    session = uploaded("odd")
    for key, content in session.files.items():
        assert archive.get(session.url(*key)).content == content


@pytest.mark.parametrize("selector, scans, count", [
    ("5001,6001", {"5001", "6001"}, 48), ("anat-T1w_acq-tfl", {"5001", "6001"}, 48),
    ("func-bold_task-fa_run-1", {"7001", "7002"}, 66),
    ("anat-T1w_acq-tfl,2001", {"5001", "6001", "2001"}, 53)])
def test_scans_are_selected_by_id_and_type(uploaded, selector, scans, count):
    session = uploaded("session-mr")
    found = session.download(selector)
    assert len(found) == count and {scan for scan, _ in found} == scans
    assert found.items() <= session.files.items()


def test_types_with_blanks_and_equals_signs(archive, uploaded):
    session = uploaded("session-mr2")
    archive.put(f"{session.path}/scans/1", params={"type": "EPI PE=AP"}).raise_for_status()
    expected = {key for key in session.files if key[0] == "1"}
    assert expected and session.download("EPI%20PE=AP").keys() == expected

# SPDX-License-Identifier: Apache-2.0
"""`larmor serve --demo`: a phantom in the layout of the download guide."""
import io
import re
import shlex
import subprocess
import time
import zipfile

import pydicom
import pytest

from running import PASSWORD, Larmor


@pytest.fixture(scope="module")
def larmor(tmp_path_factory):
    with Larmor(tmp_path_factory.mktemp("demo") / "data", "--demo") as server:
        yield server


@pytest.fixture(scope="module")
def commands(larmor):
    """The curl commands that were printed, which come after the address."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = [line.strip() for line in larmor.output if line.strip().startswith("curl ")]
        if len(found) == 3:
            break
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def session(archive):
    project = archive.rows("/data/projects")[0]["ID"]
    return archive.rows(f"/data/projects/{project}/experiments")[0]["URI"]


@pytest.fixture(scope="module")
def dicom(archive, session, tmp_path_factory):
    """The DICOM files of the demonstration, on disk."""
    answer = archive.get(f"{session}/scans/ALL/resources/DICOM/files?format=zip")
    folder = tmp_path_factory.mktemp("dicom")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(folder)
    return sorted(path for path in folder.rglob("*.dcm"))


def test_three_commands_are_printed_and_work(commands, tmp_path):
    assert len(commands) == 3
    for command in commands:
        assert "-u admin " in command  # curl asks for the password
        words = shlex.split(command.replace("-u admin ", f"--fail -sS -u admin:{PASSWORD} "))
        done = subprocess.run(words, cwd=tmp_path, capture_output=True)
        assert done.returncode == 0, done.stderr
    assert zipfile.ZipFile(tmp_path / "MR1.zip").testzip() is None


def test_the_layout_is_that_of_the_download_guide(archive, session):
    scans = archive.rows(f"{session}/scans")
    assert [(scan["ID"], scan["type"]) for scan in scans] == \
        [("1", "T1"), ("2", "T1"), ("3", "T2"), ("4", "T2")]
    for scan in scans:
        resources = archive.rows(f"{session}/scans/{scan['ID']}/resources")
        assert [row["label"] for row in resources] == ["DICOM", "SNAPSHOTS"]


def test_dciodvfy_finds_no_error(dicom):
    assert len(dicom) >= 4
    for path in dicom[::max(1, len(dicom) // 8)]:
        done = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True)
        errors = [line for line in done.stderr.splitlines() if line.startswith("Error")]
        assert errors == [], path


def test_pydicom_reads_the_files(dicom):
    weightings = set()
    for path in dicom:
        data = pydicom.dcmread(path)
        assert data.Modality == "MR" and data.Rows * data.Columns * 2 == len(data.PixelData)
        weightings.add((float(data.RepetitionTime), float(data.EchoTime)))
    assert len(weightings) == 2
    assert len({pydicom.dcmread(path).SOPInstanceUID for path in dicom}) == len(dicom)


def test_snapshots_are_pictures(archive, session):
    for row in archive.rows(f"{session}/scans/ALL/resources/SNAPSHOTS/files"):
        content = archive.get(row["URI"]).content
        assert content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n"))


def test_a_second_start_adds_nothing(larmor, archive):
    before = archive.rows("/data/projects"), len(larmor.objects())
    larmor.restart()
    assert (archive.rows("/data/projects"), len(larmor.objects())) == before


def test_an_archive_in_use_is_left_alone(tmp_path):
    larmor = Larmor(tmp_path / "data")
    with larmor:
        larmor.client().make("/data/projects/Mine")
    larmor.options = ("--demo",)
    with larmor:
        assert [row["ID"] for row in larmor.client().rows("/data/projects")] == ["Mine"]


def test_the_address_is_printed(larmor):
    assert re.search(rf"http://127\.0\.0\.1:{larmor.port}\b", "".join(larmor.output))

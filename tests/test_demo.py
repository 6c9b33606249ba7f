# SPDX-License-Identifier: Apache-2.0
"""`larmor serve --demo`: a phantom in the layout of the download guide."""
import io
import os
import random
import re
import shlex
import subprocess
import time
import zipfile

import pydicom
import pytest

from running import BINARY, PASSWORD, START_SECONDS, Larmor

SESSION = "/data/projects/TEST/subjects/1/experiments/MR1"


def kill_while_it_fills(larmor, objects):
    """Starts it, and kills it as soon as this many objects are stored."""
    command = [BINARY, "serve", "--data", str(larmor.data), "--listen", "127.0.0.1:0", "--demo"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, "LARMOR_ADMIN_PASSWORD": PASSWORD})
    deadline = time.monotonic() + START_SECONDS
    while len(larmor.objects()) < objects and time.monotonic() < deadline:
        time.sleep(0.001)
    process.kill()
    process.wait(timeout=60)


def shown_by(larmor):
    """All that a demonstration shows, but for what differs from one to the next."""
    archive, files = larmor.client(), []
    for items in ("scans", "assessors"):
        answer = archive.get(f"{SESSION}/{items}/ALL/files?format=zip")
        assert answer.status_code == 200, answer.text
        members = zipfile.ZipFile(io.BytesIO(answer.content)).infolist()
        # Sizes differ by the digits of the UIDs that each demonstration makes up.
        files += [(member.filename, member.file_size > 100) for member in members]
    scans = [(row["ID"], row["type"], row["quality"]) for row in archive.rows(f"{SESSION}/scans")]
    return files, scans, archive.item("/data/projects/TEST")["data_fields"]


def studies_of(larmor):
    """The study and the series of every DICOM file, and the study of the session."""
    archive = larmor.client()
    answer = archive.get(f"{SESSION}/scans/ALL/resources/DICOM/files?format=zip")
    members = zipfile.ZipFile(io.BytesIO(answer.content))
    heads = {name: pydicom.dcmread(io.BytesIO(members.read(name)), stop_before_pixels=True)
             for name in members.namelist()}
    series = {(name.split("/")[2], head.SeriesInstanceUID) for name, head in heads.items()}
    return ({head.StudyInstanceUID for head in heads.values()}, series,
            archive.item(SESSION)["data_fields"]["UID"])


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


@pytest.mark.parametrize("seed", range(5))
def test_what_was_killed_on_the_way_is_completed(larmor, tmp_path, seed):
    stored = random.Random(seed).randrange(1, 50)
    broken = Larmor(tmp_path / "data", "--demo")
    kill_while_it_fills(broken, stored)
    assert broken.sql("select description from project") == [("A Shepp-Logan head, being made",)]
    with broken:
        assert shown_by(broken) == shown_by(larmor)
        studies, series, study = studies_of(broken)
        assert studies == {study} and len(series) == 4
    assert subprocess.run([BINARY, "fsck", "--data", str(broken.data)]).returncode == 0


def test_what_was_killed_at_once_is_made(larmor, tmp_path):
    broken = Larmor(tmp_path / "data", "--demo")
    for _ in range(3):
        kill_while_it_fills(broken, 0)
    with broken:
        assert shown_by(broken) == shown_by(larmor)


def test_what_was_killed_stays_as_it_is_once_others_use_the_archive(tmp_path):
    broken = Larmor(tmp_path / "data")
    kill_while_it_fills(broken, 20)
    with broken:
        broken.client().make("/data/projects/Mine")
        before = broken.client().rows(f"{SESSION}/scans")
        assert len(before) < 4
    broken.options = ("--demo",)
    with broken:
        assert broken.client().rows(f"{SESSION}/scans") == before
        assert not any("curl" in line for line in broken.output)


def test_a_demonstration_that_was_deleted_does_not_come_back(tmp_path):
    larmor = Larmor(tmp_path / "data", "--demo")
    with larmor:
        assert larmor.client().delete("/data/projects/TEST").status_code == 200
    with larmor:
        assert larmor.client().rows("/data/projects") == []


def test_what_was_changed_in_it_stays_changed(tmp_path):
    larmor = Larmor(tmp_path / "data", "--demo")
    with larmor:
        larmor.client().make(f"{SESSION}/scans/1?quality=unusable")
        assert larmor.client().delete(f"{SESSION}/scans/4").status_code == 200
    with larmor:
        scans = larmor.client().rows(f"{SESSION}/scans")
        assert [row["quality"] for row in scans] == ["unusable", "usable", "usable"]


def test_the_address_is_printed(larmor):
    assert re.search(rf"http://127\.0\.0\.1:{larmor.port}\b", "".join(larmor.output))

# SPDX-License-Identifier: Apache-2.0
"""What all suites share: a server of their own, a client, a fresh project, the guide's tree."""
import itertools
import os
import pathlib

import pytest

from guide import Guide
from running import Larmor

MR, SCAN = "xsiType=xnat:mrSessionData", "xsiType=xnat:mrScanData"
# Below the project of the fixture `tree`.
LEVELS = ["subjects/S", "subjects/S/experiments/E", "subjects/S/experiments/E/scans/1",
          "subjects/S/experiments/E/assessors/A", "subjects/S/experiments/E/reconstructions/R"]
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def larmor(tmp_path_factory):
    """One server per suite; tests keep apart by projects of their own."""
    with Larmor(tmp_path_factory.mktemp("larmor") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def archive(larmor):
    return larmor.client()


@pytest.fixture(scope="module")
def guide(archive):
    return Guide(archive)


@pytest.fixture
def project(archive):
    """The path of an empty project that no other test uses."""
    path = f"/data/projects/P{next(numbers)}"
    archive.make(path)
    return path


@pytest.fixture
def session(archive, project):
    """The path of an empty MR session."""
    path = f"{project}/subjects/S/experiments/E"
    archive.make(f"{path}?{MR}")
    return path


@pytest.fixture
def resource(archive, session):
    """The path of an empty resource of a session."""
    archive.make(f"{session}/resources/R")
    return f"{session}/resources/R"


@pytest.fixture
def tree(archive, project):
    """The path of a project with one of each below it."""
    archive.make(f"{project}/subjects/S?gender=female")
    session = f"{project}/subjects/S/experiments/E"
    archive.make(f"{session}?{MR}&date=05/06/2024")
    archive.make(f"{session}/scans/1?{SCAN}&type=T1&quality=usable")
    archive.make(f"{session}/assessors/A?xsiType=xnat:qcManualAssessorData")
    archive.make(f"{session}/reconstructions/R?xsiType=xnat:reconstructedImageData&type=MPR")
    return project


@pytest.fixture(scope="session")
def sample_data():
    """The folder of real DICOM sessions; a clone without them still passes the other suites."""
    folder = os.environ.get("LARMOR_TEST_DATA")
    if not folder or not pathlib.Path(folder, "session-mr").is_dir():
        pytest.skip("LARMOR_TEST_DATA does not name a folder with the sample sessions")
    return pathlib.Path(folder)

# SPDX-License-Identifier: Apache-2.0
"""One address, one thing: what a name in a path may be, and what it then means."""
from conftest import MR, SCAN

QC = "xsiType=xnat:qcManualAssessorData"


def status(answer, code, *words):
    """The answer has this code, and its one line has these words."""
    assert answer.status_code == code, answer.text
    for word in words:
        assert word in answer.text
    return answer


def test_no_session_and_no_assessor_is_called_all(archive, project, session):
    """GET experiments/ALL/files is of all sessions, so nothing below could reach it."""
    for path in (f"{project}/subjects/S/experiments/ALL?{MR}", f"{project}/experiments/ALL?{MR}",
                 f"{session}/assessors/ALL?{QC}", f"{session}?label=ALL"):
        status(archive.put(path), 417, "'ALL'")
    archive.make(f"{project}/subjects/ALL")
    archive.upload(f"{project}/subjects/ALL/resources/R/files/f", b"of the subject")
    assert archive.get(f"{project}/subjects/ALL/files/f").content == b"of the subject"

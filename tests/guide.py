# SPDX-License-Identifier: Apache-2.0
"""The session of XNAT's download guide: project TEST, subject 1, session MR1, built by REST."""
import random

PARENT = "/data/projects/TEST/subjects/1/experiments/MR1"
SCAN_TYPES = {"1": "T1", "2": "T1", "3": "T2", "4": "T2"}
SCAN_FILES = {"DICOM": ["1.dcm", "2.dcm"], "SNAPSHOTS": ["snap.jpg"]}
ASSESSOR_FILES = ["something.hdr", "something.img"]


def content_of(name):
    """Bytes that belong to a name: every file differs from every other, also in length."""
    dice = random.Random(name)
    return dice.randbytes(dice.randrange(1_000, 60_000))


def scan_entries(scans, resources=("DICOM", "SNAPSHOTS")):
    """The archive's names for these scans, in the archive's order."""
    return [f"MR1/scans/{scan}-{SCAN_TYPES[scan]}/resources/{resource}/files/{name}"
            for scan in scans for resource in resources for name in SCAN_FILES[resource]]


def assessor_entries():
    return [f"ASSESS1/out/resources/TEST/files/{name}" for name in ASSESSOR_FILES]


class Guide:
    """Builds the tree with `client` and remembers the accession ids it was given."""

    def __init__(self, client, scans=tuple(SCAN_TYPES)):
        self.client = client
        client.make("/data/projects/TEST")
        self.subject = client.make("/data/projects/TEST/subjects/1")
        self.session = client.make(f"{PARENT}?xsiType=xnat:mrSessionData")
        for scan in scans:
            client.make(f"{PARENT}/scans/{scan}?xsiType=xnat:mrScanData&type={SCAN_TYPES[scan]}")
            for name in scan_entries([scan]):
                scan_path = f"scans/{scan}/" + name.split("/", 3)[3]
                client.upload(f"{PARENT}/{scan_path}", content_of(name))
        self.assessor = client.make(
            f"{PARENT}/assessors/ASSESS1?xsiType=xnat:qcManualAssessorData")
        for name in assessor_entries():
            tail = name.split("/", 1)[1]
            client.upload(f"{PARENT}/assessors/ASSESS1/{tail}", content_of(name))

    def parents(self):
        """The session in every form of URL, without the prefix."""
        return {
            "labels": "/projects/TEST/subjects/1/experiments/MR1",
            "ids": f"/projects/TEST/subjects/{self.subject}/experiments/{self.session}",
            "mixed": f"/projects/TEST/subjects/1/experiments/{self.session}",
            "project": "/projects/TEST/experiments/MR1",
            "project-id": f"/projects/TEST/experiments/{self.session}",
            "contextless": f"/experiments/{self.session}",
        }

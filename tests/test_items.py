# SPDX-License-Identifier: Apache-2.0
"""Single objects read back, as JSON and as XML, by label and by accession id."""
import re
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import LEVELS


@pytest.mark.parametrize("kind, expected", zip(LEVELS, [
    {"label": "S"}, {"label": "E", "date": "2024-05-06"},
    {"ID": "1", "type": "T1", "quality": "usable"}, {"label": "A"}, {"ID": "R", "type": "MPR"}]))
def test_an_object_reads_back_as_json(archive, tree, kind, expected):
    found = archive.item(f"{tree}/{kind}")
    assert expected.items() <= found["data_fields"].items()
    assert found["meta"]["isHistory"] is False


def test_an_item_says_its_type(archive, tree):
    session = f"{tree}/subjects/S/experiments/E"
    for path, name in ((tree, "xnat:projectData"), (session, "xnat:mrSessionData"),
                       (f"{session}/scans/1", "xnat:mrScanData"),
                       (f"{session}/assessors/A", "xnat:qcManualAssessorData")):
        assert archive.item(path)["meta"]["xsi:type"] == name


def test_a_session_lists_its_scans_as_children(archive, tree):
    children = archive.item(f"{tree}/subjects/S/experiments/E")["children"]
    scans = [child["items"] for child in children if child["field"] == "scans/scan"]
    assert [scan["data_fields"]["ID"] for scan in scans[0]] == ["1"]


@pytest.mark.parametrize("kind, root", [("", "Project"), ("/subjects/S", "Subject"),
                                        ("/subjects/S/experiments/E", "MRSession"),
                                        ("/subjects/S/experiments/E/scans/1", "MRScan"),
                                        ("/subjects/S/experiments/E/assessors/A",
                                         "QCManualAssessment")])
def test_an_object_reads_back_as_xml(archive, tree, kind, root):
    answer = archive.get(f"{tree}{kind}?format=xml")
    assert answer.headers["Content-Type"].startswith("text/xml")
    document = ElementTree.fromstring(answer.content)
    assert document.tag == f"{{http://nrg.wustl.edu/xnat}}{root}"
    assert "ID" in document.attrib


def test_session_xml_holds_its_scans(archive, tree):
    document = ElementTree.fromstring(
        archive.get(f"{tree}/subjects/S/experiments/E?format=xml").content)
    scan = document.find("{http://nrg.wustl.edu/xnat}scans/{http://nrg.wustl.edu/xnat}scan")
    assert (scan.get("ID"), scan.get("type")) == ("1", "T1")
    assert scan.get("{http://www.w3.org/2001/XMLSchema-instance}type") == "xnat:mrScanData"


def test_ids_and_labels_are_interchangeable(archive, tree):
    subject = archive.item(f"{tree}/subjects/S")["data_fields"]["ID"]
    session = archive.item(f"{tree}/subjects/S/experiments/E")["data_fields"]["ID"]
    assessor = archive.item(f"{tree}/subjects/S/experiments/E/assessors/A")["data_fields"]["ID"]
    for path in (f"{tree}/subjects/{subject}/experiments/{session}", f"{tree}/experiments/E",
                 f"{tree}/experiments/{session}", f"/data/experiments/{session}",
                 f"/REST/archive{tree[5:]}/subjects/S/experiments/{session}"):
        assert archive.item(path)["data_fields"]["ID"] == session
        assert archive.item(f"{path}/assessors/{assessor}")["data_fields"]["label"] == "A"
        assert archive.item(f"{path}/scans/1")["data_fields"]["type"] == "T1"
    assert archive.item(f"/data/experiments/{assessor}")["data_fields"]["label"] == "A"
    assert archive.item(f"/data/subjects/{subject}")["data_fields"]["label"] == "S"


@pytest.mark.parametrize("path", ["/data/subjects/S", "/data/experiments/E",
                                  "/data/projects/NoSuchProject", "/data/no/such/route",
                                  "{tree}/subjects/NoSuch", "{tree}/experiments/NoSuch",
                                  "{tree}/subjects/S/experiments/E/scans/NoSuch"])
def test_what_is_not_there_is_404(archive, tree, path):
    assert archive.get(path.format(tree=tree) + "?format=json").status_code == 404


def test_an_unknown_method_is_405_with_those_allowed(archive, tree):
    answer = archive.request("PATCH", f"{tree}/subjects/S")
    assert answer.status_code == 405
    assert {"GET", "PUT", "DELETE"} <= set(re.split(r",\s*", answer.headers["Allow"]))

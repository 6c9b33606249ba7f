# SPDX-License-Identifier: Apache-2.0
"""Resources: the folders of files that hang on every level."""
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import LEVELS

RESOURCE_COLUMNS = ["xnat_abstractresource_id", "label", "element_name", "category", "cat_id",
                    "cat_desc", "file_count", "file_size", "tags", "content", "format"]


@pytest.mark.parametrize("kind", [""] + ["/" + level for level in LEVELS])
def test_a_resource_hangs_on_every_level(archive, tree, kind):
    resource = f"{tree}{kind}/resources/NIFTI"
    assert archive.put(f"{resource}?format=NIFTI&content=RAW&tags=a").status_code == 200
    assert archive.put(resource).status_code == 409
    archive.upload(f"{resource}/files/a.nii", b"12345")
    listing = archive.get(f"{tree}{kind}/resources").json()["ResultSet"]
    row = listing["Result"][0]
    assert listing["totalRecords"] == "1" and set(row) == set(RESOURCE_COLUMNS)
    assert (row["label"], row["format"], row["content"]) == ("NIFTI", "NIFTI", "RAW")
    assert (row["file_count"], row["file_size"]) == ("1", "5")
    assert row["element_name"] == "xnat:resourceCatalog"


def test_the_columns_of_resources_stand_in_xnats_order(archive, tree):
    header = archive.get(f"{tree}/resources?format=csv").text.splitlines()[0]
    assert header.split(",") == RESOURCE_COLUMNS


def test_a_resource_by_itself_is_its_catalog(archive, resource):
    answer = archive.get(resource)
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert answer.text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<cat:Catalog')
    ElementTree.fromstring(answer.content)
    assert archive.get(resource[:-1] + "NoSuch").status_code == 404


def test_a_resource_is_deleted_by_label_and_by_id(archive, session):
    for label in ("A", "B"):
        archive.make(f"{session}/resources/{label}")
    number = archive.rows(f"{session}/resources")[1]["xnat_abstractresource_id"]
    assert archive.delete(f"{session}/resources/A").status_code == 200
    assert archive.delete(f"{session}/resources/{number}").status_code == 200
    assert archive.rows(f"{session}/resources") == []


@pytest.mark.parametrize("kind", [""] + ["/" + level for level in LEVELS])
def test_a_resource_is_posted_to_the_list(archive, tree, kind):
    url = f"{tree}{kind}/resources"
    answer = archive.post(f"{url}?label=NEW&format=NIFTI")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Location"] == answer.text
    archive.upload(f"{answer.text}/files/a.nii", b"x")
    row = archive.rows(url)[0]
    assert (row["label"], row["format"], row["file_count"]) == ("NEW", "NIFTI", "1")
    assert answer.text.endswith(f"/resources/{row['xnat_abstractresource_id']}")
    assert archive.post(f"{url}?label=NEW").status_code == 409


def test_a_resource_is_posted_as_a_form(archive, session):
    url = f"{session}/resources"
    answer = archive.post(url, {"xnat:resourceCatalog/label": "F", "content": "RAW"})
    assert answer.status_code == 200, answer.text
    assert [(row["label"], row["content"]) for row in archive.rows(url)] == [("F", "RAW")]
    for body, status in (("", 400), ("label=", 400), ("label=a%2Fb", 400)):
        answer = archive.post(url, body,
                              headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert answer.status_code == status
    assert archive.post(url, b"<xml/>", headers={"Content-Type": "text/xml"}).status_code == 415
    assert archive.post(f"{session[:-1]}NoSuch/resources?label=x").status_code == 404


def test_a_forgotten_files_segment_is_a_bad_request(archive, resource):
    assert archive.delete(f"{resource}/a.dcm").status_code == 400
    assert archive.put(f"{resource}/a.dcm", b"x").status_code == 400


def test_resources_of_what_is_unknown_are_404(archive, tree):
    for path in (f"{tree}/subjects/NoSuch/resources", f"{tree}/experiments/NoSuch/resources"):
        assert archive.get(path).status_code == 404
        assert archive.put(f"{path}/R").status_code == 404

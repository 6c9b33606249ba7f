# SPDX-License-Identifier: Apache-2.0
"""Lists of projects, subjects, experiments, scans, reconstructions and assessors."""
import csv
import io
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import MR, SCAN

LISTS = {
    "/data/projects": {"ID", "secondary_ID", "name", "description", "pi_firstname",
                       "pi_lastname", "URI"},
    "{tree}/subjects": {"ID", "project", "label", "insert_date", "insert_user", "URI"},
    "{tree}/experiments": {"ID", "project", "date", "xsiType", "label", "insert_date",
                           "xnat:subjectassessordata/id", "URI"},
    "{tree}/subjects/S/experiments": {"ID", "project", "date", "xsiType", "label", "insert_date",
                                      "xnat:subjectassessordata/id", "URI"},
    "{tree}/experiments/E/scans": {"xnat_imagescandata_id", "ID", "type", "quality", "xsiType",
                                   "note", "series_description", "URI"},
    "{tree}/experiments/E/reconstructions": {"xnat_reconstructedimagedata_id", "ID", "type",
                                             "baseScanType", "URI"},
    "{tree}/experiments/E/assessors": {"ID", "project", "label", "date", "xsiType",
                                       "insert_date", "session_ID", "session_label", "URI"},
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_xnats_columns_and_only_texts(archive, tree, path):
    answer = archive.get(path.format(tree=tree)).json()["ResultSet"]
    rows = answer["Result"]
    assert answer["totalRecords"] == str(len(rows)) and rows
    for row in rows:
        assert LISTS[path] <= set(row)
        assert all(isinstance(value, str) for value in row.values())


def test_rows_say_where_the_object_is(archive, tree):
    session = archive.item(f"{tree}/experiments/E")["data_fields"]["ID"]
    assert archive.rows(f"{tree}/experiments/E/scans")[0]["URI"] == \
        f"/data/experiments/{session}/scans/1"
    for kind in ("subjects", "experiments"):
        row = archive.rows(f"{tree}/{kind}")[0]
        assert row["URI"] == f"/data/{kind}/{row['ID']}"
        assert archive.item(row["URI"])["data_fields"]["label"] == row["label"]


def test_a_list_is_in_natural_order(archive, session):
    for scan in ("10", "9", "1", "2"):
        archive.make(f"{session}/scans/{scan}?{SCAN}")
    assert [row["ID"] for row in archive.rows(f"{session}/scans")] == ["1", "2", "9", "10"]


def test_a_list_as_csv(archive, tree):
    answer = archive.get(f"{tree}/experiments?format=csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["label"] for row in rows] == ["E"]
    assert rows[0]["xsiType"] == "xnat:mrSessionData"


def test_an_empty_csv_still_names_its_columns(archive, project):
    for kind, column in (("subjects", "label"), ("experiments", "xsiType")):
        text = archive.get(f"{project}/{kind}?format=csv").text
        assert len(text.splitlines()) == 1 and column in text


def test_a_list_as_xml(archive, tree):
    answer = archive.get(f"{tree}/subjects?format=xml")
    assert answer.headers["Content-Type"].startswith("text/xml")
    document = ElementTree.fromstring(answer.content)
    assert (document.tag, document.get("totalRecords")) == ("ResultSet", "1")
    columns = [column.text for column in document.findall("results/columns/column")]
    cells = [cell.text for cell in document.findall("results/rows/row/cell")]
    assert dict(zip(columns, cells))["label"] == "S"


def test_a_list_as_html(archive, tree):
    answer = archive.get(f"{tree}/subjects?format=html")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert 'class="x_rs_t"' in answer.text


def test_an_empty_list_is_no_error(archive, project):
    answer = archive.get(f"{project}/subjects").json()["ResultSet"]
    assert (answer["Result"], answer["totalRecords"]) == ([], "0")


def test_lists_below_what_is_unknown_are_404(archive, tree):
    for path in ("/data/projects/NoSuch/subjects", f"{tree}/subjects/NoSuch/experiments",
                 f"{tree}/experiments/NoSuch/scans", "/data/experiments/NoSuch/scans"):
        assert archive.get(path).status_code == 404


def test_columns_picks_columns_and_uri_comes_along(archive, tree):
    row = archive.rows(f"{tree}/experiments?columns=ID,label,noSuchColumn")[0]
    assert {"ID", "label", "URI"} <= set(row) and "insert_date" not in row
    path = "xnat:mrSessionData/date"
    row = archive.rows(f"{tree}/experiments?{MR}&columns=ID,{path}")[0]
    assert "2024-05-06" in row.values()


def test_a_list_is_filtered_by_type_with_subtypes_and_by_field(archive, tree):
    archive.make(f"{tree}/subjects/S/experiments/CT?xsiType=xnat:ctSessionData")

    def labels(query):
        return [row["label"] for row in archive.rows(f"{tree}/experiments?{query}")]

    assert labels(MR) == ["E"]
    assert labels("xsiType=xnat:imageSessionData") == ["CT", "E"]
    assert labels("label=CT") == ["CT"]
    assert labels("xsiType=xnat:petSessionData") == []

# SPDX-License-Identifier: Apache-2.0
"""pyxnat, as Debian has it, works unchanged: build a tree, upload, list, download, delete."""
import os
import zipfile

import pytest

os.environ["NO_PROXY"] = "127.0.0.1"
import pyxnat  # noqa: E402  requests reads NO_PROXY

from running import PASSWORD  # noqa: E402


@pytest.fixture(scope="module")
def xnat(larmor, tmp_path_factory):
    os.environ["HOME"] = str(tmp_path_factory.mktemp("home"))
    return pyxnat.Interface(server=larmor.url, user="admin", password=PASSWORD)


@pytest.fixture(scope="module")
def scan(xnat):
    """A scan made by pyxnat, with everything above it."""
    project = xnat.select.project("PYX")
    project.create()
    project.subject("S").create()
    session = project.subject("S").experiment("E")
    session.create(experiments="xnat:mrSessionData")
    session.scan("1").create(**{"scans": "xnat:mrScanData", "xnat:mrScanData/type": "T1"})
    return session.scan("1")


def test_what_was_made_exists(xnat, scan):
    assert xnat.select.project("PYX").exists()
    assert xnat.select.project("PYX").subject("S").exists()
    assert scan.parent().exists() and scan.exists()
    assert not xnat.select.project("NoSuch").exists()
    assert not xnat.select.project("PYX").subject("NoSuch").exists()


def test_ids_labels_and_types(xnat, scan):
    session = scan.parent()
    assert session.label() == "E" and session.id().startswith("XNAT_E")
    assert session.datatype() == "xnat:mrSessionData"
    assert scan.datatype() == "xnat:mrScanData"
    assert xnat.select.project("PYX").subject("S").id().startswith("XNAT_S")


def test_collections_are_listed(xnat, scan):
    assert "PYX" in xnat.select.projects().get()
    assert xnat.select.project("PYX").subjects().first().label() == "S"
    assert [found.label() for found in xnat.select.project("PYX").experiments()] == ["E"]
    assert scan.parent().scans().get() == ["1"]


def test_attributes_are_set_and_read(scan):
    scan.attrs.set("xnat:mrScanData/quality", "usable")
    assert scan.attrs.get("quality") == "usable"
    assert scan.attrs.get("type") == "T1"


def test_a_file_goes_up_and_comes_down(scan, tmp_path):
    source = tmp_path / "source.dcm"
    source.write_bytes(b"\x00DICM" * 1000)
    target = scan.resource("DICOM").file("1.dcm")
    target.put(str(source), format="DICOM", content="RAW", tags="t")
    assert target.exists() and target.size() == "5000"
    assert (target.format(), target.content(), target.labels()) == ("DICOM", "RAW", "t")
    assert "GMT" in target.last_modified()
    copy = target.get(str(tmp_path / "copy.dcm"))
    assert open(copy, "rb").read() == source.read_bytes()


def test_a_resource_comes_down_as_a_zip(scan, tmp_path):
    resource = scan.resource("ZIP")
    for name in ("1.dcm", "2.dcm"):
        resource.file(name).put(f"content of {name}")
    path = resource.get(str(tmp_path))
    with zipfile.ZipFile(path) as members:
        assert members.namelist() == ["1.dcm", "2.dcm"]  # cut by pyxnat at files/
        assert members.read(members.namelist()[0]) == b"content of 1.dcm"


@pytest.mark.parametrize("kind", ["ALL", "T1"])
def test_scans_come_down_as_a_zip(scan, tmp_path, kind):
    scan.resource("DICOM").file("scan.dcm").put("scan", overwrite=True)
    path = scan.parent().scans().download(str(tmp_path), type=kind, extract=False)
    assert "E/scans/1-T1/resources/DICOM/files/scan.dcm" in zipfile.ZipFile(path).namelist()


def test_assessors_have_out_resources(scan):
    assessor = scan.parent().assessor("A")
    assessor.create(assessors="xnat:qcManualAssessorData")
    assessor.out_resource("R").file("a.txt").put("out")
    assert assessor.exists() and assessor.out_resource("R").file("a.txt").size() == "3"


@pytest.mark.parametrize("kind", ["ALL", "B", "xnat:qcManualAssessorData"])
def test_assessors_come_down_as_a_zip(scan, tmp_path, kind):
    assessor = scan.parent().assessor("B")
    if not assessor.exists():
        assessor.create(assessors="xnat:qcManualAssessorData")
    assessor.out_resource("R").file("b.txt").put("out", overwrite=True)
    path = scan.parent().assessors().download(str(tmp_path), type=kind, extract=False)
    assert "B/out/resources/R/files/b.txt" in zipfile.ZipFile(path).namelist()


def test_files_are_found_by_their_words(scan):
    resource = scan.resource("WORDS")
    resource.file("a.dcm").put("a", format="DICOM", content="RAW", overwrite=True)
    resource.file("sub/b.txt").put("bb", format="TEXT", content="NOTES", overwrite=True)
    found = {one.attributes()["Name"]: one for one in resource.files()}
    assert sorted(found) == ["a.dcm", "b.txt"]
    assert found["b.txt"].attributes()["file_content"] == "NOTES"
    assert found["b.txt"].attributes()["Size"] == "2"


def test_deleting(xnat, scan):
    target = scan.resource("GONE").file("gone.dcm")
    target.put("x")
    target.delete()
    assert not target.exists()
    subject = xnat.select.project("PYX").subject("Gone")
    subject.create()
    subject.delete()
    assert not subject.exists()


def test_a_folder_goes_up(scan, tmp_path):
    (tmp_path / "sub").mkdir()
    for name in ("a.dcm", "sub/b.dcm"):
        (tmp_path / name).write_bytes(name.encode())
    resource = scan.resource("DIR")
    resource.put_dir(str(tmp_path))
    assert resource.file("a.dcm").exists() and resource.file("sub/b.dcm").exists()
    assert len(resource.files().get()) == 2


def test_a_zip_goes_up_and_is_unpacked_unless_told_otherwise(scan, tmp_path):
    with zipfile.ZipFile(tmp_path / "files.zip", "w") as made:
        made.writestr("1.dcm", "one")
    scan.resource("UNPACKED").put_zip(str(tmp_path / "files.zip"))
    assert scan.resource("UNPACKED").files().get() == ["1.dcm"]
    scan.resource("KEPT").put_zip(str(tmp_path / "files.zip"), extract=False)
    assert scan.resource("KEPT").files().get() == ["files.zip"]

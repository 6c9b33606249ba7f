# SPDX-License-Identifier: Apache-2.0
"""What members are called (`structure=`), which time they carry, and what is left out."""
import calendar
import io
import subprocess
import tarfile
import zipfile

import pytest

from conftest import SCAN
from guide import PARENT, SCAN_FILES, SCAN_TYPES

STRUCTURES = ("default", "simplified", "improved", "legacy")
FORMATS = ("zip", "tar", "tar.gz")
FIXED = (1980, 1, 1, 0, 0, 0)


def names_of(answer, form):
    assert answer.status_code == 200, answer.text
    if form == "zip":
        return zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        return tar.getnames()


def zip_names(archive, url):
    return names_of(archive.get(url), "zip")


def scans_in(structure):
    """The names of all scans of the guide's session."""
    pattern = {"default": "MR1/scans/{0}-{1}/resources/{2}/files/{3}",
               "simplified": "MR1/scans/{0}/{2}/{3}",
               "improved": "scans/{0}_{1}/{2}/{3}",
               "legacy": "MR1/SCANS/{0}/{2}/{3}"}[structure]
    return [pattern.format(scan, kind, resource, name) for scan, kind in SCAN_TYPES.items()
            for resource, names in SCAN_FILES.items() for name in names]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_scans_are_named_alike_in_every_format(guide, structure, form):
    url = f"{PARENT}/scans/ALL/files?format={form}&structure={structure}"
    assert names_of(guide.client.get(url), form) == scans_in(structure)


@pytest.mark.parametrize("structure, first", [
    ("default", "ASSESS1/out/resources/TEST/files/something.hdr"),
    ("simplified", "ASSESS1/out/TEST/something.hdr"),
    ("improved", "assessors/{id}_Manual QC/TEST/something.hdr"),
    ("legacy", "MR1/ASSESSORS/{id}/out/TEST/something.hdr")])
def test_assessors_are_named_as_xnat_names_them(guide, structure, first):
    url = f"{PARENT}/assessors/ALL/files?format=zip&structure={structure}"
    assert zip_names(guide.client, url)[0] == first.format(id=guide.assessor)


def test_any_other_structure_is_the_default(guide):
    url = f"{PARENT}/scans/1/files?format=zip"
    plain = guide.client.get(url)
    for other in ("Improved", "flat", ""):
        answer = guide.client.get(f"{url}&structure={other}")
        assert answer.content == plain.content
        assert answer.headers["ETag"] == plain.headers["ETag"]


def test_every_structure_has_its_own_etag(guide):
    etags = {guide.client.head(f"{PARENT}/files?format=zip&all=true&structure={one}")
             .headers["ETag"] for one in STRUCTURES}
    assert len(etags) == 4


def test_project_and_subject_stand_in_front(guide):
    url = f"{PARENT}/scans/1/files?format=zip"
    both = "projectIncludedInPath=true&subjectIncludedInPath=true"
    plain = zip_names(guide.client, url)
    assert zip_names(guide.client, f"{url}&{both}") == [f"TEST/1/{name}" for name in plain]
    only = zip_names(guide.client, f"{url}&projectIncludedInPath=true")
    assert only == [f"TEST/{name}" for name in plain]
    improved = f"{url}&structure=improved"
    assert zip_names(guide.client, f"{improved}&{both}") == zip_names(guide.client, improved)


def test_a_character_of_a_type_becomes_one_underscore(archive, session):
    archive.make(f"{session}/scans/1?{SCAN}&type=Gr%C3%B6%C3%9Fe/1")
    archive.upload(f"{session}/scans/1/resources/R/files/a", b"a")
    assert zip_names(archive, f"{session}/scans/1/files?format=zip") == [
        "E/scans/1-Gr__e_1/resources/R/files/a"]


def test_no_member_is_a_folder_of_another(archive, session, tmp_path):
    """Without `/resources` a session's own resource can be named like the folder of scans."""
    archive.make(f"{session}/scans/1?{SCAN}&type=T1")
    archive.upload(f"{session}/scans/1/resources/R/files/a", b"of the scan")
    archive.upload(f"{session}/resources/scans/files/1", b"of the session")
    url = f"{session}/files?format=zip&all=true&structure=simplified"
    assert zip_names(archive, url) == ["E/scans/1_2", "E/scans/1/R/a"]
    for form, command in (("zip", ["unzip", "-q"]), ("tar", ["tar", "-xf"])):
        folder = tmp_path / form
        folder.mkdir()
        (folder / "E").with_suffix(".x").write_bytes(
            archive.get(url.replace("=zip", f"={form}")).content)
        assert subprocess.run([*command, "E.x"], cwd=folder).returncode == 0
        assert (folder / "E/scans/1/R/a").read_bytes() == b"of the scan"
        assert (folder / "E/scans/1_2").read_bytes() == b"of the session"


@pytest.mark.parametrize("structure", STRUCTURES)
@pytest.mark.parametrize("command, form", [
    (["unzip", "-t", "-qq"], "zip"), (["bsdtar", "-xOf"], "zip"), (["7z", "t"], "zip"),
    (["tar", "-tf"], "tar"), (["bsdtar", "-tf"], "tar.gz")])
def test_extractors_read_every_structure(guide, tmp_path, structure, command, form):
    url = f"{PARENT}/files?all=true&mtime=keep&format={form}&structure={structure}"
    path = tmp_path / f"a.{form}"
    path.write_bytes(guide.client.get(url).content)
    done = subprocess.run([*command, str(path)], capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def set_time(larmor, name, millis):
    larmor.sql("UPDATE file SET created = ? WHERE path = ?", millis, name)
    larmor.sql("UPDATE resource SET revision = revision + 1 WHERE key IN "
               "(SELECT resource FROM file WHERE path = ?)", name)


def times_of(archive, url):
    """By name, in zip and tar."""
    times = {}
    for form in FORMATS:
        content = io.BytesIO(archive.get(f"{url}&format={form}").content)
        if form == "zip":
            infos = zipfile.ZipFile(content).infolist()
            found = {one.filename: calendar.timegm((*one.date_time, 0, 0, 0)) for one in infos}
        else:
            with tarfile.open(fileobj=content) as tar:
                found = {one.name: int(one.mtime) for one in tar}
        assert times in ({}, found)
        times = found
    return {name.rsplit("/", 1)[1]: time for name, time in times.items()}


def test_times_are_kept_when_asked(larmor, archive, resource):
    expected = {"leap": 1_709_251_198, "early": 315_532_800, "late": 4_354_819_198}
    for name in expected:
        archive.upload(f"{resource}/files/{name}", name.encode())
    set_time(larmor, "leap", 1_709_251_199_999)
    set_time(larmor, "early", 5_000)
    set_time(larmor, "late", 9_000_000_000_000)
    assert times_of(archive, f"{resource}/files?mtime=keep") == expected
    fixed = times_of(archive, f"{resource}/files?x=y")
    assert set(fixed.values()) == {calendar.timegm((*FIXED, 0, 0, 0))}


def test_a_kept_time_enters_the_etag_and_no_other_does(larmor, archive, resource):
    archive.upload(f"{resource}/files/once", b"a")
    url = f"{resource}/files?format=tar"
    kept = f"{url}&mtime=keep"
    plain, first = archive.get(url), archive.get(kept)
    assert first.headers["ETag"] != plain.headers["ETag"]
    assert first.headers["ETag"].startswith(plain.headers["ETag"][:-1])
    set_time(larmor, "once", 1_500_000_000_000)
    assert archive.get(url).content == plain.content
    assert archive.get(url).headers["ETag"] == plain.headers["ETag"]
    second = archive.get(kept)
    assert second.headers["ETag"] != first.headers["ETag"]
    assert archive.get(first.headers["Content-Location"]).status_code == 412
    part = archive.get(kept, headers={"Range": "bytes=100-700"})
    assert part.content == second.content[100:701]


def lose(larmor, content):
    found = [path for path in larmor.objects() if path.read_bytes() == content]
    assert len(found) == 1
    found[0].unlink()
    larmor.restart()  # what was seen within a minute counts as seen


@pytest.mark.parametrize("form", FORMATS)
def test_missing_files_are_left_out_and_named(larmor, archive, resource, form):
    for name in ("a", "lost", "z"):
        archive.upload(f"{resource}/files/{name}", f"{name} for {form}".encode())
    url = f"{resource}/files?format={form}"
    sound = archive.get(f"{url}&missing=skip")
    assert sound.content == archive.get(url).content
    lose(larmor, f"lost for {form}".encode())
    assert archive.get(url).status_code == 409
    answer = archive.get(f"{url}&missing=skip")
    assert names_of(answer, form) == [
        "E/resources/R/files/a", "E/resources/R/files/z", "MISSING.txt"]
    if form == "zip":
        text = zipfile.ZipFile(io.BytesIO(answer.content)).read("MISSING.txt")
    else:
        with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
            text = tar.extractfile("MISSING.txt").read()
    assert text == b"E/resources/R/files/lost\tmissing in the store\n"
    assert answer.headers["ETag"] != sound.headers["ETag"]
    again = archive.get(answer.headers["Content-Location"], headers={"Range": "bytes=7-"})
    assert again.status_code == 206 and again.content == answer.content[7:]


def test_of_one_lost_file_nothing_is_left(larmor, archive, resource):
    archive.upload(f"{resource}/files/only", b"only this")
    lose(larmor, b"only this")
    url = f"{resource}/files/only?format=zip&missing=skip"
    assert archive.get(url).status_code == 409


@pytest.mark.parametrize("parameter, status", [
    ("mtime=fixed", 400), ("missing=ignore", 400), ("compression=0", 200),
    ("compression=fast", 400), ("compression=9", 400), ("compression=8", 200)])
def test_no_value_is_ignored(guide, parameter, status):
    answer = guide.client.get(f"{PARENT}/scans/1/files?format=zip&{parameter}")
    assert answer.status_code == status
    if status >= 400:
        assert parameter.split("=")[0] in answer.text


def test_compression_means_nothing_for_a_tar(guide):
    url = f"{PARENT}/scans/1/files?format=tar"
    assert guide.client.get(f"{url}&compression=8").content == guide.client.get(url).content

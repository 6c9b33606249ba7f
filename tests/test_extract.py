# SPDX-License-Identifier: Apache-2.0
"""extract=true: archives of every kind are unpacked, under the names they should have."""
import gzip
import io
import random
import struct
import subprocess
import tarfile
import zipfile

import pytest

from archives import extract, refused, stored, tar_entry, tar_of, unpacked, zip_of
from running import Larmor

MEMBERS = {"1.dcm": b"one", "sub/2.dcm": b"two" * 50_000, "sub/deep/3.dcm": b"", "größe.txt": b"x"}
DENSE = random.Random(1).randbytes(3_000_000)


GOOD = {
    "a.zip": zip_of(MEMBERS),
    "stored.ZIP": zip_of(MEMBERS, zipfile.ZIP_STORED),
    "a.xar": zip_of(MEMBERS),
    "a.zar": zip_of(MEMBERS),
    "a.tar": tar_of(MEMBERS),
    "gnu.tar": tar_of(MEMBERS, tarfile.GNU_FORMAT),
    "ustar.tar": tar_of(MEMBERS, tarfile.USTAR_FORMAT),
    "a.tar.gz": gzip.compress(tar_of(MEMBERS)),
    "a.TGZ": gzip.compress(tar_of(MEMBERS)),
    "plain.tgz": tar_of(MEMBERS),
    "packed.tar": gzip.compress(tar_of(MEMBERS)),
    "zip.tar": zip_of(MEMBERS),
    "zip-by-content": zip_of(MEMBERS),
    "tar-by-content": tar_of(MEMBERS),
    "tgz-by-content.bin": gzip.compress(tar_of(MEMBERS)),
    "sub/folder/in-a-path.zip": zip_of(MEMBERS),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_archive_is_unpacked_into_the_root_and_not_kept(archive, resource, name):
    assert unpacked(archive, resource, name, GOOD[name]) == MEMBERS


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_content_type_and_inbody_do_not_matter(archive, resource, method):
    for number, kind in enumerate([None, "application/octet-stream", "application/zip"]):
        answer = archive.request(method, f"{resource}/files/a.zip?extract=true&inbody=true",
                                 data=zip_of({f"{number}": b"x"}),
                                 headers={"Content-Type": kind} if kind else {})
        assert answer.status_code == 200, answer.text
    assert list(stored(archive, resource)) == ["0", "1", "2"]


def test_without_a_name_the_content_type_gives_one(archive, resource):
    answer = archive.put(f"{resource}/files?extract=true", zip_of({"a": b"x"}),
                         headers={"Content-Type": "application/zip"})
    assert answer.status_code == 200, answer.text
    assert stored(archive, resource) == {"a": b"x"}


def test_a_form_may_hold_archives_and_files(archive, resource):
    parts = [("f", ("a.zip", zip_of({"a": b"1"}))),
             ("f", ("b.tgz", gzip.compress(tar_of({"b": b"2"})))), ("f", ("c.dcm", b"3"))]
    answer = archive.post(f"{resource}/files?extract=true", files=parts)
    assert answer.status_code == 200, answer.text
    assert stored(archive, resource) == {"a": b"1", "b": b"2", "c.dcm": b"3"}


def test_a_form_with_a_bad_archive_stores_nothing(archive, resource):
    parts = [("f", ("a.zip", zip_of({"a": b"1"}))), ("f", ("b.zip", b"no archive"))]
    answer = archive.post(f"{resource}/files?extract=true", files=parts)
    assert answer.status_code == 400 and "b.zip" in answer.text
    assert archive.rows(f"{resource}/files") == []


def test_a_gzip_is_one_file_without_its_suffix(archive, resource):
    assert unpacked(archive, resource, "sub/brain.nii.GZ", gzip.compress(DENSE)) == \
        {"brain.nii": DENSE}


def test_a_gzip_of_several_members_is_one_file(archive, resource):
    for cut in (1, 255 * 1024, 256 * 1024, len(DENSE) - 1):
        body = gzip.compress(DENSE[:cut], 0) + gzip.compress(DENSE[cut:])
        assert unpacked(archive, resource, "a.gz", body, "&overwrite=true") == {"a": DENSE}


def test_a_gzip_that_is_not_named_so_is_a_file(archive, resource):
    body = gzip.compress(b"x" * 1000)
    assert unpacked(archive, resource, "orig.mgz", body) == {"orig.mgz": body}


@pytest.mark.parametrize("content", [b"", b"DICM", b"\0" * 2048, DENSE], ids=range(4))
def test_what_is_no_archive_is_stored_as_it_is(archive, resource, content):
    assert unpacked(archive, resource, "sub/a.dcm", content) == {"sub/a.dcm": content}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.gz", "A.XAR"])
@pytest.mark.parametrize("content", [b"", b"no archive", DENSE[:5000]], ids=range(3))
def test_a_name_that_promises_an_archive_is_held_to_it(archive, resource, name, content):
    assert f"'{name}'" in refused(archive, resource, name, content)


def test_a_gzip_named_as_a_tar_must_hold_one(archive, resource):
    refused(archive, resource, "a.tar.gz", gzip.compress(DENSE))


def test_an_empty_archive_is_no_error(archive, resource):
    assert unpacked(archive, resource, "a.zip", zip_of({})) == {}
    assert unpacked(archive, resource, "a.tar", tar_of({})) == {}
    assert unpacked(archive, resource, "a.tgz", gzip.compress(tar_of({}))) == {}


def test_archives_in_archives_stay_packed(archive, resource):
    inner = zip_of({"a": b"x"})
    assert unpacked(archive, resource, "a.zip", zip_of({"in.zip": inner, "in.tgz": b"?"})) == \
        {"in.zip": inner, "in.tgz": b"?"}


def test_words_are_noted_on_members_and_resource(archive, resource):
    extract(archive, resource, "a.zip", zip_of({"a": b"1", "b": b"2"}),
            "&format=DICOM&content=RAW&tags=x,y&description=d")
    for row in archive.rows(f"{resource}/files"):
        words = row["file_format"], row["file_content"], row["file_tags"]
        assert words == ("DICOM", "RAW", "x,y")


def test_members_that_are_there_are_kept_and_named(archive, resource):
    assert unpacked(archive, resource, "a.zip", zip_of({"a": b"old", "b": b"old"}))
    answer = extract(archive, resource, "a.tar", tar_of({"b": b"new", "c": b"new"}))
    assert answer.json() == {"duplicates": ["b"]}
    assert stored(archive, resource) == {"a": b"old", "b": b"old", "c": b"new"}
    assert unpacked(archive, resource, "a.tar", tar_of({"b": b"new"}), "&overwrite=true") == \
        {"a": b"old", "b": b"new", "c": b"new"}


@pytest.mark.parametrize("other", ["same/name", "./same/name", "/same//name", "C:/same/name"])
def test_two_members_of_one_name_are_refused(archive, resource, other):
    body = tar_of([tar_entry("same/name", b"1"), tar_entry(other, b"2")])
    assert "two of its members" in refused(archive, resource, "a.tar", body)


def test_a_file_and_a_folder_of_one_name_are_a_conflict(archive, resource):
    refused(archive, resource, "a.zip", zip_of({"a": b"1", "a/b": b"2"}), 409)


# Names.

LONGEST = "/".join(["p" * 204] * 5)
ODD = ["back\\slash", "..a/b..", " blank ", "e\u0301", "\u00e9", "名前/スキャン", "d" * 255, LONGEST]
CLEANED = {"/a": "a", "//a": "a", "./a": "a", "././/a": "a", "C:/a": "a", "c:\\a": "a",
           "/C:/a": "a", "a//b": "a/b", "a/./b": "a/b", "C:a": "a", **{name: name for name in ODD}}


@pytest.mark.parametrize("name", CLEANED)
def test_a_name_comes_out_below_the_root(archive, resource, name):
    assert unpacked(archive, resource, "a.zip", zip_of({name: b"z"})) == {CLEANED[name]: b"z"}
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        body = tar_of({name: b"t"}, form)
        assert unpacked(archive, resource, "a.tar", body, "&overwrite=true") == \
            {CLEANED[name]: b"t"}


BAD_NAMES = ["../a", "a/../b", "/..", "a/..", "..\\a", "C:..\\..\\a", "x" * 256, LONGEST + "x",
             "é" * 128]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_cannot_be_stored_refuses_the_archive(archive, resource, name):
    refused(archive, resource, "a.zip", zip_of({"good": b"x", name: b"z"}))
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        refused(archive, resource, "a.tar", tar_of({"good": b"x", name: b"t"}, form))


def test_a_member_without_a_name_refuses_the_archive(archive, resource):
    for name in (".", "C:", "\\"):
        refused(archive, resource, "a.zip", zip_of({"good": b"x", name: b"z"}))
        refused(archive, resource, "a.tar", tar_of({"good": b"x", name: b"z"}))


def renamed_zip(before, after, flags=None):
    """A zip with one member whose name is bytes of any kind, of the same length."""
    body = zip_of({before: b"content"}).replace(before.encode(), after)
    if flags is not None:
        body = body.replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0" + flags)
        body = body.replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0" + flags)
    return body


def test_a_nul_in_a_name_refuses_the_archive(archive, resource):
    refused(archive, resource, "a.zip", renamed_zip("aXb", b"a\0b"))
    entry = tarfile.TarInfo("plain")
    entry.pax_headers = {"path": "a\0b"}
    assert "NUL" in refused(archive, resource, "a.tar", tar_of([(entry, b"")]))


def test_bytes_that_are_not_utf8_refuse_the_archive(archive, resource):
    refused(archive, resource, "a.tar", tar_of({"pl\udcff": b""}, tarfile.GNU_FORMAT))
    refused(archive, resource, "a.zip", renamed_zip("aXb", b"a\xffb", b"\0\x08"))


def test_names_of_an_old_zip_are_code_page_437(archive, resource):
    assert unpacked(archive, resource, "a.zip", renamed_zip("XYZ.txt", b"\x81\x94\xe1.txt")) == \
        {"üöß.txt": b"content"}


def test_names_of_a_zip_without_the_mark_may_be_utf8(archive, resource):
    assert unpacked(archive, resource, "a.zip", renamed_zip("XX.txt", "é.txt".encode())) == \
        {"é.txt": b"content"}


# What is in a tar beside files.

def test_xnatpys_tar_is_unpacked(archive, resource, tmp_path):
    """Its first entry is a folder named `/`, and PAX headers carry fractions of seconds."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "1.dcm").write_bytes(b"one")
    (tmp_path / "sub/größe.dcm").write_bytes(b"two")
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as tar:
        tar.add(tmp_path, "/")
    assert tarfile.open(fileobj=io.BytesIO(body.getvalue())).getmembers()[0].name == ""
    answer = extract(archive, resource, "upload.tar.gz", body.getvalue(),
                     headers={"Content-Type": "application/octet-stream"})
    assert answer.status_code == 200, answer.text
    assert stored(archive, resource) == {"1.dcm": b"one", "sub/größe.dcm": b"two"}


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_links_devices_and_pipes_are_skipped_and_logged(larmor, archive, resource, form):
    kinds = {tarfile.SYMTYPE: "symbolic link", tarfile.LNKTYPE: "hard link",
             tarfile.CHRTYPE: "device", tarfile.BLKTYPE: "device", tarfile.FIFOTYPE: "named pipe"}
    members = [tar_entry("/", kind=tarfile.DIRTYPE), tar_entry("real", b"x")]
    members += [tar_entry(f"{form}-{number}", kind=kind, link="../../etc/passwd")
                for number, kind in enumerate(kinds)]
    members += [tar_entry("last", b"y")]
    assert unpacked(archive, resource, "a.tar", tar_of(members, form)) == \
        {"real": b"x", "last": b"y"}
    lines = larmor.log().splitlines()
    for number, kind in enumerate(kinds.values()):
        assert any(f"{form}-{number}" in line and kind in line for line in lines)


def test_links_in_a_zip_are_skipped_and_logged(larmor, archive, resource):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        link = zipfile.ZipInfo("link-in-a-zip")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("folder/", "")
        made.writestr("real", "x")
    assert unpacked(archive, resource, "a.zip", body.getvalue()) == {"real": b"x"}
    assert "link-in-a-zip" in larmor.log()


def test_holes_of_a_sparse_file_are_zeros(archive, resource, tmp_path):
    content = b"\0" * 700_000 + b"middle" + b"\0" * 300_000
    with (tmp_path / "sparse").open("wb") as file:
        file.seek(700_000)
        file.write(b"middle")
        file.truncate(len(content))
    for options in (["--format=gnu"], ["--format=pax"], ["--format=pax", "--sparse-version=0.1"]):
        body = subprocess.run(["tar", "-S", *options, "-cf", "-", "-C", tmp_path, "sparse"],
                              check=True, capture_output=True).stdout
        assert len(body) < 100_000
        assert unpacked(archive, resource, "a.tar", body, "&overwrite=true") == {"sparse": content}


# Zips of all kinds.

class Unseekable(io.BytesIO):
    def seekable(self):
        return False

    def tell(self):
        raise io.UnsupportedOperation

    def seek(self, *_):
        raise io.UnsupportedOperation


def test_a_zip_with_data_descriptors_is_unpacked(archive, resource):
    body = Unseekable()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a", DENSE)
    assert unpacked(archive, resource, "a.zip", body.getvalue()) == {"a": DENSE}


def test_a_zip64_is_unpacked(archive, resource):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        with made.open("a", "w", force_zip64=True) as member:
            member.write(DENSE)
    assert unpacked(archive, resource, "a.zip", body.getvalue()) == {"a": DENSE}


def test_a_zip_of_more_members_than_16_bits_count_meets_only_the_limit(tmp_path):
    body = zip_of({**{f"folder{n}/": b"" for n in range(65_999)}, "a": b"x"}, zipfile.ZIP_STORED)
    with Larmor(tmp_path / "data", "--extract-members", "66000") as larmor:
        archive = larmor.client()
        archive.make("/data/projects/P")
        resource = "/data/projects/P/resources/R"
        assert unpacked(archive, resource, "a.zip", body) == {"a": b"x"}
        answer = extract(archive, resource, "a.tar", tar_of(
            [tar_entry(f"{n}", kind=tarfile.DIRTYPE) for n in range(66_001)]))
        assert (answer.status_code, "66000" in answer.text) == (413, True)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_other_compression_is_refused_by_name(archive, resource, method):
    assert "compression method" in refused(archive, resource, "a.zip", zip_of({"a": DENSE}, method))


def test_an_encrypted_zip_is_refused(archive, resource):
    body = bytearray(zip_of({"secret.dcm": b"x"}))
    body[6] |= 1
    assert "encrypted" in refused(archive, resource, "a.zip", bytes(body))
    body[body.index(b"PK\1\2") + 8] |= 1
    assert "secret.dcm" in refused(archive, resource, "a.zip", bytes(body))


def test_a_member_that_lies_elsewhere_is_refused(archive, resource):
    good = zip_of({"a": b"x", "b": b"y"})
    at = good.index(b"PK\1\2") + 42
    for offset in (1, len(good), 0xFFFFFFFE):
        refused(archive, resource, "a.zip", good[:at] + struct.pack("<I", offset) + good[at + 4:])


def test_it_needs_the_same_care_as_an_upload(archive, resource):
    answer = archive.server.client("nobody", "x").put(f"{resource}/files/a.zip?extract=true", b"")
    assert answer.status_code == 401
    assert archive.put("/data/projects/NoSuch/resources/R/files/a.zip?extract=true",
                       zip_of({"a": b""})).status_code == 404

# SPDX-License-Identifier: Apache-2.0
"""Zips as programs of all kinds make them: their files inside a stored zip, and unpacked."""
import io
import shutil
import subprocess
from urllib.parse import quote
import zipfile
import zlib

import pytest

from archives import refused, unpacked, zip_of

MEMBERS = {"1.dcm": b"one", "sub/2.dcm": b"two" * 50_000, "sub/empty": b"", "größe.txt": b"x"}
PLAIN = zip_of(MEMBERS)


def require_program(name):
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed")


def packed_by(folder, *command):
    """What a program makes of the members."""
    require_program(command[0])
    for name, content in MEMBERS.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    subprocess.run([*command, "../out.zip", "."], cwd=folder / "in", check=True,
                   stdout=subprocess.DEVNULL)
    return (folder / "out.zip").read_bytes()


def commented(comment):
    body = io.BytesIO(PLAIN)
    with zipfile.ZipFile(body, "a") as archive:
        archive.comment = comment
    return body.getvalue()


def zip64():
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in MEMBERS.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    # The end record, too: Python writes one of Zip64 only where numbers demand it.
    plain = body.getvalue()
    size, at = (int.from_bytes(plain[-10:-6], "little"), int.from_bytes(plain[-6:-2], "little"))
    number = [n.to_bytes(8, "little") for n in (44, len(MEMBERS), size, at, len(plain) - 22)]
    record = b"PK\6\6" + number[0] + b"\x2d\0\x2d\0" + bytes(8) + number[1] * 2 + \
        number[2] + number[3]
    locator = b"PK\6\7" + bytes(4) + number[4] + b"\1\0\0\0"
    return plain[:-22] + record + locator + b"PK\5\6" + bytes(4) + b"\xff" * 12 + bytes(2)


def code_page_437():
    renamed = {name.replace("ö", "X").replace("ß", "Y"): MEMBERS[name] for name in MEMBERS}
    return zip_of(renamed).replace(b"grXYe.txt", b"gr\x94\xe1e.txt")


def unicode_extra():
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(MEMBERS.items()):
            member = zipfile.ZipInfo(f"_{number}")
            field = b"\1" + zlib.crc32(member.filename.encode()).to_bytes(4, "little") + \
                name.encode()
            member.extra = b"up" + len(field).to_bytes(2, "little") + field
            archive.writestr(member, content)
    return body.getvalue()


def adjusted(folder):
    """Behind a program that its offsets count, as `zip -A` makes them."""
    body = b"#!/bin/sh\nexit 1\n" * 1000 + packed_by(folder, "zip", "-q", "-r")
    (folder / "adjusted.zip").write_bytes(body)
    subprocess.run(["zip", "-q", "-A", folder / "adjusted.zip"], check=True)
    return (folder / "adjusted.zip").read_bytes()


KINDS = {
    "zipfile": lambda _: PLAIN,
    "zip": lambda folder: packed_by(folder, "zip", "-q", "-r"),
    "7z": lambda folder: packed_by(folder, "7z", "a", "-bd", "-tzip"),
    "self-extracting": lambda _: b"#!/bin/sh\nexit 1\n" * 1000 + PLAIN,
    "adjusted": adjusted,
    "trailing-bytes": lambda _: PLAIN + b"rubbish" * 5_000,
    "trailing-line": lambda _: PLAIN + b"\r\n",
    "comment": lambda _: commented(b"see PK\5\6 and so on, for a comment that is long enough"),
    "comment-of-an-empty-zip": lambda _: commented(zip_of({})),
    "zip64": lambda _: zip64(),
    "zip64-behind-a-program": lambda _: b"#!/bin/sh\n" + zip64(),
    "code-page-437": lambda _: code_page_437(),
    "unicode-extra": lambda _: unicode_extra(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_zip_is_listed_read_and_unpacked(archive, resource, tmp_path, kind):
    body = KINDS[kind](tmp_path)
    archive.upload(f"{resource}/files/x.zip", body)
    rows = archive.rows(f"{resource}/files/x.zip?listContents=true")
    sizes = {row["File Name"]: int(row["Size"]) for row in rows
             if not row["File Name"].endswith("/")}
    assert sizes == {name: len(content) for name, content in MEMBERS.items()}
    for name, content in MEMBERS.items():
        assert archive.get(f"{resource}/files/x.zip!/{quote(name)}").content == content
    archive.delete(f"{resource}/files/x.zip")
    assert unpacked(archive, resource, "a.zip", body) == MEMBERS


def test_what_zip_was_given_on_its_input_is_a_file(archive, resource, tmp_path):
    """Its mode is that of a pipe, and its Zip64 records hold nothing that needs them."""
    require_program("zip")
    subprocess.run(["zip", "-q", tmp_path / "x.zip", "-"], input=b"content", check=True)
    body = (tmp_path / "x.zip").read_bytes()
    archive.upload(f"{resource}/files/x.zip", body)
    assert archive.get(f"{resource}/files/x.zip!/-").content == b"content"
    archive.delete(f"{resource}/files/x.zip")
    assert unpacked(archive, resource, "a.zip", body) == {"-": b"content"}


def test_backslashes_of_windows_are_slashes(archive, resource):
    body = zip_of({"sub|1.dcm": b"one"}).replace(b"sub|1.dcm", b"sub\\1.dcm")
    body = body.replace(b"PK\1\2\x14\3", b"PK\1\2\x14\0")
    archive.upload(f"{resource}/files/x.zip", body)
    rows = archive.rows(f"{resource}/files/x.zip?listContents=true")
    assert [row["File Name"] for row in rows] == ["sub/1.dcm"]
    for name in ("sub/1.dcm", "sub%5C1.dcm"):
        assert archive.get(f"{resource}/files/x.zip!/{name}").content == b"one"
    archive.delete(f"{resource}/files/x.zip")
    assert unpacked(archive, resource, "a.zip", body) == {"sub/1.dcm": b"one"}


def test_a_zip_of_several_disks_is_refused(archive, resource):
    body = PLAIN[:-18] + b"\1" + PLAIN[-17:]
    assert "several disks" in refused(archive, resource, "a.zip", body)
    archive.upload(f"{resource}/files/x.zip", body)
    answer = archive.get(f"{resource}/files/x.zip!/1.dcm")
    assert answer.status_code == 415 and "'x.zip': it is a zip of several disks" in answer.text

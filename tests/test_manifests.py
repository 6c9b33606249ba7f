# SPDX-License-Identifier: Apache-2.0
"""Manifests of archives: JSON, checksum files, Metalink, dry runs."""
import hashlib
import io
import re
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib

import pytest

import guide as guide_tree
from running import PASSWORD, REPOSITORY

ALL = f"{guide_tree.PARENT}/scans/ALL/files"
FORMATS = {
    "manifest": ("application/json", "MR1.manifest.json"),
    "md5sum": ("text/plain; charset=utf-8", "MR1.md5"),
    "sha256sum": ("text/plain; charset=utf-8", "MR1.sha256"),
    "meta4": ("application/metalink4+xml", "MR1.meta4"),
}
# Each breaks a line, a shell, an XML text or a URL in its own way.
ODD_NAMES = ["back\\slash", "new\nline", "carriage\rreturn", "all\\\r\n", "end\\", "trailing\r",
             "-n", " blank ", "*star", "#hash?%41&<\">'+", "naïve/日本語.dcm", "a/b/c/d", "tab\tbed",
             "\x01", "\u202ertl", "x" * 255]
METALINK = "{urn:ietf:params:xml:ns:metalink}"


def text_of(archive, url, form):
    answer = archive.get(url + ("&" if "?" in url else "?") + f"format={form}")
    assert answer.status_code == 200, answer.text
    return answer.content.decode()


def unpack(archive, url, folder):
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(archive.get(f"{url}?format=zip").content)) as whole:
        for entry in whole.infolist():
            path = folder / entry.filename
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(whole.read(entry))
        return whole.infolist()


@pytest.fixture
def odd(archive, session):
    """The files of a resource with names that are hard to write down."""
    for name in ODD_NAMES:
        path = urllib.parse.quote(name)
        archive.upload(f"{session}/resources/R/files/{path}", f"of {name}".encode())
    return f"{session}/resources/R/files"


@pytest.mark.parametrize("form", FORMATS)
def test_head_and_get_say_the_same(guide, archive, form):
    media_type, name = FORMATS[form]
    url = f"{ALL}?format={form}"
    whole, head = archive.get(url), archive.head(url)
    assert whole.headers["Content-Type"] == head.headers["Content-Type"] == media_type
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert int(head.headers["Content-Length"]) == len(whole.content)
    assert head.headers["ETag"] == whole.headers["ETag"] and head.content == b""


@pytest.mark.parametrize("form", FORMATS)
def test_they_have_conditions_ranges_and_pins_as_archives(guide, archive, form):
    url = f"{ALL}?format={form}"
    whole = archive.get(url)
    etag = whole.headers["ETag"]
    zip_etag = archive.head(f"{ALL}?format=zip").headers["ETag"]
    assert etag.split("-")[0] == zip_etag.split("-")[0] and etag != zip_etag
    assert archive.get(url, headers={"If-None-Match": etag}).status_code == 304
    assert archive.get(url, headers={"If-Match": '"other"'}).status_code == 412
    part = archive.get(url, headers={"Range": "bytes=101-300", "If-Range": etag})
    assert part.status_code == 206 and part.content == whole.content[101:301]
    pinned = whole.headers["Content-Location"]
    assert archive.get(pinned).content == whole.content
    assert archive.get(pinned.replace(etag.strip('"'), "0-other1")).status_code == 412


def test_the_manifest_tells_what_the_zip_holds(guide, archive):
    manifest = archive.get(f"{ALL}?format=manifest").json()
    whole = archive.get(f"{ALL}?format=zip")
    zipped = zipfile.ZipFile(io.BytesIO(whole.content))
    assert [entry["name"] for entry in manifest["entries"]] == zipped.namelist()
    assert manifest["name"] == "MR1" and manifest["files"] == len(manifest["entries"])
    assert manifest["bytes"] == sum(entry["size"] for entry in manifest["entries"])
    assert manifest["etag_manifest"] == whole.headers["ETag"].strip('"').split("-")[0]
    for entry in manifest["entries"]:
        content = zipped.read(entry["name"])
        assert entry["size"] == len(content) and entry["crc32"] == f"{zlib.crc32(content):08x}"
        assert entry["md5"] == hashlib.md5(content).hexdigest()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert archive.get(entry["uri"]).content == content


def test_the_program_of_the_documents_reckons_the_hash(guide, archive, odd, tmp_path):
    text = (REPOSITORY / "docs/downloads.md").read_text(encoding="utf-8")
    program = next(block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
                   if "etag_manifest" in block)
    for url in (ALL, odd):
        path = tmp_path / "manifest.json"
        path.write_text(text_of(archive, url, "manifest"), encoding="utf-8")
        done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True,
                              text=True)
        etag = archive.head(f"{url}?format=tar").headers["ETag"]
        assert done.returncode == 0 and etag.startswith(f'"{done.stdout.strip()}-'), done.stderr


@pytest.mark.parametrize("form, tool", [("md5sum", "md5sum"), ("sha256sum", "sha256sum")])
def test_coreutils_accepts_the_sums_beside_the_unpacked_archive(
        archive, odd, tmp_path, form, tool):
    entries = unpack(archive, odd, tmp_path / "E")
    assert len(entries) == len(ODD_NAMES)
    sums = tmp_path / "sums"
    sums.write_text(text_of(archive, odd, form), encoding="utf-8", newline="")
    checked = subprocess.run([tool, "--strict", "-c", str(sums)], cwd=tmp_path / "E",
                             capture_output=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    written = subprocess.run([tool, "--"] + [entry.filename for entry in entries],
                             cwd=tmp_path / "E", capture_output=True, check=True)
    assert written.stdout.decode() == sums.read_bytes().decode()


def test_the_sums_find_a_flipped_bit(guide, archive, tmp_path):
    entries = unpack(archive, ALL, tmp_path / "E")
    (tmp_path / "sums").write_text(text_of(archive, ALL, "md5sum"))
    victim = tmp_path / "E" / entries[3].filename
    content = bytearray(victim.read_bytes())
    content[7] ^= 1
    victim.write_bytes(content)
    checked = subprocess.run(["md5sum", "--quiet", "-c", "../sums"], cwd=tmp_path / "E",
                             capture_output=True, text=True)
    assert checked.returncode == 1
    assert checked.stdout == f"{entries[3].filename}: FAILED\n"


def aria2(server, text, folder):
    folder.mkdir()
    options = ["--ca-certificate", str(server.certificate.file)] if server.certificate else []
    link = folder.parent / f"{folder.name}.meta4"
    link.write_bytes(text)
    return subprocess.run(
        ["aria2c", "--no-conf", "-q", "-j8", "--http-user=admin", f"--http-passwd={PASSWORD}",
         f"--dir={folder}", "-M", str(link), *options], capture_output=True, text=True)


def names_below(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("url", [ALL, f"{guide_tree.PARENT}/files?all=true"])
def test_aria2_fetches_and_verifies_a_metalink(guide, archive, tmp_path, url):
    meta4 = text_of(archive, url, "meta4").encode()
    done = aria2(archive.server, meta4, tmp_path / "E")
    assert done.returncode == 0, done.stdout + done.stderr
    expected = archive.get(url + ("&" if "?" in url else "?") + "format=zip").content
    with zipfile.ZipFile(io.BytesIO(expected)) as whole:
        assert names_below(tmp_path / "E") == {name: whole.read(name) for name in whole.namelist()}


def test_aria2_notices_a_file_that_is_not_that_of_the_metalink(archive, resource, tmp_path):
    archive.upload(f"{resource}/files/a", b"old")
    meta4 = text_of(archive, f"{resource}/files", "meta4").encode()
    archive.upload(f"{resource}/files/a?overwrite=true", b"new")
    assert aria2(archive.server, meta4, tmp_path / "E").returncode != 0


def test_a_metalink_holds_hard_names_and_no_password(archive, resource, tmp_path):
    hard = [name for name in ODD_NAMES if name.isprintable() or "\u202e" in name]
    for name in hard:
        archive.upload(f"{resource}/files/{urllib.parse.quote(name)}", f"of {name}".encode())
    meta4 = text_of(archive, f"{resource}/files", "meta4")
    assert PASSWORD not in meta4 and "admin" not in meta4
    files = ElementTree.fromstring(meta4).findall(f"{METALINK}file")
    manifest = archive.get(f"{resource}/files?format=manifest").json()
    assert [one.get("name") for one in files] == [one["name"] for one in manifest["entries"]]
    for one in files:
        url = one.find(f"{METALINK}url").text
        assert url.startswith(archive.server.url + "/data/") and url.isascii()
        answer = archive.get(url.removeprefix(archive.server.url))
        assert hashlib.sha256(answer.content).hexdigest() == one.find(f"{METALINK}hash").text
    done = aria2(archive.server, meta4.encode(), tmp_path / "E")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(names_below(tmp_path / "E")) == len(hard)


def test_a_metalink_of_names_that_it_cannot_hold_is_refused(archive, odd):
    answer = archive.get(f"{odd}?format=meta4")
    assert answer.status_code == 422 and "percent-encoded" in answer.text


def test_a_metalink_goes_to_the_host_that_was_asked(guide, archive):
    url = f"{ALL}?format=meta4"

    def first_url(headers):
        status, _, body = archive.raw("GET", url, headers)
        assert status == 200
        return re.search(rb"<url>(.*?)/data/", body)[1]
    scheme = archive.server.url.split(":")[0].encode()
    assert first_url({"Host": "mri.example.org:8443"}) == scheme + b"://mri.example.org:8443"
    assert first_url({"Host": "mri", "X-Forwarded-Proto": "https"}) == b"https://mri"
    assert first_url({"Host": "[::1]:80"}) == scheme + b"://[::1]:80"
    etags = {archive.raw("GET", url, {"Host": host})[1]["ETag"] for host in ("a", "b", "a")}
    assert len(etags) == 2
    for host in ("", "me@mri", "mri/x", 'mri"', "<mri>"):
        assert archive.raw("GET", url, {"Host": host})[0] == 400


@pytest.mark.parametrize("form", [*FORMATS, "zip", "tar", "tar.gz"])
def test_a_dry_run_tells_how_much_it_would_be(guide, archive, form):
    head = archive.head(f"{ALL}?format={form}").headers
    manifest = archive.get(f"{ALL}?format=manifest").json()
    dry = archive.get(f"{ALL}?format={form}&dry_run=1")
    assert dry.status_code == 200 and dry.headers["Content-Type"] == "application/json"
    assert "Content-Disposition" not in dry.headers
    assert dry.json() == {
        "files": manifest["files"], "bytes": manifest["bytes"],
        "archive_bytes": int(head["Content-Length"]), "etag": head["ETag"].strip('"')}


@pytest.mark.parametrize("dry", ["", "&dry_run=1"])
@pytest.mark.parametrize("form", [*FORMATS, "zip"])
def test_nothing_selected_is_404(guide, archive, form, dry):
    nothing = f"{guide_tree.PARENT}/scans/99/files?format={form}{dry}"
    assert archive.get(nothing).status_code == 404
    assert archive.get(f"{nothing}&accept-not-found=true").status_code == 204


@pytest.mark.parametrize("form", FORMATS)
def test_filters_selectors_and_single_files_count(guide, archive, form):
    few = f"{guide_tree.PARENT}/scans/1,T2/resources/DICOM/files?format={form}"
    assert text_of(archive, few, form).count("2.dcm") >= 3
    assert "snap.jpg" not in text_of(archive, few, form)
    none = archive.get(f"{ALL}?format={form}&file_content=NOSUCH")
    assert none.status_code == 404
    one = text_of(archive, f"{guide_tree.PARENT}/scans/1/resources/DICOM/files/1.dcm", form)
    assert "1.dcm" in one and "MR1/scans" not in one and "2.dcm" not in one


@pytest.mark.parametrize("path", ["sub/", "sub*", "sub/1*", "sub/deep/2.dcm"])
def test_of_a_folder_or_wildcard_it_has_the_names_of_the_archive(archive, resource, path):
    for name in ("1.dcm", "sub/1.dcm", "sub/deep/2.dcm", "sub2"):
        archive.upload(f"{resource}/files/{name}", name.encode())
    url = f"{resource}/files/{path}"
    manifest = archive.get(f"{url}?format=manifest").json()
    whole = zipfile.ZipFile(io.BytesIO(archive.get(f"{url}?format=zip").content))
    assert [entry["name"] for entry in manifest["entries"]] == whole.namelist()
    for entry in manifest["entries"]:
        assert archive.get(entry["uri"]).content == whole.read(entry["name"])


def test_formats_that_are_of_files_are_not_lists(guide, archive):
    for form in FORMATS:
        assert archive.get(f"/data/projects?format={form}").status_code == 400
    unknown = archive.get(f"{ALL}?format=md6sum")
    assert unknown.status_code == 200 and unknown.headers["Content-Type"] == "text/html"


@pytest.mark.parametrize("form", FORMATS)
def test_of_a_lost_file_nothing_is_told_but_its_name(archive, resource, form):
    archive.upload(f"{resource}/files/kept", b"kept" + resource.encode())
    before = set(archive.server.objects())
    archive.upload(f"{resource}/files/lost", b"lost" + resource.encode())
    [lost] = set(archive.server.objects()) - before
    lost.unlink()
    for dry in ("", "&dry_run=1"):
        answer = archive.get(f"{resource}/files?format={form}{dry}")
        assert answer.status_code == 409 and "R/files/lost" in answer.text


def test_a_manifest_is_the_same_after_a_restart(guide, archive):
    texts = {form: text_of(archive, ALL, form) for form in ("manifest", "md5sum", "sha256sum")}
    archive.server.restart()
    for form, text in texts.items():
        assert text_of(archive, ALL, form) == text


def test_those_who_may_not_read_get_none(guide, archive):
    for form in FORMATS:
        nobody = archive.server.client(user=None)
        assert nobody.get(f"{ALL}?format={form}").status_code == 401

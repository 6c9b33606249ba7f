# SPDX-License-Identifier: Apache-2.0
"""tar and tar.gz are planned as the zip is: length, ETag, any range, conditions, pins."""
import gzip
import io
import random
import tarfile

import pytest

from guide import PARENT, content_of, scan_entries

FORMATS = {"tar": ("application/x-tar", "tar"), "tar.gz": ("application/x-gtar", "tar.gz")}
both = pytest.mark.parametrize("form", FORMATS)


def url_of(form):
    return f"{PARENT}/scans/ALL/files?format={form}"


@pytest.fixture(scope="module")
def wholes(guide):
    return {form: guide.client.get(url_of(form)) for form in FORMATS}


@both
def test_headers_name_type_length_and_file(guide, wholes, form):
    media_type, extension = FORMATS[form]
    head = guide.client.head(url_of(form))
    for answer in (head, wholes[form]):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"] == f'attachment; filename="MR1.{extension}"'
        assert answer.headers["Content-Length"] == str(len(wholes[form].content))
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["ETag"] == head.headers["ETag"]
        assert "Transfer-Encoding" not in answer.headers


@both
def test_a_media_type_names_the_format_too(guide, wholes, form):
    answer = guide.client.get(url_of(FORMATS[form][0]))
    assert answer.content == wholes[form].content


@both
def test_members_are_those_of_the_zip(wholes, form):
    with tarfile.open(fileobj=io.BytesIO(wholes[form].content)) as tar:
        names = tar.getnames()
        assert names == scan_entries(["1", "2", "3", "4"])
        for name in names:
            assert tar.extractfile(name).read() == content_of(name)


def test_one_gzip_member_holds_the_tar(wholes):
    assert gzip.decompress(wholes["tar.gz"].content) == wholes["tar"].content


def test_etags_share_the_manifest_and_differ_in_form(guide):
    etags = [guide.client.head(url_of(form)).headers["ETag"].strip('"').split("-")
             for form in ("zip", "tar", "tar.gz")]
    assert len({manifest for manifest, _ in etags}) == 1
    assert [form for _, form in etags] == ["zip1", "tar1", "targz1"]


@both
def test_random_ranges_are_pieces_of_the_whole(guide, wholes, form):
    dice, whole = random.Random(form), wholes[form].content
    for _ in range(500):
        first = dice.randrange(len(whole))
        last = min(len(whole) - 1, first + int(dice.expovariate(1 / 20_000)))
        answer = guide.client.get(url_of(form), headers={"Range": f"bytes={first}-{last}"})
        assert answer.status_code == 206 and answer.content == whole[first:last + 1]


@both
def test_conditions_and_pins(guide, wholes, form):
    etag = wholes[form].headers["ETag"]
    get = guide.client.get
    assert get(url_of(form), headers={"If-None-Match": etag}).status_code == 304
    assert get(url_of(form), headers={"If-Match": '"x"'}).status_code == 412
    resumed = get(url_of(form), headers={"If-Range": etag, "Range": "bytes=100-"})
    assert resumed.status_code == 206 and resumed.content == wholes[form].content[100:]
    pinned = wholes[form].headers["Content-Location"]
    assert get(pinned).content == wholes[form].content
    assert get(pinned.replace("etag=", "etag=0")).status_code == 412


@both
def test_a_restart_changes_nothing(guide, larmor, wholes, form):
    larmor.restart()
    answer = guide.client.get(url_of(form))
    assert answer.headers["ETag"] == wholes[form].headers["ETag"]
    assert answer.content == wholes[form].content


@both
def test_of_one_file_has_its_bare_name(guide, form):
    path = f"{PARENT}/scans/1/resources/DICOM/files/1.dcm"
    answer = guide.client.get(f"{path}?format={form}")
    assert answer.headers["Content-Disposition"].endswith(f'"MR1.{form}"')
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        assert tar.getnames() == ["1.dcm"]


@both
def test_of_a_file_that_is_one_already_is_the_file(archive, session, form):
    path = f"{session}/resources/R/files/x.{form}"
    archive.upload(path, b"as it is")
    assert archive.get(f"{path}?format={form}").content == b"as it is"


@both
def test_of_nothing_is_404(archive, session, form):
    archive.make(f"{session}/resources/Empty")
    url = f"{session}/resources/Empty/files?format={form}"
    assert archive.get(url).status_code == archive.head(url).status_code == 404
    assert archive.get(f"{url}&accept-not-found=true").status_code == 204


@both
def test_of_a_lost_object_is_409_and_names_it(larmor, archive, session, form):
    content = random.Random(form).randbytes(3000)
    archive.upload(f"{session}/resources/R/files/lost.dcm", content)
    for path in larmor.objects():
        if path.read_bytes() == content:
            path.unlink()
    larmor.restart()
    answer = archive.get(f"{session}/files?format={form}")
    assert answer.status_code == 409 and "lost.dcm" in answer.text


@both
def test_elsewhere_than_at_files_is_refused(archive, form):
    assert archive.get(f"/data/projects?format={form}").status_code == 400

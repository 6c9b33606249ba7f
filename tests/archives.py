# SPDX-License-Identifier: Apache-2.0
"""Makers of archives, and words for uploading them to be unpacked."""
import io
import tarfile
from urllib.parse import unquote
import zipfile


def zip_of(members, method=zipfile.ZIP_DEFLATED, **options):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", method, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return body.getvalue()


def tar_entry(name, content=b"", kind=tarfile.REGTYPE, link=""):
    entry = tarfile.TarInfo(name)
    entry.size, entry.type, entry.linkname = len(content), kind, link
    return entry, content


def tar_of(members, form=tarfile.PAX_FORMAT):
    """`members`: names and contents, or entries as tar_entry() makes them."""
    if isinstance(members, dict):
        members = [tar_entry(name, content) for name, content in members.items()]
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w", format=form) as archive:
        for entry, content in members:
            archive.addfile(entry, io.BytesIO(content))
    return body.getvalue()


def extract(archive, resource, name, body, query="", **options):
    return archive.put(f"{resource}/files/{name}?extract=true{query}", body, **options)


def unpacked(archive, resource, name, body, query=""):
    """What an upload that must succeed leaves in the resource."""
    answer = extract(archive, resource, name, body, query)
    assert answer.status_code == 200, answer.text
    return stored(archive, resource)


def stored(archive, resource):
    """Every file of the resource with its content, through the zip that comes down."""
    rows = archive.rows(f"{resource}/files")
    names = [unquote(row["URI"].split("/files/", 1)[1]) for row in rows]
    if not names:
        return {}
    answer = archive.get(f"{resource}/files?format=zip")
    members = zipfile.ZipFile(io.BytesIO(answer.content))
    found = {name.split("/files/", 1)[1]: members.read(name) for name in members.namelist()}
    assert sorted(found) == sorted(names)
    return found


def refused(archive, resource, name, body, status=400):
    """The one line of an upload that must be refused and leave nothing."""
    answer = extract(archive, resource, name, body)
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert archive.rows(f"{resource}/files") == []
    assert answer.text.count("\n") == 1
    return answer.text

# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 as such: methods, 100 Continue, keep-alive, names in headers."""
import urllib.parse

import pytest

from raw import Raw
from running import PASSWORD

PLACES = ["projects", "projects/{p}", "projects/{p}/subjects", "projects/{p}/subjects/S",
          "projects/{p}/subjects/S/experiments", "projects/{p}/subjects/S/experiments/E",
          "projects/{p}/experiments/E/scans", "projects/{p}/experiments/E/scans/1",
          "projects/{p}/experiments/E/assessors", "projects/{p}/experiments/E/assessors/A",
          "projects/{p}/experiments/E/reconstructions",
          "projects/{p}/experiments/E/reconstructions/R", "projects/{p}/resources",
          "projects/{p}/resources/R", "projects/{p}/resources/R/files",
          "projects/{p}/resources/R/files?format=zip", "projects/{p}/resources/R/files/a",
          "auth", "JSESSION"]
SITE = ["/healthz", "/readyz", "/xapi/siteConfig/buildInfo"]


@pytest.fixture
def everything(archive, tree):
    archive.make(f"{tree}/resources/R")
    archive.upload(f"{tree}/resources/R/files/a", b"hello")
    name = tree.rsplit("/", 1)[1]
    return [f"/data/{place.format(p=name)}" for place in PLACES] + SITE


def test_head_is_answered_like_get_without_its_body(archive, everything):
    for path in everything:
        get, head = archive.get(path), archive.head(path)
        assert get.status_code == head.status_code == 200, path
        assert head.content == b""
        for name in ("Content-Length", "Content-Type", "ETag", "Accept-Ranges", "Allow"):
            assert head.headers.get(name) == get.headers.get(name), (path, name)


def test_options_names_the_methods_of_every_path(archive, everything):
    for path in everything:
        answer = archive.request("OPTIONS", path)
        allowed = answer.headers["Allow"].split(", ")
        assert answer.status_code == 200 and answer.content == b"", path
        assert {"GET", "HEAD", "OPTIONS"} <= set(allowed)
        for method in {"PUT", "POST", "DELETE", "PATCH", "BREW"} - set(allowed):
            refused = archive.request(method, path, data=b"x" * 100)
            assert refused.status_code == 405, (method, path)
            assert refused.headers["Allow"] == answer.headers["Allow"]


def test_options_of_the_server_and_of_nothing(larmor, archive):
    for authorization in ("", f"Authorization: {archive.authorization()}\r\n"):
        with Raw(larmor) as client:
            request = f"OPTIONS * HTTP/1.1\r\nHost: x\r\n{authorization}\r\n"
            status, headers, body = client.ask(request.encode())
            assert (status, body) == (200, b"")
            assert headers["allow"] == "get, head, put, post, delete, options"
            assert client.ask()[0] == 200
    assert archive.request("OPTIONS", "/data/nothing/here").status_code == 404
    assert larmor.client(None).request("OPTIONS", "/data/projects").status_code == 401


def put_head(path, authorization, *headers):
    lines = [f"PUT {path} HTTP/1.1", "Host: x", f"Authorization: {authorization}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def test_a_client_that_expects_it_is_told_to_continue(larmor, archive, resource):
    path = f"{resource}/files/expected"
    expect = ["Expect: 100-continue", "Content-Length: 5"]
    with Raw(larmor) as client:
        assert client.ask(put_head(path, archive.authorization(), *expect))[0] == 100
        assert client.ask(b"hello")[0] == 200
        assert client.ask()[0] == 200
    assert archive.get(path).content == b"hello"


def test_an_upload_that_is_refused_is_not_told_to_continue(larmor, resource):
    head = put_head(f"{resource}/files/x", "Basic eDp5", "Expect: 100-continue",
                    "Content-Length: 5")
    with Raw(larmor) as client:
        status, headers, _ = client.ask(head)
        assert status == 401 and headers["connection"] == "close"
        assert client.receive_all() == b""


def test_a_refused_upload_can_be_sent_to_its_end_and_its_answer_read(larmor):
    head = put_head("/data/projects/P/resources/R/files/x", "Basic eDp5",
                    "Content-Length: 20000000")
    with Raw(larmor) as client:
        client.send(head)
        client.send(bytes(20_000_000))
        assert client.receive()[0] == 401
        assert client.receive_all() == b""


def test_64_kib_of_headers_are_read(larmor):
    with Raw(larmor) as client:
        for size, status in ((60_000, 200), (65_600, 431)):
            request = f"GET /healthz HTTP/1.1\r\nHost: x\r\nX: {'x' * size}\r\n\r\n"
            assert client.ask(request.encode())[0] == status


def test_a_keep_alive_connection_serves_old_and_new_clients(larmor):
    with Raw(larmor) as client:
        for _ in range(3):
            old = b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
            status, headers, _ = client.ask(old)
            assert status == 200 and headers["connection"] == "keep-alive"
            assert client.ask()[0] == 200
        assert client.ask(b"GET /healthz HTTP/1.0\r\n\r\n")[0] == 200
        assert client.receive_all() == b""


@pytest.mark.parametrize("name", [
    'a"b.dcm', "a;b.dcm", "a\\b.dcm", "a\r\nX-Evil: 1.dcm", "é ü.dcm", "\u202egpj.exe",
    "a'b%41.dcm", "x" * 250])
def test_a_file_name_cannot_break_out_of_a_header(archive, resource, name):
    path = f"{resource}/files/{urllib.parse.quote(name)}"
    archive.upload(path, b"hello")
    single, archived = archive.get(path), archive.get(f"{path}?format=zip")
    for answer in (single, archived):
        assert answer.status_code == 200
        assert "X-Evil" not in answer.headers
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="')
    assert ("filename*=UTF-8''" in single.headers["Content-Disposition"]) != name.isascii()


def test_the_password_is_in_no_log_line(larmor, archive):
    archive.get("/data/projects?password=top-secret&x=1")
    assert PASSWORD not in larmor.log()
    assert "top-secret" not in larmor.log()

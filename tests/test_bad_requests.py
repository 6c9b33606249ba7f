# SPDX-License-Identifier: Apache-2.0
"""Malformed requests, byte by byte over raw sockets: bad_requests/README.md says how they are
written. Each gets its status and nothing else, leaves nothing behind, and the server goes on."""
import pathlib
import re
import socket
import time

import pytest

REQUESTS = sorted((pathlib.Path(__file__).parent / "bad_requests").glob("*.http"))
BYTES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
FOLDER = "/data/projects/BAD/resources/R/files"


def read_request(text, words):
    """The bytes that are written in `text`."""
    result, at = b"", 0
    while at < len(text):
        if text[at] != "\\":
            end = text.find("\\", at)
            end = len(text) if end < 0 else end
            result += text[at:end].replace("\n", "").encode()
            at = end
        elif text[at + 1] == "{":
            end = closing_brace(text, at + 1)
            result += read_word(text[at + 2:end], words)
            at = end + 1
        elif text[at + 1] == "x":
            result += bytes.fromhex(text[at + 2:at + 4])
            at += 4
        else:
            result += BYTES[text[at + 1]]
            at += 2
    return result


def closing_brace(text, opening):
    depth = 0
    for at in range(opening, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise ValueError("a brace is not closed")


def read_word(word, words):
    repeated = re.match(r"(\d+)\*", word)
    if not repeated:
        return words[word]
    return int(repeated[1]) * read_request(word[repeated.end():], words)


@pytest.fixture(scope="module")
def words(archive):
    archive.make("/data/projects/BAD")
    archive.make("/data/projects/BAD/resources/R")
    return {"file": f"{FOLDER}/new".encode(),
            "authorization": b"Authorization: " + archive.authorization().encode()}


def exchange(larmor, pieces, pause=0.0):
    """Sends the pieces, then no more; everything that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", larmor.port), timeout=60) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                client.sendall(piece)
                time.sleep(pause)
            client.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it was answered and closed already
        received = b""
        while piece := client.recv(65536):
            received += piece
        return received


def check(larmor, path, pieces, pause=0.0):
    answer = exchange(larmor, pieces, pause)
    expected = path.name.split("-")[0]
    if expected == "none":
        assert answer == b""
    else:
        assert answer.startswith(f"HTTP/1.1 {expected} ".encode()), answer
        # A form or a name that is bad leaves no doubt about where the next request begins.
        is_http = not path.stem.startswith(("400-form", "400-file"))
        assert (b"\r\nConnection: close\r\n" in answer) or not is_http
        assert answer.count(b"\r\nDate: ") == 1, answer
        body = answer.split(b"\r\n\r\n", 1)[1]
        assert body.endswith(b"\n") and body.count(b"\n") == 1 and len(body) < 1000
    good = exchange(larmor, [b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"])
    assert good.startswith(b"HTTP/1.1 200 ")


@pytest.fixture(params=REQUESTS, ids=lambda path: path.stem)
def request_file(request):
    return request.param


def test_a_bad_request_gets_its_status_whole_cut_and_byte_by_byte(larmor, words, request_file):
    content = read_request(request_file.read_text(), words)
    check(larmor, request_file, [content])
    cuts = range(1, len(content), max(1, len(content) // 8))
    for cut in cuts:
        check(larmor, request_file, [content[:cut], content[cut:]], pause=0.002)
    # The end of a long one: what comes before it is filling.
    begin = max(0, len(content) - 500)
    ends = [content[at:at + 1] for at in range(begin, len(content))]
    check(larmor, request_file, [content[:begin], *ends])


def test_every_cut_of_the_most_dangerous_ones_changes_nothing(larmor, words):
    for name in ("400-length-then-coding", "400-two-hosts", "400-chunk-size-a-word"):
        path = next(path for path in REQUESTS if path.stem == name)
        content = read_request(path.read_text(), words)
        for cut in range(1, len(content)):
            check(larmor, path, [content[:cut], content[cut:]])


def test_bad_requests_left_nothing_behind(larmor, archive, words):
    """Runs last: whatever was sent above stored no file and made no project."""
    assert archive.rows(FOLDER) == []
    assert archive.get("/data/projects/SMUGGLED").status_code == 404
    assert larmor.objects() == []
    assert " 500 " not in larmor.log() and "status=500" not in larmor.log()

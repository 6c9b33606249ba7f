# SPDX-License-Identifier: Apache-2.0
"""Reads answers to range requests as a client must."""
import re


def parts_of(answer):
    """[(first, last, total, bytes)] of a multipart/byteranges answer."""
    boundary = re.fullmatch(r'multipart/byteranges; ?boundary="?([^"]+)"?',
                            answer.headers["Content-Type"])[1].encode()
    assert answer.content.rstrip().endswith(b"--" + boundary + b"--")
    parts = []
    for piece in answer.content.split(b"--" + boundary)[1:-1]:
        head, body = piece.removeprefix(b"\r\n").split(b"\r\n\r\n", 1)
        place = re.search(rb"(?i)content-range: bytes (\d+)-(\d+)/(\d+)", head)
        parts.append((*map(int, place.groups()), body.removesuffix(b"\r\n")))
    return parts

# SPDX-License-Identifier: Apache-2.0
"""Fills a Larmor with sessions of generated files, over its REST interface."""
import concurrent.futures
import random
import threading

PROJECT = "/data/projects/TEST"
SUBJECT = f"{PROJECT}/subjects/1"
UPLOADERS = 8


def scan_path(label):
    return f"{SUBJECT}/experiments/{label}/scans/1"


def zip_path(label):
    return f"{scan_path(label)}/files?format=zip"


def file_path(label, number):
    return f"{scan_path(label)}/resources/DICOM/files/{number:06}.dcm"


def content(number, size):
    """Different for every number, since equal files would share one stored object."""
    return random.Random(number).randbytes(size)


class Uploader:
    """Sends PUTs; each thread keeps a connection of its own."""

    def __init__(self, server):
        self.server = server
        self.local = threading.local()

    def put(self, path, body=b""):
        if not hasattr(self.local, "connection"):
            self.local.connection = self.server.connect()
        connection = self.local.connection
        connection.request("PUT", path, body, self.server.headers)
        response = connection.getresponse()
        said = response.read()
        if response.status not in (200, 201):
            raise SystemExit(f"PUT {path}: {response.status} {said[:500].decode(errors='replace')}")


def create_session(server, label, members, size):
    """A session with one scan, whose resource DICOM holds `members` files of `size` bytes."""
    uploader = Uploader(server)
    uploader.put(PROJECT)
    uploader.put(SUBJECT)
    uploader.put(f"{SUBJECT}/experiments/{label}?xsiType=xnat:mrSessionData")
    uploader.put(f"{scan_path(label)}?xsiType=xnat:mrScanData&type=T1")

    def upload(number):
        uploader.put(f"{file_path(label, number)}?inbody=true", content(number, size))

    upload(0)  # alone, so that the others find their resource
    with concurrent.futures.ThreadPoolExecutor(UPLOADERS) as pool:
        for _ in pool.map(upload, range(1, members)):
            pass

# SPDX-License-Identifier: Apache-2.0
"""Disks that are really full or read-only: small file systems that only the server sees."""
import os
import socket

from disks import SmallDisk, assert_ready, assert_refused, files, readiness

FULL, READ_ONLY = "disk that holds the stored files is full", "cannot be written to"


def send_head(server, path, length):
    """Only the head of an upload; what is answered before a byte of the body is sent."""
    client = server.client()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall((f"PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n"
                            f"Authorization: {client.authorization()}\r\n\r\n").encode())
        return connection.recv(65536).decode()


def test_a_full_disk_refuses_uploads_while_all_else_goes_on(tmp_path):
    with SmallDisk(tmp_path, 24 * 1024, "data") as disk:
        archive = disk.server.client()
        archive.make("/data/projects/P")
        path = "/data/projects/P/resources/R/files"
        archive.upload(f"{path}/a", os.urandom(1_000_000))
        head = send_head(disk.server, f"{path}/huge?inbody=true", 500_000_000)
        assert " 507 " in head and "no room for so much" in head, head
        before = set((disk.path() / "objects").glob("*/*"))
        chunked = iter([os.urandom(500_000)] * 100)
        assert_refused(archive.put(f"{path}/chunked?inbody=true", chunked), 507, FULL)
        assert set((disk.path() / "objects").glob("*/*")) == before
        filler = disk.fill(1_200_000)  # the reserve of so small a disk is 1.5 MiB
        assert_refused(archive.put(f"{path}/b?inbody=true", b"b"), 507, FULL)
        assert readiness(archive)[0] == 503 and "full" in readiness(archive)[1]
        assert archive.get(f"{path}/a").status_code == 200
        assert archive.delete(f"{path}/a").status_code == 200
        archive.make("/data/projects/Q")
        filler.unlink()
        assert_ready(archive)
        archive.upload(f"{path}/b", b"b")


def test_a_disk_that_is_full_to_the_last_byte_stores_nothing_by_halves(tmp_path):
    with SmallDisk(tmp_path, 24 * 1024, "data", "--reserve", "0") as disk:
        archive = disk.server.client()
        path = "/data/projects/P/resources/R/files"
        archive.make("/data/projects/P")
        archive.upload(f"{path}/a", b"a")
        filler = disk.fill(0)
        statuses = [archive.put(f"/data/projects/N{n}?name={'n' * 200}").status_code
                    for n in range(300)]
        assert 507 in statuses and set(statuses) <= {200, 507}
        assert_refused(archive.put(f"{path}/b?inbody=true", b"b" * 9000), 507, "the stored files")
        assert readiness(archive)[0] == 503
        filler.unlink()
        assert_ready(archive)
        assert len(archive.rows("/data/projects")) == 1 + statuses.count(200)
        archive.upload(f"{path}/b", b"b" * 9000)
        assert files(archive, "/data/projects/P/resources/R") == ["a", "b"]


def test_a_disk_that_was_mounted_read_only_refuses_uploads_and_gives_files_out(tmp_path):
    objects = tmp_path / "stored"
    with SmallDisk(tmp_path, 8192, "stored", "--objects", str(objects)) as disk:
        archive = disk.server.client()
        path = "/data/projects/P/resources/R/files"
        archive.make("/data/projects/P")
        archive.upload(f"{path}/a", b"a")
        disk.remount("ro")
        assert_refused(archive.put(f"{path}/b?inbody=true", b"b"), 503, READ_ONLY)
        assert READ_ONLY in readiness(archive)[1]
        assert archive.get(f"{path}/a").content == b"a"
        assert archive.delete(f"{path}/a").status_code == 200
        disk.remount("rw")
        assert_ready(archive)
        archive.upload(f"{path}/b", b"b")

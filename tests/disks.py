# SPDX-License-Identifier: Apache-2.0
"""Disks that fail: by a library that is loaded before the server's own, or by small file systems
in a mount namespace of the server's."""
import os
import pathlib
import subprocess

import pytest

from running import BINARY, Larmor

LIBRARY = os.environ.get("DISK_FAULTS_LIBRARY",
                         str(pathlib.Path(BINARY).parent / "tests/libdisk_faults.so"))


def sanitizer_libraries():
    """Those of the program that must come before every other one."""
    linked = subprocess.run(["ldd", BINARY], capture_output=True, text=True).stdout
    return [line.split()[2] for line in linked.splitlines()
            if line.split()[0].startswith(("libasan", "libtsan"))]


class Faults:
    """What fails at a server that runs, until clear() or the end of `with`; the rules are those of
    disk_faults.c."""

    def __init__(self, folder):
        if not pathlib.Path(LIBRARY).is_file():
            pytest.skip(f"{LIBRARY} is not there; the target disk_faults builds it")
        self.rules = pathlib.Path(folder) / "disk-faults"
        self.set()

    def environment(self):
        return {"LD_PRELOAD": ":".join([*sanitizer_libraries(), LIBRARY]),
                "DISK_FAULTS": str(self.rules)}

    def set(self, *rules):
        aside = self.rules.with_suffix(".new")
        aside.write_text("".join(f"{rule}\n" for rule in rules))
        aside.rename(self.rules)
        return self

    def clear(self):
        self.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.clear()


def require_private_mounts():
    if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        pytest.skip("no private mount namespace can be made here; root may")


class SmallDisk:
    """A server whose folder `data` (or whose objects) lies on a tmpfs that only it can see."""

    def __init__(self, folder, kib, mounted, *options):
        require_private_mounts()
        self.mounted = pathlib.Path(folder) / mounted
        self.mounted.mkdir()
        script = f'mount -t tmpfs -o size={kib}k none "$0" && exec "$@"'
        self.server = Larmor(pathlib.Path(folder) / "data", *options,
                             prefix=["unshare", "-m", "sh", "-c", script, str(self.mounted)])

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *error):
        self.server.__exit__(*error)

    def path(self):
        """The mounted folder, seen from here."""
        return pathlib.Path(f"/proc/{self.server.process.pid}/root{self.mounted}")

    def fill(self, spared_bytes):
        """Takes up all room but for `spared_bytes`; the file to remove."""
        filler = self.path() / "filler"
        disk = os.statvfs(self.path())
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0,
                               disk.f_bavail * disk.f_frsize - spared_bytes)
        return filler

    def remount(self, option):
        subprocess.run(["nsenter", "-m", "-t", str(self.server.process.pid), "mount", "-o",
                        f"remount,{option}", str(self.mounted)], check=True)


def run_read_only(folder, command):
    """Runs a command that sees this folder mounted read-only; what it says."""
    require_private_mounts()
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    return subprocess.run(["unshare", "-m", "sh", "-c", script, str(folder), *map(str, command)],
                          capture_output=True, text=True, timeout=60)


def files(archive, resource):
    return sorted(row["Name"] for row in archive.rows(f"{resource}/files"))


def readiness(archive):
    answer = archive.get("/readyz")
    return answer.status_code, answer.text


def assert_ready(archive):
    assert readiness(archive) == (200, "ready\n")
    assert archive.get("/healthz").status_code == 200


def assert_refused(answer, status, reason):
    """Says what happened, in one line, and nothing of where on the server."""
    assert (answer.status_code, reason in answer.text) == (status, True), answer.text
    assert answer.text.count("\n") == 1
    assert "/objects" not in answer.text and "sqlite" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)

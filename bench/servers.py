# SPDX-License-Identifier: Apache-2.0
"""The programs that are measured: started on a free port of the loopback, and stopped."""
import base64
import getpass
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import time

import requests

START_SECONDS = 60
STOP_SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_ticks_by_process():
    """Of every process: its parent, and the ticks that it and its ended children have used."""
    processes = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name in brackets may hold blanks and brackets; what follows it does not.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        processes[int(stat.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    return processes


def cpu_seconds(root):
    """User and system time of a process and all below it, to 10 ms."""
    processes = cpu_ticks_by_process()
    ticks, open_ids = 0, [root]
    while open_ids:
        current = open_ids.pop()
        ticks += processes[current][1]
        open_ids += [child for child, (parent, _) in processes.items() if parent == current]
    return ticks / os.sysconf("SC_CLK_TCK")


class Server:
    """A child process that answers HTTP on 127.0.0.1."""

    name = "server"
    headers = {}

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process = None

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def start(self):
        log = self.folder / f"{self.name}.log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command(), env=self.environment(), stdout=out, stderr=out
            )
        self.wait_until_ready(log)

    def wait_until_ready(self, log):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                requests.get(self.url("/healthz"), timeout=5)
                return
            except requests.RequestException:
                time.sleep(0.02)
        self.stop()
        raise SystemExit(f"{self.name} did not start; it said:\n{log.read_text()[-2000:]}")

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def restart(self):
        self.stop()
        self.start()

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Larmor(Server):
    name = "larmor"

    def __init__(self, program, folder):
        super().__init__(folder)
        self.program = program
        self.password = secrets.token_urlsafe(12)
        credentials = base64.b64encode(f"admin:{self.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}"}

    def command(self):
        return [self.program, "serve", "--data", str(self.folder / "data"),
                "--listen", f"127.0.0.1:{self.port}"]

    def environment(self):
        return super().environment() | {"LARMOR_ADMIN_PASSWORD": self.password}

    def version(self):
        said = subprocess.run([self.program, "--version"], capture_output=True, text=True)
        return said.stdout.strip()


class Nginx(Server):
    """Serves the files of folder/www with sendfile, one worker per core, without logs."""

    name = "nginx"

    @staticmethod
    def program():
        return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")

    @property
    def root(self):
        return self.folder / "www"

    def command(self):
        self.root.mkdir(exist_ok=True)
        config = self.folder / "nginx.conf"
        config.write_text(self.config())
        return [self.program(), "-p", str(self.folder), "-c", str(config), "-e", "stderr"]

    def config(self):
        # Started by root, the workers must be root too, to read a private temporary folder.
        user = "user root;" if getpass.getuser() == "root" else ""
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "\n".join(f"    {kind}_temp_path {self.folder}/{kind};" for kind in kinds)
        return f"""{user}
daemon off;
worker_processes auto;
pid {self.folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
{temporary}
    access_log off;
    default_type application/octet-stream;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    server {{ listen 127.0.0.1:{self.port}; root {self.root}; }}
}}
"""

    def version(self):
        said = subprocess.run([self.program(), "-v"], capture_output=True, text=True)
        return said.stderr.strip().removeprefix("nginx version: ")

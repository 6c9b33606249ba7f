# SPDX-License-Identifier: Apache-2.0
"""The programs that are measured: started on a free port of the loopback, and stopped."""
import base64
import getpass
import http.client
import os
import pathlib
import secrets
import shutil
import socket
import ssl
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


class Tls:
    """A certificate that has signed itself, for all servers, and what clients need to trust it."""

    def __init__(self, folder):
        self.certificate, self.key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", self.key, "-out", self.certificate, "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
            check=True, capture_output=True
        )
        self.context = ssl.create_default_context(cafile=self.certificate)


class Server:
    """A child process that answers HTTP, or HTTPS when there is a `tls`, on 127.0.0.1."""

    name = "server"
    headers = {}

    def __init__(self, folder, tls=None):
        self.tls = tls
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
                trusted = str(self.tls.certificate) if self.tls else True
                requests.get(self.url("/healthz"), timeout=5, verify=trusted)
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
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}{path}"

    def connect(self):
        if self.tls is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        return http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=120, context=self.tls.context
        )

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


class Larmor(Server):
    name = "larmor"

    def __init__(self, program, folder, tls=None):
        super().__init__(folder, tls)
        self.program = program
        self.password = secrets.token_urlsafe(12)
        credentials = base64.b64encode(f"admin:{self.password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {credentials}"}

    def command(self):
        files = ["--tls-cert", self.tls.certificate, "--tls-key", self.tls.key] if self.tls else []
        return [self.program, "serve", "--data", str(self.folder / "data"),
                "--listen", f"127.0.0.1:{self.port}", *files]

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
        tls, tls_files = "", ""
        if self.tls:
            tls = " ssl"
            tls_files = (f"ssl_certificate {self.tls.certificate}; "
                         f"ssl_certificate_key {self.tls.key};")
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
    server {{ listen 127.0.0.1:{self.port}{tls}; root {self.root}; {tls_files} }}
}}
"""

    def version(self):
        said = subprocess.run([self.program(), "-v"], capture_output=True, text=True)
        return said.stderr.strip().removeprefix("nginx version: ")

# SPDX-License-Identifier: Apache-2.0
"""A running `larmor serve`, and a client that speaks to it."""
import base64
import http.client
import os
import pathlib
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import threading
import time

import requests

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.environ.get("LARMOR_BINARY", str(REPOSITORY / "build/release/larmor"))
PASSWORD = "a-password-for-tests"
# Their shadow memory, and what they keep back of freed memory, is not the program's.
SANITIZED = "asan" in BINARY or "tsan" in BINARY
START_SECONDS = 60  # a build with a sanitizer on a busy machine
OVER_TLS = bool(os.environ.get("LARMOR_TLS"))  # every server speaks HTTPS


class Certificate:
    """A certificate for 127.0.0.1 that has signed itself, and its key, as two files."""

    def __init__(self, folder, name="localhost"):
        folder = pathlib.Path(folder)
        folder.mkdir(exist_ok=True)
        self.file, self.key = folder / "cert.pem", folder / "key.pem"
        self.make(name)

    def make(self, name="localhost"):
        """Puts new ones in the place of the old."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-keyout", self.key, "-out", self.file, "-days", "2",
             "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
            check=True, capture_output=True)

    def options(self):
        return ["--tls-cert", str(self.file), "--tls-key", str(self.key)]

    def context(self):
        """For a client that trusts this certificate and no other."""
        return ssl.create_default_context(cafile=self.file)


class Larmor:
    """One process on one data folder; `with` starts and ends it."""

    def __init__(self, data, *options, password=PASSWORD, certificate=None, environment=None,
                 prefix=()):
        self.data = pathlib.Path(data)
        self.options = options
        self.environment = environment or {}
        self.prefix = list(prefix)  # what runs the program, and must become it
        self.password = password
        there = next(folder for folder in self.data.parents if folder.is_dir())
        self.log_path = there / f"{self.data.name}.log"
        self.certificate = certificate
        if OVER_TLS and not certificate:
            self.certificate = Certificate(there / f"{self.data.name}.tls")
        self.process = None

    def __enter__(self):
        return self.start()

    def __exit__(self, error, *_):
        status = self.stop()
        assert error or status == 0, f"the server ended with {status}: {self.log()[-4000:]}"

    def start(self):
        environment = {k: v for k, v in os.environ.items() if k != "LARMOR_ADMIN_PASSWORD"}
        if self.password is not None:
            environment["LARMOR_ADMIN_PASSWORD"] = self.password
        environment.update(self.environment)
        command = [*self.prefix, BINARY, "serve", "--data", str(self.data)]
        command += ["--listen", "127.0.0.1:0"]
        if self.certificate:
            command += self.certificate.options()
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(command + list(self.options), env=environment,
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        self.output = []
        threading.Thread(target=self._read_output, args=(self.process.stdout,),
                         daemon=True).start()
        self.url = self._wait_for_url()
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def _read_output(self, pipe):
        for line in pipe:
            self.output.append(line)

    def _wait_for_url(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            found = re.search(r"listens on (https?://127\.0\.0\.1:\d+)", "".join(self.output))
            if found:
                return found[1]
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        self.kill()
        raise AssertionError(f"the server did not start: {self.output} {self.log()[-2000:]}")

    def stop(self):
        """SIGTERM, and the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=60)

    def restart(self):
        assert self.stop() == 0
        return self.start()

    def log(self):
        return self.log_path.read_text(errors="replace")

    def client(self, user="admin", password=None):
        return Client(self, user, password or self.password)

    def connection(self):
        """For http.client."""
        if self.certificate is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60,
                                           context=self.certificate.context())

    def connect(self):
        """A socket on which HTTP can be spoken."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        if self.certificate is None:
            return connection
        context = self.certificate.context()
        return context.wrap_socket(connection, server_hostname="127.0.0.1",
                                   suppress_ragged_eofs=False)

    def catalog_file(self):
        """The SQLite catalog in the data folder."""
        for path in sorted(self.data.rglob("*")):
            if path.is_file() and path.read_bytes()[:15] == b"SQLite format 3":
                return path
        raise AssertionError(f"no catalog in {self.data}")

    def sql(self, statement, *values):
        """Runs one statement in the catalog, beside the server or without it."""
        with sqlite3.connect(self.catalog_file(), timeout=10) as connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows

    def objects(self):
        """Every stored object of the default blob store."""
        return [path for path in (self.data / "objects").rglob("*")
                if path.is_file() and path.name != "archive-id"]


class Client:
    """HTTP to one server as one user, also after a restart; paths are given from the root,
    already encoded."""

    def __init__(self, server, user, password):
        self.server, self.user, self.password = server, user, password
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, no .netrc
        self.session.verify = str(server.certificate.file) if server.certificate else True
        self.session.auth = (user, password) if user else None

    def request(self, method, path, **options):
        options.setdefault("timeout", 120)
        return self.session.request(method, self.server.url + path, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def head(self, path, **options):
        return self.request("HEAD", path, **options)

    def put(self, path, data=None, **options):
        return self.request("PUT", path, data=data, **options)

    def post(self, path, data=None, **options):
        return self.request("POST", path, data=data, **options)

    def delete(self, path, **options):
        return self.request("DELETE", path, **options)

    def make(self, path):
        """PUT of an object that must succeed; the text of the answer (an accession id)."""
        answer = self.put(path)
        assert answer.status_code in (200, 201), f"{path}: {answer.status_code} {answer.text}"
        return answer.text

    def upload(self, path, content):
        """PUT of a raw body that must be stored."""
        separator = "&" if "?" in path else "?"
        answer = self.put(f"{path}{separator}inbody=true", content)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer

    def rows(self, path):
        """The rows of a listing, which must succeed."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        assert answer.headers["Content-Type"].startswith("application/json")
        return answer.json()["ResultSet"]["Result"]

    def item(self, path):
        """A single object as JSON, which must be there."""
        answer = self.get(f"{path}?format=json")
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        items = answer.json()["items"]
        assert len(items) == 1 and "children" in items[0]
        return items[0]

    def authorization(self):
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()

    def raw(self, method, target, headers=None, body=None):
        """A request whose target reaches the server as it is: (status, headers, body)."""
        connection = self.server.connection()
        try:
            connection.request(method, target, body,
                               {"Authorization": self.authorization(), **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

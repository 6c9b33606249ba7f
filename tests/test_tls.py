# SPDX-License-Identifier: Apache-2.0
"""HTTPS: versions, certificates and their renewal, cuts, slow and many clients, other programs."""
from concurrent.futures import ThreadPoolExecutor
import http.client
import os
import random
import signal
import socket
import ssl
import subprocess
import time
import warnings

import pytest
import requests

from running import BINARY, PASSWORD, Certificate, Larmor

SIZE = 20_000_000
FILE = "/data/projects/Tls/resources/R/files/large.bin"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def larmor(tmp_path_factory, certificate):
    with Larmor(tmp_path_factory.mktemp("tls") / "data", certificate=certificate) as server:
        yield server


@pytest.fixture(scope="module")
def content(archive):
    content = random.Random(1).randbytes(SIZE)
    archive.make("/data/projects/Tls")
    archive.upload(FILE, content)
    return content


@pytest.fixture
def renewable(tmp_path):
    """A server whose certificate a test may change."""
    certificate = Certificate(tmp_path / "tls", "first")
    with Larmor(tmp_path / "data", certificate=certificate) as server:
        yield server


def request(larmor, path, *headers):
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1",
             f"Authorization: {larmor.client().authorization()}", *headers]
    return "\r\n".join([*lines, "", ""]).encode()


def lax_context(version):
    """A client of one version that asks for no proof of who the server is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    return context


def shake_hands(larmor, context):
    with socket.create_connection(("127.0.0.1", larmor.port), timeout=60) as connection:
        with context.wrap_socket(connection) as wrapped:
            return wrapped.version()


def shown_name(larmor):
    """The name in the certificate that a new connection is shown."""
    shown = ssl.get_server_certificate(("127.0.0.1", larmor.port))
    done = subprocess.run(["openssl", "x509", "-noout", "-subject"], input=shown, text=True,
                          capture_output=True, check=True)
    return done.stdout.split("=")[-1].strip()


def hang_up(larmor, expected):
    """SIGHUP, and the log's word on it."""
    before = larmor.log().count(expected)
    larmor.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 30
    while larmor.log().count(expected) == before:
        assert time.monotonic() < deadline, larmor.log()[-2000:]
        time.sleep(0.02)


def serve(tmp_path, *options):
    return subprocess.run([BINARY, "serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0",
                           *map(str, options)], capture_output=True, text=True, timeout=60)


def test_the_printed_address_is_https(larmor, archive):
    assert larmor.url.startswith("https://127.0.0.1:")
    assert archive.get("/data/projects").status_code == 200
    assert "kTLS" in larmor.log()  # whichever way it was decided


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_1_2_and_1_3_are_spoken(larmor, version):
    assert shake_hands(larmor, lax_context(version)) == version.name.replace("_", ".")


def kernel_encrypted():
    """How many connections the kernel was given keys of so far."""
    with open("/proc/net/tls_stat", encoding="ascii") as counters:
        return next(int(line.split()[1]) for line in counters if line.startswith("TlsTxSw"))


@pytest.mark.parametrize("version, cipher, by_kernel", [
    (ssl.TLSVersion.TLSv1_3, "ALL", True), (ssl.TLSVersion.TLSv1_2, "AESGCM", True),
    (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES128-SHA256", False)])
def test_the_kernel_encrypts_what_it_can(larmor, content, version, cipher, by_kernel):
    if "the kernel (kTLS)" not in larmor.log():
        pytest.skip("this kernel does not encrypt; tools/kernel_tls.sh boots one that does")
    context = lax_context(version)
    context.set_ciphers(cipher)
    before = kernel_encrypted()
    with socket.create_connection(("127.0.0.1", larmor.port), timeout=60) as connection:
        with context.wrap_socket(connection) as wrapped:
            wrapped.sendall(request(larmor, FILE, "Connection: close"))
            received = b"".join(iter(lambda: wrapped.recv(65536), b""))
    assert received.split(b"\r\n\r\n", 1)[1] == content
    assert kernel_encrypted() - before == (1 if by_kernel else 0)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_older_versions_are_refused_without_an_error_in_the_log(larmor, version):
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shake_hands(larmor, lax_context(version))
    assert "ERROR" not in larmor.log().upper().replace("SSL_ERROR", "")


def test_a_client_that_trusts_nobody_here_refuses_us(larmor):
    with pytest.raises(ssl.SSLCertVerificationError):
        with socket.create_connection(("127.0.0.1", larmor.port)) as connection:
            ssl.create_default_context().wrap_socket(connection, server_hostname="127.0.0.1")
    assert larmor.client().get("/data/projects").status_code == 200


def test_plain_http_is_told_to_use_https(larmor):
    connection = http.client.HTTPConnection("127.0.0.1", larmor.port, timeout=60)
    connection.request("GET", "/data/projects",
                       headers={"Authorization": larmor.client().authorization()})
    answer = connection.getresponse()
    assert answer.status == 400 and answer.headers["Connection"] == "close"
    assert "https://" in answer.read().decode()


def test_what_is_neither_is_closed_and_harms_nobody(larmor):
    dice = random.Random(3)
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", larmor.port), timeout=60) as connection:
            connection.sendall(b"\x16\x03\x01" + dice.randbytes(dice.randrange(1, 2000)))
            connection.shutdown(socket.SHUT_WR)
            try:
                while connection.recv(4096):
                    pass
            except ConnectionResetError:
                pass
    assert larmor.client().get("/data/projects").status_code == 200


def test_a_connection_is_kept_and_requests_may_be_pipelined(larmor, archive, content):
    piece = request(larmor, FILE, "Range: bytes=100-199")
    with larmor.connect() as connection:
        connection.sendall(piece * 20 + request(larmor, FILE, "Range: bytes=0-0",
                                                "Connection: close"))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(content[100:200]) == 20
    assert received.endswith(b"\r\n\r\n" + content[:1])
    assert archive.head(FILE).headers["Content-Length"] == str(SIZE)
    assert archive.head(FILE).content == b""


def test_an_orderly_end_is_told_apart_from_a_cut(larmor, content):
    """suppress_ragged_eofs is off: without close_notify, reading the end would raise."""
    with larmor.connect() as connection:
        connection.sendall(request(larmor, "/data/projects", "Connection: close"))
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 200")


def test_idle_connections_do_not_delay_the_end(tmp_path):
    larmor = Larmor(tmp_path / "data", "--grace", "60", certificate=Certificate(tmp_path / "tls"))
    with larmor, larmor.connect() as used, larmor.connect():
        used.sendall(request(larmor, "/data/projects"))
        assert used.recv(65536).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        assert larmor.stop() == 0
        assert time.monotonic() - began < 30


def test_an_answer_cut_in_the_middle_is_an_error_at_the_client(tmp_path):
    larmor = Larmor(tmp_path / "data", "--grace", "0", certificate=Certificate(tmp_path / "tls"))
    with larmor:
        archive = larmor.client()
        archive.make("/data/projects/Tls")
        archive.upload(FILE, bytes(SIZE * 2))
        with larmor.connect() as connection:
            connection.sendall(request(larmor, FILE))
            received = len(connection.recv(65536))
            assert larmor.stop() == 0
            with pytest.raises((ssl.SSLError, ConnectionError)):
                while piece := connection.recv(65536):
                    received += len(piece)
    assert 0 < received < SIZE * 2


def test_an_answer_cut_by_a_damaged_file_is_an_error_even_for_a_lenient_client(larmor, archive):
    """Python's ssl takes a reset for an end, and requests does not count: an alert reaches them."""
    before = set(larmor.objects())
    archive.make("/data/projects/Cut")
    archive.upload("/data/projects/Cut/resources/R/files/a", random.Random(2).randbytes(60_000_000))
    (path,) = set(larmor.objects()) - before
    answer = archive.get("/data/projects/Cut/resources/R/files/a", stream=True)
    pieces = answer.iter_content(100_000)
    received = len(next(pieces))
    os.truncate(path, 30_000_000)
    with pytest.raises(requests.exceptions.RequestException):
        for piece in pieces:
            received += len(piece)
    assert received < 60_000_000


def test_a_slow_reader_gets_everything(larmor, content):
    with larmor.connect() as connection:
        connection.sendall(request(larmor, FILE, "Connection: close"))
        received = [connection.recv(10_000)]
        while received[-1]:
            if len(received) < 20:
                time.sleep(0.05)
            received.append(connection.recv(65536))
    assert b"".join(received).split(b"\r\n\r\n", 1)[1] == content


def test_many_clients_at_once(larmor, content):
    def fetch(n):
        first = n * 100_000
        with larmor.connect() as connection:
            last = first + 2_000_000
            connection.sendall(request(larmor, FILE, f"Range: bytes={first}-{last}",
                                       "Connection: close"))
            received = b"".join(iter(lambda: connection.recv(65536), b""))
        return received.split(b"\r\n\r\n", 1)[1] == content[first:last + 1]

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(fetch, range(100)))


def test_an_upload_of_some_megabytes_arrives(archive, content):
    pieces = (content[at:at + 77_777] for at in range(0, SIZE, 77_777))
    archive.upload("/data/projects/Tls/resources/R/files/again.bin", pieces)
    assert archive.get("/data/projects/Tls/resources/R/files/again.bin").content == content


def test_a_refused_upload_is_answered_before_its_body_is_read(larmor, content):
    answer = larmor.client(password="wrong").put(FILE + "?inbody=true", content)
    assert answer.status_code == 401


def test_curl_and_aria2_take_the_certificate(larmor, certificate, content, tmp_path):
    (tmp_path / "curl.bin").write_bytes(content[:1_234_567])
    for command in (["curl", "-sS", "--fail", "-u", f"admin:{PASSWORD}", "-C", "-", "--cacert",
                     certificate.file, "-o", tmp_path / "curl.bin"],
                    ["aria2c", "-q", "-x4", "-s4", "-k1M", "--no-conf", "--http-user=admin",
                     f"--http-passwd={PASSWORD}", f"--dir={tmp_path}", "-o", "aria2.bin",
                     f"--ca-certificate={certificate.file}"]):
        done = subprocess.run([*map(str, command), larmor.url + FILE], capture_output=True,
                              text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "curl.bin").read_bytes() == content
    assert (tmp_path / "aria2.bin").read_bytes() == content


def test_hanging_up_shows_the_new_certificate_to_new_connections(renewable):
    with renewable.connect() as running:
        running.sendall(request(renewable, "/data/projects"))
        assert running.recv(65536).startswith(b"HTTP/1.1 200")
        renewable.certificate.make("second")
        assert shown_name(renewable) == "first"
        hang_up(renewable, "the certificate was read again")
        assert shown_name(renewable) == "second"
        running.sendall(request(renewable, "/data/projects"))
        assert running.recv(65536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("bad", ["file", "key"])
def test_a_bad_new_certificate_leaves_the_old_one(renewable, bad):
    path = getattr(renewable.certificate, bad)
    path.write_text("no certificate and no key")
    hang_up(renewable, "the certificate stays as it was")
    assert str(path) in renewable.log()
    assert shown_name(renewable) == "first"


def test_hanging_up_while_downloads_run_harms_none(larmor, content):
    def fetch(_):
        return larmor.client().get(FILE).content == content

    with ThreadPoolExecutor(4) as pool:
        running = pool.map(fetch, range(8))
        for _ in range(10):
            hang_up(larmor, "the certificate was read again")
        assert all(running)


def test_a_start_with_unusable_files_names_them(tmp_path):
    one, other = Certificate(tmp_path / "one"), Certificate(tmp_path / "other")
    (tmp_path / "empty").write_text("")
    for cert, key, blamed in ((tmp_path / "none", one.key, "none"), (one.file, "/none", "/none"),
                              (tmp_path / "empty", one.key, "empty"),
                              (one.file, tmp_path / "empty", "empty"),
                              (one.file, other.key, str(other.key)),
                              (tmp_path, one.key, str(tmp_path))):
        done = serve(tmp_path, "--tls-cert", cert, "--tls-key", key)
        assert done.returncode == 1 and blamed in done.stderr, done.stderr
        assert "password" not in done.stdout  # the first one is not used up by a failed start


def test_one_file_without_the_other_is_an_error_that_names_it(tmp_path, certificate):
    done = serve(tmp_path, "--tls-cert", certificate.file)
    assert done.returncode == 2 and "--tls-key" in done.stderr
    done = serve(tmp_path, "--tls-key", certificate.key)
    assert done.returncode == 2 and "--tls-cert" in done.stderr


def test_the_files_may_stand_in_the_configuration(tmp_path):
    Certificate(tmp_path / "tls")
    config = tmp_path / "larmor.toml"
    config.write_text('tls-cert = "tls/cert.pem"\ntls-key = "tls/key.pem"\n')
    with Larmor(tmp_path / "data", "--config", str(config)) as larmor:
        assert larmor.url.startswith("https://")
        assert shown_name(larmor) == "localhost"

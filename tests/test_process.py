# SPDX-License-Identifier: Apache-2.0
"""The program as a process: starting, options, the log, ending."""
import json
import os
import re
import socket
import subprocess
import time

import pytest

from conftest import MR
from running import BINARY, PASSWORD, REPOSITORY, Larmor


def run(*arguments, **environment):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, env={**os.environ, **environment})


def assert_refused(done, *words):
    said = done.stdout + done.stderr
    assert done.returncode not in (0, None) and done.returncode > 0, said
    for word in words:
        assert word in said


def test_the_data_folder_is_made(tmp_path):
    with Larmor(tmp_path / "new" / "data") as larmor:
        assert larmor.client().get("/data/projects").status_code == 200
    assert larmor.catalog_file().is_relative_to(tmp_path / "new" / "data")


def test_objects_may_lie_elsewhere(tmp_path):
    with Larmor(tmp_path / "data", "--objects", str(tmp_path / "elsewhere")) as larmor:
        archive = larmor.client()
        archive.make("/data/projects/P")
        archive.upload("/data/projects/P/resources/R/files/a", b"lies elsewhere")
        found = [path for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()
                 and path.read_bytes() == b"lies elsewhere"]
        assert len(found) == 1
    assert larmor.objects() == []


def filled(data):
    """An archive of one file, which is not being served."""
    with Larmor(data) as larmor:
        larmor.client().make("/data/projects/P")
        larmor.client().upload("/data/projects/P/resources/R/files/a", str(data).encode())
    return larmor


def test_a_missing_objects_folder_is_named_and_not_made(tmp_path):
    larmor = filled(tmp_path / "data")
    (larmor.data / "objects").rename(tmp_path / "unmounted")
    done = run("serve", "--data", larmor.data, "--listen", "127.0.0.1:0")
    assert_refused(done, str(larmor.data / "objects"), "mounted")
    assert not (larmor.data / "objects").exists()
    (larmor.data / "objects").mkdir()  # an empty mount point
    for command in (["serve", "--listen", "127.0.0.1:0"], ["fsck"]):
        assert_refused(run(*command, "--data", larmor.data), str(larmor.data / "objects"))
    (larmor.data / "objects").rmdir()
    (tmp_path / "unmounted").rename(larmor.data / "objects")
    with larmor:
        answer = larmor.client().get("/data/projects/P/resources/R/files/a")
        assert answer.content == str(larmor.data).encode()


def test_the_objects_of_another_archive_are_refused(tmp_path):
    first, second = filled(tmp_path / "first"), filled(tmp_path / "second")
    objects = second.data / "objects"
    for data in (first.data, tmp_path / "new"):
        done = run("serve", "--data", data, "--objects", objects, "--listen", "127.0.0.1:0")
        assert_refused(done, str(objects), (objects / "archive-id").read_text().strip())


def test_health_is_told_to_anyone(larmor):
    for path in ("/healthz", "/readyz"):
        assert larmor.client(user=None).get(path).status_code == 200


def test_a_second_process_on_the_same_folder_is_refused(larmor):
    done = run("serve", "--data", larmor.data, "--listen", "127.0.0.1:0")
    assert_refused(done, str(larmor.data))
    assert larmor.client().get("/data/projects").status_code == 200


def test_a_taken_port_is_named(larmor, tmp_path):
    address = f"127.0.0.1:{larmor.port}"
    assert_refused(run("serve", "--data", tmp_path / "data", "--listen", address), address)


def test_a_start_that_cannot_listen_uses_up_no_password(larmor, tmp_path):
    data = tmp_path / "data"
    assert_refused(run("serve", "--data", data, "--listen", f"127.0.0.1:{larmor.port}"), "listen")
    with Larmor(data) as started:
        assert started.client().get("/data/projects").status_code == 200


def test_a_folder_of_a_newer_version_is_refused(tmp_path):
    larmor = Larmor(tmp_path / "data")
    with larmor:
        pass
    larmor.sql("update schema_version set version = version + 1")
    assert_refused(run("serve", "--data", larmor.data, "--listen", "127.0.0.1:0"), "newer")


@pytest.mark.parametrize("arguments, word", [
    (["--no-such-flag"], "--no-such-flag"), (["--listen", "nonsense"], "nonsense"),
    (["--listen", "127.0.0.1:99999"], "99999"), (["--config", "/no/such.toml"], "/no/such.toml")])
def test_a_bad_flag_is_an_error_that_names_it(tmp_path, arguments, word):
    assert_refused(run("serve", "--data", tmp_path / "data", *arguments), word)


@pytest.mark.parametrize("text, word", [
    ('no_such_key = 1\n', "no_such_key"), ('listen = 8080\n', "listen"),
    ('listen = "nonsense"\n', "nonsense"), ('data = [\n', "larmor.toml")])
def test_a_bad_configuration_is_an_error_that_names_it(tmp_path, text, word):
    (tmp_path / "larmor.toml").write_text(text)
    assert_refused(run("serve", "--data", tmp_path / "data", "--config",
                       tmp_path / "larmor.toml"), word)


def test_a_flag_wins_over_the_configuration(tmp_path):
    (tmp_path / "larmor.toml").write_text(f'data = "{tmp_path}/unused"\nlisten = "127.0.0.1:1"\n')
    with Larmor(tmp_path / "data", "--config", str(tmp_path / "larmor.toml")) as larmor:
        assert larmor.client().get("/data/projects").status_code == 200
    assert not (tmp_path / "unused").exists()


def test_the_sample_configuration_is_accepted(tmp_path):
    sample = REPOSITORY / "docs/larmor.sample.toml"
    with Larmor(tmp_path / "data", "--config", str(sample),
                "--objects", str(tmp_path / "objects")) as larmor:
        assert larmor.client().get("/data/projects").status_code == 200


def test_the_first_start_prints_a_password_once_and_never_logs_it(tmp_path):
    larmor = Larmor(tmp_path / "data", password=None).start()
    larmor.client(password="wrong").get("/data/projects")
    words = re.findall(r"\S{12,}", " ".join(l for l in larmor.output if "assword" in l))
    accepted = [word for word in words
                if larmor.client(password=word).get("/data/projects").status_code == 200]
    assert len(accepted) == 1, larmor.output
    larmor.restart()
    assert larmor.client(password=accepted[0]).get("/data/projects").status_code == 200
    assert accepted[0] not in "".join(larmor.output) and accepted[0] not in larmor.log()
    assert larmor.stop() == 0


def test_the_variable_sets_the_first_password_and_no_later_one(tmp_path):
    larmor = Larmor(tmp_path / "data")
    with larmor:
        pass
    larmor.password = "another"
    with larmor:
        assert larmor.client(password="another").get("/data/projects").status_code == 401
        assert larmor.client(password=PASSWORD).get("/data/projects").status_code == 200


def test_every_request_is_one_line_in_the_log(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        answer = larmor.client().get("/data/projects/NoSuch?marker=1")
    lines = [line for line in larmor.log().splitlines() if "/data/projects/NoSuch" in line]
    assert len(lines) == 1
    for word in ("GET", "404", "admin", answer.headers["X-Request-Id"]):
        assert word in lines[0]


def test_the_log_may_be_json(tmp_path):
    with Larmor(tmp_path / "data", "--log-format", "json") as larmor:
        larmor.client().get("/data/projects")
    lines = [json.loads(line) for line in larmor.log().splitlines()]
    found = [line for line in lines if line.get("path") == "/data/projects"]
    assert len(found) == 1
    assert {"time", "id", "user", "method", "path", "status", "bytes", "ms"} <= set(found[0])
    assert (found[0]["user"], found[0]["status"]) == ("admin", "200")


def test_a_hostile_path_does_not_forge_a_line(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        larmor.client().raw("GET", "/data/projects/x%0Aforged%20line")
    assert not any(line.startswith("forged") for line in larmor.log().splitlines())


def test_no_secret_is_logged(tmp_path):
    with Larmor(tmp_path / "data") as larmor:
        client = larmor.client()
        client.get("/data/projects")
        client.put("/data/services/auth", {"username": "admin", "password": PASSWORD})
        client.get(f"/data/projects?password={PASSWORD}")
        authorization = client.authorization().split()[1]
    assert PASSWORD not in larmor.log() and authorization not in larmor.log()


def test_sigterm_lets_a_running_download_end(tmp_path):
    size = 30_000_000  # more than the sockets hold
    with Larmor(tmp_path / "data") as larmor:
        archive = larmor.client()
        archive.make("/data/projects/P")
        archive.upload("/data/projects/P/resources/R/files/a", b"x" * size)
        answer = archive.get("/data/projects/P/resources/R/files/a", stream=True)
        received = len(answer.raw.read(1000))
        larmor.process.terminate()
        time.sleep(0.5)
        with pytest.raises(ConnectionError):
            socket.create_connection(("127.0.0.1", larmor.port))
        assert received + len(answer.raw.read()) == size
        assert larmor.process.wait(timeout=30) == 0


def test_the_log_says_what_a_shutdown_cut(tmp_path):
    files = "/data/projects/P/resources/R/files"
    with Larmor(tmp_path / "data", "--grace", "0") as larmor:
        archive = larmor.client()
        archive.make("/data/projects/P")
        archive.upload(f"{files}/large.bin", bytes(40_000_000))
        with larmor.connect() as download, larmor.connect() as upload:
            sign_in = f"Host: x\r\nAuthorization: {archive.authorization()}\r\n"
            download.sendall(f"GET {files}/large.bin HTTP/1.1\r\n{sign_in}\r\n"
                             .encode())
            assert download.recv(1000)
            upload.sendall((f"PUT {files}/new.bin HTTP/1.1\r\n{sign_in}"
                            "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n").encode())
            assert upload.recv(1000).startswith(b"HTTP/1.1 100")
            assert larmor.stop() == 0
    cut = [line for line in larmor.log().splitlines() if 'end="cut by shutdown"' in line]
    assert sorted(re.search(r"method=(\w+)", line)[1] for line in cut) == ["GET", "PUT"]
    assert all(" user=admin " in line for line in cut)


def test_sigterm_ends_an_idle_server_at_once(tmp_path):
    larmor = Larmor(tmp_path / "data").start()
    client = larmor.client()
    client.make("/data/projects/P")
    client.make(f"/data/projects/P/subjects/S/experiments/E?{MR}")
    begin = time.monotonic()
    assert larmor.stop() == 0
    assert time.monotonic() - begin < 5


def test_help_and_version_say_what_there_is():
    assert "serve" in run("--help").stdout
    assert re.search(r"\d+\.\d+\.\d+", run("--version").stdout)
    assert_refused(run("no-such-command"))

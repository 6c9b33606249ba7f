# SPDX-License-Identifier: Apache-2.0
"""Many, slow and vanishing clients: limits, time-outs, and memory that does not grow."""
import contextlib
import resource as system
import time

import pytest

from raw import GOOD, Raw, eventually, open_descriptors, resident_bytes
from running import SANITIZED, Larmor

FILES = "/data/projects/P/resources/R/files"


def put_head(archive, name, *headers):
    lines = [f"PUT {FILES}/{name} HTTP/1.1", "Host: x",
             f"Authorization: {archive.authorization()}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def get_head(archive, path):
    return (f"GET {path} HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: {archive.authorization()}\r\n\r\n").encode()


@contextlib.contextmanager
def serve(folder, *options):
    """A server with a project P that has one file of 30 MB, more than all socket buffers hold."""
    with Larmor(folder / "data", *options) as server:
        archive = server.client()
        archive.make("/data/projects/P")
        archive.upload(f"{FILES}/large", bytes(30_000_000))
        archive.session.close()
        yield server, archive


@pytest.fixture(scope="module")
def patient(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("patient")) as both:
        yield both


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    seconds = [f"--{what}-seconds=2" for what in ("header", "idle", "body", "stall")]
    with serve(tmp_path_factory.mktemp("impatient"), *seconds) as both:
        yield both


# Limits

def test_an_address_has_its_limit_and_others_do_not_feel_it(tmp_path):
    with serve(tmp_path, "--connections-per-address=3") as (larmor, _), \
            contextlib.ExitStack() as stack:
        mine = [stack.enter_context(Raw(larmor, "127.0.0.2")) for _ in range(3)]
        assert [client.ask()[0] for client in mine] == [200] * 3
        status, headers, body = stack.enter_context(Raw(larmor, "127.0.0.2")).ask()
        assert (status, headers["retry-after"], headers["connection"]) == (503, "2", "close")
        assert body == b"too many connections from your address, close some and try again\n"
        assert stack.enter_context(Raw(larmor, "127.0.0.3")).ask()[0] == 200
        proxy = [stack.enter_context(Raw(larmor, "127.0.0.1")) for _ in range(20)]
        assert [client.ask()[0] for client in proxy] == [200] * 20
        mine[0].close()

        def has_a_place():
            with Raw(larmor, "127.0.0.2") as client:
                return client.ask()[0] == 200
        eventually(has_a_place)


def test_all_together_have_a_limit(tmp_path):
    with serve(tmp_path, "--connections=5") as (larmor, _):
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Raw(larmor)) for _ in range(12)]
            answers = [client.ask() for client in clients]
            # The connection that made the project may be about to end.
            assert sum(status == 200 for status, _, _ in answers) in (4, 5)
            for status, headers, body in answers:
                if status != 200:
                    assert (status, headers["retry-after"]) == (503, "2")
                    assert body == b"too many connections, try again soon\n"

        def has_a_place():
            with Raw(larmor) as client:
                return client.ask()[0] == 200
        eventually(has_a_place)


# Slow clients

def test_headers_that_come_too_slowly_are_answered_with_408(impatient):
    with Raw(impatient[0]) as client:
        client.send(b"GET /healthz HTTP/1.1\r\n")
        client.socket.settimeout(0.2)
        answer = b""
        for _ in range(300):
            client.send(b"X")
            with contextlib.suppress(TimeoutError):
                answer = client.socket.recv(65536)
                break
        assert answer.startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("framing", ["Content-Length: 100000", "Transfer-Encoding: chunked"])
def test_a_body_that_trickles_is_answered_with_408_and_stores_nothing(impatient, framing):
    larmor, archive = impatient
    with Raw(larmor) as client:
        client.send(put_head(archive, "slow", framing))
        client.socket.settimeout(0.2)
        answer = b""
        for _ in range(300):
            client.send(b"1\r\nx\r\n")
            with contextlib.suppress(TimeoutError):
                answer = client.socket.recv(65536)
                break
        assert answer.startswith(b"HTTP/1.1 408 ")
    assert [row["Name"] for row in archive.rows(FILES)] == ["large"]


def test_a_body_that_comes_on_slowly_is_stored(impatient):
    larmor, archive = impatient
    with Raw(larmor) as client:
        client.send(put_head(archive, "steady", "Content-Length: 6000"))
        for _ in range(6):
            time.sleep(0.6)
            client.send(b"x" * 1000)
        assert client.receive()[0] == 200
    assert archive.get(f"{FILES}/steady").content == b"x" * 6000
    assert archive.delete(f"{FILES}/steady").status_code == 200


def test_a_client_that_reads_nothing_is_cut(impatient):
    larmor, archive = impatient
    with Raw(larmor, receive_buffer=4096) as client:
        client.send(get_head(archive, f"{FILES}/large"))
        eventually(lambda: "client stalled" in larmor.log())
        assert client.is_cut()


def test_idle_connections_are_closed_without_a_word(impatient):
    with Raw(impatient[0]) as fresh, Raw(impatient[0]) as used:
        assert used.ask()[0] == 200
        assert fresh.receive_all() == b""
        assert used.receive_all() == b""


# Many clients

def test_requests_in_one_packet_are_answered_in_order(patient):
    kinds = [(b"GET /healthz", 200), (b"HEAD /healthz", 200), (b"OPTIONS *", 200),
             (b"GET /nothing", 404), (b"DELETE /healthz", 405), (b"GET /data/projects", 401)]
    with Raw(patient[0]) as client:
        client.send(b"".join(kind + b" HTTP/1.1\r\nHost: x\r\n\r\n" for kind, _ in kinds * 50))
        for kind, status in kinds * 50:
            assert client.receive(is_head=kind.startswith(b"HEAD"))[0] == status
        assert client.received == b""


def test_ten_thousand_connections_in_turn_leave_nothing_behind(patient):
    larmor, archive = patient
    ways = [
        lambda client: client.ask(),
        lambda client: client.ask(),
        lambda client: client.send(GOOD),
        lambda client: client.send(GOOD[:20]),
        lambda client: client.send(put_head(archive, "cut", "Content-Length: 9") + b"x"),
        lambda client: client.reset(),
    ]

    def connect(times):
        for number in range(times):
            with Raw(larmor) as client:
                ways[number % len(ways)](client)

    connect(1000)
    eventually(lambda: open_descriptors(larmor) < 60)
    before = open_descriptors(larmor), resident_bytes(larmor)
    connect(9000)
    # The catalog may have opened a few connections of its own meanwhile, of three files each.
    eventually(lambda: open_descriptors(larmor) <= before[0] + 50)
    if not SANITIZED:
        assert resident_bytes(larmor) - before[1] < 8 * 2**20
    assert [row["Name"] for row in archive.rows(FILES)] == ["large"]


def gone(client):
    client.close()


def reset(client):
    client.reset()


@pytest.mark.parametrize("leave", [gone, reset])
@pytest.mark.parametrize("phase", [
    "connected", "in the head", "before the body", "in the body", "in a chunk",
    "before the answer", "in the answer", "between requests", "in a pipeline"])
def test_a_client_may_go_away_at_any_time(patient, phase, leave):
    larmor, archive = patient
    archive.session.close()
    length, chunked = "Content-Length: 1000000", "Transfer-Encoding: chunked"
    download = get_head(archive, f"{FILES}/large")
    client = Raw(larmor, receive_buffer=4096)
    client.send({
        "connected": b"",
        "in the head": GOOD[:-7],
        "before the body": put_head(archive, "gone", length),
        "in the body": put_head(archive, "gone", length) + bytes(400_000),
        "in a chunk": put_head(archive, "gone", chunked) + b"f4240\r\n" + bytes(400_000),
        "before the answer": get_head(archive, f"{FILES}?format=zip"),
        "in the answer": download,
        "between requests": GOOD,
        "in a pipeline": (GOOD + download) * 20,
    }[phase])
    if phase in ("in the answer", "between requests"):
        assert client.socket.recv(10) == b"HTTP/1.1 2"
    leave(client)
    with Raw(larmor) as other:
        assert other.ask()[0] == 200
    eventually(lambda: open_descriptors(larmor) < 60)
    assert [row["Name"] for row in archive.rows(FILES)] == ["large"]
    eventually(lambda: len(larmor.objects()) == 1)


# Memory

@contextlib.contextmanager
def many_descriptors(count):
    soft, hard = system.getrlimit(system.RLIMIT_NOFILE)
    if hard != system.RLIM_INFINITY and hard < count:
        pytest.skip(f"the system allows no {count} descriptors")
    system.setrlimit(system.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        system.setrlimit(system.RLIMIT_NOFILE, (soft, hard))


def test_idle_and_slow_connections_take_little_memory(tmp_path, record_property):
    """The figures in docs/administration.md come from here."""
    patience = [f"--{what}-seconds=3600" for what in ("header", "idle", "body", "stall")]
    with serve(tmp_path, *patience) as (larmor, archive), many_descriptors(4000), \
            contextlib.ExitStack() as stack:
        figures = []

        def grow(what, count, begin):
            before = resident_bytes(larmor)
            for _ in range(count):
                begin(stack.enter_context(Raw(larmor, receive_buffer=4096)))
            with Raw(larmor) as other:  # whatever has come by now is in the server's hands
                assert other.ask()[0] == 200
            figures.append((what, count, (resident_bytes(larmor) - before) / count))

        grow("idle", 2000, lambda client: client.ask())
        grow("head", 200, lambda client: client.send(GOOD[:-2]))
        grow("upload", 150, lambda client: client.send(
            put_head(archive, "slow", "Content-Length: 1000000") + bytes(1000)))
        grow("download", 150, lambda client: (
            client.send(get_head(archive, f"{FILES}/large")), client.socket.recv(1)))
        for what, count, each in figures:
            print(f"{count} {what}: {each / 1024:.1f} KiB each")
        record_property("bytes", figures)
        if not SANITIZED:
            each = {what: size for what, _, size in figures}
            assert each["idle"] < 32 * 1024
            assert each["head"] < 32 * 1024
            assert each["upload"] < 384 * 1024
            assert each["download"] < 256 * 1024
        begin = time.monotonic()
        with Raw(larmor) as other:
            assert other.ask()[0] == 200
        assert time.monotonic() - begin < 10

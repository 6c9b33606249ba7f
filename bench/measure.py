# SPDX-License-Identifier: Apache-2.0
"""Requests with a clock beside them. The client is plain sockets, so that it is not the brake."""
import dataclasses
import statistics
import time

GB = 1e9
MB = 1e6
BUFFER = bytearray(1 << 20)


@dataclasses.dataclass
class Target:
    """Something to fetch from a running server."""

    server: object
    path: str

    def connect(self):
        return self.server.connect()


def read_body(response, file=None):
    """Reads to the end; a body shorter than promised is an error, not a fast answer."""
    received = 0
    while count := response.readinto(BUFFER):
        received += count
        if file is not None:
            file.write(memoryview(BUFFER)[:count])
    promised = response.getheader("Content-Length")
    if promised is None or received != int(promised):
        raise SystemExit(f"{received} bytes came, Content-Length is {promised}")
    return received


def request(connection, target, method="GET"):
    connection.request(method, target.path, headers=target.server.headers)
    response = connection.getresponse()
    if response.status != 200:
        said = response.read(500).decode(errors="replace")
        raise SystemExit(f"{target.server.name}: {target.path}: {response.status} {said}")
    return response


def save(target, path):
    with open(path, "wb") as file:
        return read_body(request(target.connect(), target), file)


def body_of(target):
    return request(target.connect(), target).read()


def first_byte_seconds(target):
    """From the connect to the first byte of the body; the rest is not read."""
    begin = time.perf_counter()
    connection = target.connect()
    request(connection, target).read(1)
    seconds = time.perf_counter() - begin
    connection.close()
    return seconds


def transfer_turn(target, least_bytes):
    """Whole downloads one after the other, until enough bytes make a tick of 10 ms small."""
    received, connection = 0, target.connect()
    cpu_begin, begin = target.server.cpu_seconds(), time.perf_counter()
    while received < least_bytes:
        received += read_body(request(connection, target))
    seconds = time.perf_counter() - begin
    cpu = target.server.cpu_seconds() - cpu_begin
    return {"mb_per_s": received / MB / seconds, "cpu_s_per_gb": cpu / (received / GB)}


def request_turn(target, count):
    """Requests one after the other on one connection."""
    times, connection = [], target.connect()
    cpu_begin = target.server.cpu_seconds()
    for _ in range(count):
        begin = time.perf_counter()
        read_body(request(connection, target))
        times.append(time.perf_counter() - begin)
    cpu = target.server.cpu_seconds() - cpu_begin
    return {
        "requests_per_s": count / sum(times),
        "median_ms": 1000 * statistics.median(times),
        "p99_ms": 1000 * sorted(times)[int(0.99 * (count - 1))],
        "cpu_ms_per_request": 1000 * cpu / count,
    }


def medians(turns):
    return {figure: statistics.median(turn[figure] for turn in turns) for figure in turns[0]}


def compare(targets, turn, rounds):
    """A B A B …, so that whatever else the machine does meets all alike; then the medians."""
    turns = {target.server.name: [] for target in targets}
    for target in targets:
        turn(target)  # warms the page cache
    for _ in range(rounds):
        for target in targets:
            turns[target.server.name].append(turn(target))
    result = {name: medians(done) for name, done in turns.items()}
    if "nginx" in result:
        result["ratio"] = {
            figure: value / result["nginx"][figure] if result["nginx"][figure] else None
            for figure, value in result["larmor"].items()
        }
    return result | {"turns": turns}

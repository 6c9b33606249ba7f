# SPDX-License-Identifier: Apache-2.0
"""A client that sends exactly the bytes it is told to, and looks at the server's process."""
import pathlib
import socket
import struct
import time

GOOD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
WAIT_SECONDS = 60  # for what must happen on a busy machine too


class Raw:
    """One connection; `source` is the address it comes from."""

    def __init__(self, larmor, source="127.0.0.1", receive_buffer=None):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.bind((source, 0))
        self.socket.connect(("127.0.0.1", larmor.port))
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, content):
        self.socket.sendall(content)

    def ask(self, content=GOOD):
        self.send(content)
        return self.receive()

    def receive(self, is_head=False):
        """One answer that has a length: (status, headers, body)."""
        head, self.received = self._receive_until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        status = int(lines[0].split()[1])
        length = 0 if is_head or status < 200 else int(headers.get("content-length", 0))
        while len(self.received) < length:
            self.received += self._some()
        body, self.received = self.received[:length], self.received[length:]
        return status, headers, body

    def _receive_until(self, end):
        while end not in self.received:
            self.received += self._some()
        at = self.received.index(end) + len(end)
        return self.received[:at], self.received[at:]

    def _some(self):
        piece = self.socket.recv(65536)
        assert piece, f"the server closed; there came {self.received[:300]}"
        return piece

    def receive_all(self):
        """Everything until the server closes; OSError when it resets."""
        while piece := self.socket.recv(65536):
            self.received += piece
        return self.received

    def is_cut(self):
        """Whether the server resets the connection while we wait."""
        try:
            self.receive_all()
        except ConnectionError:
            return True
        return False

    def close(self):
        self.socket.close()

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


def resident_bytes(larmor):
    status = pathlib.Path(f"/proc/{larmor.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def open_descriptors(larmor):
    return len(list(pathlib.Path(f"/proc/{larmor.process.pid}/fd").iterdir()))


def eventually(condition):
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.02)

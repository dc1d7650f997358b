"""Load on a server: so many connections, each sending its next request when it has its answer.

Everything runs in one process over sockets that do not block, and requests are made beforehand, so that on a machine
with few cores most of the time is the server's.
"""

from __future__ import annotations

import itertools
import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from typing import NamedTuple

import numpy as np

from bench.running import HOST

END = b"\r\n\r\n"
LENGTH = b"content-length: "
CLOSE = b"\nconnection: close"


class Load(NamedTuple):
    """What a server did under load.

    Attributes:
        rate: answers a second.
        middle, worst: 50th and 99th percentile of the milliseconds that an answer took.
        size: mean bytes of an answer's body.
    """

    rate: float
    middle: float
    worst: float
    size: float


def posts(path: str, bodies: Sequence[bytes]) -> list[bytes]:
    """Give requests as they are sent over a connection that is kept."""
    head = "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"
    return [head.format(path, HOST, len(body)).encode() + body for body in bodies]


def load(
    port: int, requests: Sequence[bytes], *, connections: int = 8, seconds: float = 5.0, most: int = 50_000
) -> Load:
    """Send requests in their order, over and over, and measure.

    Args:
        port: where a server listens on this machine.
        requests: as :func:`posts` gives them.
        connections: how many requests are under way at any time.
        seconds: how long.
        most: requests after which it ends however long it took.

    Raises:
        RuntimeError: an answer was no 200.
    """
    turn = itertools.cycle(requests)
    times: list[float] = []
    size, start = 0, time.perf_counter()
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            client = stack.enter_context(closing(Client(port)))
            selector.register(client.socket, selectors.EVENT_READ, client)
            client.send(next(turn))
        while not times or (len(times) < most and time.perf_counter() - start < seconds):
            for key, _ in selector.select(5):
                if (length := key.data.received()) is not None:
                    times.append(time.perf_counter() - key.data.started)
                    size += length
                    if key.data.left:
                        selector.unregister(key.fileobj)
                        selector.register(key.data.renewed(), selectors.EVENT_READ, key.data)
                    key.data.send(next(turn))
        took = time.perf_counter() - start
    middle, worst = 1000 * np.percentile(times, [50, 99])
    return Load(len(times) / took, float(middle), float(worst), size / len(times))


class Client:
    """A connection. One that the server ends after an answer has to be ``renewed``; ``left`` tells.

    Attributes:
        started: when the last request was sent.
        held: what has come of its answer.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self.started = 0.0
        self.held = b""
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        self.left = False
        made = socket.create_connection((HOST, self._port), timeout=30)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def renewed(self) -> socket.socket:
        """Connect again."""
        self.close()
        self.socket = self._connected()
        return self.socket

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def send(self, request: bytes) -> None:
        """Send a request."""
        self.held = b""
        self.started = time.perf_counter()
        self.socket.sendall(request)

    def received(self) -> int | None:
        """Take what has come; give the length of the answer's body once it is whole."""
        came = self.socket.recv(1 << 18)
        self.held += came
        head = self.held.find(END)
        if not came or (head >= 0 and not self.held.startswith(b"HTTP/1.1 200 ")):
            raise RuntimeError(f"no good answer: {self.held[:200]!r}")
        if head < 0:
            return None
        said = self.held[:head].lower()
        self.left = CLOSE in said
        at = said.index(LENGTH) + len(LENGTH)
        length = int(self.held[at : self.held.find(b"\r\n", at)])
        return length if len(self.held) == head + len(END) + length else None

"""A server in a process of its own, on this machine only, asked until it answers and stopped at the end."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HOST = "127.0.0.1"
DESK = Path(sys.executable).with_name("desk")


class Running(NamedTuple):
    """A server that answers.

    Attributes:
        seconds: from its start to its first answer.
    """

    process: subprocess.Popen[bytes]
    port: int
    seconds: float


def desk(models: Path, workers: int) -> list[str]:
    """Give the command that serves a model; a port is added by :func:`running`."""
    return [str(DESK), "serve", "--models", str(models), "--workers", str(workers)]


@contextmanager
def running(
    command: Sequence[str], path: str, body: bytes, variables: Mapping[str, str] | None = None, patience: float = 120.0
) -> Iterator[Running]:
    """Run ``command --port N`` until the block ends; it is given when it has answered a request.

    Args:
        command: what starts the server.
        path: where the first request goes.
        body: what it sends, JSON.
        variables: what is added to its environment.
        patience: seconds after which a server that does not answer is given up.

    Raises:
        RuntimeError: it ended or was given up.
    """
    port, start = free_port(), time.perf_counter()
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(variables or {})},
        start_new_session=True,
    )
    try:
        while not answers(port, path, body):
            if process.poll() is not None or time.perf_counter() - start > patience:
                raise RuntimeError(f"{' '.join(command)}: does not answer")
            time.sleep(0.005)
        yield Running(process, port, time.perf_counter() - start)
    finally:
        _stop(process)


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server((HOST, 0)) as held:
        return int(held.getsockname()[1])


def answers(port: int, path: str, body: bytes) -> bytes:
    """Send one request and give its answer, b"" unless it was a good one."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
        return content if answer.status == 200 else b""
    except OSError:
        return b""
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the group we started: the server and its workers
        process.wait(15)

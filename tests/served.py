"""A real `desk serve` in a process of its own, for tests of what only shows there."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from tests.helping import wait_for

DESK = Path(sys.executable).with_name("desk")
ARTICLE = {"text": "Rain fell on Damascus all night, and Syria closed its harbour road."}
OLD, NEW = "20250101T000000000", "20250102T000000000"
PATIENCE = 45.0  # seconds in which a server on a busy machine has surely started, swapped or stopped


class Server(NamedTuple):
    """A running `desk serve`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Send one request over a connection of its own; give status, and parsed JSON or text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            data = None if body is None else json.dumps(body).encode()
            connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
            answer = connection.getresponse()
            content = answer.read()
            is_json = "json" in answer.headers.get("Content-Type", "")  # a worker that ends may give none
            return answer.status, json.loads(content) if is_json else content.decode()
        finally:
            connection.close()

    def version(self) -> str:
        """Label an article and give the version that answered."""
        status, answer = self.ask("POST", "/v1/label", ARTICLE)
        assert status == 200
        return str(answer["model"]["version"])

    def is_ready(self) -> bool:
        """Whether it answers that it is healthy."""
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def metrics(self, name: str) -> list[tuple[dict[str, str], float]]:
        """Give the samples of a metric: labels and value."""
        status, text = self.ask("GET", "/metrics")
        assert status == 200
        families = list(text_string_to_metric_families(text))
        return [
            (one.labels, one.value) for family in families for one in family.samples if one.name == name and one.value
        ]

    def events(self, name: str) -> list[dict[str, Any]]:
        """Give the lines of its log that tell of an event."""
        lines = [line for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
        return [event for event in map(json.loads, lines) if event["event"] == name]


def common_folder(server: Server) -> Path | None:
    """Give the folder in which its workers count together, None where the system does not tell."""
    maps = Path(f"/proc/{server.process.pid}/maps")
    if not maps.exists():
        return None
    [common] = {
        Path(line.split()[5]).parent for line in maps.read_text().splitlines() if "foreign-desk-metrics-" in line
    }
    return common


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Give an environment without settings of the service but ``more``."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DESK_")} | more


@contextmanager
def serving(models: Path, *options: str, **variables: str) -> Iterator[Server]:
    """Run `desk serve` until the block ends, and never longer."""
    log = models.parent / "serve.log"
    port = free_port()
    command = [str(DESK), "serve", "--models", str(models), "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env=environment(**variables), start_new_session=True
        )
    running = Server(process, port, log)
    try:
        assert wait_for(lambda: process.poll() is not None or running.is_ready(), PATIENCE)
        assert process.poll() is None, log.read_text(encoding="utf-8")
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # the group we started: the server and its workers
                process.wait(PATIENCE)


def refused(*options: str, **variables: str) -> str:
    """Run a `desk serve` that must refuse to start, and give what it says."""
    done = subprocess.run(
        [str(DESK), "serve", *options], capture_output=True, text=True, timeout=PATIENCE, env=environment(**variables)
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr

"""Requests while a service takes a newly promoted model: python -m bench.swap --models DIR.

The current version is copied under two names into a folder of its own and served; clients that send all the time are
answered while one of the two is promoted, round after round, and what they waited for is told of three stretches:
before, during (from the promotion until every connection is answered by the new version, and a second more) and after.
"""

from __future__ import annotations

import argparse
import re
import selectors
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench import machine
from bench.http import ONE, bodies
from bench.load import Client, posts
from bench.report import Section
from bench.running import desk, running
from bench.setting import trained
from training.readers import read
from training.registry import Registry
from training.settings import SAMPLES, default_seeds

VERSIONS = ("old", "new")
VERSION = re.compile(rb'"version":"(\w+)"')
AFTERWARDS = 1.0  # seconds that still count as during the swap
PATIENCE = 30.0  # seconds after which a swap that does not come is given up
HEADS = ("clients", "stretch", "requests", "ms, median", "99th percentile", "against before", "longest", "failed")


class Answer(NamedTuple):
    """One answer: when its request was sent, the seconds it took, by which version ('' when it was no good one)."""

    sent: float
    took: float
    version: str


@dataclass
class Clients:
    """Connections that send all the time, each its next request a while after the last answer.

    Attributes:
        port: where the server listens.
        requests: as they are sent.
        several: how many connections.
        pause: seconds between an answer and the next request.
        answers: all that came.
        versions: the version that answered each connection last.
    """

    port: int
    requests: Sequence[bytes]
    several: int
    pause: float
    answers: list[Answer] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.versions = [""] * self.several

    def __enter__(self) -> Clients:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _send(self) -> None:
        turn = cycle(self.requests)
        with ExitStack() as stack, selectors.DefaultSelector() as selector:
            clients = [stack.enter_context(closing(Client(self.port))) for _ in range(self.several)]
            start = time.perf_counter()
            due = {number: start + self.pause * number / self.several for number in range(self.several)}
            for number, client in enumerate(clients):
                selector.register(client.socket, selectors.EVENT_READ, number)
            while not self._stop.is_set():
                now = time.perf_counter()
                for number in [number for number, when in due.items() if when <= now]:
                    del due[number]
                    clients[number].send(next(turn))
                wait = min(due.values(), default=now + 1) - time.perf_counter()
                for key, _ in selector.select(max(0.0, wait)):
                    client = clients[key.data]
                    try:
                        whole = client.received() is not None
                    except (OSError, RuntimeError):  # no good answer
                        whole, client.left = True, True
                        client.held = b""
                    if not whole:
                        continue
                    found = VERSION.search(client.held)
                    self.versions[key.data] = version = found[1].decode() if found else ""
                    self.answers.append(Answer(client.started, time.perf_counter() - client.started, version))
                    if client.left:
                        selector.unregister(key.fileobj)
                        selector.register(client.renewed(), selectors.EVENT_READ, key.data)
                    due[key.data] = time.perf_counter() + self.pause


class Round(NamedTuple):
    """What came of one swap: the answers of each stretch, and the seconds until all were answered anew."""

    before: list[Answer]
    during: list[Answer]
    after: list[Answer]
    seconds: float


def swap(clients: Clients, registry: Registry, version: str, seconds: float) -> Round:
    """Promote a version while clients send."""
    first = time.perf_counter()
    time.sleep(seconds)
    promoted = time.perf_counter()
    registry.promote(version)
    while {*clients.versions} != {version}:
        if time.perf_counter() - promoted > PATIENCE:
            raise RuntimeError(f"not every connection is answered by {version!r}")
        time.sleep(0.01)
    old = [one for one in clients.answers if one.sent >= first and one.version != version]
    swapped = max(one.sent + one.took for one in old)
    time.sleep(max(0.0, swapped + AFTERWARDS - time.perf_counter()))
    settled = time.perf_counter()
    time.sleep(seconds)
    answers = clients.answers[:]
    return Round(
        [one for one in answers if first <= one.sent < promoted],
        [one for one in answers if promoted <= one.sent < settled],
        [one for one in answers if settled <= one.sent],
        swapped - promoted,
    )


def rows(name: str, rounds: Sequence[Round]) -> Iterator[list[str]]:
    """Give the lines of the table: medians over rounds, the longest of all."""
    found = {stretch: [_told(getattr(one, stretch)) for one in rounds] for stretch in ("before", "during", "after")}
    for stretch, told in found.items():
        middle, worst, _, _ = map(statistics.median, zip(*told, strict=True))
        against = statistics.median(here[1] / before[1] for here, before in zip(told, found["before"], strict=True))
        longest, failed = max(one[2] for one in told), sum(one[3] for one in told)
        count = sum(len(getattr(one, stretch)) for one in rounds)
        yield [
            *(name, stretch, f"{count:,}", f"{middle:.2f}", f"{worst:.2f}"),
            *(f"{against:.2f}x", f"{longest:.1f}", f"{failed}"),
        ]


def _told(answers: Sequence[Answer]) -> tuple[float, float, float, int]:
    """Give median, 99th percentile and longest milliseconds, and how many failed."""
    middle, worst, longest = 1000 * np.percentile([one.took for one in answers], [50, 99, 100])
    return float(middle), float(worst), float(longest), sum(not one.version for one in answers)


def measured(models: Path, workers: int, several: int, pauses: Sequence[float], seconds: float, rounds: int) -> Section:
    """Serve copies of the current version of a folder and swap them under load."""
    model, sent = trained(models), bodies(list(read(default_seeds() / SAMPLES)))
    lines: list[list[str]] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(folder)
        for version in VERSIONS:
            registry.publish(replace(model, about={**model.about, "version": version}), promote=version == VERSIONS[0])
        turn = cycle(reversed(VERSIONS))
        with running(desk(registry.folder, workers), ONE, sent[0]) as server:
            for pause in pauses:
                with Clients(server.port, posts(ONE, sent), several, pause) as clients:
                    time.sleep(1)  # so that it is warm
                    done = [swap(clients, registry, next(turn), seconds) for _ in range(rounds)]
                name = f"{several}, {f'{1000 * pause:g} ms between requests' if pause else 'without a pause'}"
                lines += rows(name, done)
                until = sorted(one.seconds for one in done)
                notes.append(f"{name}: {until[0]:.2f} to {until[-1]:.2f} s until all were answered by the new version.")
    return Section("swap", HEADS, lines, [f"{workers} workers, {rounds} swaps each.", *notes, machine.described()])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.swap", description=__doc__)
    parser.add_argument("--models", metavar="DIR", type=Path, default=Path("models"))
    parser.add_argument("--workers", metavar="N", type=int, default=2)
    parser.add_argument("--clients", metavar="N", type=int, default=8, help="connections")
    parser.add_argument("--pause", metavar="MS", type=float, nargs="+", default=[0, 20], help="between requests")
    parser.add_argument("--seconds", metavar="S", type=float, default=4, help="before, and after, each swap")
    parser.add_argument("--rounds", metavar="N", type=int, default=6, help="swaps")
    told = parser.parse_args(arguments)
    pauses = [pause / 1000 for pause in told.pause]
    print(measured(told.models, told.workers, told.clients, pauses, told.seconds, told.rounds).markdown())


if __name__ == "__main__":
    main()

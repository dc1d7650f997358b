"""bench.swap: what clients wait for while models are swapped is told, and what fails is counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from itertools import count
from pathlib import Path

import pytest

from bench import swap
from bench.load import posts
from bench.swap import Answer, Clients, Round, measured, rows
from tests.helping import publish, tiny_model, wait_for
from tests.test_bench_http import Echo

VERSION = b'{"model": {"version":"new"}}'


class Unreliable(Echo):
    """Gives a version to most, and an error to every fifth."""

    asked = count(1)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(503 if next(self.asked) % 5 == 0 else 200)
        self.send_header("Content-Length", str(len(VERSION)))
        self.end_headers()
        self.wfile.write(VERSION)


@pytest.fixture
def unreliable() -> Iterator[int]:
    """The port of a server that is so."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Unreliable)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_clients_send_all_the_time_and_go_on_after_an_answer_that_is_none(unreliable: int) -> None:
    with Clients(unreliable, posts("/", [b"x"]), several=3, pause=0.001) as clients:
        assert wait_for(lambda: len(clients.answers) >= 60)
    failed = sum(not one.version for one in clients.answers)
    assert {one.version for one in clients.answers} == {"", "new"}
    assert failed == pytest.approx(len(clients.answers) / 5, abs=4)


def test_stretches_are_told_by_medians_over_rounds_and_by_what_was_longest() -> None:
    def answers(*milliseconds: float, failed: int = 0) -> list[Answer]:
        good = [Answer(0, one / 1000, "new") for one in milliseconds]
        return good + [Answer(0, 0, "")] * failed

    rounds = [
        Round(answers(2, 2, 2), answers(4, 4), answers(2), 0.5),
        Round(answers(4, 4, 4), answers(4, 4), answers(2), 0.7),
        Round(answers(2, 2, 2), answers(6, 6, failed=0), answers(2, 2, failed=0), 0.6),
    ]
    told = {line[1]: line[2:] for line in rows("some", rounds)}
    assert told["before"] == ["9", "2.00", "2.00", "1.00x", "4.0", "0"]
    assert told["during"] == ["6", "4.00", "4.00", "2.00x", "6.0", "0"]
    lost = [Round(answers(2), answers(2, failed=2), answers(2), 0.5)]
    assert [line[-1] for line in rows("some", lost)] == ["0", "2", "0"]


def test_a_service_is_swapped_under_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "AFTERWARDS", 0.2)
    publish(tiny_model(), tmp_path, "20250101T000000000")
    found = measured(tmp_path, workers=2, several=4, pauses=[0.005], seconds=0.3, rounds=2)
    assert [line[:2] for line in found.rows] == [
        ["4, 5 ms between requests", stretch] for stretch in ("before", "during", "after")
    ]
    assert all(int(line[2].replace(",", "")) > 0 and line[-1] == "0" for line in found.rows)
    assert "until all were answered" in " ".join(found.notes)

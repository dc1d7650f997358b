"""The load generator and the servers it is pointed at, on a small scale."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.http import FIXED, ONE, batches, bodies
from bench.load import load, posts
from bench.memory import megabytes, processes
from bench.running import answers, running
from training.article import Article

ARTICLES = [Article(f"Rain fell on Damascus {number} times.", title="Rain") for number in range(5)]


class Echo(BaseHTTPRequestHandler):
    """Answers with what was sent, in two pieces; refuses what is empty."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if body else 422)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for piece in (body[:3], body[3:]):
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, *_: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Says nothing of clients that leave in the middle."""

    def handle_error(self, *_: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that answers with what was sent."""
    server = Server(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


class Curt(Echo):
    """Hangs up after each answer, and says so."""

    def end_headers(self) -> None:
        self.send_header("Connection", "close")
        super().end_headers()


def test_calls_hold_one_article_or_so_many() -> None:
    assert [json.loads(body)["text"] for body in bodies(ARTICLES)] == [one.text for one in ARTICLES]
    held = [[one["text"] for one in json.loads(body)["articles"]] for body in batches(ARTICLES, 2)]
    assert held == [[one.text for one in ARTICLES[at : at + 2]] for at in (0, 2)]


@pytest.mark.parametrize("connections", [1, 3])
def test_load_ends_after_so_many_answers_and_counts_their_bytes(echo: int, connections: int) -> None:
    done = load(echo, posts("/", [b"x" * 10, b"x" * 100_000]), connections=connections, seconds=60, most=40)
    assert done.rate > 0
    assert 0 < done.middle <= done.worst
    assert done.size == pytest.approx(50_005, rel=0.1)


def test_load_ends_in_time(echo: int) -> None:
    assert load(echo, posts("/", [b"x"]), seconds=0.1, most=10**9).rate > 0


def test_an_answer_that_is_none_ends_the_measurement(echo: int) -> None:
    with pytest.raises(RuntimeError, match="422"):
        load(echo, posts("/", [b""]), most=10)


def test_the_endpoint_whose_answer_is_ready_checks_what_is_sent_and_has_the_size_that_was_asked_for() -> None:
    sent = bodies(ARTICLES)
    with running(FIXED, ONE, sent[0], {"FIXED_BYTES": "500", "FIXED_WORKERS": "1"}) as fixed:
        assert fixed.seconds > 0
        assert len(answers(fixed.port, ONE, sent[0])) == 500
        assert answers(fixed.port, ONE, b'{"text": 3}') == b""
        assert load(fixed.port, posts(ONE, sent), connections=2, most=50).size == 500


def test_a_server_that_ends_at_once_is_told() -> None:
    with pytest.raises(RuntimeError, match="does not answer"), running([sys.executable, "-c", ""], "/", b""):
        pass


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
def test_memory_is_told_of_a_process_and_those_it_started() -> None:
    held = megabytes(os.getpid())
    assert 0 < held["Private"] <= held["Pss"] <= held["Rss"]
    assert next(processes(os.getpid())) == os.getpid()


def test_a_server_that_hangs_up_is_called_again() -> None:
    server = Server(("127.0.0.1", 0), Curt)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found = load(server.server_port, posts("/", [b"rain"]), connections=2, seconds=60, most=20)
    server.shutdown()
    server.server_close()
    assert found.size == 4

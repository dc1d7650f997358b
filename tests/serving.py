"""A web server on this machine that answers as it is told, and remembers what it was asked; feeds to answer with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias


class Answer(NamedTuple):
    """What to answer; a length that the headers do not tell is told."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str | None] = MappingProxyType({})


class Site(ThreadingHTTPServer):
    """Gives at each path what it was told to, and 404 elsewhere.

    Attributes:
        answers: what to answer, or what does it, by path.
        asked: paths and headers of all requests, in order.
    """

    daemon_threads = True
    answers: dict[str, Answer | Doing]
    asked: list[tuple[str, dict[str, str]]]

    def url(self, path: str = "/") -> str:
        """Give the address of a path."""
        return f"http://127.0.0.1:{self.server_port}{path}"

    def give(
        self, body: bytes | str, status: int = 200, headers: dict[str, str | None] | None = None, path: str = "/feed"
    ) -> str:
        """Set the answer at a path, and give its address; a header that is None is left out."""
        self.answers[path] = Answer(body if isinstance(body, bytes) else body.encode(), status, headers or {})
        return self.url(path)

    def do(self, work: Doing, path: str = "/feed") -> str:
        """Let a path be answered by hand, and give its address."""
        self.answers[path] = work
        return self.url(path)

    def handle_error(self, *_: Any) -> None:
        """Say nothing of those who had enough."""


class Handler(BaseHTTPRequestHandler):
    """Gives what its server says."""

    server: Site

    def do_GET(self) -> None:
        """Answer."""
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = self.server.answers.get(self.path, Answer(b"nothing here", 404))
        if not isinstance(answer, Answer):
            answer(self)
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


Doing: TypeAlias = Callable[[Handler], object]


@contextmanager
def site() -> Iterator[Site]:
    """Serve on a free port."""
    with Site(("127.0.0.1", 0), Handler) as server:
        server.answers, server.asked = {}, []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


HTML: dict[str, str | None] = {"Content-Type": "text/html"}
NEWS = {
    1: ("Rain in Homs", "Rain fell on Homs all night, and the road to the south is closed to lorries."),
    2: ("Snow on the pass", "Snow has closed the pass, so the ferry carries the mail to the upper villages."),
    3: ("Ballots counted", "Clerks have counted the ballots in the harbour town, and nobody has won a majority."),
    4: ("Only a headline", "Only a headline"),
}


def item(number: int, text: str | None = None, title: str | None = None) -> str:
    """Write an entry, with what is known of it, or another text or title."""
    return (
        f"<item><guid isPermaLink='false'>{number}</guid><title>{title or NEWS[number][0]}</title>"
        f"<link>/page/{number}</link><pubDate>0{number} Mar 2026 08:00:00 GMT</pubDate>"
        f"<description>{text or NEWS[number][1]}</description></item>"
    )


def rss(*items: str) -> str:
    """Write a feed."""
    return f"<rss><channel><title>The Coast</title>{''.join(items)}</channel></rss>"

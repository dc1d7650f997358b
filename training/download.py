"""What an address gives, over HTTP or HTTPS and nothing else, within limits of size and time.

Who keeps to public hosts is held to that at every redirect, and at the connection itself: what a name meant when it was
looked up is no promise. Where a proxy (``http_proxy``, ``https_proxy``) connects instead, only the name can be judged.
"""

from __future__ import annotations

import io
import math
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPHandler, OpenerDirector, ProxyHandler, Request, UnknownHandler

from training.addresses import ODD, address, is_inside, is_public, private
from training.errors import DownloadError

REDIRECTS = 5
SECONDS = 30.0  # without a byte
_CHUNK = 1 << 16
_TOLD = 200  # characters of why something can't be downloaded
_LASTING = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT}
_REDIRECTED = {*_LASTING, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.TEMPORARY_REDIRECT}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers; the body is still to be read.

    Attributes:
        url: the address that answered, after redirects.
        moved: where the address that was asked for has moved for good.
        headers: by name, in any case.
    """

    url: str
    moved: str | None
    status: int
    headers: Message
    _body: HTTPResponse

    def __str__(self) -> str:
        known = self.status in {*HTTPStatus}
        return f"the server answers {self.status} {HTTPStatus(self.status).phrase if known else ''}".rstrip()

    @property
    def length(self) -> int | None:
        """How many bytes the body has as it is sent, if the server tells."""
        told = self.headers.get("Content-Length", "")
        return int(told) if told.isdecimal() else None

    def pieces(self) -> Iterator[bytes]:
        """Give the body as it is sent, piece by piece.

        Raises:
            DownloadError: the connection breaks off.
        """
        had, length = 0, self.length
        while piece := self._piece():
            had += len(piece)
            yield piece
        if length is not None and had < length:
            raise DownloadError(f"the download broke off after {had} of {length} bytes")

    def content(self, most: int) -> bytes:
        """Give the whole body, unpacked where the server packed it with gzip.

        Raises:
            DownloadError: the connection breaks off, the body has more than ``most`` bytes, or is packed otherwise.
        """
        found, size = [], 0
        for piece in _unpacked(_bounded(self.pieces(), most), self.headers.get("Content-Encoding", "")):
            size += len(piece)
            if size > most:
                raise DownloadError(f"is larger than {most / (1 << 20):g} MB")
            found.append(piece)
        return b"".join(found)

    def _piece(self) -> bytes:
        with _clearly():
            return self._body.read(_CHUNK)


@contextmanager
def opened(
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float = SECONDS,
    within: float = math.inf,
    inside: bool = True,
) -> Iterator[Answer]:
    """Ask for an address and give the answer, whatever its status; redirects are followed.

    Args:
        url: where to ask.
        headers: what to send besides who we are.
        seconds: the longest to wait for a byte.
        within: the longest that everything may take, in seconds.
        inside: whether it may lead to this machine or into a private network (see ``addresses``).

    Raises:
        DownloadError: nobody answers, or the address leads nowhere that may be asked. The message does not name the
            address: who asked for it does.
    """
    at, moved, lasting, end = address(url), None, True, time.monotonic() + within
    for _ in range(REDIRECTS + 1):
        if not inside and is_inside(at):
            raise private(at)
        with closing(_ask(at, headers or {}, _Handler(seconds, end, inside))) as body:
            target = body.headers.get("Location")
            if target is None or body.status not in _REDIRECTED:
                yield Answer(at, moved, body.status, body.headers, body)
                return
            lasting = lasting and body.status in _LASTING
        try:
            at = address(target, at)
        except DownloadError as error:
            raise DownloadError(f"is redirected to {ODD.sub('', target)[:200]}: {error}") from None
        moved = at if lasting else moved
    raise DownloadError(f"is redirected more than {REDIRECTS} times")


def _ask(url: str, headers: Mapping[str, str], handler: _Handler) -> HTTPResponse:
    """Send one request; give the answer, whatever its status."""
    opener = OpenerDirector()
    for one in (ProxyHandler(), handler, UnknownHandler()):
        opener.add_handler(one)
    ours = {"User-Agent": f"foreign-desk/{version('foreign-desk')} (news reader)", "Accept-Encoding": "gzip"}
    with _clearly():
        answer: HTTPResponse = opener.open(Request(url, headers={**ours, **headers}), timeout=handler.seconds)
        return answer


@contextmanager
def _clearly() -> Iterator[None]:
    """Make of everything that goes wrong on the network an error that says what it was."""
    try:
        yield
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        told = "".join(char if char.isprintable() else " " for char in str(reason)[:_TOLD])  # it may be what was sent
        raise DownloadError(f"can't be downloaded: {told or type(reason).__name__}") from None


def _bounded(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    left = most
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise DownloadError(f"is larger than {most / (1 << 20):g} MB")
        yield piece


def _unpacked(pieces: Iterable[bytes], packing: str) -> Iterator[bytes]:
    """Undo gzip a little at a time, so that little which unpacks to much is noticed early."""
    if packing.strip().lower() in ("", "identity"):
        yield from pieces
        return
    if packing.strip().lower() not in ("gzip", "x-gzip"):
        raise DownloadError(f"is packed as {ODD.sub('', packing)[:40]}, and only gzip was asked for")
    gzip = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            full = True
            while full or gzip.unconsumed_tail:
                some = gzip.decompress(piece, _CHUNK)
                piece, full = gzip.unconsumed_tail, len(some) == _CHUNK
                yield some
            if gzip.eof:
                return
    except zlib.error as error:
        raise DownloadError(f"is no whole gzip: {error}") from None
    raise DownloadError("is no whole gzip: it breaks off")


class _Paced(io.RawIOBase):
    """What comes out of a socket, as long as there is time; a server that sends a byte now and then can't hold us."""

    def __init__(self, sock: Any, seconds: float, end: float) -> None:
        self._sock, self._raw, self._seconds, self._end = sock, sock.makefile("rb", buffering=0), seconds, end

    def makefile(self, mode: str) -> io.BufferedReader:
        """Give a file, as http.client asks a socket for one."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what there is."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("takes too long")
        self._sock.settimeout(min(self._seconds, left))
        found: int | None = self._raw.readinto(buffer)
        return found

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class _Plain(HTTPConnection):
    """A connection that keeps to its time, and, unless it may go inside, to public hosts."""

    def __init__(self, *given: Any, pace: tuple[float, float], inside: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        self._pace, self._inside = pace, inside
        self.response_class = self._response  # type: ignore[assignment]  # only ever called

    def connect(self) -> None:
        super().connect()
        if not self._inside and not is_public(self.sock.getpeername()[0]):
            self.close()
            raise private(f"//{self.host}")

    def _response(self, sock: Any, *given: Any, **options: Any) -> HTTPResponse:
        return HTTPResponse(_Paced(sock, *self._pace), *given, **options)  # type: ignore[arg-type]


class _Secure(_Plain, HTTPSConnection):
    """The same over TLS."""


class _Handler(HTTPHandler):
    """Connects to a host or a proxy."""

    https_request = HTTPHandler.http_request

    def __init__(self, seconds: float, end: float, inside: bool) -> None:
        super().__init__()
        self.seconds, self._end, self._inside = seconds, end, inside

    def http_open(self, req: Request) -> HTTPResponse:
        return self._open(_Plain, req)

    def https_open(self, req: Request) -> HTTPResponse:
        return self._open(_Secure, req)

    def _open(self, connection: type[_Plain], req: Request) -> HTTPResponse:
        by_proxy = req.host != urlsplit(req.full_url).netloc
        made = partial(connection, pace=(self.seconds, self._end), inside=self._inside or by_proxy)
        return self.do_open(made, req)

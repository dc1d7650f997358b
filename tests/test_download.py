"""Downloads, from a server of our own on this machine: limits, redirects, packing, and what goes wrong."""

from __future__ import annotations

import gzip
import socket
import time
import zlib
from typing import Any

import pytest

from tests.serving import Handler, Site
from training import addresses, download
from training.errors import DownloadError

MB = 1 << 20


def content(url: str, most: int = MB, **options: Any) -> bytes:
    """Download something whole."""
    with download.opened(url, **options) as answer:
        assert answer.status == 200
        return answer.content(most)


def test_an_answer_has_status_headers_and_content(server: Site) -> None:
    with download.opened(server.give("Rain.", headers={"ETag": '"1"'}), {"Accept": "text/plain"}) as answer:
        assert (answer.status, answer.headers["etag"], answer.length, answer.moved) == (200, '"1"', 5, None)
        assert answer.content(MB) == b"Rain."
    (path, headers), *more = server.asked
    assert path == "/feed"
    assert more == []
    assert headers["user-agent"].startswith("foreign-desk/")
    assert headers["accept"] == "text/plain"
    assert headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("status", [304, 404, 418, 429, 500, 799])
def test_whatever_the_status_it_is_an_answer(server: Site, status: int) -> None:
    with download.opened(server.give("", status)) as answer:
        assert answer.status == status
        assert str(answer).startswith(f"the server answers {status}")


@pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
@pytest.mark.parametrize("size, fits", [(MB, True), (MB + 1, False)], ids=["as large as may be", "a byte more"])
def test_no_more_is_read_than_may_be(server: Site, size: int, fits: bool, told: bool) -> None:
    url = server.give(bytes(size), headers={} if told else {"Content-Length": None})
    if fits:
        assert len(content(url)) == size
    else:
        with pytest.raises(DownloadError, match="is larger than 1 MB"):
            content(url)


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, MB])
@pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP"])
def test_gzip_is_unpacked(server: Site, size: int, name: str) -> None:
    body = bytes(size)
    assert content(server.give(gzip.compress(body), headers={"Content-Encoding": name})) == body


def test_what_unpacks_to_more_than_may_be_is_stopped(server: Site) -> None:
    bomb = gzip.compress(bytes(64 * MB), 9)
    assert len(bomb) < MB
    with pytest.raises(DownloadError, match="is larger than 1 MB"):
        content(server.give(bomb, headers={"Content-Encoding": "gzip"}))


BROKEN = {
    "no gzip": (b"Rain.", "gzip", "is no whole gzip"),
    "cut off": (gzip.compress(b"Rain fell.")[:-12], "gzip", "is no whole gzip: it breaks off"),
    "empty": (b"", "gzip", "is no whole gzip"),
    "deflate": (zlib.compress(b"Rain."), "deflate", "is packed as deflate"),
    "br": (b"Rain.", "br", "is packed as br"),
    "twice": (b"Rain.", "gzip, gzip", "is packed as gzip,gzip"),
}


@pytest.mark.parametrize("body, packing, says", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_unpacked_is_told(server: Site, body: bytes, packing: str, says: str) -> None:
    with pytest.raises(DownloadError, match=says):
        content(server.give(body, headers={"Content-Encoding": packing}))


def test_a_download_that_breaks_off_is_told(server: Site) -> None:
    with pytest.raises(DownloadError, match="broke off after 5 of 9 bytes"):
        content(server.give("Rain.", headers={"Content-Length": "9"}))


# redirects


def lead(server: Site, *statuses: int, to: str = "/end") -> str:
    """Let paths lead one to the next, the last of them to ``to``; give the address of the first."""
    server.give("Rain.", path="/end")
    for number, status in enumerate(statuses):
        target = to if number == len(statuses) - 1 else f"/{number + 1}"
        server.give("", status, {"Location": target}, path=f"/{number}")
    return server.url("/0")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Site, status: int) -> None:
    assert content(lead(server, status)) == b"Rain."


@pytest.mark.parametrize(
    "statuses, moved",
    [([301], "/end"), ([308, 301], "/end"), ([301, 302], "/1"), ([302, 301], None), ([307], None)],
    ids=str,
)
def test_where_an_address_has_moved_for_good_is_told(server: Site, statuses: list[int], moved: str | None) -> None:
    with download.opened(lead(server, *statuses)) as answer:
        assert answer.url == server.url("/end")
        assert answer.moved == (server.url(moved) if moved else None)


def test_redirects_have_an_end(server: Site) -> None:
    assert content(lead(server, *[302] * download.REDIRECTS)) == b"Rain."
    with pytest.raises(DownloadError, match="redirected more than 5 times"):
        content(lead(server, *[302] * (download.REDIRECTS + 1)))
    asked = len(server.asked)
    with pytest.raises(DownloadError, match="redirected more than 5 times"):
        content(lead(server, 302, to="/0"))
    assert len(server.asked) == asked + download.REDIRECTS + 1


ELSEWHERE = {
    "file": "file:///etc/passwd",
    "ftp": "ftp://a.example/",
    "data": "data:text/plain,Rain",
    "user": "http://me:secret@a.example/",
    "nonsense": "http://[x/",
}


@pytest.mark.parametrize("target", ELSEWHERE.values(), ids=ELSEWHERE)
def test_redirects_lead_to_http_only(server: Site, target: str) -> None:
    with pytest.raises(DownloadError, match="is redirected to .*can't be downloaded"):
        content(lead(server, 302, to=target))
    assert len(server.asked) == 1


def test_an_answer_that_redirects_nowhere_is_an_answer(server: Site) -> None:
    with download.opened(server.give("", 302)) as answer:
        assert answer.status == 302


# private networks


def test_who_keeps_to_public_hosts_asks_no_other(server: Site) -> None:
    url = server.give("Rain.")
    assert content(url, inside=True) == b"Rain."
    with pytest.raises(DownloadError, match=r"leads to 127\.0\.0\.1:\d+, which is in a private network"):
        content(url, inside=False)
    assert len(server.asked) == 1


def test_a_redirect_leads_to_no_private_host(server: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # the first host counts as public here, and is; the second one is what it says
    seen = addresses.is_inside
    monkeypatch.setattr(download, "is_inside", lambda url: "localhost" not in url and seen(url))
    monkeypatch.setattr(download, "is_public", lambda host: True)
    first = server.url("/0").replace("127.0.0.1", "localhost")
    lead(server, 302, to="http://127.0.0.1:1/latest/meta-data")
    with pytest.raises(DownloadError, match=r"leads to 127\.0\.0\.1:1, which is in a private network"):
        content(first, inside=False)


def test_a_name_that_means_another_host_when_it_is_asked_is_noticed(
    server: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    meant = iter(["8.8.8.8", "127.0.0.1"])

    def found(name: str, port: int | None, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(meant), port or 0))]

    url = server.give("Rain.").replace("127.0.0.1", "a.example")
    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(DownloadError, match=r"leads to a\.example, which is in a private network"):
        content(url, inside=False)
    assert server.asked == []


def test_a_proxy_may_be_in_a_private_network(server: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url())
    monkeypatch.setattr(download, "is_inside", lambda url: False)
    server.give("Rain.", path="http://a.example/b")
    assert content("http://a.example/b", inside=False) == b"Rain."


# time


def drip(every: float, *first: bytes) -> Any:
    """Answer a byte at a time, for as long as anybody listens."""

    def work(handler: Handler) -> None:
        for some in first:
            handler.wfile.write(some)
        for _ in range(300):
            handler.wfile.write(b"x")
            time.sleep(every)

    return work


SLOW = {
    "headers": (b"HTTP/1.0 200 OK\r\nX: ",),
    "body": (b"HTTP/1.0 200 OK\r\n\r\n",),
    "status": (),
}


@pytest.mark.parametrize("first", SLOW.values(), ids=SLOW)
def test_a_byte_now_and_then_holds_nobody(server: Site, first: tuple[bytes, ...]) -> None:
    with pytest.raises(DownloadError, match="takes too long|timed out"):
        content(server.do(drip(0.05, *first)), within=0.4)


def test_who_says_nothing_is_not_waited_for(server: Site) -> None:
    with pytest.raises(DownloadError, match="timed out"):
        content(server.do(lambda _: time.sleep(1)), seconds=0.2)


WRONG = {
    "nobody there": ("http://127.0.0.1:1/", "can't be downloaded: .*refused"),
    "no address": ("nowhere", "must begin with http"),
    "no such name": ("http://nobody.invalid/", "can't be downloaded"),
}


@pytest.mark.parametrize("url, says", WRONG.values(), ids=WRONG)
def test_what_goes_wrong_is_told(server: Site, url: str, says: str) -> None:
    with pytest.raises(DownloadError, match=says):
        content(url)


NONSENSE = {
    "no HTTP": b"nonsense\r\n\r\n",
    "nothing": b"",
    "a very long line": b"HTTP/1.0 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
    "very many headers": b"HTTP/1.0 200 OK\r\n" + b"X: x\r\n" * 200 + b"\r\n",
    "odd length": b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_a_server_that_talks_nonsense_is_told(server: Site, said: bytes) -> None:
    with pytest.raises(DownloadError, match="can't be downloaded: ."):
        content(server.do(lambda handler: handler.wfile.write(said)))


def test_a_proxy_of_a_kind_we_do_not_know_is_told(server: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(DownloadError, match="can't be downloaded"):
        content("http://a.example/")

"""Addresses: their one form, and whose host is in a private network."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from training.addresses import address, is_inside, is_public
from training.errors import DownloadError

GOOD = {
    "as it is": ("https://a.example/b?c=d", "https://a.example/b?c=d"),
    "no path": ("http://a.example", "http://a.example/"),
    "upper case": ("HTTPS://A.Example/B", "https://a.example/B"),
    "fragment": ("http://a.example/b#c", "http://a.example/b"),
    "blanks around": ("  http://a.example/\n", "http://a.example/"),
    "blank within": ("http://a.example/b c", "http://a.example/b%20c"),
    "quoted already": ("http://a.example/b%20c", "http://a.example/b%20c"),
    "other letters": ("http://b\xfccher.example/\xfc?\u0446=1", "http://xn--bcher-kva.example/%C3%BC?%D1%86=1"),
    "port": ("http://a.example:8080/", "http://a.example:8080/"),
    "IPv6": ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
    "line break within": ("http://a.example/b\r\nX: y", "http://a.example/bX:%20y"),
}


@pytest.mark.parametrize("given, form", GOOD.values(), ids=GOOD)
def test_an_address_has_one_form(given: str, form: str) -> None:
    assert address(given) == form
    assert address(form) == form


BAD = {
    "file": ("file:///etc/passwd", "must begin with http"),
    "long": ("http://a.example/" + "b" * 2_000, "at most 2,000 characters"),
    "ftp": ("ftp://a.example/", "must begin with http"),
    "data": ("data:text/xml,<rss/>", "must begin with http"),
    "feed": ("feed://a.example/", "must begin with http"),
    "none": ("a.example/b", "must begin with http"),
    "empty": ("", "must begin with http"),
    "no host": ("http:///b", "names no host"),
    "bracket": ("http://[x/", "no address"),
    "port is a word": ("http://a.example:port/", "no address"),
    "port too high": ("http://a.example:70000/", "no address"),
    "host too long": (f"http://{'a' * 70}.example/", "no address"),
    "blank in host": ("http://a b/", "names no host"),
    "user": ("http://me:secret@a.example/", "a user's name"),
}


@pytest.mark.parametrize("given, says", BAD.values(), ids=BAD)
def test_what_is_no_address_is_told(given: str, says: str) -> None:
    with pytest.raises(DownloadError, match=says) as error:
        address(given)
    assert "secret" not in str(error.value)


def test_a_part_is_seen_from_where_it_stands() -> None:
    assert address("../c?d", "https://a.example/b/e") == "https://a.example/c?d"
    assert address("//b.example/c", "https://a.example/") == "https://b.example/c"
    with pytest.raises(DownloadError, match="must begin with http"):
        address("javascript:x()", "https://a.example/")


PUBLIC = ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::8.8.8.8"]
PRIVATE = """127.0.0.1 127.8.9.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 255.255.255.255
224.0.0.1 ::1 :: fe80::1 fe80::1%1 fc00::1 ff02::1 fd00:ec2::254 ::ffff:127.0.0.1 ::ffff:169.254.169.254 2002:7f00:1::
64:ff9b::10.0.0.1""".split()


@pytest.mark.parametrize("host", PUBLIC)
def test_public_hosts(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize("host", PRIVATE)
def test_private_hosts(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:a00:1]"])
def test_this_machine_is_inside_whatever_it_is_called(host: str) -> None:
    assert is_inside(f"http://{host}:8080/a")


@pytest.mark.parametrize(
    "hosts, inside",
    [(["8.8.8.8"], False), (["10.0.0.1"], True), (["8.8.8.8", "10.0.0.1"], True)],
    ids=["public", "private", "one of two"],
)
def test_a_name_is_inside_if_any_of_its_addresses_is(
    monkeypatch: pytest.MonkeyPatch, hosts: list[str], inside: bool
) -> None:
    def found(name: str, *_: Any, **__: Any) -> list[Any]:
        assert name == "a.example"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 0)) for host in hosts]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    assert is_inside("https://a.example/b") is inside


def test_a_name_that_nobody_knows_is_not_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert not is_inside("https://a.example/b")

"""Addresses: the one form of each, and whose hosts are this machine or in a private network."""

from __future__ import annotations

import re
import socket
import string
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from training.errors import DownloadError

ODD = re.compile(r"[\0-\x20\x7f-\xa0]")
"""What ends an address early, or a line where one is shown."""

LONGEST = 2_000


def address(link: str, base: str = "") -> str:
    """Give an address in the one form in which it is asked for and remembered.

    >>> address("HTTP://Bücher.Example/a b?c=ä#d"), address("../c", "https://a.example/b/d")
    ('http://xn--bcher-kva.example/a%20b?c=%C3%A4', 'https://a.example/c')

    Args:
        link: an address, or a part of one.
        base: what such a part is to be seen from.

    Raises:
        DownloadError: it is none of HTTP or HTTPS.
    """
    try:
        parts = urlsplit(urljoin(base, link.strip()))
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError as error:
        raise DownloadError(f"can't be downloaded: is no address: {error}") from None
    if parts.scheme not in ("http", "https"):
        raise DownloadError("can't be downloaded: an address must begin with http:// or https://")
    if not host or ODD.search(host):
        raise DownloadError("can't be downloaded: is no address: names no host")
    if parts.username is not None:
        raise DownloadError("can't be downloaded: an address with a user's name is not supported")
    place = (f"[{host}]" if ":" in host else host) + ("" if port is None else f":{port}")
    path, query = (quote(part, safe=string.punctuation) for part in (parts.path or "/", parts.query))
    found = urlunsplit((parts.scheme, place, path, query, ""))
    if len(found) > LONGEST:
        raise DownloadError(f"can't be downloaded: an address has at most {LONGEST:,} characters")
    return found


def is_inside(url: str) -> bool:
    """Tell whether the host of an address is this machine or in a private network; not where it is not known."""
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return False
    return not all(is_public(str(one[4][0])) for one in found)


def is_public(host: str) -> bool:
    """Tell whether a numeric address is one for everybody, also where it is an IPv4 address in disguise."""
    found = ip_address(host)
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or _translated(found) or found
    return found.is_global and not found.is_multicast


def _translated(found: IPv6Address) -> IPv4Address | None:
    """Give the IPv4 address that a gateway makes of an IPv6 address (RFC 6052)."""
    return IPv4Address(int(found) & 0xFFFFFFFF) if int(found) >> 32 == 0x0064FF9B << 64 else None


def private(url: str) -> DownloadError:
    """Make the error that says why an address is not asked."""
    return DownloadError(f"leads to {urlsplit(url).netloc}, which is in a private network: that is not asked")

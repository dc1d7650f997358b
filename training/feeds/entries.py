"""RSS 0.9x, 1.0 and 2.0 and Atom 0.3 and 1.0 -> entries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import NamedTuple
from xml.etree.ElementTree import Element, tostring

from training.addresses import address
from training.errors import DownloadError, InputError
from training.feeds.decoding import decode
from training.feeds.prose import plain, prose
from training.feeds.tree import parse

ENTRIES = 10_000
FEW_WORDS, FEW_CHARACTERS = 5, 40
_LONGEST = 300  # characters of a title, or of what names an entry
_TRAILER = re.compile(r"\n?The post .{1,300} appeared first on .{1,200}$")  # what WordPress adds
_DATED = ("pubDate", "atom:published", "atom:issued", "dc:date", "dcterms:issued", "dcterms:created", "atom:updated")
_LATER = ("atom:modified", "atom:created", "dcterms:modified")  # for want of better
_HTML = {"html", "text/html", "xhtml", "application/xhtml+xml"}
_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+)?html", re.I | re.S)
_ABOVE = 100_000  # characters of a page in which it names its feeds
_LINK = re.compile(r"<link\b[^>]{0,1000}>", re.I)
_OFFERED = re.compile(r"application/(?:rss|atom)\+xml", re.I)
_HREF = re.compile(r"\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.I)
_OFFSET = re.compile(r"\s+(?=[+-]\d\d:?\d\d$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed.

    Attributes:
        key: what names it in its feed, the same whenever it is there.
        title: in one line.
        text: without HTML; the whole article if the feed has it, else its summary, else nothing.
        whole: whether the feed says that it is the whole.
        link: the address of its page.
        date: when it was published, in UTC, as ISO 8601.
    """

    key: str
    title: str
    text: str
    whole: bool
    link: str | None
    date: str | None

    @property
    def bare(self) -> bool:
        """Whether it says no more than its title."""
        left = self.text.replace(self.title, "", 1)
        return len(left.split()) < FEW_WORDS and len(left) < FEW_CHARACTERS


class Source(NamedTuple):
    """A feed as it was read."""

    title: str
    entries: list[Entry]


def read(content: bytes, base: str, said: str | None = None) -> Source:
    """Read a feed.

    Args:
        content: all of it.
        base: the address that it is from.
        said: the encoding that its server says it has.

    Raises:
        InputError: it is no feed, or is refused (see ``tree``).
    """
    text = decode(content, said)
    if _PAGE.match(text[:4096]):
        raise InputError(f"is a web page, not a feed; {_advice(text, base)}")
    root = parse(text)
    if root.tag == "atom:feed":
        head, elements, entry = root, [*_all(root, "atom:entry")], _of_atom
    elif root.tag in ("rss", "rdf:RDF"):
        head, entry = next(_all(root, "channel"), root), _of_rss
        elements = [*_all(root, "item"), *(_all(head, "item") if head is not root else ())]
    else:
        raise InputError(f"is no RSS or Atom feed: its first element is <{root.tag[:40]}>")
    if len(elements) > ENTRIES:
        raise InputError(f"is no feed: has more than {ENTRIES:,} entries")
    base = _base(root, base)
    return Source(_title(head), list(_distinct(_keyed(entry(one, _base(one, base)) for one in elements))))


def _advice(page: str, base: str) -> str:
    """Say where the feeds of a web page are."""
    links = (link[0] for link in _LINK.finditer(page[:_ABOVE]) if _OFFERED.search(link[0]))
    found = [its for link in links if (href := _HREF.search(link)) and (its := _address(unescape(href[1]), base))]
    return f"it offers {', '.join(found[:3])}" if found else "give the address of its RSS or Atom feed"


def _keyed(entries: Iterable[Entry]) -> Iterator[Entry]:
    for entry in entries:
        yield replace(entry, key=entry.key or entry.link or f"{entry.title} {entry.date or entry.text}")


def _distinct(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give entries each with a key of its own: some feeds call several articles the same; and one entry only once."""
    entries = list(entries)
    called: dict[str, set[tuple[str | None, str]]] = {}
    for entry in entries:
        called.setdefault(entry.key, set()).add((entry.link, entry.title))
    seen = set()
    for entry in entries:
        key = entry.key if len(called[entry.key]) == 1 else f"{entry.key} {entry.link} {entry.title}"
        key = key if len(key) <= _LONGEST else hashlib.sha256(key.encode()).hexdigest()
        if key not in seen:
            seen.add(key)
            yield replace(entry, key=key)


def _of_rss(entry: Element, base: str) -> Entry:
    guid = next(_all(entry, "guid"), None)
    key = _said(entry, "guid") or entry.get("rdf:about", "").strip()
    lasting = key.startswith("http") and (guid is None or guid.get("isPermaLink", "true") == "true")
    whole = _prose(entry, "content:encoded", "xhtml:body", "atom:content")
    link = _said(entry, "link") or next(_links(entry), "") or (key if lasting else "")
    text = whole or _prose(entry, "description", "atom:summary", "dc:description")
    return Entry(key, _title(entry), text, bool(whole), _address(link, base), _date(entry))


def _of_atom(entry: Element, base: str) -> Entry:
    whole = _prose(entry, "atom:content")
    text = whole or _prose(entry, "atom:summary")
    link = _address(next(_links(entry), ""), base)
    return Entry(_said(entry, "atom:id"), _title(entry), text, bool(whole), link, _date(entry))


def _all(element: Element, tag: str) -> Iterator[Element]:
    return (child for child in element if child.tag == tag)


def _said(element: Element, tag: str) -> str:
    return next((text for child in _all(element, tag) if (text := "".join(child.itertext()).strip())), "")


def _links(element: Element) -> Iterator[str]:
    """Give the addresses of the page of an entry, or of a feed."""
    for child in _all(element, "atom:link"):
        if child.get("rel", "alternate") == "alternate" and child.get("type", "text/html") in _HTML:
            yield child.get("href", "")


def _title(element: Element) -> str:
    text = " ".join(_prose(element, "title", "atom:title", "dc:title").split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _prose(element: Element, *tags: str) -> str:
    """Give the text of the first of some elements that has any."""
    found = (_text(child) for tag in tags for child in _all(element, tag))
    return next(filter(None, found), "")


def _text(element: Element) -> str:
    """Give the text of an element, however it says that it has it; '' where that is elsewhere, or is no text."""
    text, kind = element.text or "", element.get("type", "text").lower()
    if len(element):
        found = prose(text + "".join(map(_markup, element)))
    elif not element.tag.startswith("atom:") or kind in _HTML or element.get("mode") == "escaped":
        found = prose(text)
    else:
        found = plain(text) if kind.startswith("text") else ""
    return _TRAILER.sub("", found)


def _markup(element: Element) -> str:
    """Write an element as HTML."""
    for one in element.iter():
        one.tag = one.tag.rpartition(":")[2]
    return tostring(element, encoding="unicode", method="html")


def _base(element: Element, base: str) -> str:
    """Give what the links in an element are to be seen from."""
    return _address(element.get("xml:base", ""), base) or base


def _address(link: str, base: str) -> str | None:
    try:
        return address(link, base) if link else None
    except DownloadError:
        return None


def _date(element: Element) -> str | None:
    """Give the date of an entry: when it was published, else when it was last changed."""
    found = (_moment(said) for tag in (*_DATED, *_LATER) if (said := _said(element, tag)))
    return next(filter(None, found), None)


def _moment(said: str) -> str | None:
    """Give a date as people write it in feeds in ISO 8601; UTC where it names no time zone.

    >>> _moment("Tue, 04 Mar 2014 08:30:00 +0100"), _moment("2014-03-04 08:30"), _moment("yesterday")
    ('2014-03-04T07:30:00Z', '2014-03-04T08:30:00Z', None)
    """
    for parsed in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parsed(_OFFSET.sub("", said[:100]))
            aware = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        return aware.isoformat(timespec="seconds").replace("+00:00", "Z")
    return None

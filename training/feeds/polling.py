"""Asking one feed for news: what it has is put into the store, and what is needed to ask next time is remembered."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from training import download
from training.addresses import address, is_inside
from training.article import Article
from training.errors import DownloadError, InputError
from training.feeds import entries
from training.feeds.entries import Entry, Source
from training.feeds.pages import Pages
from training.store import Feed, Store

LARGEST = 10 << 20  # bytes of a feed, unpacked
_SECONDS, _WITHIN = 20.0, 90.0
_ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"
_TOGETHER = 200  # articles added to the store in one go
_LONGEST = timedelta(days=1)  # that a server may ask to be waited for
_KEPT = 1_000  # characters of what a server says to ask with
_NEW = ("new", "copy")  # what the store says of articles that it had not


@dataclass(frozen=True, slots=True)
class Polled:
    """What asking a feed came to.

    Attributes:
        url: its address.
        title: what it calls itself.
        new, copies, edited, known: how many of its articles became what in the store (see ``store.articles.Added``).
        bare: how many entries say no more than their title, and were left out.
        pages, unread: how many pages of entries were read, and how many could not be: their summaries were taken.
        unchanged: whether its server says that it has nothing new.
        moved: where it has moved for good.
        problem: why it could not be read.
        wait_until: before when its server asks not to be asked again; a day at most.
        asked: whether it was asked at all.
    """

    url: str
    title: str | None = None
    new: int = 0
    copies: int = 0
    edited: int = 0
    known: int = 0
    bare: int = 0
    pages: int = 0
    unread: int = 0
    unchanged: bool = False
    moved: str | None = None
    problem: str | None = None
    wait_until: datetime | None = None
    asked: bool = True

    def as_row(self) -> dict[str, Any]:
        """Give it ready for JSON."""
        return {**asdict(self), "wait_until": self.wait_until.isoformat() if self.wait_until else None}


def poll(store: Store, url: str, *, pages: int = 0, at: datetime | None = None) -> Polled:
    """Ask a feed for news and put it into the store; the feed is remembered, whether it can be read or not.

    An article that the store has already is replaced where the feed has edited it, with one exception: a longer text
    stays, as it may be from the page, where the feed has a summary only, or where pages are read this time too. A page
    is read again when the title of its entry has changed.

    Args:
        store: where articles go.
        url: the address of the feed.
        pages: of how many new entries, at most, to read the page too; where it says more, its text is taken.
        at: when it is asked; now, where it is not said.

    Raises:
        InputError: the address is none of HTTP or HTTPS.
        StoreError: the store can't be used.
    """
    url, now = address(url), at or datetime.now(UTC)
    feed = store.feeds.get(url) or Feed(url, now)
    polled = Polled(url, feed.title)
    try:
        with download.opened(url, _conditions(feed), seconds=_SECONDS, within=_WITHIN, inside=is_inside(url)) as answer:
            polled = replace(polled, moved=answer.moved, wait_until=_wait(answer.headers, now))
            source = _source(answer)
    except InputError as error:
        polled = replace(polled, problem=_told(str(error), polled.wait_until))
        feed = replace(feed, problem=polled.problem, failures=feed.failures + 1, wait_until=polled.wait_until)
        store.feeds.put(replace(feed, checked_at=now))
        return polled
    feed = replace(feed, checked_at=now, problem=None, failures=0, wait_until=None)
    polled = replace(polled, wait_until=None)
    if source is None:
        store.feeds.put(feed)
        return replace(polled, unchanged=True)
    states, bare, reader = _keep(store, url, source, pages, now)
    found = sum(states[state] for state in _NEW)
    store.feeds.put(
        replace(
            feed,
            title=source.title or feed.title,
            etag=_header(answer.headers, "ETag"),
            modified=_header(answer.headers, "Last-Modified"),
            found_at=now if found else feed.found_at,
            articles=feed.articles + (found if feed.found_at else 0),
        )
    )
    return replace(
        polled,
        title=source.title or feed.title,
        new=states["new"],
        copies=states["copy"],
        edited=states["edited"],
        known=states["known"],
        bare=bare,
        pages=reader.read,
        unread=reader.unread,
    )


def left_alone(store: Store, url: str, *, at: datetime | None = None) -> Polled | None:
    """Say of a feed whose server asks to wait longer that it is not asked; None for one that may be."""
    feed, now = store.feeds.get(url), at or datetime.now(UTC)
    if feed is None or feed.wait_until is None or feed.wait_until <= now:
        return None
    why = f"was not asked: its server asks to wait until {_shown(feed.wait_until)}"
    return Polled(url, feed.title, problem=why, wait_until=feed.wait_until, asked=False)


def _conditions(feed: Feed) -> dict[str, str]:
    """Say what to ask with, so that only news is sent."""
    said = {"If-None-Match": feed.etag, "If-Modified-Since": feed.modified}
    return {"Accept": _ACCEPT, **{name: value for name, value in said.items() if value}}


def _source(answer: download.Answer) -> Source | None:
    """Read what a server answers; None where there is nothing new."""
    if answer.status == 304:
        return None
    if answer.status == 410:
        raise DownloadError("is gone for good, its server says; take it off the list with --remove")
    if answer.status != 200:
        raise DownloadError(str(answer))
    return entries.read(answer.content(LARGEST), answer.url, answer.headers.get_content_charset())


def _keep(store: Store, url: str, source: Source, pages: int, at: datetime) -> tuple[Counter[str], int, Pages]:
    """Put entries into the store, the last of the feed first; give how many became what, and how many are bare."""
    reader = Pages(url, pages)
    found = list(_articles(store, url, source, reader, pages > 0))
    given = [article for article in reversed(found) if article is not None]
    states: Counter[str] = Counter()
    for first in range(0, len(given), _TOGETHER):
        states.update(one.state for one in store.articles.add(given[first : first + _TOGETHER], feed=url, at=at))
    return states, found.count(None), reader


def _articles(store: Store, url: str, source: Source, pages: Pages, by_page: bool) -> Iterator[Article | None]:
    """Give the article of each entry, None for one that says no more than its title."""
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    for entry in source.entries:
        id = f"{mark}:{entry.key}"
        stored = store.articles.get(id)
        was = stored.article if stored else None
        page = pages.article(entry) if was is None or was.title != entry.title else None
        yield _article(entry, id, source.title, page or (was if by_page or not entry.whole else None))


def _article(entry: Entry, id: str, source: str, longer: Article | None) -> Article | None:
    """Make an article of an entry, with another text where that says more."""
    text, date = entry.text, entry.date
    if longer is not None and len(longer.text) > len(text):
        text, date = longer.text, date or longer.date
    elif entry.bare:
        return None
    return Article(text, entry.title, id, date, source or None)


def _wait(headers: Message, now: datetime) -> datetime | None:
    """Say until when a server asks to wait, which it does by a number of seconds or by a date."""
    told = (headers.get("Retry-After") or "").strip()
    try:
        if told.isdecimal():
            found = now + timedelta(seconds=int(told[:8]))
        else:
            dated = parsedate_to_datetime(told)
            found = dated.astimezone(UTC) if dated.tzinfo else dated.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return min(found, now + _LONGEST) if found > now else None


def _told(problem: str, wait_until: datetime | None) -> str:
    return f"{problem}; it asks to wait until {_shown(wait_until)}" if wait_until else problem


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _header(headers: Message, name: str) -> str | None:
    """Give what a server says to ask with, unless it is nothing that can be sent back."""
    told = (headers.get(name) or "").strip()
    return told if told and len(told) <= _KEPT and told.isascii() and told.isprintable() else None

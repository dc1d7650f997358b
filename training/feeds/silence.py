"""Feeds that fell silent: they can't be read any more, or have had no news for much longer than usual.

How often a feed has news is known from the articles that it had since it was first read; those that were there already
say nothing of it. If articles came one by one by chance, a gap of more than GAPS usual ones would follow fewer than one
in a hundred of them (e ** -5). A day and a half is never too long, so that with one round a day nothing hangs on
minutes, and the time since the feed was last asked does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from training.store import Feed

GAPS = 5  # usual ones without an article
SHORTEST = timedelta(hours=36)
ENOUGH = 5  # articles from which it is known how often a feed has news
UNKNOWN = timedelta(days=7)  # without an article is too long before that
FAILURES = 3  # one after the other


class Silent(NamedTuple):
    """A feed that fell silent.

    Attributes:
        since: when it last had an article, or was added if it never had any.
        why: that, and what is unusual about it, in a sentence.
    """

    feed: Feed
    since: datetime
    why: str


def silent(feeds: Iterable[Feed], now: datetime) -> list[Silent]:
    """Give the feeds that fell silent, those first that have been so for longest.

    Args:
        feeds: as they are remembered.
        now: when that is asked.
    """
    found = [Silent(feed, _since(feed), why) for feed in feeds if (why := _why(feed, now))]
    return sorted(found, key=lambda one: (one.since, one.feed.url))


def _since(feed: Feed) -> datetime:
    return feed.found_at or feed.added_at


def _why(feed: Feed, now: datetime) -> str | None:
    since = _since(feed)
    last = f"no {'new article since' if feed.found_at else 'article since it was added,'} {since:%Y-%m-%d %H:%M} UTC"
    if feed.failures >= FAILURES:
        return f"It could not be read {feed.failures} times in a row ({feed.problem}); there has been {last}."
    gap = (since - feed.added_at) / feed.articles if feed.articles >= ENOUGH else None
    quiet = min(now, feed.checked_at or feed.added_at) - since
    if quiet <= (UNKNOWN if gap is None else max(SHORTEST, GAPS * gap)):
        return None
    usual = f"usually there is one every {_long(gap)}" if gap else "how often there is one is not known yet"
    return f"There has been {last}, for {_long(quiet)}; {usual}."


def _long(time: timedelta) -> str:
    """Say how long a time is in the largest unit of which there are two at least.

    >>> [_long(timedelta(minutes=minutes)) for minutes in (0.4, 5, 119, 120, 2000, 3000)]
    ['minute', '5 minutes', '119 minutes', '2 hours', '33 hours', '2 days']
    """
    for unit, size in (("days", 1440), ("hours", 60), ("minutes", 1)):
        if (count := int(time.total_seconds() // 60 // size)) >= 2:
            return f"{count} {unit}"
    return "minute"

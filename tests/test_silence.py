"""Feeds that fell silent: since when, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from training.feeds import silent
from training.store import Feed

NOW = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


def feed(added: float, found: float | None, articles: int = 0, checked: float = 0, **more: Any) -> Feed:
    """Make a feed by how many hours ago things happened."""
    ago = [None if hours is None else NOW - timedelta(hours=hours) for hours in (added, found, checked)]
    assert ago[0] is not None
    return Feed("http://a.example/", ago[0], found_at=ago[1], checked_at=ago[2], articles=articles, **more)


CASES = {
    # a day and a half is never too long
    "hourly, an hour ago": (feed(1000, 1, 1000), False),
    "hourly, 35 hours ago": (feed(1035, 35, 1000), False),
    "hourly, 37 hours ago": (feed(1037, 37, 1000), True),
    # a gap of five usual ones is
    "weekly, a month ago": (feed(24 * 100, 24 * 30, 10), False),
    "weekly, six weeks ago": (feed(24 * (42 + 70), 24 * 42, 10), True),
    "daily, four days ago": (feed(24 * 24, 24 * 4, 20), False),
    "daily, six days ago": (feed(24 * 26, 24 * 6, 20), True),
    # how often it has news is not known of few articles
    "new, six days ago": (feed(24 * 6, 24 * 6), False),
    "new, eight days ago": (feed(24 * 8, 24 * 8), True),
    "four articles in an hour, six days ago": (feed(24 * 6 + 1, 24 * 6, 4), False),
    "never any, six days": (feed(24 * 6, None), False),
    "never any, eight days": (feed(24 * 8, None), True),
    # the time in which nobody asked does not count
    "hourly, not asked for a week": (feed(24 * 50, 24 * 7, 1000, 24 * 7 - 1), False),
    "hourly, silent before nobody asked": (feed(24 * 50, 24 * 7, 1000, 24 * 4), True),
    "never asked": (Feed("http://a.example/", NOW - timedelta(days=30)), False),
    # nor may it fail for long
    "failed twice": (feed(1000, 1, 1000, problem="timed out", failures=2), False),
    "failed three times": (feed(1000, 1, 1000, problem="timed out", failures=3), True),
    "failed from the first": (feed(1, None, problem="timed out", failures=3), True),
}


@pytest.mark.parametrize("one, told", CASES.values(), ids=CASES)
def test_who_fell_silent(one: Feed, told: bool) -> None:
    assert [found.feed for found in silent([one], NOW)] == [one] * told


def test_one_sentence_says_since_when_and_why() -> None:
    assert [
        one.why
        for one in silent(
            [
                feed(24 * 60, 24 * 10, 50),
                feed(24 * 9, None),
                feed(24 * 8, 24 * 8),
                feed(1000, 50, 1000, problem="the server answers 404 Not Found", failures=4),
            ],
            NOW,
        )
    ] == [
        "There has been no new article since 2026-02-27 07:00 UTC, for 10 days; usually there is one every 24 hours.",
        "There has been no article since it was added, 2026-02-28 07:00 UTC, for 9 days; "
        "how often there is one is not known yet.",
        "There has been no new article since 2026-03-01 07:00 UTC, for 8 days; "
        "how often there is one is not known yet.",
        "It could not be read 4 times in a row (the server answers 404 Not Found); "
        "there has been no new article since 2026-03-07 05:00 UTC.",
    ]


def test_those_come_first_that_have_been_silent_for_longest() -> None:
    found = silent([feed(24 * 60, 24 * days, 50) for days in (8, 30, 9)], NOW)
    assert [(NOW - one.since).days for one in found] == [30, 9, 8]

"""Chronicle: what the articles that topics were fitted on had of each topic, day by day and label by label."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.integer[Any]]
Keys = npt.NDArray[np.uint64]
Trend = Literal["emerging", "fading"]

DAY_0 = date(1970, 1, 1)
NEWEST = 0.1  # part of the dated articles that is held against all before
FEWEST = 30  # articles that this part must have
TIMES = 2.0  # as much, or as little, of them a topic must have to emerge or to fade
CLEAR = 4.0  # standard errors that this must be away from no change


@dataclass(frozen=True)
class Chronicle:
    """What articles had of topics.

    Attributes:
        days: (days,) int32, ascending: those on which articles appeared, counted from DAY_0.
        articles: (days,) int32, how many appeared.
        volume: (days, topics) float32, the shares of their topics added up.
        known: (articles,) ascending: keys of all articles.
        sample: (sampled,) ascending: the lowest keys, so that two versions have the same ones as far as they know them.
        shares: (sampled, topics) float32, what these have of each topic.
        labelled: (labels,) float32, how many of them have each label, as judged or else as the model says.
        label_volume: (labels, topics) float32, the shares of these added up.
    """

    days: Numbers
    articles: Numbers
    volume: Singles
    known: Keys
    sample: Keys
    shares: Singles
    labelled: Singles
    label_volume: Singles

    @property
    def dates(self) -> list[date]:
        """The days."""
        return [DAY_0 + timedelta(days=number) for number in self.days.tolist()]

    @property
    def trends(self) -> list[Trend | None]:
        """Whether each topic has grown or shrunk by much in the newest tenth of the articles, and beyond chance."""
        newest = np.cumsum(self.articles[::-1])[::-1] <= max(NEWEST * self.articles.sum(), 1)
        newest[-1:] = True
        new, old = self.articles[newest].sum(), self.articles[~newest].sum()
        if new < FEWEST or old < FEWEST:
            return [None] * self.volume.shape[1]
        now, before = self.volume[newest].sum(axis=0) / new, self.volume[~newest].sum(axis=0) / old
        both = self.volume.sum(axis=0) / (new + old)
        clear = np.abs(now - before) >= CLEAR * np.sqrt(both * (1 - both) * (1 / new + 1 / old))
        return [
            None if not is_clear else "emerging" if a >= TIMES * b else "fading" if b >= TIMES * a else None
            for a, b, is_clear in zip(now.tolist(), before.tolist(), clear.tolist(), strict=True)
        ]


def key_of(digest: str | bytes) -> int:
    """Give the key of an article, 64 bits of its digest, as :func:`training.text.digest` gives it."""
    return int(digest[:16], 16)


def day_of(iso: str | None) -> int | None:
    """Count the days from DAY_0 to a date in ISO 8601; None for what is none, or is before there was news.

    >>> day_of("1970-01-03T08:00:00Z"), day_of("0001-11-30"), day_of("9/5/18")
    (2, None, None)
    """
    try:
        found = date.fromisoformat((iso or "")[:10])
    except ValueError:
        return None
    return (found - DAY_0).days if found.year >= 1800 else None


def empty(topics: int) -> Chronicle:
    """Give the chronicle of no articles."""
    none, keys = np.empty(0, np.int32), np.empty(0, np.uint64)
    few = np.zeros((0, topics), np.float32)
    return Chronicle(none, none, few, keys, keys, few, np.zeros(0, np.float32), few)

"""What articles had of the topics, written down: days, labels, a sample, and which articles are typical."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from training.chronicle import Chronicle, Keys, day_of, key_of
from training.discovery.bags import Numbers, Singles
from training.discovery.quality import MAIN
from training.examples import Examples
from training.spool import Ragged

SAMPLE = 4_000  # articles whose shares are kept
LOOKED_AT = 60  # articles of the greatest share
SHORTEST = 60  # weight of words from which an article can be typical
_TOGETHER = 5_000  # articles looked at together


@dataclass(frozen=True, slots=True)
class Heads:
    """Who an article is: JSON of id, title, source and how it begins, one article a row."""

    rows: Ragged

    def __getitem__(self, number: int) -> dict[str, Any]:
        id, title, source, lead = json.loads(self.rows[number].tobytes())
        return {"id": id, "title": title, "source": source, "lead": lead}

    @staticmethod
    def packed(heads: Sequence[tuple[str | None, str, str | None, str]]) -> Ragged:
        """Put heads into arrays in memory."""
        return Ragged.packed([np.frombuffer(json.dumps(head).encode(), np.uint8) for head in heads], np.uint8)


def keys_of(examples: Examples) -> Keys:
    """Give the keys of articles, (articles,)."""
    return np.array([key_of(key) for key in examples.keys.tolist()], np.uint64)


def chronicle_of(
    examples: Examples,
    articles: Numbers,
    shares: Singles,
    labels: Sequence[str],
    labelled: Callable[[int], Sequence[int]],
) -> Chronicle:
    """Write down what articles had of topics.

    Args:
        examples: all articles.
        articles: (rows,) which of them have words that make topics.
        shares: (rows, topics) of these.
        labels: ids of all labels.
        labelled: gives the numbers of an article's labels.
    """
    topics = shares.shape[1]
    days = np.array([(-1 << 30) if (day := day_of(one.date)) is None else day for one in examples[:]], np.int64)
    dated = days > (-1 << 30)
    found, which = np.unique(days[dated], return_inverse=True)
    place = np.full(len(days), -1)
    place[dated] = which
    volume = np.zeros((len(found), topics), np.float32)
    for first in range(0, len(articles), _TOGETHER):
        its = place[articles[first : first + _TOGETHER]]
        np.add.at(volume, its[its >= 0], shares[first : first + _TOGETHER][its >= 0])
    keys = keys_of(examples)
    rows = np.argsort(keys[articles], kind="stable")[:SAMPLE]
    some = np.asarray(shares[rows])
    counts, sums = np.zeros(len(labels), np.float32), np.zeros((len(labels), topics), np.float32)
    for row, article in enumerate(articles[rows].tolist()):
        for label in labelled(article):
            counts[label] += 1
            sums[label] += some[row]
    return Chronicle(
        days=found.astype(np.int32),
        articles=np.bincount(place[dated], minlength=len(found)).astype(np.int32),
        volume=volume,
        known=np.sort(keys),
        sample=keys[articles[rows]],
        shares=some,
        labelled=counts,
        label_volume=sums,
    )


def typical(
    heads: Heads, examples: Examples, articles: Numbers, shares: Singles, sizes: Singles
) -> Iterator[list[dict[str, Any]]]:
    """Give some articles that are most about each topic, the most typical first, with ``date`` and ``share``.

    Of copies only the first is given, and none that is too short to tell.

    Args:
        heads, examples: of all articles.
        articles, shares: see :func:`chronicle_of`.
        sizes: (rows,) what their words weigh.
    """
    long = np.flatnonzero(sizes >= min(SHORTEST, float(np.median(sizes))))
    for topic in range(shares.shape[1]):
        its = np.asarray(shares[long, topic])
        best = long[np.argsort(-its, kind="stable")[:LOOKED_AT]]
        found: dict[str, dict[str, Any]] = {}
        for row in best[shares[best, topic] >= MAIN].tolist():
            head = heads[int(articles[row])]
            begins = " ".join((head["title"] or head["lead"]).lower().split())[:50]
            date = examples[int(articles[row])].date
            found.setdefault(begins, {**head, "date": date, "share": round(float(shares[row, topic]), 4)})
        yield [*found.values()]

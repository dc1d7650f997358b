"""How tonight's news differs from that of the days before: its labels, its topics, its words.

Both are read by the same model, so that what differs is the news and not the model. Nothing is told that chance, or the
ordinary coming and going of stories, explains. ::

    reading     articles -> their labels, topics and words, on all cores
    spread      whether tonight's are spread as those before: population stability index, chance, what is usual
    wording     how unusual tonight's words are, and which are its own
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from training.article import Article
from training.drift.reading import MOST, Rows, sample
from training.drift.spread import Bools, Change, Night, changes, shift
from training.drift.wording import Wording, stories
from training.model import Model

__all__ = ["DAYS", "drift"]

DAYS = 30  # before tonight, against which it is held
FEWEST, FEWEST_BEFORE = 30, 100  # articles of tonight, and before; of fewer nothing is told
SHOWN = 8  # of the largest bins, told though they have not changed
TOLD = 20  # changes at most
WORDS = 6  # of a topic


def drift(
    model: Model, before: Iterable[Article], now: Iterable[Article], *, most: int = MOST, jobs: int | None = None
) -> dict[str, Any]:
    """Hold tonight's articles against those of the days before; ready for JSON.

    Args:
        model: that labels all of them, the one in use.
        before: those of the DAYS before, in the order in which they came; gone over once.
        now: tonight's.
        most: articles looked at, before and now together; of more a part is.
        jobs: how many processes; all cores, when it is not said.

    Returns:
        ``now`` and ``before``: how many articles; ``looked_at``: of how many, where that is a part; ``told``: why
        nothing is told, None where it is. ``labels``, ``topics`` and ``vocabulary``, each with ``psi`` (beyond what
        chance gives), ``chance`` and ``usual`` (what it would be below, see spread.Shift) and ``drifted`` (None,
        "moderate" or "large"). Labels and topics have ``changes``: shares ``before`` and ``now``, the ``interval`` of
        the difference, the ``usual`` range, and ``clear``; the clear ones first, then the largest. The vocabulary has
        ``unknown``, the part of tonight's different words that are in no article before, ``usual_unknown``, and
        ``stories``.

    Raises:
        WorkError: a process ended before its work did.
    """
    read = sample(model, before, now, most, jobs)
    night = Night(len(read.before), len(read.now))
    all_before, all_now = read.seen
    told: dict[str, Any] = {"days": DAYS, "before": all_before, "now": all_now, "told": _too_few(night, all_now)}
    if night.before + night.now < all_before + all_now:
        told["looked_at"] = {"before": night.before, "now": night.now}
    if told["told"]:
        return told
    return {
        **told,
        "labels": _labels(model, read.before, read.now, night),
        "topics": _topics(model, read.before, read.now, night),
        "vocabulary": _vocabulary(read.before, read.now, night),
    }


def _too_few(night: Night, new: int) -> str | None:
    if night.now < FEWEST:
        are = "article is" if new == 1 else "articles are"
        return f"{new} new {are} too few to be held against the {DAYS} days before; it takes {FEWEST}"
    if night.before < FEWEST_BEFORE:
        there = f"only {night.before} articles" if night.before else "no articles"
        return f"there are {there} of the {DAYS} days before to hold the new ones against; it takes {FEWEST_BEFORE}"
    return None


def _labels(model: Model, before: Rows, now: Rows, night: Night) -> dict[str, Any]:
    names = model.classifier.labels
    members = np.zeros((night.before + night.now, len(names) + 1), bool)
    for row, labels in enumerate([*before.labels, *now.labels]):
        members[row, labels] = True
        members[row, -1] = not len(labels)
    told = [
        {"label": names[one.number], "name": model.seeds.labels[names[one.number]].name, **one.as_row()}
        if one.number < len(names)
        else {"label": None, "name": "no country", **one.as_row()}
        for one in _shown(members, night)
    ]
    return {**shift(members, night).as_row(), "changes": told}


def _topics(model: Model, before: Rows, now: Rows, night: Night) -> dict[str, Any]:
    topics = model.topics
    most = np.array([*before.topics, *now.topics])
    members = most[:, None] == np.array([*range(len(topics)), -1])
    good = [number for number in range(len(topics)) if not topics.junk[number]]
    told = [
        {
            "id": topics.ids[number],
            "name": topics.names[number],
            "words": [word for word, _ in topics.top_words(number, WORDS)],
            **one.as_row(),
        }
        for one in _shown(members[:, good], night)
        for number in [good[one.number]]
    ]
    return {**shift(members, night).as_row(), "changes": told}


def _vocabulary(before: Rows, now: Rows, night: Night) -> dict[str, Any]:
    wording = Wording.of(before, now)
    unknown, usual = wording.unknown()
    return {
        **shift(wording.kinds(), night).as_row(),
        "unknown": round(unknown, 4),
        "usual_unknown": usual and [round(end, 4) for end in usual],
        "stories": stories(wording, now),
    }


def _shown(members: Bools, night: Night) -> Sequence[Change]:
    """Give the clear changes, the largest first, then the bins with most articles of those that have not changed."""
    found = changes(members, night)
    clear = sorted((one for one in found if one.clear), key=lambda one: -abs(one.shares[1] - one.shares[0]))
    others = sorted((one for one in found if not one.clear), key=lambda one: -max(one.shares))
    return [*clear[:TOLD], *(one for one in others[:SHOWN] if max(one.shares) > 0)]

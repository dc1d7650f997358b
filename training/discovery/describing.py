"""What is known of each topic: its name, how good it is, how much of it there is, what goes with it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from training.discovery import naming, quality
from training.discovery.bags import Bags, Singles
from training.discovery.quality import MAIN, Quality
from training.discovery.recording import Heads, typical
from training.examples import Examples
from training.topics import Topics

TYPICAL = 8  # articles kept of each topic
LABELS = 5  # that go with a topic, at most
BEGINNING = 70  # characters that stand for a title
FEWEST = 5  # articles' worth of a topic that a label must have
TIMES = 1.5  # as much of a topic as others have


def described(
    topics: Topics,
    bags: Bags,
    shares: Singles,
    measured: Quality,
    examples: Examples,
    heads: Heads,
    labels: Sequence[str],
) -> Topics:
    """Say what is known of each topic; a name that it had already stays.

    Args:
        topics: their ids, themes and chronicle are known.
        bags: of all articles.
        shares: (rows, topics).
        measured: of the topics.
        examples, heads: of all articles of the run.
        labels: ids of all labels.
    """
    sizes = np.add.reduceat(np.asarray(bags.weights), np.asarray(bags.ptr[:-1]))
    mainly = (shares >= MAIN).sum(axis=0)
    volumes, trends = shares.sum(axis=0, dtype=float), topics.chronicle.trends
    about, taken = [], {str(one.get("name") or one.get("theme")) for one in topics.about}
    for number, shown in enumerate(typical(heads, examples, bags.articles, shares, sizes)):
        one = dict(topics.about[number])
        theme = one.get("theme")
        terms = [word for word, _ in topics.top_words(number, naming.CANDIDATES)]
        titles, leads = ([head[key] for head in shown] for key in ("title", "lead"))
        one["name"] = one.get("name") or theme or naming.name(terms, titles, leads, taken)
        taken.add(one["name"])
        one["share"] = round(float(volumes[number] / max(len(bags), 1)), 5)
        one["articles"] = int(mainly[number])
        one["quality"] = {
            "npmi": round(float(measured.npmi[number]), 4),
            "distinct": round(float(measured.distinct[number]), 4),
        }
        one["junk"] = quality.junk(measured, number, one["articles"], theme is not None)
        one["trend"] = one.get("trend") or trends[number]
        one["labels"] = _labels(topics, number, labels)
        one["typical"] = [
            {key: head[key] for key in ("id", "date", "source", "share")} | {"title": _title(head)}
            for head in shown[:TYPICAL]
        ]
        about.append(one)
    return replace(topics, about=about)


def _title(head: dict[str, Any]) -> str:
    """Give an article's title, and where it has none how it begins."""
    return str(head["title"] or textwrap.shorten(head["lead"], BEGINNING, placeholder=" ..."))


def _labels(topics: Topics, number: int, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Give the labels whose articles have most more of a topic than all articles have: ``id``, ``share``, ``times``."""
    told = topics.chronicle
    average = float(told.shares[:, number].mean()) if len(told.shares) else 0.0
    rows = []
    for label, count, volume in zip(labels, told.labelled.tolist(), told.label_volume[:, number].tolist(), strict=True):
        times = volume / count / average if count and average else 0.0
        if volume >= FEWEST and times >= TIMES:
            rows.append({"id": label, "share": round(volume / count, 4), "times": round(times, 2)})
    return sorted(rows, key=lambda row: (-row["share"], row["id"]))[:LABELS]

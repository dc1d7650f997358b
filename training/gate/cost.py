"""What a model costs: the room it takes, and the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import inf
from pathlib import Path
from time import thread_time

import numpy as np

from training import readers
from training.article import Article
from training.gate.bounds import Gate
from training.gate.verdict import Check
from training.model import Model
from training.readers import Skips
from training.settings import Settings

ROUNDS, MOST_ROUNDS = 5, 25  # of labelling the same articles; more than the first only while it seems too slow
TIMED = 100  # articles of each file that are labelled to see how fast models are


def small_enough(gate: Gate, before: int, after: int) -> Check:
    """The challenger's folder may not be much larger than the champion's, in bytes."""
    was, now = before / 1e6, after / 1e6
    most = max(gate.small, gate.size * was)
    return Check("size", now <= most, now, most, _grown("the version takes", "MB", was, now, most))


def fast_enough(gate: Gate, before: float, after: float) -> Check:
    """The challenger may not take much longer than the champion to label the same articles, in milliseconds each."""
    most = max(gate.fast, gate.slowdown * before)
    return Check("speed", after <= most, after, most, _grown("to label an article takes", "ms", before, after, most))


def _grown(what: str, unit: str, was: float, now: float, most: float) -> str:
    told = f"{what} {now:.3g} {unit}, with the current model {was:.3g}"
    return told if now <= most else f"{told}; at most {most:.3g} is allowed"


def pace(gate: Gate, champion: Model, challenger: Model, articles: Sequence[Article]) -> tuple[float, float]:
    """Measure what each takes to label the same articles, in milliseconds an article.

    In turn, and of several rounds the fastest counts of each article: whatever else the machine does only adds time.
    Where the challenger seems too slow there are more rounds.
    """
    best = np.full((2, len(articles)), inf)
    for number in range(MOST_ROUNDS):
        for took, model in zip(best, (champion, challenger), strict=True):
            took[:] = np.minimum(took, [_seconds(model, one) for one in articles])
        before, after = (best.sum(axis=1) * 1000 / max(1, len(articles))).tolist()
        if number + 1 >= ROUNDS and fast_enough(gate, before, after).passed:
            break
    return before, after


def _seconds(model: Model, article: Article) -> float:
    start = thread_time()
    model.label(article)
    return thread_time() - start


def bytes_of(folder: Path) -> int:
    """Give how many bytes the files of a version take."""
    return sum(path.stat().st_size for path in folder.iterdir())


def some(settings: Settings) -> Iterator[Article]:
    """Give the first articles of each file of a run."""
    for file in settings.files:
        yield from islice(readers.read(file, Skips() if settings.skip_bad else None), TIMED)

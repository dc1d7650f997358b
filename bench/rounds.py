"""Ways to do one thing, timed in turn: the machine's moods then fall on all of them alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

K = TypeVar("K")
Way = Callable[[], float]
"""Does it once and says what one unit of it took, in seconds."""


def interleave(ways: Mapping[K, Way], rounds: int) -> dict[K, list[float]]:
    """Go round all ways a number of times and give what each took, round by round; an unmeasured round goes before."""
    for way in ways.values():
        way()
    taken: dict[K, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
    return taken


def ratio(peer: Sequence[float], ours: Sequence[float]) -> float:
    """Give how many times as long the peer takes: the median of the ratios within rounds.

    >>> ratio([4.0, 9.0, 6.0], [2.0, 3.0, 1.0])
    3.0
    """
    return statistics.median(theirs / own for theirs, own in zip(peer, ours, strict=True))


def per_unit(work: Callable[[], object], units: int) -> Way:
    """Make a way of work on a number of units."""

    def once() -> float:
        start = time.perf_counter()
        work()
        return (time.perf_counter() - start) / units

    return once

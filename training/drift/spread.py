"""Whether tonight's articles are spread over bins (labels, topics, kinds of words) as those before were.

How far apart two spreads are is said by the population stability index: the sum over bins of (p - q) log (p / q). It is
the divergence of Jeffreys (An invariant form for the prior probability in estimation problems, 1946) and known by its
name from credit scoring, where .1 is a moderate shift and .25 a large one (Siddiqi: Credit risk scorecards, 2006).

These bounds forget that few articles are never spread like many: by chance alone the index is about (bins - 1) (1 / n +
1 / m) (Yurdakul, Naranjo: Statistical properties of the population stability index. Journal of Risk Model Validation
14, 2020). An article may be in several bins, so what chance does is found by drawing nights from all articles anew, as
in any permutation test; its mean is subtracted before anything is called a shift. And news comes in stories: no night
is drawn at random from a month. So the nights of as many articles before tonight are each held against all others
before; a shift is told only where tonight is further off than all but the oddest of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MODERATE, LARGE = 0.1, 0.25
MIXED = 5.0  # articles' worth of both spreads that is added to each, so that nothing is infinitely rare
DRAWS = 400
SURE = 0.99  # of drawn nights that a shift must be beyond
ODD = 0.95  # of earlier nights, likewise
NIGHTS = 10  # earlier nights from which they say what is usual
FALSE = 0.05  # part of the changes told that may be none

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Night:
    """Tonight's articles after those before, as rows of one array.

    Attributes:
        before, now: how many articles.
    """

    before: int
    now: int

    @property
    def nights(self) -> list[slice]:
        """The rows of earlier nights of as many articles as tonight, the oldest first; none where they are few."""
        count = self.before // self.now
        first = self.before - count * self.now
        return [slice(at, at + self.now) for at in range(first, self.before, self.now)] if count >= NIGHTS else []


@dataclass(frozen=True, slots=True)
class Shift:
    """How far tonight's spread is from the one before.

    Attributes:
        psi: the index beyond what chance gives on average.
        chance: what SURE of drawn nights are below.
        usual: what ODD of earlier nights are below; None where they are too few to say.
    """

    psi: float
    chance: float
    usual: float | None

    @property
    def size(self) -> str | None:
        """How large the shift is, None where it is none to speak of."""
        if self.psi <= max(self.chance, self.usual or 0.0) or self.psi < MODERATE:
            return None
        return "large" if self.psi >= LARGE else "moderate"

    def as_row(self) -> dict[str, Any]:
        """Give it ready for JSON."""
        usual = None if self.usual is None else round(self.usual, 4)
        return {"psi": round(self.psi, 4), "chance": round(self.chance, 4), "usual": usual, "drifted": self.size}


@dataclass(frozen=True, slots=True)
class Change:
    """One bin before and now.

    Attributes:
        number: of the bin.
        before, now: articles in it.
        shares: of all articles, before and now.
        interval: of the difference of these, with 95 % certainty.
        usual: the least and the largest share of earlier nights; None where they are too few to say.
        clear: whether it is beyond chance, all bins considered, and beyond what is usual.
    """

    number: int
    before: int
    now: int
    shares: tuple[float, float]
    interval: tuple[float, float]
    usual: tuple[float, float] | None
    clear: bool

    def as_row(self) -> dict[str, Any]:
        """Give it ready for JSON."""
        return {
            "before": round(self.shares[0], 5),
            "now": round(self.shares[1], 5),
            "articles": self.now,
            "interval": [round(end, 5) for end in self.interval],
            "usual": None if self.usual is None else [round(end, 5) for end in self.usual],
            "clear": self.clear,
        }


def psi(counts: Floats, others: Floats) -> Floats:
    """Give the index of pairs of spreads.

    Args:
        counts, others: (pairs, bins) how often each bin has something.

    >>> psi(np.array([[50.0, 50.0]]), np.array([[500.0, 500.0]])).round(3).tolist()
    [0.0]
    """
    both = counts + others
    mixed = MIXED * both / both.sum(axis=1, keepdims=True)
    p, q = ((some + mixed) / (some.sum(axis=1, keepdims=True) + MIXED) for some in (counts, others))
    with np.errstate(divide="ignore", invalid="ignore"):
        parts: Floats = np.where(both > 0, (p - q) * np.log(p / q), 0.0)
    return np.asarray(parts.sum(axis=1))


def shift(members: Bools, night: Night, seed: int = 0) -> Shift:
    """Say how far tonight's articles are from those before.

    Args:
        members: (articles, bins) which bins each article is in, tonight's articles last.
        night: how many they are.
        seed: of the drawn nights.
    """
    rows = members.astype(np.float32)
    every = rows.sum(axis=0, dtype=float)[None]
    found = _psi_of(rows[night.before :].sum(axis=0, dtype=float)[None], every)
    drawn = np.concatenate([_psi_of(some @ rows, every) for some in _draws(night, seed)])
    usual = None
    if nights := night.nights:
        earlier = np.array([rows[its].sum(axis=0, dtype=float) for its in nights])
        of_before = every - rows[night.before :].sum(axis=0, dtype=float)
        usual = float(np.quantile(_psi_of(earlier, of_before) - drawn.mean(), ODD))
    return Shift(float(found[0] - drawn.mean()), float(np.quantile(drawn, SURE) - drawn.mean()), usual)


def changes(members: Bools, night: Night) -> list[Change]:
    """Hold each bin's share of tonight's articles against that of those before.

    A change is beyond chance by Fisher's exact test, of which FALSE of those told may be wrong (Benjamini, Hochberg:
    Controlling the false discovery rate, 1995).
    """
    before, now = (part.sum(axis=0).astype(int) for part in (members[: night.before], members[night.before :]))
    chances = exact(before, now, night)
    beyond = beyond_chance(chances[before + now > 0])
    clear = np.zeros(len(now), bool)
    clear[before + now > 0] = beyond
    share = now / night.now
    earlier = np.array([members[its].mean(axis=0) for its in night.nights]).reshape(len(night.nights), len(now))
    low, high = (earlier.min(axis=0), earlier.max(axis=0)) if len(earlier) else (share + 1, share - 1)
    clear &= (share < low) | (share > high)
    return [
        Change(
            bin,
            int(before[bin]),
            int(now[bin]),
            (float(before[bin] / night.before), float(share[bin])),
            interval(int(before[bin]), int(now[bin]), night),
            (float(low[bin]), float(high[bin])) if len(earlier) else None,
            bool(clear[bin]),
        )
        for bin in range(len(now))
    ]


def exact(before: Any, now: Any, night: Night) -> Floats:
    """Give the chance that bins differ by as much or more where nothing has changed, either way (Fisher)."""
    from scipy.stats import hypergeom

    of = hypergeom(night.before + night.now, before + now, night.now)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(of.cdf(now), of.sf(now - 1))))


def beyond_chance(chances: Floats, tests: int | None = None) -> Bools:
    """Say which of many chances are too small to be one, so that a part FALSE of them at most is (see changes).

    Args:
        chances: the smaller ones of all.
        tests: how many there are of them in all; these, when it is not said.

    >>> beyond_chance(np.array([0.04, 0.001, 0.9, 0.02])).tolist()
    [False, True, False, True]
    """
    order = np.argsort(chances, kind="stable")
    good = np.flatnonzero(chances[order] <= FALSE * np.arange(1, len(order) + 1) / max(1, tests or len(order)))
    found = np.zeros(len(order), bool)
    found[order[: good[-1] + 1 if len(good) else 0]] = True
    return found


def interval(before: int, now: int, night: Night) -> tuple[float, float]:
    """Give the interval of the difference of two shares, now less before, with 95 % certainty.

    Newcombe: Interval estimation for the difference between independent proportions: comparison of eleven methods.
    Statistics in Medicine 17 (1998), method 10.
    """
    p, q = now / night.now, before / night.before
    (p_low, p_high), (q_low, q_high) = _wilson(p, night.now), _wilson(q, night.before)
    difference = p - q
    return (
        float(difference - np.hypot(p - p_low, q_high - q)),
        float(difference + np.hypot(p_high - p, q - q_low)),
    )


def _wilson(share: float, articles: int, z: float = 1.96) -> tuple[float, float]:
    """Give the interval of one share (Wilson: Probable inference, the law of succession, and inference, 1927)."""
    middle = (share + z * z / (2 * articles)) / (1 + z * z / articles)
    reach = z / (1 + z * z / articles) * np.sqrt(share * (1 - share) / articles + (z / (2 * articles)) ** 2)
    return float(middle - reach), float(middle + reach)


def _psi_of(some: Floats, every: Floats) -> Floats:
    """Give the index of some articles against all others."""
    return psi(some, np.maximum(every - some, 0.0))


def _draws(night: Night, seed: int) -> Iterator[npt.NDArray[np.float32]]:
    """Draw as many of all articles as tonight has, anew each time; (draws, articles) with a 1 for each drawn."""
    rng, articles = np.random.default_rng(seed), night.before + night.now
    for first in range(0, DRAWS, 100):
        keys = rng.random((min(100, DRAWS - first), articles))
        drawn = np.zeros(keys.shape, np.float32)
        np.put_along_axis(drawn, np.argpartition(keys, night.now - 1, axis=1)[:, : night.now], 1.0, axis=1)
        yield drawn

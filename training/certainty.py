"""Whether probabilities mean what they say: of the labels said to be 80 % probable, are 80 % right?"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

BINS = 15
FEWEST = 10  # answers in a bin; what fewer of them say of a share is mostly chance


class Bin(NamedTuple):
    """Answers of about the same probability: their mean probability, the share that is true, how many they are."""

    probability: float
    true: float
    answers: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far probabilities are from what came true.

    Attributes:
        curve: bins of answers, the least probable first.
        brier: mean squared distance of a probability from what came true, 1 or 0 (Brier 1950).
    """

    curve: tuple[Bin, ...]
    brier: float

    @property
    def answers(self) -> int:
        """How many answers it was measured on."""
        return sum(bin.answers for bin in self.curve)

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance between probability and share true, 0 at best.

        Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning, 2015; Guo, Pleiss,
        Sun, Weinberger: On calibration of modern neural networks, 2017. Bins hold equally many answers, not equally
        wide stretches of probability: most answers are near 0 or 1.
        """
        return sum(bin.answers * abs(bin.probability - bin.true) for bin in self.curve) / (self.answers or 1)

    def as_row(self) -> dict[str, Any]:
        """Give the figures, rounded, ready for JSON."""
        return {
            "error": round(self.error, 4),
            "brier": round(self.brier, 4),
            "answers": self.answers,
            "curve": [
                {"probability": round(bin.probability, 4), "true": round(bin.true, 4), "answers": bin.answers}
                for bin in self.curve
            ],
        }


def brier(probabilities: Mapping[str, float], true: Collection[str], unknown: Collection[str] = ()) -> float:
    """Give how far an article's probabilities are from what is true, 0 at best: squared distances, all labels' summed.

    Brier: Verification of forecasts expressed in terms of probability, 1950, who sums over classes. So a label that
    hardly is an answer adds hardly anything, however many of them a model gives.

    Args:
        probabilities: of labels; those without one have probability 0.
        true: labels that the article is about.
        unknown: labels that are left out.

    >>> round(brier({"SY": 0.9, "LY": 0.3, "FR": 0.5}, {"SY", "TR"}, unknown={"FR"}), 6)  # .01 + .09 + 1
    1.1
    """
    labels = {*probabilities, *true}.difference(unknown)
    return math.fsum((probabilities.get(label, 0.0) - (label in true)) ** 2 for label in labels)


def reliability(probabilities: Sequence[float], true: Sequence[bool], bins: int = BINS) -> Reliability:
    """Compare probabilities with what came true; both of shape (answers,).

    There are up to ``bins`` bins of FEWEST answers or more. Equal probabilities share a bin, so the order of the
    answers changes nothing.

    >>> reliability([0.1] * 10 + [0.9] * 10, [False] * 10 + [True] * 8 + [False] * 2).as_row()["curve"]
    [{'probability': 0.1, 'true': 0.0, 'answers': 10}, {'probability': 0.9, 'true': 0.8, 'answers': 10}]
    """
    p, hits = np.asarray(probabilities, dtype=float), np.asarray(true, dtype=float)
    if not len(p):
        return Reliability((), 0.0)
    bins = max(1, min(bins, len(p) // FEWEST))
    edges = np.unique(np.sort(p)[[len(p) * number // bins for number in range(1, bins)]])
    place = np.searchsorted(edges, p, side="right")
    counts = np.bincount(place, minlength=bins)
    filled = counts > 0
    means, shares = (
        np.bincount(place, weights=values, minlength=bins)[filled] / counts[filled] for values in (p, hits)
    )
    curve = tuple(
        Bin(float(mean), float(share), int(count))
        for mean, share, count in zip(means, shares, counts[filled], strict=True)
    )
    return Reliability(curve, float(np.mean((p - hits) ** 2)))

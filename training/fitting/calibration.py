"""From scores to probabilities that mean something, and from probabilities to decisions."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.spool import Spool

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]

THRESHOLDS = np.round(np.arange(0.05, 0.96, 0.01), 2)  # those that may be chosen; read by people, so no finer
BORROWED = 40.0  # true articles' worth of what all labels say together that each label's own are added to
_TOGETHER = 100_000  # answers looked at together
FLAT = 0.005  # F1 within which thresholds are as good as each other


def sigmoid(scores: Floats) -> Floats:
    """Give probabilities of log-odds."""
    return np.asarray(1 / (1 + np.exp(-scores)))


def platt(scores: Floats, truth: Bools, weights: Floats) -> tuple[float, float]:
    """Give the scale and the shift that make log-odds fit the truth best; all of shape (answers,).

    Platt: Probabilistic outputs for support vector machines, 1999. Where there is too little to learn from, or scores
    point the wrong way, nothing is changed: (1, 0).
    """
    from sklearn.linear_model import LogisticRegression

    if not 0 < truth.sum() < len(truth):
        return 1.0, 0.0
    model = LogisticRegression(C=100.0).fit(scores[:, None], truth, weights)
    scale, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    return (scale, shift) if scale > 0.05 else (1.0, 0.0)


def log_loss(probabilities: Floats, truth: Bools, weights: Floats) -> float:
    """Give the mean log loss; all of shape (answers,)."""
    said = np.where(truth, probabilities, 1 - probabilities)
    return float(-np.average(np.log(np.maximum(said, 1e-9)), weights=weights))


class Tally:
    """Right, wrong and true answers at each of THRESHOLDS, each of shape (thresholds,) or a number; weighted."""

    def __init__(self, probabilities: Floats, truth: Bools, weights: Floats) -> None:
        right, wrong = np.zeros((2, len(THRESHOLDS) + 1))
        true = Spool(np.float64)
        for start in range(0, len(probabilities), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            places = np.searchsorted(THRESHOLDS, probabilities[some], side="right")
            hits = weights[some] * truth[some]
            np.add.at(right, places, hits)
            np.add.at(wrong, places, weights[some] * ~truth[some])
            true.add(hits)
        self.right, self.wrong = (counts[::-1].cumsum()[::-1][1:] for counts in (right, wrong))
        self.true = float(true.array().sum())

    def f1(self) -> Floats:
        """Give F1 at each threshold."""
        return np.asarray(2 * self.right / np.maximum(self.right + self.wrong + self.true, 1e-9))

    def f1_at(self, threshold: float) -> float:
        """Give F1 at one of THRESHOLDS."""
        return float(self.f1()[np.searchsorted(THRESHOLDS, threshold)])

    def precision(self) -> Floats:
        """Give precision at each threshold; 0 where nothing would be assigned."""
        return np.asarray(self.right / np.maximum(self.right + self.wrong, 1e-9))

    def joined(self, others: Tally) -> Tally:
        """Give this tally with ``BORROWED`` true articles' worth of ``others`` added."""
        joined = object.__new__(Tally)
        share = BORROWED / max(others.true, 1e-9)
        for name in ("right", "wrong", "true"):
            setattr(joined, name, getattr(self, name) + share * getattr(others, name))
        return joined

    def best(self) -> float:
        """Give the threshold of nearly the best F1.

        F1 is flat around its best, where chance decides; of all thresholds within FLAT of it, the one nearest to a
        half is taken.
        """
        f1 = self.f1()
        flat = THRESHOLDS[f1 >= f1.max() - FLAT]
        return float(flat[np.argmin(np.abs(flat - 0.5))])

    def lowest(self, precision: float, too: Tally) -> float:
        """Give the lowest threshold at which this tally and another reach a precision; the highest where none does."""
        enough = np.flatnonzero(np.minimum(self.precision(), too.precision()) >= precision)
        return float(THRESHOLDS[enough[0] if len(enough) else -1])

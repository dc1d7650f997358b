"""Whether one model is better than another, or only luckier with these articles.

Both answer the same articles. Articles are drawn anew, with replacement, many times, and each time both are scored on
the same draw: the paired bootstrap (Efron, Tibshirani: An introduction to the bootstrap, 1993; for comparing systems on
one test set: Berg-Kirkpatrick, Burkett, Klein: An empirical investigation of statistical significance in NLP, 2012).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.certainty import brier
from training.evaluate import Answer, Truth

DRAWS = 2000
SURE = 0.95
MICRO, MACRO, BRIER = "micro F1", "macro F1", "Brier score"
SUPPORT = 5  # articles about a label from which it is compared on its own
_AT_ONCE = 1_000_000  # articles drawn in one go, which bounds the memory

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One score of two models.

    Attributes:
        score: MICRO, MACRO, the label whose F1 it is, or BRIER, of which less is better.
        ours, theirs: the score of each.
        low, high: between them lies the difference, ours less theirs, with 95 % certainty.
        spread: standard deviation of the difference over all draws, which is its standard error.
    """

    score: str
    ours: float
    theirs: float
    low: float
    high: float
    spread: float = 0.0

    @property
    def difference(self) -> float:
        """How much higher ours is."""
        return self.ours - self.theirs

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0: chance in the choice of articles hardly explains the difference."""
        return self.low > 0 or self.high < 0

    def as_row(self) -> dict[str, Any]:
        """Give the figures, rounded, ready for JSON."""
        row = {**asdict(self), "difference": self.difference}
        return {key: round(value, 4) if key != "score" else value for key, value in row.items()} | {"clear": self.clear}


def compare(
    truths: Sequence[Truth], ours: Sequence[Answer], theirs: Sequence[Answer], *, draws: int = DRAWS, seed: int = 0
) -> list[Difference]:
    """Compare two models by their answers to the same articles: micro F1, macro F1, and F1 of each label with SUPPORT.

    Labels come by support, the largest first. The same seed gives the same intervals.
    """
    labels = sorted(
        {
            label
            for (truth, _), *both in zip(truths, ours, theirs, strict=True)
            for label in truth.union(*(said.assigned for said in both))
        }
    )
    counts = [_counts(truths, answers, labels) for answers in (ours, theirs)]
    all_once = np.ones((1, len(truths)))
    a, b = (_scores(all_once @ each)[0] for each in counts)
    differences = np.concatenate(
        [_scores(draw @ counts[0]) - _scores(draw @ counts[1]) for draw in _draws(len(truths), draws, seed)]
    )
    chance = _chance(differences)
    support = (all_once @ counts[0]).reshape(3, -1)[[_RIGHT, _MISSED]].sum(axis=0)
    supported = [int(column) for column in np.argsort(-support, kind="stable") if support[column] >= SUPPORT]
    names = {0: MICRO, 1: MACRO, **{2 + column: labels[column] for column in supported}}
    return [Difference(name, float(a[at]), float(b[at]), *chance[:, at].tolist()) for at, name in names.items()]


def compare_probabilities(
    truths: Sequence[Truth], ours: Sequence[Answer], theirs: Sequence[Answer], *, draws: int = DRAWS, seed: int = 0
) -> Difference:
    """Compare the probabilities of two models by the mean Brier score of an article; less is better."""
    a, b = (
        np.array([brier(said.probabilities, *truth) for truth, said in zip(truths, answers, strict=True)])
        for answers in (ours, theirs)
    )
    means = [draw @ (a - b) / len(truths) for draw in _draws(len(truths), draws, seed)]
    return Difference(BRIER, float(a.mean()), float(b.mean()), *_chance(np.concatenate(means)).tolist())


def _chance(differences: Floats) -> Floats:
    """Give low, high and spread of differences of shape (draws, ...)."""
    low, high = np.percentile(differences, [100 * (1 - SURE) / 2, 100 * (1 + SURE) / 2], axis=0)
    return np.stack([low, high, differences.std(axis=0)])


_RIGHT, _WRONG, _MISSED = range(3)


def _counts(truths: Sequence[Truth], answers: Sequence[Answer], labels: list[str]) -> Any:
    """Count right, wrong and missed assignments; sparse, of shape (articles, 3 * labels), the right ones first."""
    from scipy import sparse

    columns = {label: column for column, label in enumerate(labels)}
    places = []
    for row, ((truth, unsure), said) in enumerate(zip(truths, answers, strict=True)):
        for label in (truth | said.assigned) - unsure:
            kind = _WRONG if label not in truth else _RIGHT if label in said.assigned else _MISSED
            places.append((row, kind * len(labels) + columns[label]))
    rows, at = np.array(places, dtype=np.intp).reshape(-1, 2).T
    return sparse.csr_array((np.ones(len(rows)), (rows, at)), shape=(len(truths), 3 * len(labels)))


def _draws(articles: int, draws: int, seed: int) -> Iterator[Floats]:
    """Draw as many articles as there are, with replacement; give how often each came, of shape (draws, articles)."""
    rng = np.random.default_rng(seed)
    step = max(1, _AT_ONCE // articles)
    for first in range(0, draws, step):
        some = min(step, draws - first)
        drawn = rng.integers(0, articles, (some, articles)) + articles * np.arange(some)[:, None]
        yield np.bincount(drawn.ravel(), minlength=some * articles).reshape(some, articles).astype(float)


def _scores(counts: Floats) -> Floats:
    """Turn counts of shape (draws, 3 * labels) into micro F1, macro F1 and F1 of each label: (draws, 2 + labels)."""
    right, wrong, missed = counts.reshape(len(counts), 3, -1).transpose(1, 0, 2)
    mistakes = wrong + missed
    by_label = 2 * right / np.maximum(1, 2 * right + mistakes)
    micro = 2 * right.sum(axis=1) / np.maximum(1, (2 * right + mistakes).sum(axis=1))
    present = right + missed > 0
    macro = (by_label * present).sum(axis=1) / np.maximum(1, present.sum(axis=1))
    return np.column_stack([micro, macro, by_label])

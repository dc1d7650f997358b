"""How central a label is to an article, as against named in passing: by where and how often its seeds stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from training import spool
from training.kernels import placing
from training.kernels.placing import Places
from training.mentions import Mentions
from training.text import Reading

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer[Any]]

LEAD = 60  # words of the text that count as its lead
STRENGTH = 0.00075  # inverse of the L2 penalty, for each root of a row that the model is fitted on
HOLD = 40  # words for which a mention holds the text, unless the next one comes sooner
_TOGETHER, _WIDE = 1000, 8  # labels, and terms of all labels, looked at together while fitting

FEATURES = (
    "in headline",
    "news peg",
    "peg alone",
    "in lead",
    "in dateline",
    "mentions",
    "density",
    "share",
    "ratio to top",
    "is top",
    "sentences",
    "spread",
    "distinct seeds",
    "by name",
    "starts at",
    "labels named",
    "length",
    "text held",
    "lead share",
    "ends at",
    "dateline only",
    "labels in lead",
)
"""What is measured of a label in an article, in the order of the columns of :func:`features`."""


_QUANTILES = (0.15, 0.35, 0.5, 0.7, 0.85, 0.95)


@dataclass(frozen=True)
class FocusModel:
    """Says from its features how central a label is; one model for all labels.

    An additive logistic model (Hastie, Tibshirani: Generalized additive models, 1986) whose effect of each feature is a
    broken line through 0: ``slopes[0] * x + sum of slopes[k] * min(x, knots[k - 1])``. More of a feature need not mean
    more, and every effect can be drawn and read.

    Attributes:
        knots: of shape (features, knots), where each line bends; unused ones are 0 and add nothing.
        slopes: of shape (features, knots + 1).
        bias: the score of a label with all features 0.
        passing: of shape (features,), the mean features of labels that articles only named in passing.
    """

    knots: Floats
    slopes: Floats
    bias: float
    passing: Floats

    def effects(self, features: Floats) -> Floats:
        """Give what each feature adds to the score; shape (labels, features) in and out."""
        return placing.effects(features, self.knots, self.slopes)

    def scaled(self, scale: float, shift: float) -> FocusModel:
        """Give the model whose scores are ``scale`` times these, plus ``shift``."""
        return replace(self, slopes=self.slopes * scale, bias=self.bias * scale + shift)

    def lift(self, features: Floats) -> Floats:
        """Give what each feature adds beyond a mention in passing; shape (labels, features) in and out."""
        return self.effects(features) - self._in_passing

    @cached_property
    def _in_passing(self) -> Floats:
        return self.effects(self.passing[None])

    def score(self, features: Floats) -> Floats:
        """Give the scores of labels with features of shape (labels, features), as log-odds of shape (labels,)."""
        score: Floats = self.effects(features).sum(axis=1) + self.bias
        return score


def fit(
    features: Floats, central: npt.ArrayLike, weights: Floats | None = None, *, strength: float | None = None
) -> FocusModel:
    """Fit on labels whose articles a person judged.

    Args:
        features: of shape (labels, features), all of them 0 or more.
        central: for each row, whether the article is about the label.
        weights: how much each row counts; all the same by default.
        strength: inverse of the L2 penalty on standardised terms of the lines; by default it grows with the root of
            the number of rows, as a few articles are less varied than the news to come.
    """
    from sklearn.linear_model import LogisticRegression

    knots = np.full((features.shape[1], len(_QUANTILES)), np.inf)
    for number, column in enumerate(features.T):
        if len(np.unique(column)) > 4:
            bends = np.unique(np.quantile(column, _QUANTILES))
            bends = bends[(bends > column.min()) & (bends < column.max())]  # elsewhere a line would not bend
            knots[number, : len(bends)] = bends
    bent = np.isfinite(knots)
    terms = _terms(features, knots)
    mean = _average(terms, weights)
    terms -= mean
    scale = np.sqrt(_average(terms, weights, np.square))
    scale[scale < 1e-9] = 1.0
    terms /= scale
    strength = strength or STRENGTH * len(features) ** 0.5
    model = LogisticRegression(C=strength, solver="newton-cholesky").fit(terms, central, weights)
    bent_by = model.coef_[0] / scale
    slopes = np.zeros((features.shape[1], len(_QUANTILES) + 1))
    slopes[:, 0] = bent_by[: features.shape[1]]
    slopes[:, 1:][bent] = bent_by[features.shape[1] :]
    aside = ~np.asarray(central, dtype=bool)
    passing = np.average(features[aside], axis=0, weights=None if weights is None else weights[aside])
    return FocusModel(np.where(bent, knots, 0.0), slopes, float(model.intercept_[0] - mean @ bent_by), passing)


def _terms(features: Floats, knots: Floats) -> Floats:
    """Give the features, and what each adds up to each of its knots; mapped, (labels, terms)."""
    bent = np.isfinite(knots)
    terms = spool.empty((len(features), features.shape[1] + int(bent.sum())))
    for start in range(0, len(features), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        terms[some, : features.shape[1]] = features[some]
        terms[some, features.shape[1] :] = np.minimum(features[some, :, None], knots)[:, bent]
    return terms


def _average(terms: Floats, weights: Floats | None, of: Callable[[Floats], Floats] = lambda terms: terms) -> Floats:
    """Give the averages of columns, or of something made of them, (terms,): some columns at a time, never one alone.

    numpy sums one column in another order than several, and the last digit may be another then.
    """
    groups = np.array_split(terms, max(1, terms.shape[1] // _WIDE), axis=1)
    return np.concatenate([np.average(of(group), axis=0, weights=weights) for group in groups])


def places(reading: Reading, mentions: Mentions) -> Places:
    """Say where mentions, all that an article has, stand in it."""
    text = reading.searched
    return placing.place(mentions.found, text.hashes, text.sentences, text.marks, LEAD, HOLD)


def features(reading: Reading, mentions: Mentions, at: Places) -> tuple[npt.NDArray[np.int32], Floats]:
    """Measure how central each mentioned label is to the article, by the places of all mentions.

    Returns:
        The numbers of the mentioned labels among ``mentions.labels``, sorted, and an array of shape
        (labels, len(FEATURES)).
    """
    words, sentences = len(reading), reading.tokens.sentences
    start = max(reading.text_start, reading.headline_end)
    return placing.measure(mentions.found.labels, at, words, start, int(sentences[-1]) + 1 if words else 1)

"""How central a label is to an article, as against named in passing: by where and how often its seeds stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.mentions import Mention
from training.text import Reading

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.intp]

LEAD = 60  # words of the text that count as its lead
STRENGTH = 0.00075  # inverse of the L2 penalty, for each root of a row that the model is fitted on
HOLD = 40  # words for which a mention holds the text, unless the next one comes sooner

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


@dataclass(frozen=True, slots=True)
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
        effects: Floats = features * self.slopes[:, 0]
        effects += (np.minimum(features[:, :, None], self.knots) * self.slopes[:, 1:]).sum(axis=2)
        return effects

    def scaled(self, scale: float, shift: float) -> FocusModel:
        """Give the model whose scores are ``scale`` times these, plus ``shift``."""
        return replace(self, slopes=self.slopes * scale, bias=self.bias * scale + shift)

    def lift(self, features: Floats) -> Floats:
        """Give what each feature adds beyond a mention in passing; shape (labels, features) in and out."""
        lift: Floats = self.effects(features) - self.effects(self.passing[None])
        return lift

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
    terms = np.hstack([features, np.minimum(features[:, :, None], knots)[:, bent]])
    mean = np.average(terms, axis=0, weights=weights)
    scale = np.sqrt(np.average((terms - mean) ** 2, axis=0, weights=weights))
    scale[scale < 1e-9] = 1.0
    strength = strength or STRENGTH * len(features) ** 0.5
    model = LogisticRegression(C=strength, max_iter=3000).fit((terms - mean) / scale, central, weights)
    bent_by = model.coef_[0] / scale
    slopes = np.zeros((features.shape[1], len(_QUANTILES) + 1))
    slopes[:, 0] = bent_by[: features.shape[1]]
    slopes[:, 1:][bent] = bent_by[features.shape[1] :]
    aside = ~np.asarray(central, dtype=bool)
    passing = np.average(features[aside], axis=0, weights=None if weights is None else weights[aside])
    return FocusModel(np.where(bent, knots, 0.0), slopes, float(model.intercept_[0] - mean @ bent_by), passing)


class Places(NamedTuple):
    """Where mentions stand in an article; of shape (mentions,) each.

    Attributes:
        first: number of the first token.
        in_opening: in the first two sentences of the text.
        fifth: of the text, counted from 0; the headline counts as the first.
        term: a number for each different seed.
        held: words of the text until the next mention, HOLD at most; 0 outside the text.
        by_name: by the label's own name or demonym.
    """

    first: Ints
    in_headline: Bools
    in_dateline: Bools
    in_lead: Bools
    in_opening: Bools
    sentence: Ints
    fifth: Ints
    term: Ints
    held: Floats
    by_name: Bools


def places(reading: Reading, mentions: list[Mention]) -> Places:
    """Say where mentions, all that an article has, stand in it."""
    at = np.array([mention.first for mention in mentions], dtype=np.intp)
    words = len(reading.tokens)
    start = max(reading.text_start, reading.headline_end)
    dateline = reading.dateline_tokens
    in_dateline = (at >= dateline.start) & (at < dateline.stop)
    in_body = (at >= start) & ~in_dateline
    sentence = np.asarray(reading.tokens.sentences, dtype=np.intp)[at]
    opening = reading.tokens.sentences[min(start, words - 1)] if words else 0
    said = [tuple(reading.tokens.words[mention.first : mention.end]) for mention in mentions]
    terms = {term: number for number, term in enumerate(dict.fromkeys(said))}
    held = np.zeros(len(at))
    held[in_body] = np.minimum(HOLD, np.diff(at[in_body], append=words))
    return Places(
        first=at,
        in_headline=at < reading.headline_end,
        in_dateline=in_dateline,
        in_lead=in_body & (at < start + LEAD),
        in_opening=in_body & (sentence <= opening + 1),
        sentence=sentence,
        fifth=np.clip(5 * (at - start) // max(1, words - start), 0, 4),
        term=np.array([terms[term] for term in said], dtype=np.intp),
        held=held,
        by_name=np.array([mention.kind in ("names", "demonyms") for mention in mentions], dtype=bool),
    )


def features(reading: Reading, mentions: list[Mention]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Measure how central each mentioned label is to the article.

    Returns:
        The ids of the mentioned labels, sorted, and an array of shape (labels, len(FEATURES)).
    """
    mentions = sorted(mentions, key=lambda mention: mention.first)
    labels = sorted({mention.label for mention in mentions})
    rows = {label: row for row, label in enumerate(labels)}
    of = np.array([rows[mention.label] for mention in mentions], dtype=np.intp)
    n, words = len(labels), len(reading.tokens)
    if not n:
        return [], np.empty((0, len(FEATURES)))

    def count(which: Bools) -> npt.NDArray[np.float64]:
        return np.bincount(of[which], minlength=n).astype(float)

    def distinct(key: Ints) -> npt.NDArray[np.float64]:
        pairs = np.unique(np.stack([of, key]), axis=1)
        return np.bincount(pairs[0], minlength=n).astype(float)

    at = places(reading, mentions)
    in_headline = np.minimum(1, count(at.in_headline))
    in_dateline = count(at.in_dateline)
    in_lead = count(at.in_lead)
    counts = count(np.ones(len(of), dtype=bool))
    starts, ends = np.full(n, float(words)), np.zeros(n)
    np.minimum.at(starts, of, at.first)
    np.maximum.at(ends, of, at.first)
    peg = in_headline * np.minimum(1, count(at.in_opening))  # the headline's news opens the text
    share = counts / counts.sum()
    text_words = max(1, words - max(reading.text_start, reading.headline_end))
    columns = (
        in_headline,
        peg,
        peg * np.maximum(0, 1 - share / 0.2),  # ... and then gives way to background about others
        np.minimum(3, in_lead),
        np.minimum(1, in_dateline),
        np.log1p(counts),
        np.minimum(3, 100 * counts / max(words, 50)),
        share,
        counts / counts.max(),
        (counts == counts.max()).astype(float),
        distinct(at.sentence) / (reading.tokens.sentences[-1] + 1),
        distinct(at.fifth) / 5,
        np.log1p(distinct(at.term)),
        count(at.by_name) / counts,
        starts / words,
        np.full(n, np.log(n)),
        np.full(n, np.log1p(words)),
        np.bincount(of, at.held, minlength=n) / text_words,
        in_lead / max(1, in_lead.sum()),
        ends / words,
        (counts == in_dateline).astype(float),
        np.full(n, np.log1p(np.count_nonzero(in_lead))),
    )
    return labels, np.stack(columns, axis=1)

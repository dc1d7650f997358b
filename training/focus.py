"""How central a label is to an article, as against named in passing: by where and how often its seeds stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from training.mentions import Mention
from training.text import Reading

Floats = npt.NDArray[np.floating[Any]]

LEAD = 60  # words of the text that count as its lead
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
    features: Floats, central: npt.ArrayLike, weights: Floats | None = None, *, strength: float = 0.03
) -> FocusModel:
    """Fit on labels whose articles a person judged.

    Args:
        features: of shape (labels, features), all of them 0 or more.
        central: for each row, whether the article is about the label.
        weights: how much each row counts; all the same by default.
        strength: inverse of the L2 penalty on standardised terms of the lines.
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
    model = LogisticRegression(C=strength, max_iter=3000).fit((terms - mean) / scale, central, weights)
    bent_by = model.coef_[0] / scale
    slopes = np.zeros((features.shape[1], len(_QUANTILES) + 1))
    slopes[:, 0] = bent_by[: features.shape[1]]
    slopes[:, 1:][bent] = bent_by[features.shape[1] :]
    aside = ~np.asarray(central, dtype=bool)
    passing = np.average(features[aside], axis=0, weights=None if weights is None else weights[aside])
    return FocusModel(np.where(bent, knots, 0.0), slopes, float(model.intercept_[0] - mean @ bent_by), passing)


def features(reading: Reading, mentions: list[Mention]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Measure how central each mentioned label is to the article.

    Returns:
        The ids of the mentioned labels, sorted, and an array of shape (labels, len(FEATURES)).
    """
    mentions = sorted(mentions, key=lambda mention: mention.first)
    labels = sorted({mention.label for mention in mentions})
    rows = {label: row for row, label in enumerate(labels)}
    of = np.array([rows[mention.label] for mention in mentions], dtype=np.intp)
    at = np.array([mention.first for mention in mentions], dtype=np.intp)
    n, words = len(labels), len(reading.tokens)
    if not n:
        return [], np.empty((0, len(FEATURES)))

    def count(which: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        return np.bincount(of[which], minlength=n).astype(float)

    def distinct(key: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        pairs = np.unique(np.stack([of, key]), axis=1)
        return np.bincount(pairs[0], minlength=n).astype(float)

    everywhere = np.ones(len(of), dtype=bool)
    lead_start = max(reading.text_start, reading.headline_end)
    dateline = reading.dateline_tokens
    in_dateline = (at >= dateline.start) & (at < dateline.stop)
    in_body = (at >= lead_start) & ~in_dateline
    in_headline = np.minimum(1, count(at < reading.headline_end))
    counts = count(everywhere)
    sentence = np.asarray(reading.tokens.sentences, dtype=np.intp)[at]
    fifth = np.clip(5 * (at - lead_start) // max(1, words - lead_start), 0, 4)
    terms = {
        words: number for number, words in enumerate(dict.fromkeys(_words(reading, mention) for mention in mentions))
    }
    term = np.array([terms[_words(reading, mention)] for mention in mentions], dtype=np.intp)
    named = np.array([mention.kind in ("names", "demonyms") for mention in mentions])
    starts, ends = np.full(n, float(words)), np.zeros(n)
    np.minimum.at(starts, of, at)
    np.maximum.at(ends, of, at)
    in_lead = count(in_body & (at < lead_start + LEAD))
    held = np.minimum(HOLD, np.diff(at[in_body], append=words))
    opening = reading.tokens.sentences[min(lead_start, words - 1)]
    peg = in_headline * np.minimum(1, count(in_body & (sentence <= opening + 1)))  # the headline's news opens the text
    share = counts / counts.sum()
    columns = (
        in_headline,
        peg,
        peg * np.maximum(0, 1 - share / 0.2),  # ... and then gives way to background about others
        np.minimum(3, in_lead),
        np.minimum(1, count(in_dateline)),
        np.log1p(counts),
        np.minimum(3, 100 * counts / max(words, 50)),
        share,
        counts / counts.max(),
        (counts == counts.max()).astype(float),
        distinct(sentence) / (reading.tokens.sentences[-1] + 1),
        distinct(fifth) / 5,
        np.log1p(distinct(term)),
        count(named) / counts,
        starts / words,
        np.full(n, np.log(n)),
        np.full(n, np.log1p(words)),
        np.bincount(of[in_body], held, minlength=n) / max(1, words - lead_start),
        in_lead / max(1, in_lead.sum()),
        ends / words,
        (counts == count(in_dateline)).astype(float),
        np.full(n, np.log1p(np.count_nonzero(in_lead))),
    )
    return labels, np.stack(columns, axis=1)


def _words(reading: Reading, mention: Mention) -> tuple[str, ...]:
    return tuple(reading.tokens.words[mention.first : mention.end])

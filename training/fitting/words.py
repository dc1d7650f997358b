"""The words of one label: word classifiers that also see its focus score and hints, on several parts of the articles.

Most labels learn from the articles that name them alone, so each one's are gathered once; all parts and all strengths
of the penalty are then solved side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training import spool
from training.fitting.calibration import Bools, Floats
from training.fitting.gathering import gathered
from training.fitting.table import Table
from training.kernels import columns, logistic

UNNAMED_EXAMPLES = 10  # judged articles about a label that do not name it, from which words alone may assign it
# Dense columns are scaled so that their weights are hardly held back by the penalty.
NAMED, UNNAMED = 2.0, 4.0


@dataclass(frozen=True, slots=True)
class Words:
    """The word classifier of one label.

    Log-odds are ``values @ weights + hint * hints``, plus ``gain * focus + bias`` where the article names the label,
    plus ``unnamed`` where it does not; they are nan there when ``unnamed`` is: words alone are not trusted.
    """

    weights: Floats
    hint: float
    gain: float
    bias: float
    unnamed: float
    estimator: Any

    def scores(self, words: Any, focus: Floats, hints: Floats | float) -> Floats:
        """Give log-odds of shape (articles,)."""
        named = np.where(np.isnan(focus), self.unnamed, self.gain * focus + self.bias)
        return np.asarray(words @ self.weights + self.hint * hints + named)


@dataclass(frozen=True, slots=True)
class Learned:
    """The word classifiers of one label, on each part of the articles with each strength.

    Attributes:
        rows: (rows,) numbers of the articles that had a part in it: learned from, or named or answered.
        alone: (parts,), whether words alone may assign the label.
        fitted: (parts,), whether there was something to learn.
        hinted: whether hints were seen.
        strengths: inverse L2 penalties.
        scores: (parts, strengths, rows), log-odds; nan where there are none.
        shares: (parts, strengths, rows) of each article in the weights.
        ends: (parts, strengths, columns) weights of the dense columns: bias, focus, unnamed, hints.
    """

    rows: npt.NDArray[np.intp]
    alone: Bools
    fitted: Bools
    hinted: bool
    strengths: Sequence[float]
    scores: Floats
    shares: Floats
    ends: Floats

    def words(self, values: Any, part: int, strength: float) -> Words:
        """Give the classifier of one part, by its number, and one strength; ``values`` are those learned from."""
        terms, number = values.shape[1], self.strengths.index(strength)
        if not self.fitted[part]:
            return Words(np.zeros(terms), 0.0, 1.0, 0.0, np.nan, None)
        bias, *ends = self.ends[part, number].tolist()
        everything = np.ones(terms, dtype=bool)
        sparse = values.indptr, values.indices, values.data, self.rows, everything
        weights = spool.kept(np.concatenate([columns.weights_of(*sparse, self.shares[part, number]), ends]))
        return Words(
            weights=weights[:terms],
            hint=ends[2] if self.hinted else 0.0,
            gain=NAMED * ends[0],
            bias=bias,
            unnamed=bias + UNNAMED * ends[1] if self.alone[part] else np.nan,
            estimator=_estimator(weights, bias, strength),
        )


def learn(label: int, table: Table, focus: Floats, parts: Bools, strengths: Sequence[float], trusted: bool) -> Learned:
    """Fit the word classifiers of one label.

    Args:
        label: its number.
        table: judged articles.
        focus: (parts, pairs), scores of each part's focus model.
        parts: (parts, articles), the articles to learn from, as far as they say anything of the label.
        strengths: inverse L2 penalties.
        trusted: whether hints are seen.
    """
    pairs = np.flatnonzero(table.columns == label)
    scores = np.full((len(parts), len(table.weights)), np.nan)
    scores[:, table.rows[pairs]] = focus[:, pairs]
    named, truth = ~np.isnan(scores[0]), table.truth[:, label]
    use, alone = _used(parts & table.known[:, label], named, truth)
    fitted = _both(use, truth)
    use, alone = use & fitted[:, None], alone & fitted
    rows = np.flatnonzero(use.any(axis=0) | named | alone.any())
    scores, use, named = scores[:, rows], use[:, rows], named[rows]
    seen = [np.ones_like(scores), NAMED * np.nan_to_num(scores), np.broadcast_to(UNNAMED * ~named, scores.shape)]
    hinted = trusted and label in table.hints
    if hinted:
        seen.append(np.broadcast_to(table.hints[label][rows], scores.shape))
    found = _solve(table, rows, np.stack(seen), use, truth[rows], strengths)
    log_odds = np.where(fitted[:, None, None], found[0], scores[:, None])
    log_odds[np.broadcast_to((~named & ~alone[:, None])[:, None], log_odds.shape)] = np.nan
    return Learned(rows, alone, fitted, hinted, strengths, spool.kept(log_odds), spool.kept(found[1]), found[2])


def _used(use: Bools, named: Bools, truth: Bools) -> tuple[Bools, Bools]:
    """Say which articles each part learns from, and whether words alone may assign: (parts, articles), (parts,)."""
    alone = (use & truth & ~named).sum(axis=1) >= UNNAMED_EXAMPLES
    narrow = ~alone & _both(use & named, truth)
    return np.where(narrow[:, None], use & named, use), alone


def _both(use: Bools, truth: Bools) -> Bools:
    """Say whether each part has articles about the label and others, (parts,)."""
    about = (use & truth).sum(axis=1)
    return np.asarray((about > 0) & (about < use.sum(axis=1)))


def _solve(
    table: Table, rows: npt.NDArray[np.intp], seen: Floats, use: Bools, truth: Bools, strengths: Sequence[float]
) -> tuple[Floats, Floats, Floats]:
    """Give margins and shares of rows, (parts, strengths, rows), and dense weights, (parts, strengths, columns)."""
    shape = len(use), len(strengths), -1
    costs = np.multiply.outer(strengths, use * table.weights[rows]).transpose(2, 1, 0).reshape(len(rows), -1)
    found = logistic.solve(
        gathered(table.words, rows),
        logistic.Problems(
            dense=np.repeat(seen.transpose(0, 2, 1), len(strengths), axis=2),
            penalties=np.ones(len(seen)),
            truth=np.repeat(truth[:, None], costs.shape[1], axis=1),
            costs=costs,
        ),
        empty=spool.empty,
    )
    return found.margins.T.reshape(shape), found.shares.T.reshape(shape), found.weights.T.reshape(shape)


def _estimator(weights: Floats, bias: float, strength: float) -> Any:
    """Give scikit-learn's classifier of the same answers; its columns are the words and the dense ones."""
    from sklearn.linear_model import LogisticRegression

    made = LogisticRegression(C=strength, solver="liblinear")
    made.classes_ = np.array([False, True])
    made.coef_, made.intercept_ = weights[None], np.array([bias])
    made.n_features_in_ = len(weights)
    return made

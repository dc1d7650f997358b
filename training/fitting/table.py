"""Judged articles as arrays, which everything is fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training import spool
from training.classifier import Example
from training.errors import InputError
from training.fitting.calibration import Bools, Floats
from training.fitting.folds import folds
from training.focus import FEATURES, FocusModel
from training.spool import Spool

TEMPERED = 1 / 3  # an article of a corpus of n counts as n to the minus this: large corpora do not drown small ones
_TOGETHER = 10_000  # pairs looked at together


@dataclass(frozen=True, slots=True)
class Table:
    """Judged articles as arrays, mapped where they are wide.

    Attributes:
        words: sparse, (articles, terms), TF-IDF values.
        rows, columns: (pairs,) article and label of each named label.
        features: (pairs, features) of focus.
        truth: (articles, labels), which labels each article is about.
        known: (articles, labels), for which labels it says so at all.
        weights: (articles,), how much each counts.
        folds: (articles,).
        hints: (articles,) log-odds by hints for each hinted label, by its number.
    """

    words: Any
    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    features: Floats
    truth: Bools
    known: Bools
    weights: Floats
    folds: npt.NDArray[np.intp]
    hints: Mapping[int, Floats]

    def scored(self, model: FocusModel) -> Floats:
        """Give log-odds of named labels by focus, (pairs,)."""
        starts = range(0, len(self.features), _TOGETHER)
        return np.concatenate([model.score(self.features[start : start + _TOGETHER]) for start in starts])

    def focus(self, model: FocusModel) -> Floats:
        """Give log-odds by focus, of shape (articles, labels), mapped; nan where a label is not named."""
        scores = spool.full(self.truth.shape, np.nan)
        scores[self.rows, self.columns] = self.scored(model)
        return scores


def table_of(judged: Sequence[Example], ids: Sequence[str], words: Any) -> Table:
    """Put judged examples into mapped arrays; ``words`` are their TF-IDF values. Hints are to come."""
    numbers = {id: number for number, id in enumerate(ids)}
    truth, known = (spool.empty((len(judged), len(ids)), bool) for _ in range(2))
    known[:] = True
    rows, columns, features = Spool(np.intp), Spool(np.intp), Spool(np.float64, len(FEATURES))
    corpora: dict[str, int] = {}
    corpus_of = np.empty(len(judged), np.int32)
    for row, example in enumerate(judged):
        truth[row, [numbers[id] for id in example.labels or () if id in numbers]] = True
        known[row, [numbers[id] for id in example.unsure if id in numbers]] = False
        rows.add(np.full(len(example.columns), row))
        columns.add(example.columns)
        features.add(example.focus)
        corpus_of[row] = corpora.setdefault(example.corpus, len(corpora))
    pairs = rows.array(), columns.array(), features.array()
    if not len(pairs[0]):
        raise InputError("no labelled article names any label; add some with --corpus, or leave out --no-samples")
    weights = np.array([size**-TEMPERED for size in np.bincount(corpus_of).tolist()])[corpus_of]
    return Table(words, *pairs, truth, known, weights / weights.mean(), folds(judged), {})

"""Judged articles as arrays, which everything is fitted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.classifier import Example
from training.errors import InputError
from training.fitting.calibration import Bools, Floats
from training.fitting.folds import folds
from training.focus import FocusModel

TEMPERED = 1 / 3  # an article of a corpus of n counts as n to the minus this: large corpora do not drown small ones


@dataclass(frozen=True, slots=True)
class Table:
    """Judged articles as arrays.

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

    def focus(self, model: FocusModel) -> Floats:
        """Give log-odds by focus, of shape (articles, labels); nan where a label is not named."""
        scores = np.full(self.truth.shape, np.nan)
        scores[self.rows, self.columns] = model.score(self.features)
        return scores


def table_of(judged: Sequence[Example], ids: Sequence[str], words: Any) -> Table:
    """Put judged examples into arrays; ``words`` are their TF-IDF values. Hints are to come."""
    rows = np.repeat(np.arange(len(judged)), [len(example.columns) for example in judged])
    if not len(rows):
        raise InputError("no labelled article names any label; add some with --corpus, or leave out --no-samples")
    sizes = Counter(example.corpus for example in judged)
    weights = np.array([sizes[example.corpus] ** -TEMPERED for example in judged])
    return Table(
        words=words,
        rows=rows,
        columns=np.concatenate([example.columns for example in judged]).astype(np.intp),
        features=np.concatenate([example.focus for example in judged]),
        truth=np.array([[id in (example.labels or ()) for id in ids] for example in judged]),
        known=np.array([[id not in example.unsure for id in ids] for example in judged]),
        weights=weights / weights.mean(),
        folds=folds(judged),
        hints={},
    )

"""From words and focus to one probability a label.

One additive model of focus features, shared by all labels, learns what 'central to the article' looks like; so a
country without a single labelled article is labelled too. A label with enough examples gets a one-vs-rest logistic
regression of its own over TF-IDF words, which also sees its focus score, and keeps it only where that does better out
of fold. Predicting needs the compiled loops alone; scikit-learn fits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from training import focus, tfidf
from training.focus import FocusModel
from training.kernels import weighing
from training.kernels.hashing import Hashes, Numbers
from training.kernels.placing import Places
from training.kernels.weighing import Learned, Scored
from training.mentions import Mentions
from training.text import Reading
from training.tfidf import Vocabulary

Floats = npt.NDArray[np.floating[Any]]

UNNAMED = -8.0  # focus score (log-odds) of a label that no seed names


@dataclass(frozen=True, slots=True)
class Example:
    """What the classifier sees of one article: its terms, and the focus features of the labels it names.

    Attributes:
        terms: (terms,) hashes of the words that TF-IDF counts, in order.
        tokens: (terms,) which tokens of the reading they are.
        columns: (named,) numbers of the labels that are named, among ``of``.
        focus: (named, len(focus.FEATURES)).
        of: ids of all labels there are.
        key: digest of the article, '' for one that is only labelled.
        labels: None for an article nobody has judged.
    """

    terms: Hashes
    tokens: Numbers
    columns: Numbers
    focus: Floats
    of: Sequence[str]
    key: str = ""
    labels: frozenset[str] | None = None
    unsure: frozenset[str] = frozenset()
    date: str | None = None
    corpus: str = ""

    @classmethod
    def read(
        cls, reading: Reading, mentions: Mentions, at: Places, stop_words: tuple[Hashes, Numbers], **known: Any
    ) -> Example:
        """Make the example of an article that was read and searched; ``known`` is all from ``key`` on."""
        terms, tokens = tfidf.terms_of(reading, stop_words)
        return cls(terms, tokens, *focus.features(reading, mentions, at), mentions.labels, **known)

    @property
    def named(self) -> list[str]:
        """Ids of the labels that are named, sorted."""
        return [self.of[column] for column in self.columns.tolist()]


@dataclass(frozen=True)
class Classifier:
    """Fitted weights; everything predicting needs.

    Attributes:
        labels: ids of all labels, sorted; the columns of every answer.
        focus: the focus model that all labels share.
        vocabulary: the TF-IDF terms (1-2-grams).
        rows: labels that words count for, and their rows in the next four.
        weights: (terms, rows) weights of the TF-IDF values, those of one term beside each other.
        gains: (rows,) weights of the label's focus score, where the article names the label.
        biases: (rows,) intercepts, where the article names the label.
        unnamed: (rows,) intercepts where it does not; nan where words alone can't assign the label.
        thresholds: (labels,) the probability from which a label is assigned.
        judged: labels whose words were learned from judged articles; those of the others from unjudged news alone.
    """

    labels: list[str]
    focus: FocusModel
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    rows: Mapping[str, int] = field(default_factory=dict)
    weights: Floats = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))
    gains: Floats = field(default_factory=lambda: np.empty(0))
    biases: Floats = field(default_factory=lambda: np.empty(0))
    unnamed: Floats = field(default_factory=lambda: np.empty(0))
    thresholds: Floats = field(default_factory=lambda: np.empty(0))
    judged: Collection[str] = ()

    def method(self, label: str) -> str:
        """Say in words what decides about a label."""
        if label in self.judged:
            return "words and focus"
        return "focus and words of unjudged news" if label in self.rows else "focus"

    @cached_property
    def row_of(self) -> Numbers:
        """The row of each label, -1 for none; (labels,)."""
        return np.array([self.rows.get(label, -1) for label in self.labels], dtype=np.int32)

    @cached_property
    def learned(self) -> Learned:
        """All of this as loops take it."""
        words, focus = self.vocabulary, self.focus
        return Learned(
            *(words.keys, words.values, words.idf, focus.knots, focus.slopes, focus.bias),
            *(self.row_of, self.weights, self.gains, self.biases, self.unnamed, UNNAMED),
        )

    def predict(self, example: Example) -> Scored:
        """Score every label for one article; answers are in the order of ``labels``."""
        return weighing.predict(example.terms, example.columns, example.focus, self.learned)

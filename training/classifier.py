"""From words and focus to one probability a label.

One additive model of focus features, shared by all labels, learns what 'central to the article' looks like; so a
country without a single labelled article is labelled too. A label with enough examples gets a one-vs-rest logistic
regression of its own over TF-IDF words, which also sees its focus score, and keeps it only where that does better out
of fold. Predicting needs numpy alone; scikit-learn fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from training import focus
from training.focus import FocusModel
from training.mentions import Mention
from training.text import Reading, digest

Floats = npt.NDArray[np.floating[Any]]

UNNAMED = -8.0  # focus score (log-odds) of a label that no seed names


@dataclass(frozen=True, slots=True)
class Example:
    """What the classifier sees of one article: its terms, and the focus features of the labels it names.

    ``tokens`` says which tokens of the reading the terms are. ``focus`` has shape (len(named), len(focus.FEATURES)).
    ``labels`` is None for an article nobody has judged.
    """

    terms: list[str]
    tokens: list[int]
    named: list[str]
    focus: Floats
    key: str
    labels: frozenset[str] | None = None
    unsure: frozenset[str] = frozenset()
    date: str | None = None
    corpus: str = ""

    @classmethod
    def of(cls, reading: Reading, mentions: list[Mention], stop_words: Collection[str], corpus: str = "") -> Example:
        """Make the example of an article that was read and searched for mentions; ``corpus`` names where it is from."""
        article, words = reading.article, reading.tokens.words
        tokens = [number for number, word in enumerate(words) if is_term(word) and word not in stop_words]
        return cls(
            [words[number] for number in tokens],
            tokens,
            *focus.features(reading, mentions),
            digest(article),
            article.labels,
            article.unsure,
            article.date,
            corpus,
        )


@dataclass(frozen=True, slots=True)
class Scores:
    """What the classifier says of one article: of shape (labels,) each, in the order of ``Classifier.labels``."""

    probabilities: Floats
    logits: Floats
    focus: Floats


@dataclass(frozen=True, slots=True)
class Classifier:
    """Fitted weights; everything predicting needs.

    Attributes:
        labels: ids of all labels; the columns of every answer.
        focus: the focus model that all labels share.
        vocabulary: TF-IDF terms (1-2-grams) and their columns.
        idf: (terms,) inverse document frequencies.
        rows: labels that words count for, and their rows in the next four.
        weights: (rows, terms) weights of the TF-IDF values.
        gains: (rows,) weights of the label's focus score, where the article names the label.
        biases: (rows,) intercepts, where the article names the label.
        unnamed: (rows,) intercepts where it does not; nan where words alone can't assign the label.
        thresholds: (labels,) the probability from which a label is assigned.
        judged: labels whose words were learned from judged articles; those of the others from unjudged news alone.
    """

    labels: list[str]
    focus: FocusModel
    vocabulary: Mapping[str, int] = field(default_factory=dict)
    idf: Floats = field(default_factory=lambda: np.empty(0))
    rows: Mapping[str, int] = field(default_factory=dict)
    weights: Floats = field(default_factory=lambda: np.empty((0, 0)))
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

    def predict(self, example: Example) -> Scores:
        """Score every label for one article."""
        scores = np.full(len(self.labels), UNNAMED)
        columns = {label: column for column, label in enumerate(self.labels)}
        named = [columns[label] for label in example.named]
        if named:
            scores[named] = self.focus.score(example.focus)
        logits = scores.copy()
        if self.rows:
            of = [columns[label] for label in self.rows]
            is_named = np.isin(of, named)
            found, values = self.tfidf(example.terms)
            ends = np.where(is_named, self.gains * scores[of] + self.biases, self.unnamed)
            logits[of] = np.where(np.isnan(ends), UNNAMED, self.weights[:, found] @ values + ends)
        return Scores(1 / (1 + np.exp(-logits)), logits, scores)

    def tfidf(self, terms: Sequence[str]) -> tuple[npt.NDArray[np.intp], Floats]:
        """Give the sorted columns of the known 1-2-grams of ``terms`` and their TF-IDF (sublinear, of length 1)."""
        counts = Counter(column for gram in grams(terms) if (column := self.vocabulary.get(gram)) is not None)
        columns = np.array(sorted(counts), dtype=np.intp)
        values = (1 + np.log([counts[column] for column in columns])) * self.idf[columns] if counts else np.empty(0)
        return columns, values / (np.linalg.norm(values) or 1.0)


def is_term(word: str) -> bool:
    """Whether TF-IDF counts a word: two letters or more, no digits."""
    return len(word) > 1 and word.replace(".", "").isalpha()


def grams(terms: Sequence[str]) -> list[str]:
    """Give single terms, then pairs of neighbours.

    >>> grams(["prime", "minister", "said"])
    ['prime', 'minister', 'said', 'prime minister', 'minister said']
    """
    return [*terms, *(f"{a} {b}" for a, b in zip(terms, terms[1:], strict=False))]

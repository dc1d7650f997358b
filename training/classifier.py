"""From words and focus to one probability a label.

One additive model of focus features, shared by all labels, learns what 'central to the article' looks like; so a
country without a single labelled article is labelled too. A label with enough examples gets a one-vs-rest logistic
regression of its own over TF-IDF words, which also sees its focus score, and keeps it only where that does better out
of fold. Predicting needs numpy alone; scikit-learn fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from training import focus
from training.errors import InputError
from training.focus import FocusModel
from training.mentions import Mention
from training.text import Reading, digest

Floats = npt.NDArray[np.floating[Any]]

UNNAMED = -8.0  # focus score (log-odds) of a label that no seed names
FOLDS = 5
FLAT = 0.005  # F1 within which thresholds are as good as each other


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

    @classmethod
    def of(cls, reading: Reading, mentions: list[Mention], stop_words: Collection[str]) -> Example:
        """Make the example of an article that was read and searched for mentions."""
        article, words = reading.article, reading.tokens.words
        tokens = [number for number, word in enumerate(words) if is_term(word) and word not in stop_words]
        return cls(
            [words[number] for number in tokens],
            tokens,
            *focus.features(reading, mentions),
            digest(article),
            article.labels,
            article.unsure,
        )

    @property
    def fold(self) -> int:
        """The fold this article is always in, whatever else is trained on."""
        return int(self.key, 16) % FOLDS


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
        rows: labels that have a word classifier of their own, and their rows in the next three.
        weights: (rows, terms) weights of the TF-IDF values.
        gains: (rows,) weights of the label's focus score.
        biases: (rows,) intercepts.
        thresholds: (labels,) the probability from which a label is assigned.
    """

    labels: list[str]
    focus: FocusModel
    vocabulary: Mapping[str, int] = field(default_factory=dict)
    idf: Floats = field(default_factory=lambda: np.empty(0))
    rows: Mapping[str, int] = field(default_factory=dict)
    weights: Floats = field(default_factory=lambda: np.empty((0, 0)))
    gains: Floats = field(default_factory=lambda: np.empty(0))
    biases: Floats = field(default_factory=lambda: np.empty(0))
    thresholds: Floats = field(default_factory=lambda: np.empty(0))

    def predict(self, example: Example) -> Scores:
        """Score every label for one article."""
        scores = np.full(len(self.labels), UNNAMED)
        columns = {label: column for column, label in enumerate(self.labels)}
        named = [columns[label] for label in example.named]
        if named:
            scores[named] = self.focus.score(example.focus)
        logits = scores.copy()
        if self.rows:
            columns_of_rows = [columns[label] for label in self.rows]
            words = self.weights[:, (found := self.tfidf(example.terms))[0]] @ found[1]
            logits[columns_of_rows] = words + self.gains * scores[columns_of_rows] + self.biases
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


def fit(
    examples: Sequence[Example], labels: Sequence[str], *, min_examples: int = 20
) -> tuple[Classifier, dict[str, Floats], Any]:
    """Fit on judged examples; unjudged ones teach nothing here.

    Args:
        examples: of all articles of the run.
        labels: ids of all labels that may be assigned.
        min_examples: judged articles about a label from which it gets a word classifier.

    Returns:
        The classifier with thresholds; the out-of-fold probabilities of every judged example by its key, of shape
        (labels,); and the fitted scikit-learn vectoriser and estimators, for notebooks.
    """
    labels = sorted(labels)
    judged = [example for example in examples if example.labels is not None]
    by_focus = np.zeros((len(judged), len(labels)))
    by_words = np.zeros_like(by_focus)
    folds = np.array([example.fold for example in judged])
    everywhere = set(labels)  # with a word classifier in every fold, and so with words' answers for all
    for held_out in range(FOLDS):
        rest = [example for example in judged if example.fold != held_out]
        classifier, _ = _fit(rest, labels, min_examples)
        everywhere &= classifier.rows.keys()
        for row in np.flatnonzero(folds == held_out):
            scores = classifier.predict(judged[row])
            by_focus[row] = 1 / (1 + np.exp(-scores.focus))
            by_words[row] = scores.probabilities
    classifier, reference = _fit(judged, labels, min_examples)
    truth, known = _truth(judged, labels)
    shared = _best_threshold(by_focus[known], truth[known])
    thresholds = np.full(len(labels), shared[0])
    out_of_fold = by_focus.copy()
    kept = []
    for label in sorted(everywhere & classifier.rows.keys()):
        column = labels.index(label)
        mine = known[:, column]
        threshold, f1 = _best_threshold(by_words[mine, column], truth[mine, column])
        if f1 >= _f1(by_focus[mine, column] >= shared[0], truth[mine, column]):
            kept.append(label)
            thresholds[column] = threshold
            out_of_fold[:, column] = by_words[:, column]
    classifier = replace(_with_rows(classifier, kept), thresholds=thresholds)
    return classifier, {example.key: out_of_fold[row] for row, example in enumerate(judged)}, reference


def _fit(judged: Sequence[Example], labels: list[str], min_examples: int) -> tuple[Classifier, dict[str, Any]]:
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    classifier = Classifier(labels, _fit_focus(judged))
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, lowercase=False, token_pattern=r"\S+")
    words = vectorizer.fit_transform(" ".join(example.terms) for example in judged)
    truth, known = _truth(judged, labels)
    scores = np.stack([classifier.predict(example).focus for example in judged])
    estimators: dict[str, Any] = {}
    for column, label in enumerate(labels):
        mine = known[:, column]
        if min_examples <= truth[mine, column].sum() < mine.sum():
            features = sparse.hstack([words[mine], scores[mine, column : column + 1]], format="csr")
            estimators[label] = LogisticRegression(C=10.0, max_iter=1000).fit(features, truth[mine, column])
    coefficients = np.array([estimator.coef_[0] for estimator in estimators.values()]).reshape(
        len(estimators), words.shape[1] + 1
    )
    classifier = replace(
        classifier,
        vocabulary={term: int(column) for term, column in vectorizer.vocabulary_.items()},
        idf=vectorizer.idf_,
        rows={label: row for row, label in enumerate(estimators)},
        weights=coefficients[:, :-1],
        gains=coefficients[:, -1],
        biases=np.array([estimator.intercept_[0] for estimator in estimators.values()]),
    )
    return classifier, {"vectorizer": vectorizer, "classifiers": estimators}


def _fit_focus(judged: Sequence[Example]) -> FocusModel:
    """Fit the shared focus model on each named label of each judged article."""
    pairs = [
        (row, label in example.labels)
        for example in judged
        for label, row in zip(example.named, example.focus, strict=True)
        if example.labels is not None and label not in example.unsure
    ]
    central = [yes for _, yes in pairs]
    if len(set(central)) < 2:
        raise InputError(
            "the labelled articles must name labels both as their subject and in passing, to learn the difference; "
            "add some with --corpus, or leave out --no-samples"
        )
    return focus.fit(np.array([row for row, _ in pairs]), central)


def _with_rows(classifier: Classifier, labels: list[str]) -> Classifier:
    rows = [classifier.rows[label] for label in labels]
    return replace(
        classifier,
        rows={label: row for row, label in enumerate(labels)},
        weights=classifier.weights[rows],
        gains=classifier.gains[rows],
        biases=classifier.biases[rows],
    )


def _truth(judged: Sequence[Example], labels: list[str]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Give which labels each example has, and for which labels it says so at all; both of shape (examples, labels)."""
    truth = np.array([[label in (example.labels or ()) for label in labels] for example in judged])
    known = np.array([[label not in example.unsure for label in labels] for example in judged])
    return truth, known


def _best_threshold(probabilities: Floats, truth: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Give a threshold of nearly the best F1, and that F1.

    F1 is flat around its best, where chance decides; of all thresholds within FLAT of it, the one nearest to a half is
    taken. It lies midway between two probabilities that occur.
    """
    order = np.argsort(-probabilities, kind="stable")
    p, hits = probabilities[order], np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(p) + 1) + max(1, truth.sum()))
    thresholds = (p + np.append(p[1:], 0.0)) / 2
    apart = np.append(p[:-1] > p[1:], True)
    flat = np.flatnonzero(apart & (f1 >= f1[apart].max() - FLAT))
    best = flat[np.argmin(np.abs(thresholds[flat] - 0.5))]
    return float(thresholds[best]), float(f1[best])


def _f1(assigned: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_]) -> float:
    return float(2 * (assigned & truth).sum() / max(1, assigned.sum() + truth.sum()))

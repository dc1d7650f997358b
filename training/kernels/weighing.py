"""TF-IDF of an article's terms, and the scores of all labels from it."""

from __future__ import annotations

from math import exp, log
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_bare
from training.kernels.counting import places_for, tally
from training.kernels.hashing import Hashes, Numbers, find_all, found, joined
from training.kernels.words import TERM, Bytes

Floats = npt.NDArray[np.floating[Any]]


class Weighed(NamedTuple):
    """TF-IDF of an article.

    Attributes:
        columns: (different terms,) int32, in the order in which they first stand in the article.
        values: (different terms,) their weights, of length 1 together.
        singles: (terms,) int32, for each word which of ``columns`` it is, -1 for none.
        pairs: (terms,) int32, likewise for each word with the one after it.
        times: (different terms,) int32, how often each stands in the article.
    """

    columns: Numbers
    values: Floats
    singles: Numbers
    pairs: Numbers
    times: Numbers


@compiled
def terms_of(words: Hashes, shapes: Bytes, stop_keys: Hashes, stop_values: Numbers) -> tuple[Hashes, Numbers]:
    """Give the hashes of the words that count as terms, and the numbers of their tokens."""
    terms, tokens = np.empty(len(words), np.uint64), np.empty(len(words), np.int32)
    count = _terms(words, shapes, stop_keys, stop_values, terms, tokens)
    return terms[:count], tokens[:count]


@compiled_bare
def _terms(
    words: Hashes, shapes: Bytes, stop_keys: Hashes, stop_values: Numbers, terms: Hashes, tokens: Numbers
) -> int:
    count = 0
    for token in range(len(words)):
        if shapes[token] & TERM and found(stop_keys, stop_values, words[token]) < 0:
            terms[count], tokens[count] = words[token], token
            count += 1
    return count


@compiled
def grams_of(terms: Hashes) -> Hashes:
    """Give the hashes of single terms, then of pairs of neighbours."""
    n = len(terms)
    grams = np.empty(max(0, 2 * n - 1), np.uint64)
    grams[:n] = terms
    for at in range(n - 1):
        grams[n + at] = joined(terms[at], terms[at + 1])
    return grams


@compiled
def weigh(terms: Hashes, keys: Hashes, values: Numbers, idf: Any) -> Weighed:
    """Weigh the known 1-2-grams of ``terms``: (1 + log of how often) x idf, and all of length 1 together."""
    n, grams = len(terms), grams_of(terms)
    weighed = Weighed(
        np.empty(2 * n, np.int32),
        np.empty(2 * n),
        np.empty(n, np.int32),
        np.full(n, -1, np.int32),
        np.empty(2 * n, np.int32),
    )
    columns, places = np.empty(len(grams), np.int32), places_for(len(grams))
    find_all(keys, values, grams, np.empty(len(grams), np.uint64), columns)
    count = tally(columns[:n], weighed.columns, weighed.times, 0, places, weighed.singles)
    count = tally(columns[n:], weighed.columns, weighed.times, count, places, weighed.pairs)
    weights = weighed.values[:count]
    _weigh(weighed.columns, weighed.times, idf, weights)
    return Weighed(weighed.columns[:count], weights, weighed.singles, weighed.pairs, weighed.times[:count])


@compiled_bare
def _weigh(columns: Numbers, times: Numbers, idf: Any, weights: Floats) -> None:
    square = 0.0
    for number in range(len(weights)):
        weights[number] = idf[columns[number]] * (1 + log(times[number]) if times[number] > 1 else 1.0)
        square += weights[number] ** 2
    length = square**0.5 or 1.0
    for number in range(len(weights)):
        weights[number] /= length


@compiled
def score_labels(
    named: Numbers,
    focus: Floats,
    labels: int,
    unlikely: float,
    columns: Numbers,
    values: Floats,
    rows: Numbers,
    weights: Any,
    gains: Floats,
    biases: Floats,
    unnamed: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Give probabilities, log-odds and focus scores of all ``labels``; see :class:`training.classifier.Classifier`.

    Args:
        named: the labels that the article names.
        focus: their focus scores.
        labels: how many there are.
        unlikely: score of a label that neither seeds nor words speak for.
        columns, values: TF-IDF of the article.
        rows: (labels,) int32, the row of each label in the others, -1 for none.
        weights, gains, biases, unnamed: of each row.
    """
    scores = np.full(labels, unlikely)
    is_named = np.zeros(labels, np.bool_)
    scores[named], is_named[named] = focus, True
    logits = scores.copy()
    for label in range(labels):
        row = rows[label]
        if row < 0:
            continue
        start = gains[row] * scores[label] + biases[row] if is_named[label] else unnamed[row]
        if np.isnan(start):
            continue
        of, total = weights[row], 0.0
        for at in range(len(columns)):
            total += of[columns[at]] * values[at]
        logits[label] = start + total
    probabilities = np.empty(labels)
    for label in range(labels):
        probabilities[label] = 1 / (1 + exp(-logits[label]))
    return probabilities, logits, scores


@compiled
def word_weights(row: Any, weighed: Weighed) -> tuple[Floats, Floats]:
    """Share what each 1-2-gram adds to a score among the places where it stands: (terms,) for words and for pairs."""
    n = len(weighed.singles)
    singles, pairs = np.zeros(n), np.zeros(n)
    for at in range(n):
        one, two = weighed.singles[at], weighed.pairs[at]
        if one >= 0:
            singles[at] = row[weighed.columns[one]] * weighed.values[one] / weighed.times[one]
        if two >= 0:
            pairs[at] = row[weighed.columns[two]] * weighed.values[two] / weighed.times[two]
    return singles, pairs

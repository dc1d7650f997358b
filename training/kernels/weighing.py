"""TF-IDF of an article's terms, and the scores of all labels from it."""

from __future__ import annotations

from math import exp, log
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled
from training.kernels.hashing import Hashes, Numbers, found, joined
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
    terms, tokens, count = np.empty(len(words), np.uint64), np.empty(len(words), np.int32), 0
    for token in range(len(words)):
        if shapes[token] & TERM and found(stop_keys, stop_values, words[token]) < 0:
            terms[count], tokens[count] = words[token], token
            count += 1
    return terms[:count], tokens[:count]


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
    n = len(terms)
    size = 16
    while size < 4 * n:
        size *= 2
    places, mask = np.full(size, -1, np.int32), size - 1  # a small table of the columns met so far
    columns, times = np.empty(2 * n, np.int32), np.empty(2 * n, np.int32)
    among, count = np.empty((2, n), np.int32), 0
    for pairs in range(2):
        for at in range(n):
            column = -1
            if not pairs:
                column = found(keys, values, terms[at])
            elif at + 1 < n:
                column = found(keys, values, joined(terms[at], terms[at + 1]))
            among[pairs, at] = -1
            if column < 0:
                continue
            place = (column * 40503) & mask
            while places[place] >= 0 and columns[places[place]] != column:
                place = (place + 1) & mask
            if places[place] < 0:
                places[place], columns[count], times[count] = count, column, 0
                count += 1
            times[places[place]] += 1
            among[pairs, at] = places[place]
    weights, square = np.empty(count), 0.0
    for number in range(count):
        weights[number] = idf[columns[number]] * (1 + log(times[number]) if times[number] > 1 else 1.0)
        square += weights[number] ** 2
    return Weighed(columns[:count], weights / (square**0.5 or 1.0), among[0], among[1], times[:count])


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

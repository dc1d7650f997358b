"""TF-IDF of an article's terms, and the scores of all labels from it."""

from __future__ import annotations

from math import exp, log
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_bare
from training.kernels.hashing import Hashes, Numbers, find_all, found, joined
from training.kernels.placing import effects
from training.kernels.tallies import places_for, tally
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


class Learned(NamedTuple):
    """What a classifier has learned: the fields of :class:`training.classifier.Classifier` and what they hold.

    Attributes:
        keys, values, idf: of its vocabulary.
        knots, slopes, bias: of its focus model.
        rows: (labels,) int32, the row of each label in the others, -1 for none.
        weights, gains, biases, unnamed: see there.
        unlikely: score of a label that neither seeds nor words speak for.
    """

    keys: Hashes
    values: Numbers
    idf: Any
    knots: Floats
    slopes: Floats
    bias: float
    rows: Numbers
    weights: Any
    gains: Floats
    biases: Floats
    unnamed: Floats
    unlikely: float


class Scored(NamedTuple):
    """What a classifier says of an article: of shape (labels,) each.

    ``focus`` are the scores by focus alone, ``words`` is what TF-IDF made of the article's terms.
    """

    probabilities: Floats
    logits: Floats
    focus: Floats
    words: Weighed


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
def predict(terms: Hashes, named: Numbers, features: Floats, learned: Learned) -> Scored:
    """Score every label for an article; see :class:`training.classifier.Classifier`.

    Args:
        terms: of the article.
        named: the labels that it names.
        features: (named, features) of focus.
        learned: see there.
    """
    labels = len(learned.rows)
    weighed = weigh(terms, learned.keys, learned.values, learned.idf)
    scores, is_named = np.full(labels, learned.unlikely), np.zeros(labels, np.bool_)
    added = effects(features, learned.knots, learned.slopes)
    for number in range(len(named)):
        scores[named[number]], is_named[named[number]] = added[number].sum() + learned.bias, True
    by_words = np.zeros(learned.weights.shape[1])
    _sum_words(weighed.columns, weighed.values, learned.weights, by_words)
    logits, probabilities = np.empty(labels), np.empty(labels)
    _decide(scores, is_named, by_words, learned, logits, probabilities)
    return Scored(probabilities, logits, scores, weighed)


@compiled_bare
def _sum_words(columns: Numbers, values: Floats, weights: Any, sums: Floats) -> None:
    """Add what words say of each row's label, word by word: their weights stand together in memory."""
    for at in range(len(columns)):
        column, value = columns[at], values[at]
        for row in range(len(sums)):
            sums[row] += weights[column, row] * value


@compiled_bare
def _decide(
    scores: Floats, is_named: Any, by_words: Floats, learned: Learned, logits: Floats, probabilities: Floats
) -> None:
    for label in range(len(scores)):
        row, logits[label] = learned.rows[label], scores[label]
        if row >= 0:
            start = learned.unnamed[row]
            if is_named[label]:
                start = learned.gains[row] * scores[label] + learned.biases[row]
            if not np.isnan(start):
                logits[label] = start + by_words[row]
        probabilities[label] = 1 / (1 + exp(-logits[label]))


@compiled
def word_weights(weights: Any, row: int, weighed: Weighed) -> tuple[Floats, Floats]:
    """Share what each 1-2-gram adds to the score of a row's label among the places where it stands.

    Gives (terms,) for words, and for pairs.
    """
    n = len(weighed.singles)
    singles, pairs = np.zeros(n), np.zeros(n)
    for at in range(n):
        one, two = weighed.singles[at], weighed.pairs[at]
        if one >= 0:
            singles[at] = weights[weighed.columns[one], row] * weighed.values[one] / weighed.times[one]
        if two >= 0:
            pairs[at] = weights[weighed.columns[two], row] * weighed.values[two] / weighed.times[two]
    return singles, pairs

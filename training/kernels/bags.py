"""The words and phrases of an article that make topics, and what each of them weighs there."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np

from training.kernels.compiling import compiled, compiled_bare
from training.kernels.hashing import BREAK, Hashes, Numbers, find_all, found, joined
from training.kernels.lda import Doubles, Floats, infer
from training.kernels.tallies import places_for, sort, tally
from training.kernels.words import LONG, Bytes


@compiled
def content(words: Hashes, shapes: Bytes, stop_keys: Hashes, stop_values: Numbers) -> Hashes:
    """Give the hashes of words that can make topics, long ones that are no stop words; a BREAK where others were."""
    some, count, apart = np.empty(len(words), np.uint64), 0, False
    for at in range(len(words)):
        if shapes[at] & LONG and found(stop_keys, stop_values, words[at]) < 0:
            some[count] = words[at]
            count += 1
            apart = True
        elif apart:
            some[count] = BREAK
            count += 1
            apart = False
    return some[:count]


@compiled
def bag(words: Hashes, keys: Hashes, values: Numbers) -> tuple[Numbers, Floats]:
    """Give the columns of what is known in an article, ascending, and how often each stands in it.

    Two neighbours that are a known phrase count as the phrase, and as the words that they are.

    Args:
        words: hashes of all its words.
        keys, values: the table of the known words and phrases, and their columns.
    """
    n = len(words)
    met, known, among = np.empty(2 * n, np.uint64), np.empty(2 * n, np.int32), np.empty(2 * n, np.int32)
    find_all(keys, values, _grams(words), met, known)
    columns, often = np.empty(2 * n, np.int32), np.empty(2 * n, np.int32)
    count = tally(known, columns, often, 0, places_for(2 * n), among)
    columns, times = columns[:count], np.empty(count, np.float32)
    sort(columns, often[:count])
    for at in range(count):
        times[at] = often[at]
    return columns, times


@compiled
def _grams(words: Hashes) -> Hashes:
    """Give the hashes of words, then of each word with the one after it; the last has none."""
    n = len(words)
    grams = np.empty(2 * n, np.uint64)
    grams[:n] = words
    for at in range(n - 1):
        grams[n + at] = joined(words[at], words[at + 1])
    grams[max(n, 2 * n - 1) :] = BREAK
    return grams


@compiled_bare
def weigh(columns: Any, times: Floats, gains: Any) -> None:
    """Turn how often words stand in an article into what they weigh there: ``gains`` times 1 + log of how often."""
    for at in range(len(columns)):
        times[at] = gains[columns[at]] * np.float32(1 + log(times[at]))


@compiled
def weigh_all(columns: Any, times: Floats, gains: Floats) -> None:
    """Do the same for any number of articles."""
    weigh(columns, times, gains)


@compiled
def infer_all(
    starts: Any,
    columns: Any,
    weights: Floats,
    first: int,
    last: int,
    word_weights: Any,
    alpha: Doubles,
    iterations: int,
    tolerance: float,
    shares: Floats,
) -> None:
    """Write the shares of topics in the articles from ``first`` to before ``last``, as :func:`infer` gives them.

    Args:
        starts: (articles + 1,) where the words of each start.
        columns, weights: all words, and what each weighs in its article.
        first, last: the articles.
        word_weights, alpha, iterations, tolerance: see :func:`training.kernels.lda.infer`.
        shares: (articles, topics) written to.
    """
    for article in range(first, last):
        its = slice(starts[article], starts[article + 1])
        shares[article] = infer(columns[its], weights[its], word_weights, alpha, iterations, tolerance)

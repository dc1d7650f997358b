"""All that is told of an article once it was read, in one call: the loops of the modules above, one after the other.

A call costs some microseconds, and threads that hand the GIL to each other at every call gain nothing by being two.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from training.kernels.bags import bag, weigh
from training.kernels.beside import Text
from training.kernels.compiling import compiled
from training.kernels.guards import Terms
from training.kernels.hashing import Hashes, Numbers
from training.kernels.lda import Doubles, infer
from training.kernels.placing import Places, measure, place
from training.kernels.search import Found, find
from training.kernels.weighing import Floats, Learned, Scored, predict, terms_of


class Tables(NamedTuple):
    """What a model holds.

    Attributes:
        terms: the seeds.
        stop_keys, stop_values: the table of words that TF-IDF leaves out.
        learned: the classifier.
        topic_keys, topic_values, topic_gains: the table of words that make topics, and what each weighs.
        topic_weights, alpha, iterations, tolerance: see :func:`training.kernels.lda.infer`.
        lead, hold: see :func:`training.kernels.placing.place`.
    """

    terms: Terms
    stop_keys: Hashes
    stop_values: Numbers
    learned: Learned
    topic_keys: Hashes
    topic_values: Numbers
    topic_gains: Any
    topic_weights: Any
    alpha: Doubles
    iterations: int
    tolerance: float
    lead: int
    hold: int


class Judged(NamedTuple):
    """What is told of an article.

    Attributes:
        found: its mentions.
        at: where they stand.
        terms, tokens: the words that TF-IDF counts, and which tokens they are.
        columns, features: the labels that are named, and their focus features.
        scored: all labels.
        shares: (topics,) of each topic, sum 1; (0,) where no word makes topics.
    """

    found: Found
    at: Places
    terms: Hashes
    tokens: Numbers
    columns: Numbers
    features: Floats
    scored: Scored
    shares: Doubles


@compiled
def judge(text: Text, tables: Tables) -> Judged:
    """Find mentions, and by them and the words score labels; infer topics."""
    n, start = len(text.hashes), max(text.marks[1], text.marks[2])
    found = find(text, tables.terms, len(tables.learned.rows))
    at = place(found, text.hashes, text.sentences, text.marks, tables.lead, tables.hold)
    terms, tokens = terms_of(text.hashes, text.shapes, tables.stop_keys, tables.stop_values)
    columns, features = measure(found.labels, at, n, start, text.sentences[n - 1] + 1 if n else 1)
    scored = predict(terms, columns, features, tables.learned)
    words, weights = bag(text.hashes, tables.topic_keys, tables.topic_values)
    shares = np.empty(0)
    if len(words):
        weigh(words, weights, tables.topic_gains)
        shares = infer(words, weights, tables.topic_weights, tables.alpha, tables.iterations, tables.tolerance)
    return Judged(found, at, terms, tokens, columns, features, scored, shares)

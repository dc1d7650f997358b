"""The fit of latent Dirichlet allocation: passes over the rows of words by :mod:`training.kernels.lda`.

It is several times faster than gensim's and its topics are clearer. Besides the bags it needs 4 bytes on disk for each
article and topic (topics rounded up to eights), and 24 bytes of memory for each word and topic.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from training import spool
from training.discovery.bags import Bags, Singles
from training.kernels import bags as rows
from training.kernels import lda as kernel
from training.progress import Progress, unseen
from training.tfidf import Vocabulary
from training.topics import ITERATIONS, TOLERANCE, Topics

Doubles = npt.NDArray[np.float64]

PASSES = 40  # more make topics hardly clearer
PARTS = 4  # that articles are split in, whatever the number of cores, so that sums are always the same
ALPHA, ETA = 0.1, 0.1  # Dirichlet priors of topics in articles and of words in topics
PULL = 0.5  # part of all there is of a theme's words that its topic is credited with beforehand
NOTHING = 1e-30  # word weights below it are 0; they would decide nothing and be slow to reckon with


def prior_of(bags: Bags, themes: Sequence[Collection[str]]) -> Singles:
    """Give the prior of each word in each topic, of shape (words, topics).

    Args:
        bags: the words.
        themes: of each topic the words that it is pinned to by a higher prior; none for a topic that is free.
    """
    columns = {word: column for column, word in enumerate(bags.vocabulary.terms)}
    prior = np.full((len(columns), len(themes)), ETA, np.float32)
    weighs = bags.often()[1] if any(themes) else np.empty(0)
    for topic, theme in enumerate(themes):
        known = [columns[word] for word in theme if word in columns]
        prior[known, topic] += PULL * weighs[known]
    return prior


def swept(bags: Bags, prior: Singles, started: Singles, passes: int, progress: Progress = unseen) -> Singles:
    """Go over the articles ``passes`` times; the result is the same for any number of cores.

    Args:
        bags: the words of each article.
        prior: (words, topics), see :func:`prior_of`.
        started: (words, topics) what each topic has of each word at the start, its prior with it.
        passes: how many.
        progress: wraps the passes, with the step's name.

    Returns:
        How much of each word each topic has, its prior with it, of shape (words, topics).
    """
    words, topics = prior.shape
    ptr, ids, weights = np.asarray(bags.ptr), np.asarray(bags.ids), np.asarray(bags.weights)
    parts = range(PARTS)
    articles = np.searchsorted(ptr, [len(ids) * part // PARTS for part in range(PARTS + 1)])
    ends = [words * part // PARTS for part in range(PARTS + 1)]
    prior, has = _filled(prior), _filled(started)
    wide = prior.shape[1]
    theta = spool.empty((len(ptr) - 1, wide), np.float32)
    theta[:, :topics] = np.add.reduceat(weights, ptr[:-1])[:, None] / np.float32(topics)
    gains = kernel.aligned(PARTS * words, wide).reshape(PARTS, words, wide)
    sums = np.empty((PARTS, wide))
    totals = _inverse(has.sum(axis=0, dtype=float))

    def sweep(part: int) -> None:
        a, b = articles[part : part + 2]
        kernel.sweep(ptr, ids, weights, has, totals, theta, gains[part], a, b, ALPHA, leap)

    def renew(part: int) -> None:
        kernel.renew(has, prior, gains, sums[part], ends[part], ends[part + 1], leap)

    with ThreadPoolExecutor(min(PARTS, os.cpu_count() or 1)) as threads:
        for number in progress(range(passes), "topics"):
            leap = number < passes - 1  # a leap's sums are not those of the articles' words
            list(threads.map(sweep, parts))
            list(threads.map(renew, parts))
            totals[:] = _inverse(sums.sum(axis=0))
    return np.ascontiguousarray(has[:, :topics])


def topics_of(vocabulary: Vocabulary, counts: Singles, about: list[dict[str, Any]] | None = None) -> Topics:
    """Make topics of how much of each word each has, its prior with it, (words, topics)."""
    from scipy.special import psi

    has = counts.astype(float)
    weights = np.exp(psi(has) - psi(has.sum(axis=0))).astype(np.float32)
    weights[weights < NOTHING] = 0
    about = about or [{"id": f"t{number}", "name": ""} for number in range(1, counts.shape[1] + 1)]
    return Topics(about, vocabulary, counts, weights, np.full(counts.shape[1], ALPHA))


def shares_of(topics: Topics, bags: Bags) -> Singles:
    """Give the shares of topics in all articles, as they are inferred of each alone: (rows, topics), mapped."""
    shares: Singles = spool.empty((len(bags), len(topics)), np.float32)
    starts, ids, weights = np.asarray(bags.ptr), np.asarray(bags.ids), np.asarray(bags.weights)
    ends = [len(bags) * part // PARTS for part in range(PARTS + 1)]

    def infer(part: int) -> None:
        first, last = ends[part : part + 2]
        fitted = topics.word_weights, topics.alpha
        rows.infer_all(starts, ids, weights, first, last, *fitted, ITERATIONS, TOLERANCE, shares)

    with ThreadPoolExecutor(min(PARTS, os.cpu_count() or 1)) as threads:
        list(threads.map(infer, range(PARTS)))
    return shares


def cosines(some: Any, others: Any) -> Doubles:
    """Give the cosines between columns, (columns of some, columns of others)."""
    one, two = some.astype(float), others.astype(float)
    lengths = np.outer(np.linalg.norm(one, axis=0), np.linalg.norm(two, axis=0))
    return np.asarray(one.T @ two / np.maximum(lengths, 1e-30))


def _filled(part: Singles) -> Singles:
    """Fill up columns with 0 to a multiple of eight, in rows that start where a cache line does."""
    made = kernel.aligned(part.shape[0], -(-part.shape[1] // 8) * 8)
    made[:] = 0
    made[:, : part.shape[1]] = part
    return made


def _inverse(sums: Doubles) -> Singles:
    inverse: Singles = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0).astype(np.float32)
    return inverse

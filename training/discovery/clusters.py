"""What topics start from when they start from nothing: clusters of articles, which are nearer to themes than chance is.

Spherical k-means: Dhillon, Modha: Concept decompositions for large sparse text data using clustering. Machine Learning
42 (2001); begun as in Arthur, Vassilvitskii: k-means++: the advantages of careful seeding. SODA 2007.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from training.discovery.bags import Bags, Singles

ROWS = 8_000  # that clusters are sought in, at most, evenly spread
ITERATIONS = 5
CLUSTERED = 0.8  # part of a word that starts in the topics of clusters with it; the rest is spread over all topics
_TOGETHER = 5_000  # rows looked at together


def started(bags: Bags, prior: Singles, pinned: int, seed: int) -> Singles:
    """Give what topics have of the words to start from, their prior with it: (words, topics).

    Args:
        bags: the words of each article.
        prior: (words, topics), see :func:`training.discovery.lda.prior_of`.
        pinned: how many of the first topics are pinned to themes; they start from their prior.
        seed: of the clusters' start.
    """
    often, topics = bags.often()[1], prior.shape[1]
    has = np.zeros(prior.shape)
    if topics > pinned:
        every = -(-len(bags) // ROWS)
        centres = _centres(bags, np.arange(0, len(bags), every), topics - pinned, seed)
        for first in range(0, len(bags), _TOGETHER):
            values = _values(bags, np.arange(first, min(first + _TOGETHER, len(bags))))
            has[:, pinned:] += (values.T @ _assigned(values @ centres)).toarray()
    has = CLUSTERED * has + (1 - CLUSTERED) * often[:, None] / topics
    all_of_it = has.sum(axis=1)
    has *= np.divide(often, all_of_it, out=np.zeros_like(often), where=all_of_it > 0)[:, None]  # some stand in no row
    begun: Singles = has.astype(np.float32) + prior
    return begun


def _centres(bags: Bags, rows: Any, count: int, seed: int) -> Singles:
    """Give the centres of clusters of some articles, (words, clusters), each of length 1."""
    random = np.random.default_rng(seed)
    values = _values(bags, rows)
    chosen = [int(random.integers(len(rows)))]
    far = np.ones(len(rows))
    for _ in range(count - 1):
        far = np.minimum(far, 1 - (values @ values[chosen[-1]].T).toarray().ravel())
        chance = np.maximum(far, 1e-9) ** 2
        chosen.append(int(random.choice(len(rows), p=chance / chance.sum())))
    centres: Singles = values[chosen].toarray().T
    for _ in range(ITERATIONS):
        sums = (values.T @ _assigned(values @ centres)).toarray()
        lengths = np.linalg.norm(sums, axis=0)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-9), centres).astype(np.float32)
    return centres


def _assigned(likeness: Any) -> Any:
    """Give which cluster each article is most like, as a sparse matrix of (articles, clusters)."""
    from scipy import sparse

    rows, clusters = likeness.shape
    where = np.arange(rows), likeness.argmax(axis=1)
    return sparse.csr_matrix((np.ones(rows, np.float32), where), shape=likeness.shape)


def _values(bags: Bags, rows: Any) -> Any:
    """Give what words weigh in some articles, each article of length 1: sparse, (articles, words)."""
    from scipy import sparse

    sizes = np.diff(bags.ptr)[rows]
    starts = np.cumsum([0, *sizes])
    places = np.repeat(bags.ptr[rows] - starts[:-1], sizes) + np.arange(starts[-1])
    weights = np.asarray(bags.weights[places])
    weights = weights / np.repeat(np.sqrt(np.add.reduceat(weights * weights, starts[:-1])), sizes)
    shape = len(rows), len(bags.vocabulary)
    return sparse.csr_matrix((weights, np.asarray(bags.ids[places]), starts), shape=shape)

"""Themes found in a corpus by latent Dirichlet allocation (LDA), and how much of each an article has.

Blei, Ng, Jordan: Latent Dirichlet allocation. Journal of Machine Learning Research 3 (2003).

Fitting is our own (:mod:`training.kernels.lda`), several times faster than gensim's and with clearer topics; gensim's
``LdaModel`` is made from what was fitted, so that its tools work on it. Inference is our own too, gensim's variational
updates from a fixed start: the same article gets the same topics each time, alone or among others, where gensim's
starts at random.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from training import spool
from training.bags import Bags
from training.kernels import lda as kernel
from training.kernels.hashing import Hashes, table
from training.progress import Progress, unseen
from training.text import hashed

Floats = npt.NDArray[np.floating[Any]]
Singles = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.integer[Any]]

ITERATIONS = 50
TOLERANCE = 1e-3
NOTHING = 1e-30  # word weights below it are 0; they would decide nothing and be slow to reckon with
PASSES = 70  # their topics are about as clear as those of twice as many
PARTS = 4  # that articles are split in, whatever the number of cores, so that sums are always the same
ALPHA, ETA = 0.1, 0.01  # Dirichlet priors of topics in articles and of words in topics
PULL = 0.5  # a theme's words are credited beforehand with half of what an average topic's words amount to
NAMED_BY = 3  # words in a topic's name
_TOGETHER = 1 << 20  # words of articles counted together


@dataclass(frozen=True)
class Topics:
    """Fitted topics; everything inference needs.

    Attributes:
        ids: one per topic.
        names: one per topic: the theme it started from, else its most probable words.
        vocabulary: (words,), sorted by column.
        word_weights: (words, topics) float32, exponentiated expected log probability of each word in each topic.
        word_probabilities: (topics, words) float32; each row sums to 1.
        alpha: (topics,) prior weight of each topic.
    """

    ids: list[str]
    names: list[str]
    vocabulary: Sequence[str]
    word_weights: Singles
    word_probabilities: Singles
    alpha: Doubles

    @cached_property
    def columns(self) -> tuple[Hashes, kernel.Places]:
        """The table of the words of the vocabulary."""
        return table(np.array([hashed(word) for word in self.vocabulary], dtype=np.uint64))

    def infer(self, words: Hashes) -> Doubles | None:
        """Give the share of each topic in an article, of shape (topics,), sum 1; None where no word is known.

        Args:
            words: hashes of the article's words; unknown ones count for nothing.
        """
        columns, times = kernel.bag(words, *self.columns)
        return self.shares(columns, times) if len(columns) else None

    def shares(self, columns: Numbers, times: Singles) -> Doubles:
        """Give the share of each topic in an article, of shape (topics,), sum 1.

        Args:
            columns: int32 columns of the article's known words, ascending.
            times: float32, how often each of them stands in it.
        """
        return kernel.infer(columns, times, self.word_weights, self.alpha, ITERATIONS, TOLERANCE)

    def top_words(self, topic: int, most: int = 10) -> list[tuple[str, float]]:
        """Give the most probable words of a topic with their probabilities, best first."""
        best = np.argsort(-self.word_probabilities[topic], kind="stable")[:most]
        return [(self.vocabulary[column], float(self.word_probabilities[topic, column])) for column in best.tolist()]

    def as_rows(self, most: int = 10) -> list[dict[str, Any]]:
        """Give all topics with their most probable words, ready for JSON."""
        return [
            {
                "id": id,
                "name": name,
                "words": [{"word": word, "probability": round(p, 5)} for word, p in self.top_words(topic, most)],
            }
            for topic, (id, name) in enumerate(zip(self.ids, self.names, strict=True))
        ]


def fit(
    bags: Bags,
    *,
    topics: int,
    themes: Mapping[str, Collection[str]],
    passes: int,
    seed: int,
    progress: Progress = unseen,
) -> tuple[Topics, Any]:
    """Fit LDA; the result is the same for any number of cores.

    Besides the bags it needs 4 bytes on disk for each article and topic (topics rounded up to eights), 24 bytes of
    memory for each word and topic while it fits, and 40 to make gensim's model.

    Args:
        bags: the words of each article.
        topics: how many to find; the first of them start from ``themes``, the others from nothing.
        themes: names of themes and words that belong to them, whose prior weight in the theme's topic is raised.
        passes: times to go over all articles; PASSES is enough.
        seed: of the random start.
        progress: wraps the passes, with the step's name; tqdm fits.

    Returns:
        The topics, and gensim's ``LdaModel`` made from the same counts, for notebooks.
    """
    names = list(themes)[:topics]
    prior = _prior(bags, topics, [themes[name] for name in names])
    lda = _as_gensim(bags, _swept(bags, prior, passes, seed, progress)[:, :topics], prior[:, :topics], seed)
    width = len(str(topics))
    fitted = Topics(
        ids=[f"t{number:0{width}}" for number in range(1, topics + 1)],
        names=names,
        vocabulary=bags.vocabulary,
        word_weights=np.ascontiguousarray(lda.expElogbeta.T, dtype=np.float32),
        word_probabilities=lda.get_topics().astype(np.float32),
        alpha=np.asarray(lda.alpha, dtype=float),
    )
    names += [", ".join(word for word, _ in fitted.top_words(t, NAMED_BY)) for t in range(len(names), topics)]
    return fitted, lda


def _prior(bags: Bags, topics: int, themes: Sequence[Collection[str]]) -> Singles:
    """Give the prior of each word in each topic, of shape (words, topics); columns of 0 fill up to an eight."""
    columns = {word: column for column, word in enumerate(bags.vocabulary)}
    prior = np.zeros((len(columns), -(-topics // 8) * 8), dtype=np.float32)
    prior[:, :topics] = ETA
    words = float(bags.counts.sum(dtype=float))
    for topic, theme in enumerate(themes):
        known = [columns[word] for word in theme if word in columns]
        prior[known, topic] += PULL * words / (topics * max(1, len(known)))
    return prior


def _swept(bags: Bags, prior: Singles, passes: int, seed: int, progress: Progress) -> Singles:
    """Go over the articles ``passes`` times; give how much of each word each topic has, in the prior's shape."""
    ptr, ids, counts = np.asarray(bags.ptr), np.asarray(bags.ids), np.asarray(bags.counts)
    parts = range(PARTS)
    articles = np.searchsorted(ptr, [len(ids) * part // PARTS for part in range(PARTS + 1)])
    words = [len(prior) * part // PARTS for part in range(PARTS + 1)]
    has, theta = _start(ptr, ids, counts, prior, seed)
    gains = kernel.aligned(PARTS * prior.shape[0], prior.shape[1]).reshape(PARTS, *prior.shape)
    sums = np.empty((PARTS, prior.shape[1]))
    totals = _inverse(has.sum(axis=0, dtype=float))

    def sweep(part: int) -> None:
        a, b = articles[part : part + 2]
        kernel.sweep(ptr, ids, counts, has, totals, theta, gains[part], a, b, ALPHA, leap)

    def renew(part: int) -> None:
        kernel.renew(has, prior, gains, sums[part], words[part], words[part + 1], leap)

    with ThreadPoolExecutor(min(PARTS, os.cpu_count() or 1)) as threads:
        for number in progress(range(passes), "topics"):
            leap = number < passes - 1  # a leap's sums are not those of the articles' words
            list(threads.map(sweep, parts))
            list(threads.map(renew, parts))
            totals[:] = _inverse(sums.sum(axis=0))
    without: Singles = np.maximum(has - prior, 0)
    return without


def _start(ptr: Numbers, ids: Numbers, counts: Singles, prior: Singles, seed: int) -> tuple[Singles, Singles]:
    """Give what the topics have of the words at the start, at random, and the articles of the topics, all the same."""
    real = prior[0] > 0
    has, theta = kernel.aligned(*prior.shape), spool.empty((len(ptr) - 1, prior.shape[1]), np.float32)
    np.random.default_rng(seed).random(out=has, dtype=np.float32)
    has[:] = (has + 1) * real
    has *= (_often(ids, counts, len(prior))[1] / has.sum(axis=1)).astype(np.float32)[:, None]
    has += prior
    theta[:] = real / real.sum(dtype=np.float32)
    theta *= np.add.reduceat(counts, ptr[:-1])[:, None]
    return has, theta


def _often(ids: Numbers, counts: Singles, words: int) -> Doubles:
    """Give in how many articles each word stands, and how often in all: (2, words)."""
    often = np.zeros((2, words))
    for start in range(0, len(ids), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        often[0] += np.bincount(ids[some], minlength=words)
        often[1] += np.bincount(ids[some], counts[some], words)
    return often


def _inverse(sums: Doubles) -> Singles:
    inverse: Singles = np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0).astype(np.float32)
    return inverse


def _as_gensim(bags: Bags, has: Singles, prior: Singles, seed: int) -> Any:
    """Make gensim's model of how much of each word each topic has, of shape (words, topics)."""
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    dictionary = Dictionary()
    dictionary.token2id = {word: column for column, word in enumerate(bags.vocabulary)}
    dictionary.id2token = dict(enumerate(bags.vocabulary))
    articles, times = _often(bags.ids, bags.counts, len(has))
    dictionary.dfs = dict(enumerate(articles.astype(int).tolist()))
    dictionary.cfs = dict(enumerate(times.astype(int).tolist()))
    dictionary.num_docs, dictionary.num_nnz = len(bags.ptr) - 1, len(bags.ids)
    dictionary.num_pos = sum(dictionary.cfs.values())
    lda = LdaModel(
        id2word=dictionary,
        num_topics=has.shape[1],
        alpha=ALPHA,
        eta=np.ascontiguousarray(prior.T, dtype=float),
        random_state=seed,
        iterations=ITERATIONS,
        gamma_threshold=TOLERANCE,
        eval_every=None,
        dtype=np.float64,
    )
    lda.state.sstats = np.ascontiguousarray(has.T, dtype=float)
    lda.state.numdocs = dictionary.num_docs
    lda.sync_state()
    rounded = lda.expElogbeta.astype(np.float32)
    lda.expElogbeta = np.where(rounded < NOTHING, 0, rounded).astype(float)  # what our inference keeps
    return lda

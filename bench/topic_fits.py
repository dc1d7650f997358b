"""Ways to find topics in the same words. Each gives its seconds, and its topics in the form that ours have."""

from __future__ import annotations

import json
import subprocess
import time
import warnings
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from gensim.models import LdaModel
from scipy.sparse import csr_matrix
from sklearn.decomposition import NMF, LatentDirichletAllocation
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer

from bench.setting import TOPICS
from bench.topic_words import Plain
from bench.workers import ROOT, environment
from training.discovery import clusters, lda
from training.discovery.bags import Bags, Singles
from training.discovery.reference import as_gensim
from training.tfidf import Vocabulary
from training.topics import Topics

ALPHA, ETA = 0.1, 0.01  # priors that others are given, the defaults of tomotopy
GENSIM_PASSES, TOMOTOPY_ITERATIONS, SKLEARN_ITERATIONS = 3, 300, 10
THREADS = 2
_ABSENT = 1e-12  # instead of nothing, whose logarithm can't be taken

Fit = tuple[float, Topics]
"""Seconds, and what was found."""


def ours(bags: Bags, passes: int = lda.PASSES) -> Fit:
    """Fit, and make gensim's model of it, as a training run does."""
    start = time.perf_counter()
    topics, prior = found(bags, TOPICS, passes)
    as_gensim(bags, topics, prior, seed=0)
    return time.perf_counter() - start, topics


def found(bags: Bags, count: int, passes: int) -> tuple[Topics, Singles]:
    """Find topics in our way, from nothing and pinned to no themes; give their prior too."""
    prior = lda.prior_of(bags, [()] * count)
    counts = lda.swept(bags, prior, clusters.started(bags, prior, 0, seed=0), passes)
    return lda.topics_of(bags.vocabulary, counts), prior


def by_gensim(bags: Bags) -> Fit:
    """Fit by gensim, in batches of 2,000 articles (its default)."""
    counted = [list(row.items()) for row in _rows(bags)]
    words = dict(enumerate(bags.vocabulary.terms))
    start = time.perf_counter()
    model = LdaModel(
        counted, id2word=words, num_topics=TOPICS, passes=GENSIM_PASSES, random_state=0, alpha=ALPHA, eta=ETA
    )
    return time.perf_counter() - start, plain(bags.vocabulary.terms, model.state.get_lambda().T)


def by_tomotopy(python: Path, bags: Bags, folder: Path) -> Fit:
    """Fit by tomotopy, in an environment of its own, on all cores."""
    file, made = (folder / name for name in ("bags.jsonl", "tomotopy.npy"))
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(list(row)) + "\n" for row in _spelt(bags)), encoding="utf-8")
    told = {"topics": TOPICS, "alpha": ALPHA, "eta": ETA, "iterations": TOMOTOPY_ITERATIONS}
    command = [str(python), "-m", "bench.peers.tomotopy", str(file.absolute()), str(made.absolute()), json.dumps(told)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said["seconds"], plain(said["words"], np.load(made).T)


def by_sklearn(bags: Bags) -> Fit:
    """Fit by scikit-learn's LDA, going over all articles before each update."""
    model = LatentDirichletAllocation(
        TOPICS,
        doc_topic_prior=ALPHA,
        topic_word_prior=ETA,
        learning_method="batch",
        max_iter=SKLEARN_ITERATIONS,
        n_jobs=THREADS,
        random_state=0,
    )
    start = time.perf_counter()
    model.fit(_matrix(bags))
    return time.perf_counter() - start, plain(bags.vocabulary.terms, model.components_.T)


def by_nmf(bags: Bags) -> Fit:
    """Factor TF-IDF by scikit-learn, all else as it is by default; a topic has what its factors come to."""
    model = NMF(TOPICS, random_state=0)
    start = time.perf_counter()
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        parts = model.fit_transform(TfidfTransformer().fit_transform(_matrix(bags)))
    seconds = time.perf_counter() - start
    return seconds, plain(bags.vocabulary.terms, (model.components_ * parts.sum(axis=0)[:, None]).T)


def plain(words: Any, counts: npt.NDArray[Any]) -> Topics:
    """Give topics that have so much of each word, of shape (words, topics)."""
    vocabulary = Vocabulary.of(list(words), np.ones(len(words)))
    made = lda.topics_of(vocabulary, np.maximum(counts, _ABSENT).astype(np.float32))
    return Plain(made.about, vocabulary, made.counts, made.word_weights, made.alpha)


def _matrix(bags: Bags) -> csr_matrix:
    counts = np.asarray(bags.counts, float), np.asarray(bags.ids), np.asarray(bags.ptr)
    return csr_matrix(counts, shape=(len(bags), len(bags.vocabulary)))


def _rows(bags: Bags) -> Iterator[Mapping[int, int]]:
    for start, end in pairwise(bags.ptr):
        yield dict(zip(bags.ids[start:end].tolist(), bags.counts[start:end].astype(int).tolist(), strict=True))


def _spelt(bags: Bags) -> Iterator[Iterator[str]]:
    """Give the words of each article, each as often as it stands there."""
    terms = list(bags.vocabulary.terms)
    for row in _rows(bags):
        yield (terms[column] for column, count in row.items() for _ in range(count))

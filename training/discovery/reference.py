"""gensim's model of the topics that were found, so that its tools work on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.discovery import lda
from training.discovery.bags import Bags, Singles
from training.topics import ITERATIONS, TOLERANCE, Topics


def as_gensim(bags: Bags, topics: Topics, prior: Singles, seed: int) -> Any:
    """Make gensim's ``LdaModel``; needs 40 bytes for each word and topic.

    Args:
        bags: what was counted.
        topics: that were found.
        prior: (words, topics).
        seed: of gensim's own random start, where its inference is used.
    """
    from gensim.corpora import Dictionary
    from gensim.models import LdaModel

    dictionary = Dictionary()
    dictionary.token2id = {word: column for column, word in enumerate(bags.vocabulary.terms)}
    dictionary.id2token = dict(enumerate(bags.vocabulary.terms))
    articles, _, times = bags.often().astype(int)
    dictionary.dfs = dict(enumerate(articles.tolist()))
    dictionary.cfs = dict(enumerate(times.tolist()))
    dictionary.num_docs, dictionary.num_nnz = len(bags), len(bags.ids)
    dictionary.num_pos = sum(dictionary.cfs.values())
    model = LdaModel(
        id2word=dictionary,
        num_topics=len(topics),
        alpha=lda.ALPHA,
        eta=np.ascontiguousarray(prior.T, dtype=float),
        random_state=seed,
        iterations=ITERATIONS,
        gamma_threshold=TOLERANCE,
        eval_every=None,
        dtype=np.float64,
    )
    model.state.sstats = np.ascontiguousarray(np.maximum(topics.counts - prior, 0).T, dtype=float)
    model.state.numdocs = dictionary.num_docs
    model.sync_state()
    model.expElogbeta = topics.word_weights.T.astype(float)  # rounded as ours are
    return model

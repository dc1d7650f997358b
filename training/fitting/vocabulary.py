"""Which terms count, and what they weigh in every article: counted by hash, spelled out at the end."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.counts import counted
from training.errors import InputError
from training.examples import Examples
from training.spelling import Spelling
from training.spool import RaggedSpool, Spool
from training.tfidf import Vocabulary

TERMS = 150_000  # at most; the most frequent are kept


def vocabulary_of(examples: Examples, spelling: Spelling) -> Vocabulary:
    """Choose the terms that count.

    Terms are words and pairs of neighbours that stand in two articles, or one in 4,000; TERMS of them at most. Their
    idf is ``log((1 + articles) / (1 + articles with the term)) + 1``.

    Raises:
        InputError: no term is in two articles.
    """
    found = counted(examples.terms, max(2, len(examples) // 4000), pairs=True)
    best = np.lexsort((found.keys, -found.times))[:TERMS]
    if not len(best):
        raise InputError("no word is in two articles; add some with --corpus, or leave out --no-samples")
    idf = (np.log((1 + len(examples)) / (1 + found.articles[best])) + 1).astype(np.float32)
    keys, first = found.keys[best], found.places[best]
    words = examples.terms.values
    pairs = words[first] != keys
    terms = np.array(spelling.of(words[first]), object)
    terms[pairs] += " "
    terms[pairs] += spelling.of(words[first[pairs] + 1])
    return Vocabulary.of(terms.tolist(), idf)


def values(vocabulary: Vocabulary, examples: Examples) -> Any:
    """Give the sparse TF-IDF values of examples, of shape (examples, terms), mapped.

    Raises:
        NoRoom: the disk is full.
    """
    from scipy import sparse

    columns, weights = RaggedSpool(np.int32), Spool(np.float32)
    for terms in examples.terms:
        weighed = vocabulary.weigh(terms)
        columns.append(weighed.columns)
        weights.add(weighed.values)
    rows = columns.ragged()
    return sparse.csr_matrix((weights.array(), rows.values, rows.starts), shape=(len(examples), len(vocabulary)))


def as_vectorizer(vocabulary: Vocabulary) -> Any:
    """Give the vocabulary as a fitted scikit-learn TfidfVectorizer, which takes words with blanks between."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    numbered = {term: column for column, term in enumerate(vocabulary.terms)}
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, lowercase=False, token_pattern=r"\S+", vocabulary=numbered
    )
    vectorizer.idf_ = vocabulary.idf
    return vectorizer

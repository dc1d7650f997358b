"""Which terms count, and what they weigh in every article: counted by hash, spelled out at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from training.classifier import Example
from training.errors import InputError
from training.kernels import counting, weighing
from training.kernels.hashing import Hashes, Numbers, table
from training.kernels.weighing import Weighed
from training.tfidf import Vocabulary

TERMS = 150_000  # at most; the most frequent are kept
_FIRST = 1 << 16  # places of the table of counts at first
_Counts = tuple[Hashes, Numbers, Numbers, Numbers]


def tfidf(examples: Sequence[Example], spelled: Mapping[int, str]) -> tuple[Vocabulary, Any]:
    """Give the vocabulary, and the sparse TF-IDF values of all examples, of shape (examples, terms).

    Terms are words and pairs of neighbours that stand in two articles, or one in 4,000; TERMS of them at most. Their
    idf is ``log((1 + articles) / (1 + articles with the term)) + 1``.

    Raises:
        InputError: no term is in two articles.
    """
    hashes, articles = _chosen(examples, max(2, len(examples) // 4000))
    if not len(hashes):
        raise InputError("no word is in two articles; add some with --corpus, or leave out --no-samples")
    idf = (np.log((1 + len(examples)) / (1 + articles)) + 1).astype(np.float32)
    unnamed = Vocabulary(*table(hashes), idf)
    first, second = np.zeros(len(hashes), np.uint64), np.zeros(len(hashes), np.uint64)

    def noted() -> Iterator[Weighed]:
        for example in examples:
            weighed = unnamed.weigh(example.terms)
            counting.halves(example.terms, weighed.singles, weighed.pairs, weighed.columns, first, second)
            yield weighed

    matrix = _matrix(noted(), len(hashes))
    terms = [
        f"{spelled[one]} {spelled[two]}" if two else spelled[one]
        for one, two in zip(first.tolist(), second.tolist(), strict=True)
    ]
    return Vocabulary.of(terms, idf), matrix


def values(vocabulary: Vocabulary, examples: Sequence[Example]) -> Any:
    """Give the sparse TF-IDF values of examples, of shape (examples, terms)."""
    return _matrix((vocabulary.weigh(example.terms) for example in examples), len(vocabulary))


def _matrix(every: Iterable[Weighed], terms: int) -> Any:
    from scipy import sparse

    columns, values, sizes = [], [], [0]
    for weighed in every:
        columns.append(weighed.columns)
        values.append(weighed.values.astype(np.float32))
        sizes.append(len(weighed.columns))
    parts = np.concatenate(values), np.concatenate(columns), np.cumsum(sizes)
    return sparse.csr_matrix(parts, shape=(len(values), terms))


def as_vectorizer(vocabulary: Vocabulary) -> Any:
    """Give the vocabulary as a fitted scikit-learn TfidfVectorizer, which takes words with blanks between."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    numbered = {term: column for column, term in enumerate(vocabulary.terms)}
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, lowercase=False, token_pattern=r"\S+", vocabulary=numbered
    )
    vectorizer.idf_ = vocabulary.idf
    return vectorizer


def _chosen(examples: Sequence[Example], fewest: int) -> tuple[Hashes, Numbers]:
    """Give the hashes of the terms that count, the most frequent first, and in how many articles each stands."""
    keys, articles, times, _ = _counted(examples)
    kept = np.flatnonzero(articles >= fewest)
    order = kept[np.lexsort((keys[kept], -times[kept]))][:TERMS]
    return keys[order], articles[order]


def _counted(examples: Sequence[Example]) -> _Counts:
    counts, used = _empty(_FIRST), 0
    for number, example in enumerate(examples):
        grams = weighing.grams_of(example.terms)
        while 2 * (used + len(grams)) > len(counts[0]):
            larger = _empty(2 * len(counts[0]))
            counting.move(counts, larger)
            counts = larger
        used = counting.count(grams, number, *counts, used)
    return counts


def _empty(size: int) -> _Counts:
    return (
        np.zeros(size, np.uint64),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
    )

"""The words of a corpus that can make topics, and how often they stand in each article."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.counts import counted
from training.errors import InputError
from training.kernels import lda as kernel
from training.kernels.hashing import table
from training.spelling import Spelling
from training.spool import Ragged, RaggedSpool, Spool
from training.text import hashed

Singles = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.integer[Any]]

FEW = 2000  # articles; fewer can't tell themes from chance, so only the words of given themes are looked at
MOST_OFTEN = 0.3  # of all articles; words that stand in more of them tell no topics apart
MOST_WORDS = 100_000


@dataclass(frozen=True, slots=True)
class Bags:
    """The words of articles in rows: which words stand in each, and how often. Arrays may be mapped from disk.

    Attributes:
        ptr: (articles + 1,) int64, where each article's words start; no article is without words.
        ids: int32 columns of words, ascending within an article.
        counts: float32, how often each of them stands there.
        vocabulary: the word of each column.
    """

    ptr: Numbers
    ids: Numbers
    counts: Singles
    vocabulary: list[str]


def bags_of(
    texts: Ragged, spelling: Spelling, stop_words: Collection[str], themes: Mapping[str, Collection[str]]
) -> Bags:
    """Count the words that can make topics: of three letters or more, in enough articles and not in too many.

    Args:
        texts: hashes of the words of each article.
        spelling: the words of all hashes.
        stop_words: words left out.
        themes: names of themes and words that belong to them; where articles are few, no other words count.

    Raises:
        InputError: no word is left.
        NoRoom: the disk is full.
    """
    vocabulary = _vocabulary(texts, spelling, stop_words, themes)
    if not vocabulary:
        raise InputError("no word stands in enough articles to find topics; add articles with --corpus")
    known = table(np.array([hashed(word) for word in vocabulary], np.uint64))
    columns, times = RaggedSpool(np.int32), Spool(np.float32)
    for words in texts:
        ids, counts = kernel.bag(words, *known)
        if len(ids):
            columns.append(ids)
            times.add(counts)
    rows = columns.ragged()
    return Bags(rows.starts, rows.values, times.array(), vocabulary)


def _vocabulary(
    texts: Ragged, spelling: Spelling, stop_words: Collection[str], themes: Mapping[str, Collection[str]]
) -> list[str]:
    """Give the words that count, those of the most articles first."""
    found = counted(texts, max(2, len(texts) // 1000))
    few = found.articles <= MOST_OFTEN * len(texts)
    content = [
        (-often, word)
        for often, word in zip(found.articles[few].tolist(), spelling.of(found.keys[few]), strict=True)
        if len(word) > 2 and word.isalpha() and word not in stop_words
    ]
    if themes and len(texts) < FEW:
        themed = {word for theme in themes.values() for word in theme}
        content = [(often, word) for often, word in content if word in themed]
    return [word for _, word in sorted(content)[:MOST_WORDS]]

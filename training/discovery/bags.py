"""The words and phrases of a corpus that can make topics, and what each weighs in each article."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from training.counts import counted
from training.discovery import phrases
from training.errors import InputError
from training.kernels import bags as kernel
from training.kernels.counting import Counts
from training.spelling import Spelling
from training.spool import Ragged, RaggedSpool, Spool, kept
from training.tfidf import Vocabulary

Singles = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.integer[Any]]

FEW = 2000  # articles; fewer can't tell themes from chance, so only the words of given themes are looked at
MOST_OFTEN = 0.3  # of all articles; words that stand in more of them tell no topics apart
MOST_WORDS = 100_000
_TOGETHER = 5_000  # rows looked at together


@dataclass(frozen=True, slots=True)
class Bags:
    """The words of articles in rows: which stand in each, how often, and what they weigh. Arrays may be mapped.

    A word weighs the square root of its inverse document frequency times 1 + log of how often it stands in the article,
    so that topics are about what articles are about and not about what all of them say. Weights in LDA: Wilson, Chew:
    Term weighting schemes for latent Dirichlet allocation. NAACL 2010.

    Attributes:
        ptr: (rows + 1,) int64, where each row's words start; no row is without words.
        ids: int32 columns of words, ascending within a row.
        counts: float32, how often each of them stands there.
        weights: float32, what each of them weighs there.
        articles: (rows,) which article each row is.
        vocabulary: the words and phrases, with ``log(articles / articles with the word)``.
    """

    ptr: Numbers
    ids: Numbers
    counts: Singles
    weights: Singles
    articles: Numbers
    vocabulary: Vocabulary

    def __len__(self) -> int:
        return len(self.articles)

    def those(self, rows: Numbers) -> Bags:
        """Give some of the rows, copied into temporary files."""
        sizes, columns = Spool(np.int64), (Spool(np.int32), Spool(np.float32), Spool(np.float32))
        for some, places in self._blocks(rows):
            sizes.add(np.diff(self.ptr)[some])
            for spool, part in zip(columns, (self.ids, self.counts, self.weights), strict=True):
                spool.add(part[places])
        ptr = np.concatenate([[0], np.cumsum(sizes.array())])
        ids, counts, weights = (spool.array() for spool in columns)
        return Bags(ptr, ids, counts, weights, self.articles[rows], self.vocabulary)

    def often(self, rows: Numbers | None = None) -> Doubles:
        """Give in how many rows each word stands, what it weighs and how often it stands in all of them: (3, words)."""
        words = len(self.vocabulary)
        found = np.zeros((3, words))
        for _, places in self._blocks(np.arange(len(self)) if rows is None else rows):
            ids = self.ids[places]
            found[0] += np.bincount(ids, minlength=words)
            found[1] += np.bincount(ids, self.weights[places], words)
            found[2] += np.bincount(ids, self.counts[places], words)
        return found

    def having(self, column: int) -> Bools:
        """Say which rows have a word, (rows,)."""
        found = np.zeros(len(self), bool)
        for some, places in self._blocks(np.arange(len(self))):
            found[some] = np.add.reduceat(self.ids[places] == column, self.ptr[some] - self.ptr[some[0]]) > 0
        return found

    def _blocks(self, rows: Numbers) -> Iterator[tuple[Numbers, Any]]:
        """Give rows, some at a time, and where their words are."""
        for start in range(0, len(rows), _TOGETHER):
            some = rows[start : start + _TOGETHER]
            first, sizes = self.ptr[some], np.diff(self.ptr)[some]
            before = np.cumsum(sizes) - sizes
            yield some, np.repeat(first - before, sizes) + np.arange(sizes.sum())


def bags_of(
    texts: Ragged,
    spelling: Spelling,
    left_out: Collection[str],
    themes: Mapping[str, Collection[str]],
    most_phrases: int = phrases.MOST,
) -> Bags:
    """Count the words that can make topics: of three letters or more, in enough articles and not in too many.

    Args:
        texts: hashes of the words of each article, with a BREAK where others were left out.
        spelling: the words of all hashes.
        left_out: words that make no topics; they may be part of a phrase that does.
        themes: names of themes and words that belong to them; where articles are few, no other words count.
        most_phrases: how many pairs of words may count as one.

    Raises:
        InputError: no word is left.
        NoRoom: the disk is full.
    """
    terms = _terms(texts, spelling, left_out, themes, most_phrases)
    if not terms:
        raise InputError("no word stands in enough articles to find topics; add articles with --corpus")
    keys = Vocabulary.of(terms, np.empty(0))
    columns, times, rows = RaggedSpool(np.int32), Spool(np.float32), Spool(np.int32)
    standing = np.zeros(len(terms), np.int64)
    for number, words in enumerate(texts):
        ids, often = kernel.bag(words, keys.keys, keys.values)
        if len(ids):
            columns.append(ids)
            times.add(often)
            rows.add(number)
            standing[ids] += 1
    found, counts = columns.ragged(), times.array()
    idf = np.log(len(texts) / np.maximum(1, standing)).astype(np.float32)
    vocabulary = replace(keys, idf=idf)
    weights = kept(counts)
    kernel.weigh_all(found.values, weights, np.sqrt(vocabulary.idf))
    return Bags(found.starts, found.values, counts, weights, rows.array(), vocabulary)


def _terms(
    texts: Ragged,
    spelling: Spelling,
    left_out: Collection[str],
    themes: Mapping[str, Collection[str]],
    most_phrases: int,
) -> list[str]:
    """Give the words and phrases that count, those of the most articles first."""
    given = {word for theme in themes.values() for word in theme}
    only = given if themes and len(texts) < FEW else None
    pairs = most_phrases > 0 and (only is None or any(" " in word for word in only))
    found = counted(texts, max(2, len(texts) // 1000), pairs=pairs)
    alone = texts.values[found.places] == found.keys
    some = found.articles <= MOST_OFTEN * len(texts)
    singles = _those(found, alone & some)
    content = [
        (-articles, word)
        for articles, word in zip(singles.articles.tolist(), spelling.of(singles.keys), strict=True)
        if _is_word(word) and word not in left_out and (only is None or word in only)
    ]
    if pairs:
        times = dict(zip(found.keys[alone].tolist(), found.times[alone].tolist(), strict=True))
        content += _phrases(texts, spelling, left_out, given, only, _those(found, ~alone & some), times)[:most_phrases]
    return [word for _, word in sorted(content)[:MOST_WORDS]]


def _phrases(
    texts: Ragged,
    spelling: Spelling,
    left_out: Collection[str],
    given: Collection[str],
    only: Collection[str] | None,
    pairs: Counts,
    times: Mapping[int, int],
) -> list[tuple[int, str]]:
    """Give the pairs of words that belong together with minus the articles they stand in, the most frequent first."""
    first, second = texts.values[pairs.places], texts.values[pairs.places + 1]
    spelled = zip(spelling.of(first), spelling.of(second), strict=True)
    words = int(texts.sizes.sum())
    numbers = zip(*(column.tolist() for column in (pairs.times, pairs.articles, first, second)), strict=True)
    belonging = []
    for (together, articles, one, two), (a, b) in zip(numbers, spelled, strict=True):
        phrase = f"{a} {b}"
        tied = only is None and phrases.belong(together, times.get(one, 0), times.get(two, 0), words)
        if (tied or phrase in given) and _is_word(a) and _is_word(b) and not (a in left_out and b in left_out):
            belonging.append((-together, phrase, -articles))
    return [(articles, phrase) for _, phrase, articles in sorted(belonging)]


def _those(counts: Counts, which: Any) -> Counts:
    return Counts(*(column[which] for column in counts))


def _is_word(word: str) -> bool:
    return len(word) > 2 and word.isalpha()

"""TF-IDF of words and pairs of words, looked up by hash: no dictionary of terms is held to weigh an article."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from training.kernels import weighing
from training.kernels.hashing import Hashes, Numbers, table
from training.kernels.weighing import Weighed
from training.text import Reading, hashed

Floats = npt.NDArray[np.floating[Any]]
_NONE = table(np.empty(0, dtype=np.uint64))


def words_table(words: Collection[str]) -> tuple[Hashes, Numbers]:
    """Give a table of the hashes of folded words, sorted by the alphabet."""
    return table(np.array([hashed(word) for word in sorted(words)], dtype=np.uint64))


@dataclass(frozen=True)
class Strings(Sequence[str]):
    """Many strings as two arrays, so that they can be mapped from disk and are made only when asked for.

    Attributes:
        data: uint8, UTF-8 of all strings one after the other.
        ends: int64, where each ends.
    """

    data: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, strings: Sequence[str]) -> Strings:
        """Pack strings."""
        parts = [string.encode() for string in strings]
        ends = np.cumsum([len(part) for part in parts], dtype=np.int64)
        return cls(np.frombuffer(b"".join(parts), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        number = range(len(self))[number]
        start = int(self.ends[number - 1]) if number else 0
        return self.data[start : self.ends[number]].tobytes().decode()


@dataclass(frozen=True)
class Vocabulary:
    """The terms that count: single words and pairs of neighbours, written with a blank between.

    Attributes:
        keys, values: their hashes and columns, see :mod:`training.kernels.hashing`.
        idf: (terms,) float32, inverse document frequencies.
        terms: (terms,) what they are, for people.
    """

    keys: Hashes = field(default_factory=lambda: _NONE[0])
    values: Numbers = field(default_factory=lambda: _NONE[1])
    idf: Floats = field(default_factory=lambda: np.empty(0, dtype=np.float32))
    terms: Sequence[str] = field(default_factory=lambda: Strings.of(()))

    @classmethod
    def of(cls, terms: Sequence[str], idf: Floats) -> Vocabulary:
        """Make the vocabulary of terms, whose columns are numbered in their order."""
        keys, values = table(np.array([hash_of(term) for term in terms], dtype=np.uint64))
        return cls(keys, values, np.asarray(idf, dtype=np.float32), Strings.of(terms))

    def __len__(self) -> int:
        return len(self.idf)

    def columns_in(self, other: Vocabulary) -> npt.NDArray[np.int64]:
        """Give the column that each term has in another vocabulary, -1 where it has none."""
        column = {term: number for number, term in enumerate(other.terms)}
        return np.array([column.get(term, -1) for term in self.terms], np.int64)

    def weigh(self, terms: Hashes) -> Weighed:
        """Give the TF-IDF (sublinear, of length 1) of an article's ``terms``, and where each term stands in it."""
        return weighing.weigh(terms, self.keys, self.values, self.idf)


def terms_of(reading: Reading, stop_words: tuple[Hashes, Numbers]) -> tuple[Hashes, Numbers]:
    """Give the hashes of the words that TF-IDF counts (two letters or more, no stop words), and their tokens."""
    return weighing.terms_of(reading.tokens.hashes, reading.tokens.shapes, *stop_words)


def hash_of(term: str) -> int:
    """Give the hash of a folded word, or of two with a blank between."""
    words = [hashed(word) for word in term.split()]
    if len(words) == 1:
        return words[0]
    return int(weighing.grams_of(np.array(words, dtype=np.uint64))[-1])

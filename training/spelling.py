"""How the words of a corpus are spelled, which only their hashes tell apart: looked up for those that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.kernels.hashing import Hashes
from training.spool import Ragged, RaggedSpool, Spool

_TOGETHER = 1 << 20  # hashes looked at together
_LATELY = 1 << 20  # hashes remembered as written, 8 bytes each


@dataclass(frozen=True, slots=True)
class Spelling:
    """Words by their hash.

    Attributes:
        hashes: (words,); one that comes several times is always of the same word.
        words: (words,) of each its letters as UTF-8.
    """

    hashes: Hashes
    words: Ragged

    @classmethod
    def packed(cls, spelled: Mapping[int, str]) -> Spelling:
        """Put words into arrays in memory."""
        letters = [np.frombuffer(word.encode(), np.uint8) for word in spelled.values()]
        return cls(np.array([*spelled], np.uint64), Ragged.packed(letters, np.uint8))

    def of(self, hashes: Hashes) -> list[str]:
        """Give the words of some hashes, all of them known."""
        wanted, back = np.unique(hashes, return_inverse=True)
        places = np.zeros(len(wanted), np.int64)
        for start in range(0, len(self.hashes) if len(wanted) else 0, _TOGETHER):
            some = self.hashes[start : start + _TOGETHER]
            found = np.minimum(np.searchsorted(wanted, some), len(wanted) - 1)
            known = np.flatnonzero(wanted[found] == some)
            places[found[known]] = start + known
        words = [self.words[place].tobytes().decode() for place in places.tolist()]
        return [words[number] for number in back.tolist()]


class SpellingSpool:
    """Words by their hash, written into temporary files; most of those that come again are not."""

    def __init__(self) -> None:
        self._hashes, self._words = Spool(np.uint64), RaggedSpool(np.uint8)
        self._lately = np.zeros(_LATELY, np.uint64)

    def add(self, packed: Spelling) -> None:
        """Write down words as :meth:`Spelling.packed` gives them.

        Raises:
            NoRoom: the disk is full.
        """
        places = packed.hashes % np.uint64(_LATELY)
        new = self._lately[places] != packed.hashes
        self._lately[places] = packed.hashes
        self._hashes.add(packed.hashes[new])
        self._words.add(packed.words.those(new))

    def spelling(self) -> Spelling:
        """Map all that were written; no more can be."""
        return Spelling(self._hashes.array(), self._words.ragged())

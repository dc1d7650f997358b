"""In how many articles a term stands, and how often in all, counted by hash."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, inlined
from training.kernels.hashing import BREAK, Hashes, Numbers, joined

Ints = npt.NDArray[np.integer[Any]]

FULL = -1


class Counts(NamedTuple):
    """A table of terms, a power of two of places.

    Attributes:
        keys: their hashes; 0 marks a free place.
        articles, times: of each key, in how many articles it stands, and how often in all.
        places: of each key, where it stands last: the number of its word, or of the first of its two.
    """

    keys: Hashes
    articles: Numbers
    times: Numbers
    places: Ints


@inlined
def add(term: np.uint64, at: int, start: int, end: int, counts: Counts) -> int:
    """Count a term that stands at a place in the article from ``start`` to before ``end``; say how many keys are new.

    The table must have room.
    """
    mask, new = np.uint64(len(counts.keys) - 1), 0
    place = term & mask
    while counts.keys[place] != term and counts.keys[place] != 0:
        place = (place + np.uint64(1)) & mask
    if counts.keys[place] == 0:
        counts.keys[place], counts.places[place] = term, -1
        new = 1
    counts.times[place] += 1
    if not start <= counts.places[place] < end:
        counts.articles[place] += 1
    counts.places[place] = at
    return new


@compiled
def count(starts: Ints, words: Hashes, rows: Ints, pairs: bool, low: np.uint64, high: np.uint64, counts: Counts) -> int:
    """Count the terms of articles whose hashes are in a range.

    Args:
        starts, words, rows: the words of articles, see :class:`training.spool.Ragged`; a BREAK among them is no term.
        pairs: whether pairs of neighbours are terms too.
        low, high: the least hash, and the greatest.
        counts: an empty table.

    Returns:
        How many keys there are; FULL as soon as they take up more than half of the table.
    """
    used, most = 0, len(counts.keys) // 2
    for row in rows:
        for at in range(starts[row], starts[row + 1]):
            if words[at] == BREAK:
                continue
            if low <= words[at] <= high:
                used += add(words[at], at, starts[row], starts[row + 1], counts)
            if pairs and at + 1 < starts[row + 1] and words[at + 1] != BREAK:
                pair = joined(words[at], words[at + 1])
                if low <= pair <= high:
                    used += add(pair, at, starts[row], starts[row + 1], counts)
            if used > most:
                return FULL
    return used

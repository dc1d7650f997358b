"""All places where any of many strings ends: Aho, Corasick: Efficient string matching, 1975."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, inlined
from training.kernels.hashing import Hashes
from training.kernels.words import Bytes, Offsets

States = npt.NDArray[np.uint16]


@inlined
def _hit(hits: Offsets, counts: Offsets, quarter: int, at: int, state: np.uint64) -> None:
    if at >= 0:
        count = counts[quarter]
        hits[quarter, count, 0], hits[quarter, count, 1] = at + quarter * hits.shape[1], state
        counts[quarter] = count + 1


@compiled
def search(
    kinds: Bytes, before: int, symbols: Hashes, following: States, width: int, first_ended: int, hits: Offsets
) -> Offsets:
    """Search four quarters of a text side by side, since each step waits for the one before.

    Args:
        kinds: (before + characters of four quarters,) what each character is, to be looked up in ``symbols``.
        before: how many characters before its quarter each search starts.
        symbols: which character of the strings each kind is taken for.
        following: (states times two to the width,) the state after a symbol.
        width: how many bits a symbol takes.
        first_ended: from this state on, strings end.
        hits: (4, characters of a quarter, 2), for where strings end and in which state.

    Returns:
        How many places there are in each quarter.
    """
    counts, quarter = np.zeros(4, np.int32), hits.shape[1]
    shift, ended = np.uint64(width), np.uint64(first_ended)
    one, two, three, four = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    for at in range(quarter + before):
        one = np.uint64(following[(one << shift) + symbols[kinds[at]]])
        two = np.uint64(following[(two << shift) + symbols[kinds[at + quarter]]])
        three = np.uint64(following[(three << shift) + symbols[kinds[at + 2 * quarter]]])
        four = np.uint64(following[(four << shift) + symbols[kinds[at + 3 * quarter]]])
        if one >= ended:
            _hit(hits, counts, 0, at - before, one)
        if two >= ended:
            _hit(hits, counts, 1, at - before, two)
        if three >= ended:
            _hit(hits, counts, 2, at - before, three)
        if four >= ended:
            _hit(hits, counts, 3, at - before, four)
    return counts

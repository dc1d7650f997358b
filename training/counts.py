"""In how many articles of a corpus each term stands, counted exactly in a table of fixed size.

A corpus has far more terms than are ever kept, above all pairs of words that stand in it once. So they are counted a
range of hashes at a time: the corpus is gone over for each range, and what stands in enough articles is taken out.
"""

from __future__ import annotations

import numpy as np

from training.kernels import counting
from training.kernels.counting import FULL, Counts
from training.spool import Ragged

PLACES = 1 << 21  # of the table, 24 bytes each
_HASHES = 1 << 64  # how many there may be


def counted(texts: Ragged, fewest: int, *, pairs: bool = False) -> Counts:
    """Count the terms of texts; give those that stand in ``fewest`` texts or more, in no order.

    Args:
        texts: hashes of the words of each.
        fewest: the more it is, the fewer terms can be given: no more than all texts' different terms by it.
        pairs: whether pairs of neighbours are terms too.
    """
    keys, places = np.zeros(PLACES, np.uint64), np.zeros(PLACES, np.int64)
    table = Counts(keys, np.zeros(PLACES, np.int32), np.zeros(PLACES, np.int32), places)
    found = []
    low, size = 0, _HASHES
    while low < _HASHES:
        ends = np.uint64(low), np.uint64(low + size - 1)
        if counting.count(texts.starts, texts.values, texts.rows, pairs, *ends, table) == FULL:
            size //= 2
        else:
            kept = table.articles >= fewest
            found.append([column[kept] for column in table])
            low += size
        for column in table:
            column.fill(0)
    return Counts(*(np.concatenate(columns) for columns in zip(*found, strict=True)))

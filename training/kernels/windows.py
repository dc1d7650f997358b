"""How often words stand near each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.kernels.compiling import compiled
from training.kernels.hashing import BREAK, Hashes, Numbers, found
from training.kernels.lda import Doubles


@compiled
def together(
    starts: Any, words: Hashes, rows: Numbers, keys: Hashes, values: Numbers, size: int, counts: Doubles
) -> int:
    """Count the windows of ``size`` words in which known words stand together.

    Args:
        starts, words, rows: the words of articles, see :class:`training.spool.Ragged`; a BREAK is no word.
        keys, values: the table of the known words.
        size: of a window; an article that is shorter is one window.
        counts: (known, known) added to: for each two words the windows with both, for each word those with it.

    Returns:
        How many windows there are.
    """
    longest = 0
    for row in rows:
        longest = max(longest, starts[row + 1] - starts[row])
    its, often = np.empty(longest, np.int32), np.zeros(len(counts), np.int32)
    inside, windows = np.empty(size, np.int32), 0
    for row in rows:
        n = 0
        for at in range(starts[row], starts[row + 1]):
            if words[at] != BREAK:
                its[n] = found(keys, values, words[at])
                n += 1
        for first in range(max(1, n - size + 1) if n else 0):
            count = 0
            for at in range(first, min(first + size, n)):
                word = its[at]
                if word >= 0 and not often[word]:
                    often[word] = 1
                    inside[count] = word
                    count += 1
            for a in range(count):
                often[inside[a]] = 0
                for b in range(count):
                    counts[inside[a], inside[b]] += 1
            windows += 1
    return windows

"""Which pairs of neighbours belong together, such as "prime minister", and count as one.

By normalised pointwise mutual information: Bouma: Normalized (pointwise) mutual information in collocation extraction.
GSCL 2009.
"""

from __future__ import annotations

from math import log

MOST = 5_000  # pairs that count as one, the most frequent
LEAST = 0.45  # of what ties two words that never stand apart


def belong(together: int, first: int, second: int, words: int) -> bool:
    """Whether two words stand next to each other far more often than by chance.

    Args:
        together: how often they do.
        first, second: how often each of them stands anywhere; 0 where that is not known, as it is too often.
        words: how many there are in all.

    >>> belong(80, 100, 120, 1_000_000), belong(80, 30_000, 20_000, 1_000_000)
    (True, False)
    """
    if not first or not second:
        return False
    chance = together / words
    return log(chance * words / first * words / second) / -log(chance) >= LEAST

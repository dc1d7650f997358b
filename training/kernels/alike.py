"""Which signatures are alike, sought among those that share a band: a stretch of their numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled
from training.kernels.hashing import Hashes, Numbers, joined, mixed

Signatures = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.integer[Any]]


@compiled
def bands(signatures: Signatures, first: int, width: int) -> Hashes:
    """Give the hashes of one band, ``width`` numbers from ``first`` on, of each signature."""
    hashes = np.empty(len(signatures), np.uint64)
    for number in range(len(signatures)):
        state = mixed(np.uint64(signatures[number, first]))
        for at in range(first + 1, first + width):
            state = joined(state, np.uint64(signatures[number, at]))
        hashes[number] = state
    return hashes


@compiled
def join(signatures: Signatures, hashes: Hashes, order: Ints, least: int, leaders: Numbers) -> None:
    """Join those that share a band and have ``least`` or more numbers in common.

    Args:
        signatures: (texts, numbers).
        hashes: of one band of each.
        order: that sorts them by ``hashes``.
        least: see above.
        leaders: (texts,) of each one that it belongs to and that comes no later, itself at first; written to.
    """
    start = 0
    for end in range(1, len(order) + 1):
        if end < len(order) and hashes[order[end]] == hashes[order[start]]:
            continue
        for place in range(start, end):
            for before in range(start, place):
                one, two = leader(leaders, order[before]), leader(leaders, order[place])
                if one != two and common(signatures[order[before]], signatures[order[place]]) >= least:
                    leaders[max(one, two)] = min(one, two)
        start = end


@compiled
def leader(leaders: Numbers, text: int) -> int:
    """Give the first text that one belongs to; the way to it is made shorter."""
    while leaders[text] != text:
        leaders[text] = leaders[leaders[text]]
        text = leaders[text]
    return text


@compiled
def settle(leaders: Numbers) -> None:
    """Write for each text the first one that it belongs to."""
    for text in range(len(leaders)):
        leaders[text] = leader(leaders, text)


@compiled
def common(one: Signatures, two: Signatures) -> int:
    """Count the numbers that two signatures have in common, each at its place."""
    same = 0
    for at in range(len(one)):
        same += one[at] == two[at]
    return same

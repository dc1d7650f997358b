"""How often numbers come, such as the columns of an article's words, and their order."""

from __future__ import annotations

import numpy as np

from training.kernels.compiling import compiled, compiled_bare
from training.kernels.hashing import Numbers


@compiled
def places_for(most: int) -> Numbers:
    """Give an empty table of ``most`` things by number, less than half full with them all; -1 marks a free place."""
    size = 16
    while size < 2 * most:
        size *= 2
    return np.full(size, -1, np.int32)


@compiled_bare
def tally(numbers: Numbers, different: Numbers, times: Numbers, count: int, places: Numbers, among: Numbers) -> int:
    """Count how often each of some numbers comes, in the order in which they first do.

    Args:
        numbers: what is counted; those below 0 are not.
        different: the different ones; filled in from ``count`` on.
        times: how often each of them comes.
        count: how many there are already.
        places: a table of them.
        among: which of ``different`` each of ``numbers`` is, -1 for none.

    Returns:
        How many there are now.
    """
    mask = len(places) - 1
    for at in range(len(numbers)):
        number, among[at] = numbers[at], -1
        if number < 0:
            continue
        place = (number * 40503) & mask
        while places[place] >= 0 and different[places[place]] != number:
            place = (place + 1) & mask
        if places[place] < 0:
            places[place], different[count], times[count] = count, number, 0
            count += 1
        times[places[place]] += 1
        among[at] = places[place]
    return count


@compiled_bare
def sort(numbers: Numbers, along: Numbers) -> None:
    """Sort different numbers, and what goes along with each.

    Shell: A high-speed sorting procedure, 1959, with the gaps of Ciura: Best increments for the average case, 2001.
    """
    for gap in (1750, 701, 301, 132, 57, 23, 10, 4, 1):
        for at in range(gap, len(numbers)):
            number, other, place = numbers[at], along[at], at
            while place >= gap and numbers[place - gap] > number:
                numbers[place], along[place] = numbers[place - gap], along[place - gap]
                place -= gap
            numbers[place], along[place] = number, other

"""In how many articles a term stands, and how often in all, counted by hash."""

from __future__ import annotations

import numpy as np

from training.kernels.compiling import compiled, compiled_bare
from training.kernels.hashing import Hashes, Numbers


@compiled
def count(
    grams: Hashes, article: int, keys: Hashes, articles: Numbers, times: Numbers, last: Numbers, used: int
) -> int:
    """Count the terms of one article in tables that are less than half full.

    Args:
        grams: hashes of all its terms.
        article: its number, which no other has.
        keys: table of hashes, a power of two of places; 0 marks a free one.
        articles, times: of each key, in how many articles it stood, and how often in all.
        last: of each key, the last article it stood in.
        used: how many keys there are.

    Returns:
        How many keys there are now; at most as many more as the article has terms.
    """
    mask = len(keys) - 1
    for gram in grams:
        place = int(gram) & mask
        while keys[place] != gram and keys[place] != 0:
            place = (place + 1) & mask
        if keys[place] == 0:
            keys[place], last[place] = gram, -1
            used += 1
        times[place] += 1
        if last[place] != article:
            articles[place] += 1
            last[place] = article
    return used


@compiled
def move(old: tuple[Hashes, Numbers, Numbers, Numbers], new: tuple[Hashes, Numbers, Numbers, Numbers]) -> None:
    """Put all that is in tables into larger empty ones."""
    mask = len(new[0]) - 1
    for at in range(len(old[0])):
        if old[0][at] != 0:
            place = int(old[0][at]) & mask
            while new[0][place] != 0:
                place = (place + 1) & mask
            new[0][place], new[1][place], new[2][place], new[3][place] = old[0][at], old[1][at], old[2][at], old[3][at]


@compiled
def halves(terms: Hashes, singles: Numbers, pairs: Numbers, columns: Numbers, first: Hashes, second: Hashes) -> None:
    """Note of what words the terms of one article are: one, and 0 for the second, or two.

    Args:
        terms: hashes of its words.
        singles, pairs: see :class:`training.kernels.weighing.Weighed`.
        columns: likewise.
        first, second: of each column, to be filled.
    """
    for at in range(len(terms)):
        if singles[at] >= 0:
            first[columns[singles[at]]] = terms[at]
        if pairs[at] >= 0:
            first[columns[pairs[at]]], second[columns[pairs[at]]] = terms[at], terms[at + 1]


@compiled
def places_for(most: int) -> Numbers:
    """Give an empty table for ``tally``, of ``most`` different numbers."""
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

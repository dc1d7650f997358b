"""What decided: the score of a label given back to the mentions and words it came from; see :mod:`training.explain`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_bare, inlined
from training.kernels.hashing import Numbers
from training.kernels.placing import FEATURES, Places
from training.kernels.search import Found
from training.kernels.words import Offsets

Floats = npt.NDArray[np.floating[Any]]

_DIGITS = 1e4  # weights are rounded to four digits


@compiled
def owe(added: Floats, at: Places, mine: Numbers) -> Floats:
    """Share what each feature added to the score of a label among those of its mentions that it is owed to.

    What no mention is owed, because none stands there, is left out, and so is what is the whole article's.

    Args:
        added: (FEATURES,) by each feature.
        at: where all mentions stand.
        mine: numbers of the label's mentions, in order.

    Returns:
        The weight of each of ``mine``.
    """
    n = len(mine)
    shares, weights = np.ones((n, FEATURES)), np.zeros(n)
    for number in range(n):
        mention, share = mine[number], shares[number]
        new_sentence, new_fifth, new_term = True, True, True
        for before in mine[:number]:
            new_sentence = new_sentence and at.sentence[before] != at.sentence[mention]
            new_fifth = new_fifth and at.fifth[before] != at.fifth[mention]
            new_term = new_term and at.term[before] != at.term[mention]
        share[0] = at.in_headline[mention]
        share[1] = share[2] = at.in_headline[mention] or at.in_opening[mention]
        share[3] = share[18] = at.in_lead[mention]
        share[4] = share[20] = at.in_dateline[mention]
        share[10], share[11], share[12] = new_sentence, new_fifth, new_term
        share[13] = at.by_name[mention]
        share[14], share[19] = number == 0, number == n - 1
        share[15] = share[16] = share[21] = 0.0
        share[17] = at.held[mention]
    for feature in range(FEATURES):
        total = shares[:, feature].sum()
        if total > 0:
            for number in range(n):
                weights[number] += added[feature] * shares[number, feature] / total
    return weights


@compiled
def gather(
    found: Found, mine: Numbers, weights: Floats, tokens: Numbers, sentences: Offsets, singles: Floats, pairs: Floats
) -> tuple[Numbers, Numbers, Numbers, Floats]:
    """Put together what mentions and words added, stretch by stretch; a word inside a mention is the mention's.

    Args:
        found: all mentions of the article.
        mine: numbers of those of one label, in order.
        weights: what each of ``mine`` added.
        tokens: of each term.
        sentences: of each token.
        singles, pairs: (terms,) what each term added, and with the one after it; see weighing.word_weights.

    Returns:
        First token, end, kind of seed (-1 for words) and weight of each stretch.
    """
    n, k = len(tokens), len(mine)
    first, end, kinds = np.empty(k + 2 * n, np.int32), np.empty(k + 2 * n, np.int32), np.full(k + 2 * n, -1, np.int32)
    added = np.zeros(k + 2 * n)
    for number in range(k):
        first[number], end[number] = found.first[mine[number]], found.end[mine[number]]
        kinds[number], added[number] = found.kinds[mine[number]], weights[number]
    beside = 0
    for at in range(n):
        token = tokens[at]
        while beside < k and end[beside] <= token:
            beside += 1
        inside = beside < k and first[beside] <= token
        single, pair = k + at, k + n + at
        first[single], end[single] = token, token + 1
        added[beside if inside else single] += singles[at]
        if at + 1 < n:
            following = tokens[at + 1]
            if sentences[token] == sentences[following]:
                first[pair], end[pair] = token, following + 1
                added[beside if inside and following < end[beside] else pair] += pairs[at]
            else:
                other = beside
                while other < k and end[other] <= following:
                    other += 1
                covered = other < k and first[other] <= following
                added[other if covered else single + 1] += pairs[at]
    return first, end, kinds, added


@compiled
def heaviest(
    first: Numbers, end: Numbers, kinds: Numbers, added: Floats, starts: Offsets, ends: Offsets, light: float, most: int
) -> tuple[Numbers, Numbers, Numbers, Floats]:
    """Give the stretches that moved a score most, the heaviest first; of equals the one that comes first.

    Args:
        first, end, kinds, added: see :func:`gather`.
        starts, ends: of each token.
        light: what weighs less is left out, unless the heaviest weighs less than twice that; then what weighs half.
        most: how many at most.

    Returns:
        Where each starts and ends, its kind and its weight, rounded.
    """
    n = len(first)
    weights, chosen = np.empty(n), np.empty(n, np.int32)
    chosen = chosen[: _choose(first, added, light, most, weights, chosen)]
    return starts[first[chosen]], ends[end[chosen] - 1], kinds[chosen], weights[chosen]


@compiled_bare
def _choose(first: Numbers, added: Floats, light: float, most: int, weights: Floats, chosen: Numbers) -> int:
    """Note the rounded weights and, in order, the numbers of the heaviest; gives how many are chosen."""
    top, count = 0.0, 0
    for at in range(len(first)):
        weights[at] = round(added[at] * _DIGITS) / _DIGITS
        top = max(top, abs(weights[at]))
    least = min(light, top / 2)
    for at in range(len(first)):
        weight = abs(weights[at])
        if weight == 0 or weight < least:
            continue
        place = min(count, most)
        while place > 0 and _outweighs(at, chosen[place - 1], weights, first):
            if place < most:
                chosen[place] = chosen[place - 1]
            place -= 1
        if place < most:
            chosen[place] = at
            count = min(count + 1, most)
    return count


@inlined
def _outweighs(one: int, other: int, weights: Floats, first: Numbers) -> bool:
    heavy, light = abs(weights[one]), abs(weights[other])
    return bool(heavy > light or (heavy == light and first[one] < first[other]))

"""What decided: the score of a label given back to the mentions and words it came from; see :mod:`training.explain`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_bare
from training.kernels.hashing import Numbers
from training.kernels.judging import Judged
from training.kernels.placing import FEATURES, Places, different
from training.kernels.tallies import sort
from training.kernels.weighing import Learned, word_weights
from training.kernels.words import Offsets, Tokens

Floats = npt.NDArray[np.floating[Any]]

_DIGITS = 1e4  # weights are rounded to four digits


class Stretches(NamedTuple):
    """Stretches of an article, of shape (stretches,) each: first token, end, kind of seed (-1: words) and weight."""

    first: Numbers
    end: Numbers
    kinds: Numbers
    weights: Floats


@compiled
def decided(
    judged: Judged, label: int, lift: Floats, learned: Learned, tokens: Tokens, light: float, most: int
) -> tuple[Numbers, Numbers, Numbers, Floats]:
    """Give the stretches that moved the score of a label most, the heaviest first; of equals the one that comes first.

    Args:
        judged: the article.
        label: its number.
        lift: (named, FEATURES) what focus features added to the scores of labels, beyond a mention in passing.
        learned: the classifier.
        tokens: all words of the article.
        light: what weighs less is left out, unless the heaviest weighs less than twice that; then what weighs half.
        most: how many at most.

    Returns:
        Where each starts and ends, its kind and its weight, rounded.
    """
    mine, row, n = np.empty(len(judged.found.labels), np.int32), learned.rows[label], len(judged.tokens)
    mine = mine[: _mine(judged.found.labels, label, mine)]
    weights = np.zeros(len(mine))
    for number in range(len(judged.columns)):
        if judged.columns[number] == label:
            met = np.zeros(different(judged.at.term), np.bool_)
            _owe(lift[number], judged.at, mine, np.ones((len(mine), FEATURES)), weights, met)
    if row >= 0:
        weights *= learned.gains[row]
    by_words = row >= 0 and (len(mine) > 0 or not np.isnan(learned.unnamed[row]))
    room = len(mine) + (2 * n if by_words else 0)
    told = Stretches(np.empty(room, np.int32), np.empty(room, np.int32), np.full(room, -1, np.int32), np.zeros(room))
    for number in range(len(mine)):
        told.first[number], told.end[number] = judged.found.first[mine[number]], judged.found.end[mine[number]]
        told.kinds[number], told.weights[number] = judged.found.kinds[mine[number]], weights[number]
    if by_words:
        singles, pairs = word_weights(learned.weights, row, judged.scored.words)
        _gather(told, len(mine), judged.tokens, tokens.sentences, singles, pairs)
    rounded, chosen = np.empty(room), np.empty(room, np.int32)
    chosen = chosen[: _choose(told.first, told.weights, light, most, rounded, chosen, np.empty(room, np.int64))]
    return tokens.starts[told.first[chosen]], tokens.ends[told.end[chosen] - 1], told.kinds[chosen], rounded[chosen]


@compiled_bare
def _mine(labels: Numbers, label: int, mine: Numbers) -> int:
    count = 0
    for mention in range(len(labels)):
        mine[count] = mention
        count += labels[mention] == label
    return count


@compiled_bare
def _owe(added: Floats, at: Places, mine: Numbers, shares: Floats, weights: Floats, met: Any) -> None:
    """Share what each feature added to the score of a label among those of its mentions that it is owed to.

    What no mention is owed, because none stands there, is left out, and so is what is the whole article's.

    Args:
        added: (FEATURES,) by each feature.
        at: where all mentions stand.
        mine: numbers of the label's mentions, in order.
        shares: (mine, FEATURES) of 1, for its use.
        weights: (mine,) what each is owed is added.
        met: (terms,) false, for its use.
    """
    n = len(mine)
    for number in range(n):
        mention, share, before = mine[number], shares[number], mine[max(0, number - 1)]
        share[0] = at.in_headline[mention]
        share[1] = share[2] = at.in_headline[mention] or at.in_opening[mention]
        share[3] = share[18] = at.in_lead[mention]
        share[4] = share[20] = at.in_dateline[mention]
        share[10] = number == 0 or at.sentence[before] != at.sentence[mention]  # in order, as mentions are
        share[11] = number == 0 or at.fifth[before] != at.fifth[mention]
        share[12] = not met[at.term[mention]]
        met[at.term[mention]] = True
        share[13] = at.by_name[mention]
        share[14], share[19] = number == 0, number == n - 1
        share[15] = share[16] = share[21] = 0.0
        share[17] = at.held[mention]
    for feature in range(FEATURES):
        total = 0.0
        for number in range(n):
            total += shares[number, feature]
        if total > 0:
            for number in range(n):
                weights[number] += added[feature] * shares[number, feature] / total


@compiled_bare
def _gather(told: Stretches, k: int, tokens: Numbers, sentences: Offsets, singles: Floats, pairs: Floats) -> None:
    """Add what words added, stretch by stretch; a word inside a mention is the mention's.

    Args:
        told: the first ``k`` of them are the label's mentions, in order; the others are filled in.
        k: see above.
        tokens: of each term.
        sentences: of each token.
        singles, pairs: (terms,) what each term added, and with the one after it; see weighing.word_weights.
    """
    n, beside = len(tokens), 0
    first, end, _, added = told
    for at in range(n):
        token = tokens[at]
        while beside < k and end[beside] <= token:
            beside += 1
        inside = beside < k and first[beside] <= token
        single, pair = k + at, k + n + at
        first[single], end[single] = token, token + 1
        first[pair], end[pair] = token, token + 1  # nothing stands there unless another one follows
        added[beside if inside else single] += singles[at]
        if at + 1 < n:
            following = tokens[at + 1]
            if sentences[token] == sentences[following]:
                end[pair] = following + 1
                added[beside if inside and following < end[beside] else pair] += pairs[at]
            else:
                other = beside
                while other < k and end[other] <= following:
                    other += 1
                covered = other < k and first[other] <= following
                added[other if covered else single + 1] += pairs[at]


@compiled_bare
def _choose(first: Numbers, added: Floats, light: float, most: int, weights: Floats, chosen: Numbers, keys: Any) -> int:
    """Note the rounded weights and, in order, the numbers of the heaviest; gives how many are chosen."""
    top, count = 0.0, 0
    for at in range(len(first)):
        weights[at] = round(added[at] * _DIGITS) / _DIGITS
        top = max(top, abs(weights[at]))
    for at in range(len(first)):
        if weights[at] != 0 and abs(weights[at]) >= min(light, top / 2):
            chosen[count], keys[count] = at, (np.int64(first[at]) << 32) + at
            count += 1
    sort(keys[:count], chosen[:count])
    for place in range(count):
        keys[place] = place - (np.int64(round(abs(weights[chosen[place]]) * _DIGITS)) << 32)
    sort(keys[:count], chosen[:count])
    return min(count, most)

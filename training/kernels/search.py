"""Seeds found in one pass over the words of an article; what a mention is, `training.mentions` says.

Everything that stands around a mention is told by numbers: of tokens, terms, senses, guards and cues.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from training.kernels.beside import BLANK, COMMA, DOT, NO_BREAK, Text, gap, is_comma, together
from training.kernels.compiling import compiled
from training.kernels.guards import LISTING, Known, Terms, let, role
from training.kernels.hashing import Hashes, Numbers, found, phrase
from training.kernels.words import BARE, CAPITAL, POSSESSIVE, Bytes, Offsets

ANY, TITLE, ALL = range(3)  # how a word of a term must be written
REGION, BOUND, FOLLOWED = 1, 2, 4  # bits of a sense
NAMES, DEMONYMS, CAPITAL_CITY, PLACES = range(4)  # the first kinds of terms


class Found(NamedTuple):
    """Mentions in order, of shape (mentions,) each: number of the label, kind of term, first token, and end."""

    labels: Numbers
    kinds: Bytes
    first: Offsets
    end: Offsets


@compiled
def _closed(text: Text, first: int, after: int, terms: Terms) -> bool:
    """Whether tokens ``first`` to before ``after`` are closed off by a sign, and no part of a longer list."""
    if is_comma(text, first) or (after < len(text.hashes) and role(text.hashes[after], terms) & LISTING):
        return False
    start, end = gap(text, after)
    for at in range(start, end):
        if text.points[at] != BLANK and text.points[at] != NO_BREAK:
            return True
    return start == end


@compiled
def _fits(sense: int, text: Text, first: int, terms: Terms) -> bool:
    """Whether tokens from ``first`` on are written as a sense of their term wants."""
    shapes = terms.shapes[terms.shapes_from[sense] : terms.shapes_from[sense + 1]]
    for number in range(len(shapes)):
        wanted, shape = shapes[number], text.shapes[first + number]
        if (wanted == ALL and not shape & BARE) or (wanted == TITLE and not shape & CAPITAL):
            return False
    bits = terms.bits[sense]
    if bits & BOUND and not (is_comma(text, first) and text.shapes[first - 1] & CAPITAL):
        return False
    if not bits & FOLLOWED:
        return True
    start, end = gap(text, first + len(shapes))
    return start < end and (text.points[start] == DOT or text.points[start] == COMMA)


@compiled
def _starts(words: Hashes, keys: Hashes, values: Numbers) -> tuple[Numbers, Numbers]:
    """Give the tokens that terms may start at, and the numbers of those words among all that do."""
    at, numbers, count = np.empty(len(words), np.int32), np.empty(len(words), np.int32), 0
    for token in range(len(words)):
        number = found(keys, values, words[token])
        if number >= 0:
            at[count], numbers[count] = token, number
            count += 1
    return at[:count], numbers[:count]


@compiled
def _matches(text: Text, terms: Terms) -> tuple[Offsets, Offsets, Numbers, Numbers]:
    """Give first token and end of the longest terms, their senses that fit one after the other, and where those end."""
    starts, numbers = _starts(text.hashes, terms.first_keys, terms.first_values)
    n, room = len(text.hashes), len(starts)
    firsts, ends, upto = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room + 1, np.int32)
    fitting, count, senses, free = np.empty(room + 64, np.int32), 0, 0, 0
    upto[0] = 0
    for start in range(room):
        at = starts[start]
        if at < free:
            continue
        lengths = terms.lengths[numbers[start]]
        for length in range(min(terms.longest[numbers[start]], n - at), 0, -1):
            if not (lengths >> np.uint64(length)) & np.uint64(1):
                continue
            term = found(terms.term_keys, terms.term_values, phrase(text.hashes, at, at + length))
            if term < 0 or not together(text, at, at + length):
                continue
            for sense in range(terms.senses_from[term], terms.senses_from[term + 1]):
                if _fits(sense, text, at, terms):
                    if senses == len(fitting):
                        fitting = np.concatenate((fitting, fitting))
                    fitting[senses] = sense
                    senses += 1
            if senses > upto[count]:
                firsts[count], ends[count], upto[count + 1] = at, at + length, senses
                count, free = count + 1, at + length
                break
    return firsts[:count], ends[:count], fitting[:senses], upto[: count + 1]


@compiled
def _settled(text: Text, firsts: Offsets, ends: Offsets, terms: Terms, known: Any, owned: Any) -> Numbers:
    """Give for each match the label whose region or name follows it: 'Moscow, Idaho', 'Tripoli, Lebanon'; else -1."""
    senses, upto = owned
    settled = np.full(len(firsts), -1, np.int32)
    for match in range(len(firsts) - 1):
        at, after, mine = firsts[match + 1], ends[match + 1], senses[upto[match] : upto[match + 1]]
        kind = terms.kinds[mine[0]]
        if ends[match] != at or kind not in (NAMES, CAPITAL_CITY, PLACES) or terms.labels[mine[0]] < 0:
            continue
        if not is_comma(text, at):
            continue
        for sense in senses[upto[match + 1] : upto[match + 2]]:
            label, several, among = terms.labels[sense], False, False
            for place in mine:
                several = several or terms.labels[place] != terms.labels[mine[0]]
                among = among or terms.labels[place] == label
            names_one = several and among and terms.kinds[sense] == NAMES
            bits = terms.bits[sense]
            whole = bits & REGION and (bits & BOUND or _closed(text, firsts[match], after, terms))
            if (names_one or whole) and let(sense, text, at, after, 0, terms, known, owned):
                settled[match] = label
    return settled


@compiled
def find(text: Text, terms: Terms, labels: int) -> Found:
    """Give the mentions of all of ``labels`` labels in order of where they stand; no two overlap."""
    firsts, ends, senses, upto = _matches(text, terms)
    n = len(firsts)
    room = 2 * len(senses) + n + 1
    known = Known(np.empty(room, np.uint64), np.empty(room, np.uint64), np.array([0, 0, -1, 0], np.int32))
    owned = (senses, upto)
    settled = _settled(text, firsts, ends, terms, known, owned)
    sure = np.zeros(labels + 1, np.int32)  # the last for what only looks like a label
    for match in range(n):
        one, last = senses[upto[match]], senses[upto[match + 1] - 1]
        if settled[match] >= 0:
            sure[settled[match]] += 1
        elif terms.guards_from[one] == terms.guards_from[one + 1] and terms.labels[one] == terms.labels[last]:
            sure[terms.labels[one]] += 1
    mentions = Found(np.empty(n, np.int32), np.empty(n, np.uint8), np.empty(n, np.int32), np.empty(n, np.int32))
    count = 0
    for match in range(n):
        first, end, one = firsts[match], ends[match], senses[upto[match]]
        best, kind = settled[match], PLACES
        if best < 0:
            if terms.labels[one] < 0 and end - first == 2:
                known.persons[known.counts[0]] = text.hashes[end - 1]
                known.counts[0] += 1
            for sense in senses[upto[match] : upto[match + 1]]:
                label = terms.labels[sense]
                passes = label >= 0 and let(sense, text, first, end, sure[label], terms, known, owned)
                if passes and (best < 0 or sure[label] > sure[best]):
                    best, kind = label, terms.kinds[sense]
            mine = terms.kinds[one]
            if mine == DEMONYMS or (mine == NAMES and text.shapes[end - 1] & POSSESSIVE):
                known.counts[2], known.counts[3] = end, match
        if best >= 0:
            mentions.labels[count], mentions.kinds[count] = best, kind
            mentions.first[count], mentions.end[count] = first, end
            count += 1
    return Found(mentions.labels[:count], mentions.kinds[:count], mentions.first[:count], mentions.end[:count])

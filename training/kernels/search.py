"""Seeds found in one pass over the words of an article; what a mention is, `training.mentions` says.

Everything that stands around a mention is told by numbers: of tokens, terms, senses, guards and cues.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.beside import BLANK, COMMA, DOT, NO_BREAK, Text, gap, is_comma, together
from training.kernels.compiling import compiled, compiled_bare, inlined
from training.kernels.guards import LISTING, Known, Terms, let, note, role
from training.kernels.hashing import Hashes, Numbers, found, may_have, phrase
from training.kernels.words import BARE, CAPITAL, POSSESSIVE, Bytes, Offsets

Flags = npt.NDArray[np.bool_]

ANY, TITLE, ALL = range(3)  # how a word of a term must be written
REGION, BOUND, FOLLOWED = 1, 2, 4  # bits of a sense
NAMES, DEMONYMS, CAPITAL_CITY, PLACES = range(4)  # the first kinds of terms


class Found(NamedTuple):
    """Mentions in order, of shape (mentions,) each: number of the label, kind of term, first token, and end."""

    labels: Numbers
    kinds: Bytes
    first: Offsets
    end: Offsets


@inlined
def _closed(text: Text, first: int, after: int, terms: Terms) -> bool:
    """Whether tokens ``first`` to before ``after`` are closed off by a sign, and no part of a longer list."""
    if is_comma(text, first) or (after < len(text.hashes) and role(text.hashes[after], terms) & LISTING):
        return False
    start, end = gap(text, after)
    for at in range(start, end):
        if text.points[at] != BLANK and text.points[at] != NO_BREAK:
            return True
    return start == end


@inlined
def _fits(sense: int, text: Text, first: int, terms: Terms) -> bool:
    """Whether tokens from ``first`` on are written as a sense of their term wants."""
    start, length = terms.shapes_from[sense], terms.shapes_from[sense + 1] - terms.shapes_from[sense]
    for number in range(length):
        wanted, shape = terms.shapes[start + number], text.shapes[first + number]
        if (wanted == ALL and not shape & BARE) or (wanted == TITLE and not shape & CAPITAL):
            return False
    bits = terms.bits[sense]
    if bits & BOUND and not (is_comma(text, first) and text.shapes[first - 1] & CAPITAL):
        return False
    if not bits & FOLLOWED:
        return True
    start, end = gap(text, first + length)
    return start < end and (text.points[start] == DOT or text.points[start] == COMMA)


@compiled_bare
def _starts(words: Hashes, terms: Terms, at: Offsets, numbers: Numbers, cued: Flags) -> int:
    """Note the tokens that terms may start at, the numbers of those words among all that do, and where cues may start.

    Gives how many tokens there are that a term may start at.
    """
    count = 0
    for token in range(len(words)):
        word, number = words[token], -1
        cued[token] = may_have(terms.cue_sieve, word)
        if may_have(terms.first_sieve, word):
            number = found(terms.first_keys, terms.first_values, word)
        if number >= 0:
            at[count], numbers[count] = token, number
            count += 1
    return count


@inlined
def _term(text: Text, at: int, lengths: np.uint64, longest: int, terms: Terms) -> tuple[int, int]:
    """Give the number and the length of the longest term that starts at a token; -1 where there is none."""
    words = text.hashes
    if longest > 1 and not may_have(terms.pair_sieve, phrase(words, at, at + 2)):
        longest = 1
    for length in range(longest, 0, -1):
        if (lengths >> np.uint64(length)) & np.uint64(1):
            term = found(terms.term_keys, terms.term_values, phrase(words, at, at + length))
            if term >= 0 and together(text, at, at + length):
                return term, length
    return -1, 0


@compiled_bare
def _match(text: Text, terms: Terms, starts: Offsets, numbers: Numbers, known: Known) -> int:
    """Find the longest terms, and which of their senses fit; gives how many there are."""
    n, count, senses, free = len(text.hashes), 0, 0, 0
    known.senses_from[0] = 0
    for start in range(len(starts)):
        at = starts[start]
        if at < free:
            continue
        lengths, longest = terms.lengths[numbers[start]], min(int(terms.longest[numbers[start]]), n - at)
        while longest > 0:
            term, length = _term(text, at, lengths, longest, terms)
            if term < 0:
                break
            for sense in range(terms.senses_from[term], terms.senses_from[term + 1]):
                known.senses[senses] = sense
                senses += _fits(sense, text, at, terms)
            if senses > known.senses_from[count]:
                known.first[count], known.end[count], known.senses_from[count + 1] = at, at + length, senses
                count, free = count + 1, at + length
                break
            longest = length - 1
    return count


@compiled_bare
def _settle(text: Text, terms: Terms, known: Known, matches: int, settled: Numbers) -> None:
    """Note for each match the label whose region or name follows it: 'Moscow, Idaho', 'Tripoli, Lebanon'; else -1."""
    settled[:] = -1
    for match in range(matches - 1):
        at, after = known.first[match + 1], known.end[match + 1]
        start, end = known.senses_from[match], known.senses_from[match + 1]
        mine = known.senses[start]
        kind = terms.kinds[mine]
        if known.end[match] != at or kind not in (NAMES, CAPITAL_CITY, PLACES) or terms.labels[mine] < 0:
            continue
        if not is_comma(text, at):
            continue
        for number in range(end, known.senses_from[match + 2]):
            sense = known.senses[number]
            label, several, among = terms.labels[sense], False, False
            for place in range(start, end):
                several = several or terms.labels[known.senses[place]] != terms.labels[mine]
                among = among or terms.labels[known.senses[place]] == label
            names_one = several and among and terms.kinds[sense] == NAMES
            bits = terms.bits[sense]
            whole = bits & REGION and (bits & BOUND or _closed(text, known.first[match], after, terms))
            if (names_one or whole) and let(sense, text, at, after, 0, terms, known):
                settled[match] = label


@inlined
def _be_sure(terms: Terms, known: Known, settled: Numbers, sure: Numbers) -> None:
    """Count for each label the mentions that nothing speaks against."""
    for match in range(len(settled)):
        one, last = known.senses[known.senses_from[match]], known.senses[known.senses_from[match + 1] - 1]
        if settled[match] >= 0:
            sure[settled[match]] += 1
        elif terms.guards_from[one] == terms.guards_from[one + 1] and terms.labels[one] == terms.labels[last]:
            sure[terms.labels[one]] += 1


@compiled_bare
def _choose(text: Text, terms: Terms, known: Known, settled: Numbers, sure: Numbers, mentions: Found) -> int:
    """Note the matches that guards let count, for the label that the article names most; gives how many there are."""
    count = 0
    _be_sure(terms, known, settled, sure)
    for match in range(len(settled)):
        first, end, start = known.first[match], known.end[match], known.senses_from[match]
        best, kind, one = settled[match], PLACES, known.senses[start]
        if best < 0:
            if terms.labels[one] < 0 and end - first == 2:
                note(text.hashes[end - 1], known.persons, known.counts, 0)
            for number in range(start, known.senses_from[match + 1]):
                sense = known.senses[number]
                label = terms.labels[sense]
                passes = label >= 0 and let(sense, text, first, end, sure[label], terms, known)
                if passes and (best < 0 or sure[label] > sure[best]):
                    best, kind = label, terms.kinds[sense]
            mine = terms.kinds[one]
            if mine == DEMONYMS or (mine == NAMES and text.shapes[end - 1] & POSSESSIVE):
                known.counts[2], known.counts[3] = end, match
        if best >= 0:
            mentions.labels[count], mentions.kinds[count] = best, kind
            mentions.first[count], mentions.end[count] = first, end
            count += 1
    return count


@compiled
def find(text: Text, terms: Terms, labels: int) -> Found:
    """Give the mentions of all of ``labels`` labels in order of where they stand; no two overlap."""
    n = len(text.hashes)
    starts, numbers, cued = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.bool_)
    room = _starts(text.hashes, terms, starts, numbers, cued)
    senses = np.empty(room * terms.widest, np.int32)
    learned = 2 * len(senses) + room + 1
    known = Known(
        np.empty(room, np.int32),
        np.empty(room, np.int32),
        np.empty(room + 1, np.int32),
        senses,
        np.empty(learned, np.uint64),
        np.empty(learned, np.uint64),
        np.array([0, 0, -1, 0], np.int32),
        np.zeros(len(terms.guard_bits), np.int8),
        cued,
    )
    n = _match(text, terms, starts[:room], numbers, known)
    settled, sure = np.empty(n, np.int32), np.zeros(labels + 1, np.int32)  # the last for what only looks like a label
    _settle(text, terms, known, n, settled)
    found = Found(np.empty(n, np.int32), np.empty(n, np.uint8), np.empty(n, np.int32), np.empty(n, np.int32))
    count = _choose(text, terms, known, settled, sure, found)
    return Found(found.labels[:count], found.kinds[:count], found.first[:count], found.end[:count])

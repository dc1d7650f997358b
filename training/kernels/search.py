"""Seeds found in one pass over the words of an article; what a mention is, `training.mentions` says.

Everything that stands around a mention is told by numbers: of tokens, terms, senses, guards and cues.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled
from training.kernels.hashing import Hashes, Numbers, found, phrase
from training.kernels.words import BARE, CAPITAL, LOWERS, POSSESSIVE, SINGLE, UPPERS, Bytes, Offsets, Points

ANY, TITLE, ALL = range(3)  # how a word of a term must be written
REGION, BOUND, DOT = 1, 2, 4  # bits of a sense
PERSON, NATIONAL, CAPITALS = 1, 2, 4  # bits of a guard; the last refuses a line written in capitals
GIVEN_NAME, PREPOSITION, OFFICE, LISTING, NO_INITIAL = 1, 2, 4, 8, 16  # bits of the role of a word
NAMES, DEMONYMS, CAPITAL_CITY, PLACES = range(4)  # the first kinds of terms

_COMMA, _DOT, _LINE, _BLANK, _NO_BREAK = ord(","), ord("."), ord("\n"), ord(" "), 0xA0
_FULL_LINE = (30, 100)  # characters of a line that was broken because it was full, in text with a fixed width
_NEAR = 30  # words to either side that an `unless` looks at


class Terms(NamedTuple):
    """Seeds as tables; ``x_from[n]`` to before ``x_from[n + 1]`` are the x of the n-th.

    Attributes:
        first_keys, first_values, lengths, longest: first words of terms, how many words those have (bit n for n of
            them), and how many the longest has.
        term_keys, term_values, senses_from: terms by the hash of their words, and their senses.
        labels, kinds, bits: of each sense: label (-1: only looks like one), kind of term, see REGION.
        shapes_from, shapes: how each word of a sense must be written.
        guards_from, guards: of each sense.
        guard_bits, unless_from, unless, needs_from, needs: of each guard, its cues.
        cues_from, cues: hashes of the words of each cue.
        role_keys, role_values, roles: what words say of those beside them, see GIVEN_NAME.
    """

    first_keys: Hashes
    first_values: Numbers
    lengths: npt.NDArray[np.uint64]
    longest: Bytes
    term_keys: Hashes
    term_values: Numbers
    senses_from: Numbers
    labels: Numbers
    kinds: Bytes
    bits: Bytes
    shapes_from: Numbers
    shapes: Bytes
    guards_from: Numbers
    guards: Numbers
    guard_bits: Bytes
    unless_from: Numbers
    unless: Numbers
    needs_from: Numbers
    needs: Numbers
    cues_from: Numbers
    cues: Hashes
    role_keys: Hashes
    role_values: Numbers
    roles: Bytes


class Text(NamedTuple):
    """What is searched: the tokens of an article, and where its fields end.

    Attributes:
        points: its code points.
        hashes, starts, ends, sentences, shapes: see :class:`training.kernels.words.Tokens`.
        field_ends: (3,) where title, dateline and text end.
        marks: (3,) tokens in title, in title and dateline, in the headline.
        classes: (code points,) see :mod:`training.characters`.
    """

    points: Points
    hashes: Hashes
    starts: Offsets
    ends: Offsets
    sentences: Offsets
    shapes: Bytes
    field_ends: Offsets
    marks: Offsets
    classes: Bytes


class Found(NamedTuple):
    """Mentions in order, of shape (mentions,) each: number of the label, kind of term, first token, and end."""

    labels: Numbers
    kinds: Bytes
    first: Offsets
    end: Offsets


class _Known(NamedTuple):
    """What has been learned from the article so far.

    Attributes:
        persons: hashes of words that are names of persons here.
        abroad: hashes of bodies that are another country's here.
        counts: how many of each; then the token after the last country, and its match.
    """

    persons: Hashes
    abroad: Hashes
    counts: Numbers


@compiled
def _field(text: Text, token: int) -> int:
    return 0 if token < text.marks[0] else 1 if token < text.marks[1] else 2


@compiled
def _gap(text: Text, token: int) -> tuple[int, int]:
    """Give where the stretch between ``token`` and the one before it lies; it ends with the field."""
    if token == 0:
        return 0, 0
    start, field = text.ends[token - 1], _field(text, token - 1)
    goes_on = token < len(text.starts) and _field(text, token) == field
    return start, text.starts[token] if goes_on else text.field_ends[field]


@compiled
def _is_comma(text: Text, token: int) -> bool:
    """Whether nothing but a comma and white space stands before ``token``."""
    start, end = _gap(text, token)
    commas = 0
    for at in range(start, end):
        if text.points[at] == _COMMA:
            commas += 1
        elif not text.classes[text.points[at]] & 64:
            return False
    return commas == 1


@compiled
def _broken(text: Text, token: int) -> bool:
    """Whether ``token`` starts a line only because the line before was full."""
    start, end = _gap(text, token)
    if token == text.marks[2]:
        return False
    lines = 0
    for at in range(start, end):
        if text.points[at] == _LINE:
            lines += 1
        elif text.points[at] != _BLANK:
            return False
    first = start
    while first > 0 and text.points[first - 1] != _LINE:
        first -= 1
    return lines == 1 and _FULL_LINE[0] <= start - first + 1 < _FULL_LINE[1]


@compiled
def _adjoin(text: Text, token: int) -> bool:
    """Whether nothing but a blank stands between ``token`` and the next one."""
    if token < 0 or token + 1 >= len(text.starts):
        return False
    if text.sentences[token] != text.sentences[token + 1]:
        return _broken(text, token + 1)
    start, end = _gap(text, token + 1)
    if end - start == 2 and text.points[start] == _DOT:
        start += 1
    return end - start == 1 and (text.points[start] == _BLANK or text.points[start] == _NO_BREAK)


@compiled
def _together(text: Text, first: int, end: int) -> bool:
    """Whether tokens are of one sentence, or would be, had a line not been broken between them."""
    if text.sentences[first] == text.sentences[end - 1]:
        return True
    breaks, at = 0, 0
    for token in range(first + 1, end):
        if text.sentences[token] != text.sentences[token - 1]:
            breaks, at = breaks + 1, token
    return breaks == 1 and _broken(text, at)


@compiled
def _closed(text: Text, first: int, after: int, terms: Terms) -> bool:
    """Whether tokens ``first`` to before ``after`` are closed off by a sign, and no part of a longer list."""
    if _is_comma(text, first) or (after < len(text.hashes) and _role(text.hashes[after], terms) & LISTING):
        return False
    start, end = _gap(text, after)
    for at in range(start, end):
        if text.points[at] != _BLANK and text.points[at] != _NO_BREAK:
            return True
    return start == end


@compiled
def _role(word: np.uint64, terms: Terms) -> int:
    number = found(terms.role_keys, terms.role_values, word)
    return int(terms.roles[number]) if number >= 0 else 0


@compiled
def _fits(sense: int, text: Text, first: int, terms: Terms) -> bool:
    """Whether tokens from ``first`` on are written as a sense of their term wants."""
    shapes = terms.shapes[terms.shapes_from[sense] : terms.shapes_from[sense + 1]]
    for number in range(len(shapes)):
        wanted, shape = shapes[number], text.shapes[first + number]
        if (wanted == ALL and not shape & BARE) or (wanted == TITLE and not shape & CAPITAL):
            return False
    bits = terms.bits[sense]
    if bits & BOUND and not (_is_comma(text, first) and text.shapes[first - 1] & CAPITAL):
        return False
    if not bits & DOT:
        return True
    start, end = _gap(text, first + len(shapes))
    return start < end and (text.points[start] == _DOT or text.points[start] == _COMMA)


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
            if term < 0 or not _together(text, at, at + length):
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
def _has_any(words: Hashes, first: int, end: int, numbers: Numbers, bounds: Numbers, cues: Hashes) -> bool:
    """Whether the words of one of the cues with these ``numbers`` stand between tokens ``first`` and ``end``."""
    end = min(end, len(words))
    for number in numbers:
        start, size = bounds[number], bounds[number + 1] - bounds[number]
        for at in range(max(0, first), end - size + 1):
            here = 0
            while here < size and words[at + here] == cues[start + here]:
                here += 1
            if here == size:
                return True
    return False


@compiled
def _lets(
    guard: int, label: int, text: Text, first: int, end: int, sure: int, terms: Terms, known: Any, owned: Any
) -> bool:
    """Whether a guard lets tokens ``first`` to ``end`` count for a label with ``sure`` other mentions."""
    words, bounds, cues = text.hashes, terms.cues_from, terms.cues
    unless = terms.unless[terms.unless_from[guard] : terms.unless_from[guard + 1]]
    if _has_any(words, first - _NEAR, first, unless, bounds, cues):
        return False
    if _has_any(words, end, end + _NEAR, unless, bounds, cues):
        return False
    needs = terms.needs[terms.needs_from[guard] : terms.needs_from[guard + 1]]
    if len(needs) and not _has_any(words, 0, len(words), needs, bounds, cues):
        return False
    bits = terms.guard_bits[guard]
    if bits & CAPITALS and _shouted(text, first):
        return False
    if bits & NATIONAL and _is_abroad(label, text, first, end, terms, known, owned):
        return False
    return not (bits & PERSON and _is_person(text, first, end, sure, terms, known))


@compiled
def _shouted(text: Text, first: int) -> bool:
    beside = 0
    for token in range(max(0, first - 3), min(len(text.hashes), first + 4)):
        if token != first and text.sentences[token] == text.sentences[first]:
            if not text.shapes[token] & UPPERS or text.shapes[token] & LOWERS:
                return False
            beside += 1
    return beside > 1


@compiled
def _is_abroad(label: int, text: Text, first: int, end: int, terms: Terms, known: Any, owned: Any) -> bool:
    """Whether a body that many countries have is another one's; if once, then from then on."""
    body, other = phrase(text.hashes, first, end), known.counts[2] == first and _adjoin(text, first - 1)
    for sense in owned[0][owned[1][known.counts[3]] : owned[1][known.counts[3] + 1]]:
        other = other and terms.labels[sense] != label
    if other:
        known.abroad[known.counts[1]] = body
        known.counts[1] += 1
    return body in known.abroad[: known.counts[1]]


@compiled
def _is_person(text: Text, first: int, end: int, sure: int, terms: Terms, known: Any) -> bool:
    name = text.hashes[first]
    if _beside_a_name(text, first, end, terms):
        known.persons[known.counts[0]] = name
        known.counts[0] += 1
        return True
    return sure == 0 and name in known.persons[: known.counts[0]]  # 'Michael Jordan' is 'Jordan' from then on


@compiled
def _beside_a_name(text: Text, first: int, end: int, terms: Terms) -> bool:
    if _adjoin(text, first - 1):
        before, role = text.shapes[first - 1], _role(text.hashes[first - 1], terms)
        if role & GIVEN_NAME or (before & SINGLE and not role & NO_INITIAL):
            return True
        if role & PREPOSITION:
            return False
    if first < text.marks[2] or text.shapes[end - 1] & POSSESSIVE:  # Headlines May Capitalise Every Word
        return False
    uppers, lowers = 0, 0
    for token in range(first, end):
        uppers, lowers = uppers | (text.shapes[token] & UPPERS), lowers | (text.shapes[token] & LOWERS)
    if (uppers and not lowers) or not _adjoin(text, end - 1):
        return False
    return text.shapes[end] & CAPITAL != 0 and not _role(text.hashes[end], terms) & OFFICE


@compiled
def _let(sense: int, text: Text, first: int, end: int, sure: int, terms: Terms, known: Any, owned: Any) -> bool:
    """Whether all guards of a sense let tokens ``first`` to ``end`` count."""
    for number in range(terms.guards_from[sense], terms.guards_from[sense + 1]):
        if not _lets(terms.guards[number], terms.labels[sense], text, first, end, sure, terms, known, owned):
            return False
    return True


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
        if not _is_comma(text, at):
            continue
        for sense in senses[upto[match + 1] : upto[match + 2]]:
            label, several, among = terms.labels[sense], False, False
            for place in mine:
                several = several or terms.labels[place] != terms.labels[mine[0]]
                among = among or terms.labels[place] == label
            names_one = several and among and terms.kinds[sense] == NAMES
            bits = terms.bits[sense]
            whole = bits & REGION and (bits & BOUND or _closed(text, firsts[match], after, terms))
            if (names_one or whole) and _let(sense, text, at, after, 0, terms, known, owned):
                settled[match] = label
    return settled


@compiled
def find(text: Text, terms: Terms, labels: int) -> Found:
    """Give the mentions of all of ``labels`` labels in order of where they stand; no two overlap."""
    firsts, ends, senses, upto = _matches(text, terms)
    n = len(firsts)
    room = 2 * len(senses) + n + 1
    known = _Known(np.empty(room, np.uint64), np.empty(room, np.uint64), np.array([0, 0, -1, 0], np.int32))
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
                passes = label >= 0 and _let(sense, text, first, end, sure[label], terms, known, owned)
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

"""One pass over the code points of an article: its words, where they stand, and which sentence each is in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.characters import (
    ALPHA,
    APOSTROPHE,
    CLASS,
    FOLD,
    JOINER,
    LETTER,
    LONGER,
    LOWER,
    POINTS,
    SPACE,
    UPPER,
    WORDY,
    Characters,
)
from training.kernels.compiling import compiled, compiled_bare, inlined
from training.kernels.hashing import PRIME, START, Hashes, found, mixed

Points = npt.NDArray[np.uint32]
Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int32]

_HEADLINE = 25  # words of a first line that may be a headline

CAPITAL, UPPERS, LOWERS, BARE, POSSESSIVE, SINGLE, TERM, LONG = (1 << bit for bit in range(8))
"""Bits of a token's shape: it starts with a capital; has capitals; has other letters; has capitals alone but for a
possessive; ends in a possessive 's; is folded to one character; to two letters or more; to three letters or more and
no dot."""

_DOT, _S, _LINE, _BLANK, _NO_BREAK = ord("."), ord("s"), ord("\n"), ord(" "), 0xA0
_WORDY, _INSIDE, _ALPHA = (np.uint32(bits << CLASS) for bits in (WORDY, JOINER | APOSTROPHE, ALPHA))
_DOT_64 = np.uint64(_DOT)
_ENDS = (ord("."), ord("!"), ord("?"), ord("…"))
_CLOSERS = (ord('"'), ord("'"), ord("”"), ord("’"), ord(")"), ord("]"))
_CLOSING = (ord("."), ord("!"), ord(":"), ord(";"))
_FULL = (40, 90)  # characters of a line that was broken because it was full


class Tokens(NamedTuple):
    """The words of an article in order; of shape (tokens,) each.

    Attributes:
        hashes: uint64, of the folded words.
        starts, ends: int32, where each stands.
        sentences: int32, numbers from 0.
        shapes: uint8, the bits above.
    """

    hashes: Hashes
    starts: Offsets
    ends: Offsets
    sentences: Offsets
    shapes: Bytes


@compiled
def hash_of(word: Points) -> np.uint64:
    """Give the hash of a folded word."""
    state = START
    for point in word:
        state = (state ^ np.uint64(point)) * PRIME
    return mixed(state)


@inlined
def dotted(points: Points, start: int, end: int, classes: Bytes) -> int:
    """Give the end of letters with dots behind each, such as U.S., that start at ``start``; ``start`` if none do."""
    at, groups = start, 0
    while at < end and classes[points[at]] & LETTER:
        after = at + 1
        while after < end and classes[points[after]] & JOINER:
            after += 1
        if after == end or points[after] != _DOT:
            break
        at, groups = after + 1, groups + 1
    if groups and at < end and classes[points[at]] & LETTER and not (at + 1 < end and classes[points[at + 1]] & WORDY):
        at += 1
        while at < end and classes[points[at]] & JOINER:
            at += 1
        return at + 1 if at < end and points[at] == _DOT else at
    return at if groups > 1 else start


@inlined
def fold_into(state: np.uint64, code: np.uint32, longer: Points) -> tuple[np.uint64, int]:
    """Take what one letter or digit is folded to into a hash; gives the hash and how many characters that was."""
    to = code & FOLD
    if to < POINTS:
        return (state ^ np.uint64(to)) * PRIME, 1
    at = to - np.uint32(POINTS)
    for place in range(at + 1, at + 1 + longer[at]):
        state = (state ^ np.uint64(longer[place])) * PRIME
    return state, int(longer[at])


@inlined
def read_plain(points: Points, start: int, end: int, codes: Points) -> tuple[int, np.uint64, int]:
    """Give end, hash and shape of a word of letters and digits alone, as nearly all are; ``start`` for another."""
    state, code, at = START, codes[points[start]], start
    first, kinds, every = code, code, code
    while True:
        state = (state ^ np.uint64(code & FOLD)) * PRIME
        kinds, every = kinds | code, every & code
        at += 1
        if at == end:
            break
        code = codes[points[at]]
        if not code & _WORDY:
            break
    goes_on = at < end and (code & _INSIDE or (at == start + 1 and points[at] == _DOT))
    if goes_on or kinds & LONGER:
        return start, state, 0
    kind = int(kinds >> CLASS)
    return at, mixed(state), _shape(int(first >> CLASS), kind, kind, every & _ALPHA != 0, at - start)


@inlined
def read_dotted(
    points: Points, start: int, end: int, classes: Bytes, codes: Points, longer: Points
) -> tuple[np.uint64, int]:
    """Give hash and shape of letters with dots behind each; the last has one, whether it is written or not."""
    state, length, kinds, every = START, 0, 0, 255
    for at in range(start, end):
        kind = int(classes[points[at]])
        if kind & WORDY:
            state, more = fold_into(state, codes[points[at]], longer)
            state = (state ^ _DOT_64) * PRIME
            length, kinds, every = length + more + 1, kinds | kind, every & kind
    return mixed(state), _shape(classes[points[start]], kinds, kinds, every & ALPHA != 0, length)


@inlined
def read_word(
    points: Points, start: int, end: int, classes: Bytes, codes: Points, longer: Points
) -> tuple[int, np.uint64, int]:
    """Give end, hash and shape of the word that starts at ``start``, apostrophes inside it included."""
    state, length, kinds, every, at, last = START, 0, 0, 255, start, np.uint32(0)
    before, length_before, kinds_before, since = START, 0, 0, -(1 << 30)  # as it was at the last apostrophe
    while at < end:
        point = points[at]
        kind = int(classes[point])
        if kind & WORDY:
            last = codes[point] & FOLD
            state, more = fold_into(state, codes[point], longer)
            length, since, kinds, every = length + more, since + more, kinds | kind, every & kind
        elif not kind & JOINER:
            if not (kind & APOSTROPHE and at + 1 < end and classes[points[at + 1]] & WORDY):
                break
            before, length_before, kinds_before, since = state, length, kinds, 0
        at += 1
    owns = since == 1 and last == _S
    if owns:
        state, length = before, length_before
    shape = _shape(classes[points[start]], kinds, kinds_before if owns else kinds, every & ALPHA != 0, length)
    return at, mixed(state), shape | (POSSESSIVE if owns and points[at - 1] == _S else 0)


@inlined
def _shape(first: int, kinds: int, bare: int, alpha: bool, length: int) -> int:
    """Give the shape of a word: the class of its first character, and of all, with and without a possessive."""
    shape = CAPITAL if first & UPPER else 0
    shape |= (UPPERS if kinds & UPPER else 0) | (LOWERS if kinds & LOWER else 0)
    shape |= BARE if bare & (UPPER | LOWER) == UPPER else 0
    if length == 1:
        return shape | SINGLE
    return shape | (TERM if alpha else 0) | (LONG if alpha and length > 2 else 0)


@compiled_bare
def is_wrapped(points: Points, start: int, end: int, classes: Bytes) -> bool:
    """Whether line breaks only keep lines short, as in wire copy and mail: most lines are full and end in no sign."""
    lines, full, first = 0, 0, start
    for at in range(start, end - 1):
        if points[at] == _LINE:
            if at > first and not classes[points[first]] & SPACE and not classes[points[at + 1]] & SPACE:
                lines += 1
                full += _FULL[0] <= at - first <= _FULL[1] and classes[points[at - 1]] & WORDY != 0
            first = at + 1
    return lines >= 2 and full > lines / 2


@inlined
def ends_sentence(points: Points, start: int, end: int, wrapped: bool, classes: Bytes) -> bool:
    """Whether what stands between two words, from ``start`` to ``end``, ends a sentence."""
    if end - start == 1 and points[start] != _LINE:
        return False
    for at in range(start, end):
        point = points[at]
        if point == _LINE:
            if not wrapped or (at + 1 < end and classes[points[at + 1]] & SPACE):
                return True
        elif point == _ENDS[0] or point == _ENDS[1] or point == _ENDS[2] or point == _ENDS[3]:
            after = at + 1
            while after < end and points[after] in _CLOSERS:
                after += 1
            if after < end and classes[points[after]] & SPACE:
                return True
    return False


@inlined
def _goes_on(points: Points, last: int, start: int, shape: int, word: np.uint64, abbreviations: Any) -> bool:
    """Whether the dot between two words is that of an abbreviation or initial, and the sentence goes on."""
    if start - last != 2 or points[last] != _DOT or not (points[last + 1] == _BLANK or points[last + 1] == _NO_BREAK):
        return False
    return shape & SINGLE != 0 or found(abbreviations[0], abbreviations[1], word) >= 0


@compiled_bare
def _words(points: Points, start: int, end: int, characters: Characters, tokens: Tokens, n: int) -> int:
    """Add the words from ``start`` to ``end`` to ``n`` others; gives how many there are."""
    classes, codes, longer = characters
    at = start
    while at < end:
        if not codes[points[at]] & _WORDY:
            at += 1
            continue
        first = at
        at, word, shape = read_plain(points, first, end, codes)
        if at == first:
            at = dotted(points, first, end, classes)
            if at > first:
                word, shape = read_dotted(points, first, at, classes, codes, longer)
                shape &= ~LONG
            else:
                at, word, shape = read_word(points, first, end, classes, codes, longer)
        tokens.hashes[n], tokens.shapes[n], tokens.starts[n], tokens.ends[n] = word, shape, first, at
        n += 1
    return n


@compiled_bare
def _sentences(
    points: Points, fields: Offsets, counts: Offsets, classes: Bytes, abbreviations: Any, tokens: Tokens
) -> None:
    """Number the sentences; each field starts a new one."""
    hashes, starts, ends, sentences, shapes = tokens
    sentence, first = 0, 0
    for field in range(3):
        last = counts[field] if field < 2 else len(starts)
        wrapped = is_wrapped(points, fields[field], fields[field + 1] - 1 if field < 2 else len(points), classes)
        for n in range(first, last):
            if n == first:
                sentence += n > 0
            elif ends_sentence(points, ends[n - 1], starts[n], wrapped, classes):
                sentence += not _goes_on(points, ends[n - 1], starts[n], shapes[n - 1], hashes[n - 1], abbreviations)
            sentences[n] = sentence
        first = last


@inlined
def _headline_end(points: Points, start: int, tokens: Tokens) -> int:
    """Give where the headline of a text ends whose words start at ``start``: its first line, if that looks like one.

    It is short, ends in no sign, and there is more below.
    """
    end = start
    while end < len(tokens.starts) and tokens.sentences[end] == tokens.sentences[start]:
        end += 1
    if end == start or end == len(tokens.starts) or end - start > _HEADLINE:
        return start
    at, after, breaks = tokens.ends[end - 1], tokens.starts[end], False
    for place in range(at, after):
        breaks = breaks or points[place] == _LINE
    while at < after and points[at] in _CLOSERS:
        at += 1
    closed = at < after and points[at] in _CLOSING
    return end if breaks and not closed else start


@compiled
def tokenise(
    points: Points, fields: Offsets, spans: Offsets, characters: Characters, abbreviations: Any
) -> tuple[Tokens, Offsets]:
    """Split an article into words.

    Args:
        points: of its title, dateline and text, one after the other with a line break between.
        fields: (3,), where each of them starts.
        spans: (spans, 2), what of them is read, in order.
        characters: their tables.
        abbreviations: a table of the hashes of those that end no sentence.

    Returns:
        The words, and (3,): how many of them stand in title, in title and dateline, and up to the end of the headline,
        which is the title or, without one, a first line of the text that looks like one.
    """
    most = (len(points) + 3 * len(spans)) // 2 + 1  # words have something between them, but after letters with dots
    room = Tokens(
        np.empty(most, np.uint64),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.int32),
        np.empty(most, np.uint8),
    )
    n = 0
    for number in range(len(spans)):
        n = _words(points, int(spans[number, 0]), int(spans[number, 1]), characters, room, n)
    tokens = Tokens(room.hashes[:n], room.starts[:n], room.ends[:n], room.sentences[:n], room.shapes[:n])
    counts = np.empty(3, np.int32)
    for field in range(2):
        counts[field] = counts[field - 1] if field else 0
        while counts[field] < n and tokens.starts[counts[field]] < fields[field + 1]:
            counts[field] += 1
    _sentences(points, fields, counts, characters.classes, abbreviations, tokens)
    counts[2] = counts[0] or _headline_end(points, counts[1], tokens)
    return tokens, counts

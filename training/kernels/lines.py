"""One pass over the code points of a text: its lines, and which signs of leftovers each may have.

Signs are short strings, looked for all at once: Aho, Corasick: Efficient string matching, 1975.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training.characters import SPACE
from training.kernels.compiling import compiled, inlined
from training.kernels.hashing import PRIME, START, Hashes
from training.kernels.words import Bytes, Offsets, Points

_BREAKS = (0x0A, 0x0D, 0x2028, 0x2029)
_CLOSING = (ord("."), ord("!"), ord("?"), ord("…"), ord(":"), ord(";"))
_BEHIND = (ord('"'), ord("'"), ord("”"), ord("’"), ord(")"), ord("*"), ord("_"), ord(" "))  # what may follow those
_LATIN_END, _SIGNS, _SIGNS_END = 0x370, 0x2000, 0x2C00  # all else is letters of other scripts, or rare
LONGEST = 400  # characters; a longer line is prose


class Signs(NamedTuple):
    """What is looked for, as an automaton.

    Attributes:
        symbols: (code points,) uint8, which of the characters of all strings each is taken for; 0 for none.
        following: (states, symbols) int16, the state after a symbol.
        ended: (states, 2) uint64, the patterns of which a string ends in a state, a bit each.
        first_ended: from this state on, strings end.
        alphabets: (code points,) uint8, a bit for each pattern that may be made of that character.
        made_of: (bits, 2) uint64, those patterns.
        openings: (128, 2) uint64, the patterns that may start with each ASCII character; the first is of all others.
        wraps: (code points,) whether a character may stand around what a line is taken for.
        anywhere, of_line, of_short: (2,) uint64, the patterns to search a text for, and any line, and the patterns that
            may fit a line unlike prose.
        anchored: (2,) uint64, the patterns that fit a line from its start on.
        linked: (2,) uint64, the pattern of links; what is left of a line without them may start in any way.
    """

    symbols: Bytes
    following: npt.NDArray[np.int16]
    ended: Hashes
    first_ended: int
    alphabets: Bytes
    made_of: Hashes
    openings: Hashes
    wraps: npt.NDArray[np.bool_]
    anywhere: Hashes
    of_line: Hashes
    of_short: Hashes
    anchored: Hashes
    linked: Hashes


class Lines(NamedTuple):
    """Lines of a text without the blanks around them: those that a pattern may match, and those unlike prose.

    Where lines repeat or have letters of several scripts, they are all there.

    Attributes:
        numbers: (lines,) int32, of all lines of the text.
        starts, ends, words: (lines,) int32; words as str.split counts them.
        limits: (lines,) int32, behind the first character of the next line of the text.
        closed: (lines,) whether each ends as a sentence does.
        prose: (lines,) whether each reads like a paragraph of an article.
        masks: (lines, 2) uint64, the patterns that may match, a bit each.
        whole: (2,) uint64, likewise for the text.
        foreign: whether there are letters of other scripts than Latin.
        work: whether there may be anything to do at all.
    """

    numbers: Offsets
    starts: Offsets
    ends: Offsets
    words: Offsets
    limits: Offsets
    closed: npt.NDArray[np.bool_]
    prose: npt.NDArray[np.bool_]
    masks: Hashes
    whole: Hashes
    foreign: bool
    work: bool


@compiled
def _is_closed(points: Points, start: int, end: int) -> bool:
    while end > start and points[end - 1] in _BEHIND:
        end -= 1
    return end > start and points[end - 1] in _CLOSING


@compiled
def _made_of(points: Points, start: int, end: int, signs: Signs, mask: Hashes) -> None:
    """Add the patterns whose alphabet has all characters of a line."""
    left = 255
    for at in range(start, end):
        left &= signs.alphabets[points[at]]
        if not left:
            return
    for bit in range(len(signs.made_of)):
        if left >> bit & 1:
            mask[0] |= signs.made_of[bit, 0]
            mask[1] |= signs.made_of[bit, 1]


@inlined
def _any(mask: Hashes, wanted: Hashes) -> bool:
    return bool((mask[0] & wanted[0]) | (mask[1] & wanted[1]))


@compiled
def _opened(points: Points, start: int, end: int, signs: Signs, mask: Hashes) -> None:
    """Leave only patterns that may start as a line does, or as it does without what is wrapped around it."""
    first, inner = points[start], start
    while inner < end and signs.wraps[points[inner]]:
        inner += 1
    second = points[inner] if inner < end else first
    for half in range(2):
        opened = signs.openings[first if first < 128 else 0, half] | signs.openings[second if second < 128 else 0, half]
        mask[half] &= opened | ~signs.anchored[half]


@compiled
def _count(points: Points) -> int:
    """Count the lines there may be at most."""
    count = 1
    for point in points:
        count += point in _BREAKS
    return count


@compiled
def _repeats(hashes: Hashes) -> bool:
    ordered = np.sort(hashes)
    repeats = False
    for at in range(1, len(ordered)):
        repeats = repeats or ordered[at] == ordered[at - 1]
    return repeats


@compiled
def read(points: Points, classes: Bytes, signs: Signs) -> Lines:
    """Read the lines of a text."""
    symbols, following, ended = signs.symbols, signs.following, signs.ended
    most, n, repeated, state, foreign = _count(points), 0, 0, 0, False
    starts, ends, words = np.empty(most, np.int32), np.empty(most, np.int32), np.empty(most, np.int32)
    masks, hashes, whole = np.zeros((most, 2), np.uint64), np.empty(most, np.uint64), np.zeros(2, np.uint64)
    start, end, count, hashed, in_word = -1, 0, 0, START, False
    for at in range(len(points) + 1):
        point = points[at] if at < len(points) else np.uint32(_BREAKS[0])
        if point == _BREAKS[0] or point == _BREAKS[1] or point == _BREAKS[2] or point == _BREAKS[3]:
            if start >= 0:
                starts[n], ends[n], words[n] = start, end, count
                if count >= 4:
                    hashes[repeated] = hashed
                    repeated += 1
                n += 1
            start, count, hashed, in_word = -1, 0, START, False
        elif classes[point] & SPACE:
            in_word = False
        else:
            if start < 0:
                start = at
            count += not in_word
            in_word, end = True, at + 1
            hashed = (hashed ^ np.uint64(point)) * PRIME
            foreign = bool(foreign or (point >= _LATIN_END and not _SIGNS <= point < _SIGNS_END))
        state = following[state, symbols[point]]
        if state >= signs.first_ended:
            if start >= 0:
                masks[n, 0] |= ended[state, 0]
                masks[n, 1] |= ended[state, 1]
            whole[0] |= ended[state, 0]
            whole[1] |= ended[state, 1]
    repeats = foreign or _repeats(hashes[:repeated])
    work: bool = repeats or _any(whole, signs.anywhere)
    kept, closed, prose = np.empty(n, np.int32), np.empty(n, np.bool_), np.empty(n, np.bool_)
    limits, chosen = np.empty(n, np.int32), 0
    for line in range(n):
        closed[line] = _is_closed(points, starts[line], ends[line])
        long = ends[line] - starts[line] > LONGEST
        prose[line] = words[line] >= 40 or (words[line] >= 14 and closed[line]) or long
        limits[line] = starts[line + 1] + 1 if line + 1 < n else len(points)
        mask, wanted = masks[line], signs.of_line
        if not prose[line]:
            _made_of(points, starts[line], ends[line], signs, mask)
            if not _any(mask, signs.linked):
                _opened(points, starts[line], ends[line], signs, mask)
            wanted = signs.of_short
        signed, timed = _any(mask, wanted), _any(mask, signs.anywhere)
        work = work or signed
        if repeats or signed or timed or not prose[line]:
            kept[chosen] = line
            chosen += 1
    kept = kept[:chosen]
    return Lines(
        kept,
        starts[kept],
        ends[kept],
        words[kept],
        limits[kept],
        closed[kept],
        prose[kept],
        masks[kept],
        whole,
        foreign,
        work,
    )

"""One pass over the code points of a text: its lines, and which signs of leftovers each may have.

Signs need short strings, which are looked for all at once; the automata of those found say whether a line may fit.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.automata import CUT, PREFIX, WHOLE, Automata, counted, fits, lowest
from training.kernels.compiling import compiled, inlined
from training.kernels.hashing import PRIME, START, Hashes, mixed
from training.kernels.strings import States, search
from training.kernels.tallies import places_for
from training.kernels.words import Bytes, Offsets, Points

Limits = npt.NDArray[np.int64]
Edges = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

LONGEST = 400  # characters; a longer line is prose
BEHIND, CLOSING, WRAPPING, LATIN, MARK = 1, 2, 4, 8, 16
"""Bits of a kind's traits: it may follow what closes a sentence; closes one; may stand around what a line is taken for;
is a letter of ASCII; may be all that is left of a line."""

NUMBER, START_AT, END_AT, WORDS, CLOSED, PROSE, LOW, HIGH = range(8)
"""Columns of a line: which of all lines of the text; where it starts and ends without the blanks around it; words as
str.split counts them; whether it ends as a sentence does; whether it reads like a paragraph of an article; the patterns
that may match, a bit each in two halves."""

SURE, SHORT, WITHIN, ALWAYS, FITTED, SPAN = range(6)
"""Rows of patterns: to search any line for; to try on lines unlike prose; to find anywhere in the text; that need no
string; that must fit a line from its start to its end; that must fit it from its start on."""

_REACH = 64  # characters that are read to see whether a pattern may match; behind that, it may
_SAMPLES = 7


class Signs(NamedTuple):
    """What is looked for.

    Attributes:
        table: (code points,) uint8, the kind of each character; the first kinds end a line.
        limits: how many kinds end a line; how many are white space; the first kind that may be a letter of another
            script than Latin; how many bits symbols take; the first state in which strings end; characters of the
            longest string, less one; words of the largest automaton's sets of positions.
        traits: (kinds,) uint8, the bits above.
        symbols: (kinds,) uint64, which character of all strings each is taken for; 0 for none.
        following: (states times two to those bits,) uint16, the state after a symbol.
        ended: (states, 2) uint64, the patterns of which a string ends in a state.
        sets: (6, 2) uint64, the rows above.
        edges: (3, kinds, 2) uint64, the patterns that may have each kind first, second and last; all those that have no
            automaton, or may have any.
        pairs: (kinds, kinds) whether a pattern anywhere in a text may start with a kind before another.
        automata: of patterns, by the number of their bit.
    """

    table: Bytes
    limits: Limits
    traits: Bytes
    symbols: Hashes
    following: States
    ended: Hashes
    sets: Hashes
    edges: Edges
    pairs: Flags
    automata: Automata


@inlined
def _is_closed(kinds: Bytes, traits: Bytes, start: int, end: int) -> bool:
    while end > start and traits[kinds[end - 1]] & BEHIND:
        end -= 1
    return end > start and traits[kinds[end - 1]] & CLOSING != 0


@inlined
def _tell(points: Points, table: Bytes, breaks: int, kinds: Bytes, at_breaks: Offsets) -> tuple[int, int]:
    """Give the kinds of all characters and where lines are broken; counts the breaks, and tells the last kind."""
    count, last = 0, np.uint8(0)
    for at in range(len(points)):
        kind = table[points[at]]
        kinds[at] = kind
        last = max(last, kind)
        if kind < breaks:
            at_breaks[count] = at
            count += 1
    kinds[len(points) :] = 0
    at_breaks[count] = len(points)
    return count + 1, int(last)


@inlined
def _words(kinds: Bytes, spaces: np.uint8) -> int:
    """Count words of a line that starts with one."""
    words = 1
    for at in range(1, len(kinds)):
        words += (kinds[at - 1] < spaces) & (kinds[at] >= spaces)
    return words


@inlined
def _lines(kinds: Bytes, traits: Bytes, spaces: int, at_breaks: Offsets, always: Hashes, lines: Hashes) -> int:
    """Fill in lines that are not blank; counts them."""
    count, start = 0, 0
    for at in at_breaks:
        first, end, start = start, at, at + 1
        while first < end and kinds[first] < spaces:
            first += 1
        while end > first and kinds[end - 1] < spaces:
            end -= 1
        if first == end:
            continue
        words = _words(kinds[first:end], np.uint8(spaces))
        closed = _is_closed(kinds, traits, first, end)
        line, long = lines[count], end - first > LONGEST
        line[NUMBER], line[START_AT], line[END_AT], line[WORDS], line[CLOSED] = count, first, end, words, closed
        line[LOW], line[HIGH] = always
        line[PROSE] = words >= 40 or (words >= 14 and closed) or long
        count += 1
    return count


@compiled
def _are_foreign(kinds: Bytes, traits: Bytes, lines: Hashes, foreign: int) -> bool:
    """Whether most letters of any line may be of another script than Latin."""
    for line in lines:
        latin, others = 0, 0
        for at in range(line[START_AT], line[END_AT]):
            latin += (traits[kinds[at]] & LATIN) != 0
            others += kinds[at] >= foreign
        if others > latin:
            return True
    return False


@compiled
def _repeats(points: Points, lines: Hashes) -> bool:
    """Whether there may be a line of four words or more that stands twice."""
    met, repeats = places_for(len(lines)), False
    some, count = np.empty(len(lines), np.uint64), 0
    for line in lines:
        if line[WORDS] >= 4:
            length, hashed = line[END_AT] - line[START_AT], START
            for sample in range(_SAMPLES):
                point = points[line[START_AT] + np.uint64(sample) * (length - np.uint64(1)) // np.uint64(_SAMPLES - 1)]
                hashed = (hashed ^ np.uint64(point)) * PRIME
            some[count] = mixed(hashed ^ length)
            repeats = repeats or _is_met(some, count, met)
            count += 1
    return repeats


@inlined
def _is_met(some: Hashes, number: int, met: Offsets) -> bool:
    """Whether a hash was met before; now it is."""
    place = some[number] & np.uint64(len(met) - 1)
    while met[place] >= 0 and some[met[place]] != some[number]:
        place = (place + np.uint64(1)) & np.uint64(len(met) - 1)
    before = met[place] >= 0
    met[place] = number
    return bool(before)


@inlined
def _note(hits: Offsets, counts: Offsets, ended: Hashes, within: Hashes, lines: Hashes, whole: Hashes) -> int:
    """Note for each line the patterns whose strings were found, and for the text those that are found anywhere.

    Gives where the last string of the latter ends, which is behind the start of their last match.
    """
    line, last = 0, -1
    for quarter in range(4):
        for at, state in hits[quarter, : counts[quarter]]:
            found = ended[state]
            while line < len(lines) and at >= lines[line, END_AT]:
                line += 1
            if line < len(lines) and at >= lines[line, START_AT]:
                lines[line, LOW] |= found[0]
                lines[line, HIGH] |= found[1]
            if (found[0] & within[0]) | (found[1] & within[1]):
                whole[0] |= found[0] & within[0]
                whole[1] |= found[1] & within[1]
                last = at
    return last


@inlined
def _edged(kinds: Bytes, edges: Edges, start: int, end: int, half: int) -> np.uint64:
    """Give the patterns that may start and end as characters do."""
    if end - start < 2:
        return ~np.uint64(0)
    first, second, last = edges[0, kinds[start], half], edges[1, kinds[start + 1], half], edges[2, kinds[end - 1], half]
    patterns: np.uint64 = first & second & last
    return patterns


@inlined
def _sift(
    automata: Automata, kinds: Bytes, traits: Bytes, edges: Edges, line: Hashes, sets: Hashes, room: Hashes
) -> None:
    """Leave only patterns that may fit a line, or what is left of it without what is wrapped around it."""
    start, end = int(np.int64(line[START_AT])), int(np.int64(line[END_AT]))
    inner, outer = start, end
    while inner < outer and traits[kinds[inner]] & WRAPPING:
        inner += 1
    while outer > inner and traits[kinds[outer - 1]] & WRAPPING:
        outer -= 1
    for half in range(2):
        line[LOW + half] &= _edged(kinds, edges, start, end, half) | _edged(kinds, edges, inner, outer, half)
        bits = line[LOW + half] & (sets[FITTED, half] | sets[SPAN, half])
        while bits:
            bit = bits & (~bits + np.uint64(1))
            number = lowest(bits) + 64 * half
            how = PREFIX if sets[SPAN, half] & bit else WHOLE
            may = fits(automata, number, kinds, start, end, room, how)
            if not may and how == WHOLE and (inner > start or outer < end):
                may = fits(automata, number, kinds, inner, outer, room, how)
            if not may:
                line[LOW + half] ^= bit
            bits ^= bit


@compiled
def _keep(
    automata: Automata,
    kinds: Bytes,
    traits: Bytes,
    edges: Edges,
    lines: Hashes,
    sets: Hashes,
    room: Hashes,
    every: bool,
) -> int:
    """Move lines that matter to the front: how many there are, none if no pattern may match."""
    some, kept = False, 0
    for line in lines:
        wanted = SURE
        if not line[PROSE]:
            _sift(automata, kinds, traits, edges, line, sets, room)
            wanted = SHORT
        signed = (line[LOW] & sets[wanted, 0]) | (line[HIGH] & sets[wanted, 1]) != 0
        signed = signed or (not line[PROSE] and traits[kinds[line[START_AT]]] & MARK != 0)
        some = some or signed
        if every or signed or not line[PROSE]:
            for column in range(len(line)):
                lines[kept, column] = line[column]
            kept += 1
    return kept if every or some else 0


@compiled
def _places(
    automata: Automata, kinds: Bytes, until: int, opens: Hashes, pairs: Flags, whole: Hashes, room: Hashes
) -> Offsets:
    """Give where patterns may start that may be anywhere: (places, 2), the character and the number of the pattern."""
    count, starts, most = len(kinds) - 1, np.empty(until + 1, np.int32), 0
    for at in range(min(until, count)):
        starts[most] = at
        most += pairs[kinds[at], kinds[at + 1]]
    found, places = 0, np.empty((most * counted(whole), 2), np.int32)
    for place in range(most):
        at = int(starts[place])
        for half in range(2):
            bits = opens[kinds[at], half] & whole[half]
            while bits:
                number = lowest(bits) + 64 * half
                end, how = (at + _REACH, CUT) if at + _REACH < count else (count, PREFIX)
                if fits(automata, number, kinds, at, end, room, how):
                    places[found, 0], places[found, 1] = at, number
                    found += 1
                bits &= bits - np.uint64(1)
    return places[:found]


@compiled
def read(
    points: Points,
    table: Bytes,
    limits: Limits,
    traits: Bytes,
    symbols: Hashes,
    following: States,
    ended: Hashes,
    sets: Hashes,
    edges: Edges,
    pairs: Flags,
    *automata: Any,
) -> tuple[bool, bool, Hashes, Offsets]:
    """Read the lines of a text.

    Args:
        points: its code points.
        table, limits, traits, symbols, following, ended, sets, edges, pairs: the fields of :class:`Signs`.
        automata: those of its automata. One by one, for a call is told what arrays it gets in a fraction of the time
            that a tuple of them takes.

    Returns:
        Whether there may be anything to do; whether lines may be of other scripts than Latin; lines that a pattern may
        match and those unlike prose, with the columns above, or all of them where lines may repeat or be of other
        scripts; where in the text which patterns may match: (places, 2).
    """
    breaks, spaces, foreign_from, _, _, before, words = limits
    made, room = Automata(*automata), np.empty((2, words), np.uint64)
    count, quarter = len(points), len(points) // 4 + 1
    padded, at_breaks = np.empty(before + 4 * quarter, np.uint8), np.empty(count + 1, np.int32)
    padded[:before] = 0
    kinds = padded[before:]
    broken, last = _tell(points, table, breaks, kinds, at_breaks)
    lines = np.zeros((broken, 8), np.uint64)
    lines = lines[: _lines(kinds, traits, spaces, at_breaks[:broken], sets[ALWAYS], lines)]
    foreign = last >= foreign_from and _are_foreign(kinds, traits, lines, foreign_from)
    whole, hits = sets[ALWAYS] & sets[WITHIN], np.empty((4, quarter, 2), np.int32)
    until = count if whole[0] | whole[1] else 0
    found = search(padded, before, symbols, following, limits[3], limits[4], hits)
    until = max(until, 1 + _note(hits, found, ended, sets[WITHIN], lines, whole))
    places = _places(made, kinds[: count + 1], until, edges[0], pairs, whole, room)
    every = foreign or _repeats(points, lines)
    kept = _keep(made, kinds, traits, edges, lines, sets, room, every)
    return kept + len(places) > 0, foreign, lines[:kept], places

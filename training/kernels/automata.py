"""Automata with sets of positions as bits: which of them a stretch of a text fits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import inlined
from training.kernels.hashing import Hashes
from training.kernels.words import Bytes

_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)  # its 64 stretches of 6 bits all differ
_PLACES = np.zeros(64, dtype=np.int64)
for _place in range(64):
    _PLACES[(int(_DE_BRUIJN) << _place & (1 << 64) - 1) >> 58] = _place


WHOLE, PREFIX, CUT = range(3)
_ENDS = 8  # a row of so many `$` may fit, for all we know


class Automata(NamedTuple):
    """Automata by number, of any number of positions.

    Attributes:
        starts: (automata + 1,) int64, the first word of each one's sets of positions.
        accepts: (words, kinds + 1) uint64, the positions that take each kind of character, and last the end.
        firsts, lasts: (words,) uint64, where it may start and stop.
        empty: (automata,) whether it fits nothing, too.
        rows: (words times 64 + 1,) int64, where what may follow a position starts in:
        words: int64, which word of its automaton,
        follows: uint64, and the positions in it.
    """

    starts: npt.NDArray[np.int64]
    accepts: Hashes
    firsts: Hashes
    lasts: Hashes
    empty: npt.NDArray[np.bool_]
    rows: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]
    follows: Hashes


@inlined
def lowest(bits: np.uint64) -> int:
    """Give the number of the lowest bit."""
    place: int = _PLACES[((bits & (~bits + np.uint64(1))) * _DE_BRUIJN) >> np.uint64(58)]
    return place


@inlined
def counted(words: Hashes) -> int:
    """Count the bits of some words."""
    count = 0
    for bits in words:
        while bits:
            count += 1
            bits &= bits - np.uint64(1)
    return count


@inlined
def _step(automata: Automata, number: int, kind: int, entered: Hashes, active: Hashes) -> tuple[bool, bool]:
    """Take a character: whether the automaton goes on, and whether it may stop; what may be entered next is left."""
    start, size = automata.starts[number], automata.starts[number + 1] - automata.starts[number]
    some, stops = np.uint64(0), np.uint64(0)
    for word in range(size):
        active[word] = entered[word] & automata.accepts[start + word, kind]
        some |= active[word]
        stops |= active[word] & automata.lasts[start + word]
        entered[word] = 0
    for word in range(size):
        bits = active[word]
        while bits:
            row = (start + word) * 64 + lowest(bits)
            for at in range(automata.rows[row], automata.rows[row + 1]):
                entered[automata.words[at]] |= automata.follows[at]
            bits &= bits - np.uint64(1)
    return some != 0, stops != 0


@inlined
def _fits_one(automata: Automata, number: int, kinds: Bytes, start: int, end: int, how: int) -> bool:
    """Say what ``fits`` says, of an automaton whose positions are in one word."""
    word, stops, ends = automata.starts[number], automata.empty[number], automata.accepts.shape[1] - 1
    entered, last = automata.firsts[word], automata.lasts[word]
    for at in range(start, end + _ENDS):
        if (stops and (how != WHOLE or at >= end)) or (how == CUT and at >= end):
            return True
        bits = entered & automata.accepts[word, kinds[at] if at < end else ends]
        if not bits:
            return False
        stops, entered = bits & last != 0, np.uint64(0)
        while bits:
            row = word * 64 + lowest(bits)
            for other in range(automata.rows[row], automata.rows[row + 1]):
                entered |= automata.follows[other]
            bits &= bits - np.uint64(1)
    return True


@inlined
def fits(automata: Automata, number: int, kinds: Bytes, start: int, end: int, room: Hashes, how: int) -> bool:
    """Whether an automaton may fit characters from ``start`` on.

    Args:
        automata: all of them.
        number: of this one.
        kinds: of the characters.
        start, end: which of them to read.
        room: (2, words or more), for its use.
        how: WHOLE, it must fit them all; PREFIX, it may stop before; CUT, likewise, and there is more behind ``end``.
    """
    if automata.starts[number + 1] - automata.starts[number] == 1:
        return _fits_one(automata, number, kinds, start, end, how)
    entered, active, stops = room[0], room[1], automata.empty[number]
    for word in range(automata.starts[number + 1] - automata.starts[number]):
        entered[word] = automata.firsts[automata.starts[number] + word]
    for at in range(start, end):
        if stops and how != WHOLE:
            return True
        goes_on, stops = _step(automata, number, kinds[at], entered, active)
        if not goes_on:
            return False
    for _ in range(_ENDS):
        if stops or how == CUT:
            return True
        goes_on, stops = _step(automata, number, automata.accepts.shape[1] - 1, entered, active)
        if not goes_on:
            return False
    return True

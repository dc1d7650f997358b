"""Regular expressions as automata that match whatever the expressions match, and perhaps more.

An automaton has a position for each character of its expression: Glushkov: The abstract theory of automata, 1961. What
can't be told by reading on is left out: word boundaries, what stands before, what may not follow. Long counts have no
upper end.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.characters import LETTER, POINTS, SPACE, WORDY, characters
from training.kernels.automata import Automata
from training.kernels.hashing import Hashes

ops: Any = import_module("re._constants")  # how an expression is read, no public module says
parser: Any = import_module("re._parser")
_compiler: Any = import_module("re._compiler")

# Beyond ASCII, but taken for ASCII where case is ignored: long s, the Kelvin sign, i with a dot and without
ALIKE = {"\u017f": "s", "\u212a": "k", "\u0130": "i", "\u0131": "i"}
_FOREIGN = 0x370  # from here on are letters of other scripts than Latin, but for symbols:
_SYMBOLS = range(0x2000, 0x2C00)
_ONE = (ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY)
_COPIES = 2  # of what is repeated; more are taken for any number

Item = tuple[Any, Any]


class Kinds(NamedTuple):
    """Characters that no expression tells apart: each that one names is a kind of its own, the rest goes by category.

    Attributes:
        table: (code points,) uint8, the kind of each.
        chars: a character of each kind.
        unnamed: (kinds,) whether it stands for others, too.
        breaks, spaces, foreign: what ends a line are the first kinds, up to ``breaks``; white space goes up to
            ``spaces``, and what may be a letter of another script than Latin starts at ``foreign``.
    """

    table: npt.NDArray[np.uint8]
    chars: str
    unnamed: npt.NDArray[np.bool_]
    breaks: int
    spaces: int
    foreign: int


def kinds(patterns: Iterable[str], breaks: str, others: str) -> Kinds:
    """Tell characters into kinds.

    Args:
        patterns: expressions.
        breaks: what ends a line, white space all.
        others: more characters to tell apart.

    Raises:
        ValueError: there are more than 255 kinds.
    """
    names = {name for pattern in patterns for name in _names(parser.parse(pattern))}
    named = sorted({*map(chr, range(128)), *names, *breaks, *others, *ALIKE, "ʼ"})
    points, classes = np.arange(POINTS), characters().classes
    key = ((classes & WORDY != 0) + 2 * (classes & LETTER != 0)).astype(np.int16)
    key[[ord(char) for char in named]] = range(4, 4 + len(named))
    foreign = (points >= _FOREIGN) & ~((points >= _SYMBOLS.start) & (points < _SYMBOLS.stop))
    rank = np.where(classes & SPACE, 1, 2 + foreign).astype(np.int16)
    rank[[ord(char) for char in breaks]] = 0
    key += 1024 * rank
    present = np.flatnonzero(np.bincount(key))
    if len(present) > 255:
        raise ValueError(f"patterns name {len(named)} characters; at most 255 can be told apart")
    numbers, firsts = np.zeros(4096, dtype=np.uint8), np.zeros(4096, dtype=np.int64)
    numbers[present] = range(len(present))
    firsts[key[::-1]] = points[::-1]
    limits = [int(np.searchsorted(present, 1024 * limit)) for limit in (1, 2, 3)]
    return Kinds(numbers[key], "".join(map(chr, firsts[present])), present % 1024 < 4, *limits)


def _names(items: Iterable[Item]) -> Iterator[str]:
    for op, value in items:
        if op in (ops.LITERAL, ops.NOT_LITERAL):
            yield chr(value)
        elif op is ops.IN:
            yield from _names(value)
        else:
            for part in parts(op, value):
                yield from _names(part)


def parts(op: Any, value: Any) -> list[Any]:
    """Give the sequences inside an item of a parsed expression."""
    if op is ops.BRANCH:
        return list(value[1])
    place = {ops.SUBPATTERN: 3, ops.MAX_REPEAT: 2, ops.MIN_REPEAT: 2, ops.ASSERT: 1, ops.ASSERT_NOT: 1}.get(op)
    return [] if place is None else [value[place]]


def is_cased(char: str) -> bool:
    """Whether a character beyond ASCII has cases: what else it is taken for then, is not known here."""
    return not char.isascii() and char.lower() != char.upper()


class _Part(NamedTuple):
    """A part of an automaton: its first and last positions, a bit each, and whether it may match nothing."""

    first: int
    last: int
    empty: bool


_NOTHING = _Part(0, 0, True)


class _Automaton:
    """The automaton of one expression, built as it is read; without an end of its own, `$` may match anywhere."""

    def __init__(self, pattern: str, has_end: bool, known: Kinds, cache: dict[str, npt.NDArray[np.bool_]]) -> None:
        self.has_end, self.known, self.cache = has_end, known, cache
        self.accepts: list[npt.NDArray[np.bool_]] = []  # a row a position: which kinds, and last: the end
        self.follows: list[int] = []
        parsed = parser.parse(pattern)
        self.whole = self._sequence(parsed, parsed.state.flags, True)

    def _sequence(self, items: Iterable[Item], flags: int, is_last: bool) -> _Part:
        every, part = list(items), _NOTHING
        for number, (op, value) in enumerate(every, 1):
            part = self._joined(part, self._item(op, value, flags, is_last and number == len(every)))
        return part

    def _joined(self, one: _Part, two: _Part) -> _Part:
        for position in _bits(one.last):
            self.follows[position] |= two.first
        first = one.first | (two.first if one.empty else 0)
        return _Part(first, two.last | (one.last if two.empty else 0), one.empty and two.empty)

    def _item(self, op: Any, value: Any, flags: int, is_last: bool) -> _Part:
        if op in _ONE:
            return self._position(self._accepted(op, value, flags))
        if op is ops.AT:
            at_end = self.has_end and value in (ops.AT_END, ops.AT_END_STRING)
            end = np.arange(len(self.known.chars) + 1) == len(self.known.chars)
            return self._position(end) if at_end else _NOTHING
        if op is ops.SUBPATTERN:
            return self._sequence(value[3], (flags | value[1]) & ~value[2], is_last)
        if op is ops.BRANCH:
            return self._branches([self._sequence(branch, flags, is_last) for branch in value[1]])
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
            least, most, part = value
            return self._repeated(least, most, part, flags)
        if op is ops.ASSERT and value[0] > 0 and is_last:  # to look ahead and to read on are the same at the end
            return self._sequence(value[1], flags, True)
        return _NOTHING if op in (ops.ASSERT, ops.ASSERT_NOT) else self._anything()

    def _position(self, accepts: npt.NDArray[np.bool_]) -> _Part:
        self.accepts.append(accepts)
        self.follows.append(0)
        bit = 1 << len(self.accepts) - 1
        return _Part(bit, bit, False)

    def _branches(self, every: list[_Part]) -> _Part:
        first, last = 0, 0
        for part in every:
            first, last = first | part.first, last | part.last
        return _Part(first, last, any(part.empty for part in every))

    def _repeated(self, least: int, most: int, items: Iterable[Item], flags: int) -> _Part:
        whole, several = _NOTHING, most > max(least, 1) and not (least == 1 and most == 2) or least > _COPIES
        for _ in range(min(least, _COPIES) - 1):
            whole = self._joined(whole, self._sequence(items, flags, False))
        part = self._sequence(items, flags, False)
        if several:
            self._joined(part, part)
        whole = self._joined(whole, part._replace(empty=part.empty or not least))
        if (least, most) == (1, 2):
            whole = self._joined(whole, self._sequence(items, flags, False)._replace(empty=True))
        return whole

    def _anything(self) -> _Part:
        part = self._position(np.ones(len(self.known.chars) + 1, dtype=bool))
        return self._joined(part, part)._replace(empty=True)

    def _accepted(self, op: Any, value: Any, flags: int) -> npt.NDArray[np.bool_]:
        """Ask `re` itself which kinds a single item matches."""
        name = f"{op}{value}{flags}"
        if name not in self.cache:
            state = parser.State()
            state.flags = flags
            expression = _compiler.compile(parser.SubPattern(state, [(op, value)]), flags)
            accepts = np.zeros(len(self.known.chars) + 1, dtype=bool)
            accepts[[match.start() for match in expression.finditer(self.known.chars)]] = True
            accepts[:-1] |= self.known.unnamed & _reaches_beyond([(op, value)])
            self.cache[name] = accepts
        return self.cache[name]


def _reaches_beyond(items: Iterable[Item]) -> bool:
    """Whether single items may match characters that are not named and unlike others of their kind."""
    return any(
        op is ops.IN
        and _reaches_beyond(value)
        or op is ops.RANGE
        and value[1] > 127
        or op in (ops.LITERAL, ops.NOT_LITERAL)
        and is_cased(chr(value))
        for op, value in items
    )


def _bits(positions: int) -> Iterator[int]:
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest


def automata(patterns: Mapping[int, str], within: Container[int], known: Kinds) -> Automata:
    """Make the automata of patterns, given by their number; those ``within`` a text need not end where it does."""
    cache: dict[str, npt.NDArray[np.bool_]] = {}
    every = [
        _Automaton(patterns.get(number, ""), number not in within, known, cache) for number in range(max(patterns) + 1)
    ]
    sizes = [(len(one.follows) + 63) // 64 for one in every]
    follows = [follow for one, size in zip(every, sizes, strict=True) for follow in _padded(one.follows, size * 64)]
    sparse = [[(word, bits) for word, bits in enumerate(_halves(follow)) if bits] for follow in follows]
    return Automata(
        starts=_offsets(sizes),
        accepts=np.concatenate([_rows(one.accepts, len(known.chars) + 1) for one in every]),
        firsts=_words((one.whole.first, size) for one, size in zip(every, sizes, strict=True)),
        lasts=_words((one.whole.last, size) for one, size in zip(every, sizes, strict=True)),
        empty=np.array([one.whole.empty for one in every]),
        rows=_offsets([len(row) for row in sparse]),
        words=np.array([word for row in sparse for word, _ in row], dtype=np.int64),
        follows=np.array([bits for row in sparse for _, bits in row], dtype=np.uint64),
    )


def _padded(follows: list[int], count: int) -> list[int]:
    return follows + [0] * (count - len(follows))


def _halves(positions: int) -> Iterator[int]:
    """Give a set of positions in words of 64."""
    while positions:
        yield positions & (1 << 64) - 1
        positions >>= 64


def _offsets(sizes: list[int]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *sizes])


def _words(sets: Iterable[tuple[int, int]]) -> Hashes:
    """Give sets of positions as words of 64, as many as said beside each."""
    return np.frombuffer(b"".join(one.to_bytes(8 * size, "little") for one, size in sets), dtype="<u8")


def _rows(accepts: list[npt.NDArray[np.bool_]], count: int) -> Hashes:
    """Give which positions accept each kind: (words, kinds)."""
    bits = np.zeros((count, (len(accepts) + 63) // 64 * 64), dtype=bool)
    for position, row in enumerate(accepts):
        bits[:, position] = row
    return np.ascontiguousarray(np.packbits(bits, axis=1, bitorder="little").view("<u8").T)

"""What a regular expression can't match without: short strings of which one must be there, or an alphabet.

So a search for all those strings at once, far faster than any of the expressions, tells which of them need to be tried.

Cox: Regular expression matching with a trigram index, 2012.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from training.characters import POINTS
from training.kernels import lines as kernel
from training.kernels.hashing import Hashes

ops: Any = import_module("re._constants")  # how an expression is parsed, no public module says
parser: Any = import_module("re._parser")

DIGIT = "0"  # stands for every digit
MOST = 48  # strings of one expression; of more, a part is taken that needs fewer
_LONGEST = 7  # characters; longer strings tell hardly more
_ALIKE = {"\u017f": "s", "\u212a": "k", "\u0130": "i", "\u0131": "i"}

Strings = frozenset[str]


def folded(char: str) -> str:
    """Give the one form under which characters that an expression may take for each other are looked for."""
    return DIGIT if char.isdecimal() else _ALIKE.get(char) or char.lower()


def strings(pattern: str) -> Strings | None:
    """Give folded strings of which every match has at least one; None where there are none to tell.

    >>> sorted(strings(r"(?i:(?:log|sign) ?in\\b.*)"))
    ['log', 'sign']
    >>> strings(r"\\w+ ?")
    """
    return _of(parser.parse(pattern))


def _of(items: Iterable[tuple[Any, Any]]) -> Strings | None:
    """Give what a sequence needs: the best of what runs of its literals and single items need."""
    found: list[Strings | None] = []
    runs: Strings = frozenset({""})
    for op, value in items:
        chars = _chars(op, value)
        if chars and len(runs) * len(chars) <= MOST and min(map(len, runs)) < _LONGEST:
            runs = frozenset((run + char)[:_LONGEST] for run in runs for char in chars)
            continue
        found.append(runs if runs != {""} else None)
        runs = frozenset(chars) if chars else frozenset({""})
        if not chars:
            found.append(_of_item(op, value))
    return _best([*found, runs if runs != {""} else None])


def _chars(op: Any, value: Any) -> Sequence[str]:
    """Give the folded characters that a single item may match, where they are few; else none."""
    if op is ops.LITERAL:
        return [folded(chr(value))]
    if op is not ops.IN or value[0][0] is ops.NEGATE:
        return []
    chars: set[str] = set()
    for kind, one in value:
        if kind is ops.LITERAL:
            chars.add(folded(chr(one)))
        elif kind is ops.RANGE and one[1] - one[0] < MOST:
            chars |= {folded(chr(point)) for point in range(one[0], one[1] + 1)}
        elif kind is ops.CATEGORY and one is ops.CATEGORY_DIGIT:
            chars.add(DIGIT)
        else:
            return []
    return sorted(chars)


def _of_item(op: Any, value: Any) -> Strings | None:
    if op is ops.SUBPATTERN:
        return _of(value[3])
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        return _of(value[2]) if value[0] > 0 else None
    if op is ops.ASSERT:
        return _of(value[1])
    if op is ops.BRANCH:
        every = [_of(branch) for branch in value[1]]
        return None if None in every else _shortest(frozenset().union(*every))  # type: ignore[arg-type]
    return None


def _shortest(needed: Strings) -> Strings:
    """Leave out strings that have another of them inside."""
    return frozenset(one for one in needed if not any(other != one and other in one for other in needed))


def _best(found: Iterable[Strings | None]) -> Strings | None:
    """Give what is rarest: the longest strings, and of equals the fewest."""
    usable = [one for one in found if one is not None and len(one) <= 4 * MOST]
    return min(
        usable, key=lambda one: (-min(map(len, one)), any(map(_is_common, one)), len(one), sorted(one)), default=None
    )


def _is_common(needed: str) -> bool:
    return len(needed) == 1 and (needed.isalnum() or needed in " \t.,")


def openings(pattern: str) -> Strings | None:
    """Give the folded characters that matches start with; None where they may be too many.

    >>> sorted(openings("(?i:(?:a )?(?:file|stock) photo|[0-9]+)"))
    ['0', 'a', 'f', 's']
    >>> openings(".*x")
    """
    chars, may_be_empty = _openings(parser.parse(pattern))
    return None if may_be_empty else chars


def _openings(items: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, bool]:
    """Give the first characters of a sequence, and whether it may match nothing."""
    chars: Strings = frozenset()
    for op, value in items:
        more, may_be_empty = _openings_of(op, value)
        if more is None:
            return None, False
        chars |= more
        if not may_be_empty:
            return chars, False
    return chars, True


def _openings_of(op: Any, value: Any) -> tuple[Strings | None, bool]:
    if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT):
        return frozenset(), True
    if op is ops.SUBPATTERN:
        return _openings(value[3])
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        chars, may_be_empty = _openings(value[2])
        return chars, may_be_empty or value[0] == 0
    if op is ops.BRANCH:
        every = [_openings(branch) for branch in value[1]]
        together = [chars for chars, _ in every if chars is not None]
        missing = len(together) < len(every)
        return None if missing else frozenset().union(*together), any(empty for _, empty in every)
    if op in (ops.LITERAL, ops.IN) and (one := _every([(op, value)] if op is ops.LITERAL else value)) is not None:
        return frozenset(map(folded, one)), False
    return None, False


def alphabet(pattern: str) -> str | None:
    """Give the characters that matches are made of, in every case; None where they may have too many.

    >>> alphabet("(?i:at|[ab])+")
    'ABTabt'
    >>> alphabet("a.")
    """
    chars = _alphabet(parser.parse(pattern))
    return None if chars is None else "".join(sorted(chars | {c.upper() for c in chars} | {c.lower() for c in chars}))


def _alphabet(items: Iterable[tuple[Any, Any]]) -> set[str] | None:
    chars: set[str] = set()
    for op, value in items:
        more: set[str] | None
        if op in (ops.LITERAL, ops.IN):
            more = _every([(op, value)] if op is ops.LITERAL else value)
        elif op in _INSIDE:
            inside = value[1] if op is ops.BRANCH else [value[_INSIDE[op]]]
            parts = [_alphabet(part) for part in inside]
            more = None if None in parts else set().union(*parts)  # type: ignore[arg-type]
        else:
            more = set() if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT) else None
        if more is None:
            return None
        chars |= more
    return chars


_INSIDE = {ops.SUBPATTERN: 3, ops.MAX_REPEAT: 2, ops.MIN_REPEAT: 2, ops.BRANCH: 1}
_SPACES = {char for char in map(chr, range(0x3001)) if char.isspace()}
_DIGITS = {char for char in map(chr, range(0x110000)) if char.isdecimal()}
_WORDY = {char for char in map(chr, range(0x3000)) if char.isalnum() or char == "_"}  # of others, any may be
_CATEGORIES = {ops.CATEGORY_SPACE: _SPACES, ops.CATEGORY_DIGIT: _DIGITS, ops.CATEGORY_WORD: _WORDY}


def _every(kinds: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """Give all characters of a set; None where they are too many."""
    chars: set[str] = set()
    for kind, value in kinds:
        if kind is ops.LITERAL:
            chars |= {chr(value), *(char for char, plain in _ALIKE.items() if plain == chr(value).lower())}
        elif kind is ops.RANGE and value[1] - value[0] < MOST:
            chars |= {chr(point) for point in range(value[0], value[1] + 1)}
        elif kind is ops.CATEGORY and value in _CATEGORIES:
            chars |= _CATEGORIES[value]
        else:
            return None
    return chars


def automaton(patterns: Mapping[int, str], wrapping: str, **kinds: int) -> kernel.Signs:
    """Make the search for what patterns need.

    Args:
        patterns: by their bit, of 128 at most.
        wrapping: characters that may stand around what a pattern without needed strings matches.
        kinds: bits of patterns: ``anywhere``, ``of_line``, ``of_short``, ``anchored`` and ``linked``, see
            :class:`training.kernels.lines.Signs`.

    Raises:
        ValueError: a pattern has neither needed strings nor an alphabet; it would never be tried.
    """
    ends: dict[str, int] = defaultdict(int)
    alphabets = np.zeros(POINTS, dtype=np.uint8)
    made_of: list[int] = []
    for bit, pattern in patterns.items():
        needed, chars = strings(pattern), alphabet(pattern)
        if chars and len(made_of) < 8 and (not needed or any(map(_is_common, needed))):
            alphabets[[ord(char) for char in {*chars, *wrapping}]] |= 1 << len(made_of)
            alphabets[0x3000:] |= 1 << len(made_of)
            made_of.append(bit)
        elif needed:
            for string in needed:
                ends[string] |= bit
        else:
            raise ValueError(f"{pattern}: can't be told from what any line holds; add something that it must have")
    states, following, ended = _states(ends)
    return kernel.Signs(
        symbols=_symbols(states),
        following=following,
        ended=_halves(ended),
        first_ended=next(state for state, bits in enumerate(ended) if bits),
        alphabets=alphabets,
        made_of=_halves(made_of),
        openings=_halves(_openers(patterns)),
        wraps=np.isin(np.arange(POINTS), [ord(char) for char in wrapping]),
        **{kind: _halves([bits])[0] for kind, bits in kinds.items()},
    )


def _openers(patterns: Mapping[int, str]) -> list[int]:
    """Give the patterns that may start with each ASCII character, and first with any other."""
    openers = [0] * 128
    for bit, pattern in patterns.items():
        chars = openings(pattern)
        others = chars is None or any(not one.isascii() or one in {DIGIT, *_ALIKE.values()} for one in chars)
        openers[0] |= bit if others else 0
        for point in range(1, 128):
            openers[point] |= bit if chars is None or folded(chr(point)) in chars else 0
    return openers


def _halves(bits: Sequence[int]) -> Hashes:
    return np.array([[one & (1 << 64) - 1, one >> 64] for one in bits], dtype=np.uint64).reshape(-1, 2)


def _symbols(chars: str) -> npt.NDArray[np.uint8]:
    """Give which of ``chars`` each code point is taken for, counted from 1."""
    symbols = np.zeros(POINTS, dtype=np.uint8)
    for number, char in enumerate(chars, 1):
        alike = [one for one, plain in _ALIKE.items() if plain == char]
        for one in {char, char.upper(), *alike, *(_DIGITS if char == DIGIT else ())}:
            symbols[ord(one)] = number
    return symbols


def _states(ends: Mapping[str, int]) -> tuple[str, npt.NDArray[np.int16], list[int]]:
    """Give the characters of the strings, what follows each state after each of them, and the bits that end there.

    States in which nothing ends come first.
    """
    chars = "".join(sorted(set("".join(ends))))
    prefixes = sorted({string[:end] for string in ends for end in range(len(string) + 1)}, key=len)
    bits = dict.fromkeys(prefixes, 0)
    for prefix in prefixes:  # shorter ones first, so what ends inside is known
        bits[prefix] = ends.get(prefix, 0) | (bits[_longest(prefix[1:], bits)] if prefix else 0)
    prefixes.sort(key=lambda prefix: (bits[prefix] != 0, len(prefix)))
    numbers = {prefix: number for number, prefix in enumerate(prefixes)}
    following = np.zeros((len(prefixes), len(chars) + 1), dtype=np.int16)
    for prefix, state in numbers.items():
        following[state, 1:] = [numbers[_longest(prefix + char, numbers)] for char in chars]
    return chars, following, [bits[prefix] for prefix in prefixes]


def _longest(string: str, known: Container[str]) -> str:
    """Give the longest end of a string that is known."""
    return next(string[at:] for at in range(len(string) + 1) if string[at:] in known)

"""What a regular expression can't match without: short strings of which one must be there.

So a search for all those strings at once, far faster than any of the expressions, tells which of them need to be tried.

Cox: Regular expression matching with a trigram index, 2012.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.automata import ALIKE, Kinds, automata, is_cased, kinds, ops, parser
from training.kernels import lines as kernel
from training.kernels.automata import Automata
from training.kernels.hashing import Hashes
from training.kernels.strings import States

DIGIT, BLANK = "0", " "  # stand for every digit and for all white space
MOST = 48  # strings of one expression; of more, a part is taken that needs fewer
LONGEST = 16  # characters of a string; what is cut off would hardly tell more

Strings = frozenset[str]
_EMPTY: Strings = frozenset({""})
_COMMON = 2  # so common that it isn't worth looking for


class _Needed(NamedTuple):
    """What a part of an expression needs: all that it may match, where that is little, and strings it can't lack."""

    exact: Strings | None
    strings: Strings | None


def folded(char: str) -> str:
    """Give the one form under which characters that an expression may take for each other are looked for."""
    if char.isspace():
        return BLANK
    return DIGIT if char.isdecimal() else ALIKE.get(char) or char.lower()


def strings(pattern: str) -> Strings | None:
    """Give folded strings of which every match has at least one; None where there are none to tell.

    >>> sorted(strings(r"(?i:(?:log|sign) ?in\\b.*)"))
    ['log in', 'login', 'sign in', 'signin']
    >>> strings(r"\\w+ ?")
    """
    return _sequence(parser.parse(pattern), True).strings


def _sequence(items: Iterable[tuple[Any, Any]], is_last: bool) -> _Needed:
    """Give what a sequence needs: the best of what its items and runs of exact ones need."""
    every, found, run, exact = list(items), list[Strings | None](), _EMPTY, True
    for number, (op, value) in enumerate(every, 1):
        item = _item(op, value, is_last and number == len(every))
        found.append(item.strings)
        if item.exact is not None and len(run) * len(item.exact) <= MOST:
            run = frozenset((one + two)[:LONGEST] for one in run for two in item.exact)
            exact = exact and max(map(len, run)) < LONGEST
            continue
        found.append(run)
        run, exact = item.exact or _EMPTY, False
    return _Needed(run if exact else None, _best([*found, run]))


def _item(op: Any, value: Any, is_last: bool) -> _Needed:
    if op in (ops.LITERAL, ops.IN):
        return _exactly(_chars([(op, value)] if op is ops.LITERAL else value))
    if op is ops.SUBPATTERN:
        return _sequence(value[3], is_last)
    if op is ops.BRANCH:
        return _branches([_sequence(branch, is_last) for branch in value[1]])
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        return _repeated(_sequence(value[2], False), *value[:2])
    if op is ops.ASSERT and value[0] > 0:
        ahead = _sequence(value[1], is_last)
        return ahead if is_last else _Needed(_EMPTY, ahead.strings)
    return _exactly(_EMPTY if op in (ops.AT, ops.ASSERT, ops.ASSERT_NOT) else None)


def _exactly(exact: Strings | None) -> _Needed:
    return _Needed(exact, _best([exact]))


def _chars(kinds: Iterable[tuple[Any, Any]]) -> Strings | None:
    """Give the folded characters of a set; None where they are many, or may be taken for others than known here."""
    chars: set[str] = set()
    for kind, one in kinds:
        if kind is ops.LITERAL:
            chars.add(chr(one))
        elif kind is ops.RANGE and one[1] - one[0] < MOST:
            chars |= {chr(point) for point in range(one[0], one[1] + 1)}
        elif kind is ops.CATEGORY and one in _CATEGORIES:
            chars.add(_CATEGORIES[one])
        else:
            return None
    return None if any(map(is_cased, chars)) else frozenset(map(folded, chars))


_CATEGORIES = {ops.CATEGORY_DIGIT: DIGIT, ops.CATEGORY_SPACE: BLANK}


def _branches(every: list[_Needed]) -> _Needed:
    exact: Strings = frozenset().union(*(one.exact or () for one in every))
    is_exact = all(one.exact is not None for one in every) and len(exact) <= MOST
    needed: Strings = frozenset().union(*(one.strings or () for one in every))
    return _Needed(exact if is_exact else None, None if any(one.strings is None for one in every) else needed)


def _repeated(part: _Needed, least: int, most: int) -> _Needed:
    powers = [_EMPTY]
    while part.exact is not None and len(powers) <= most <= LONGEST and len(powers[-1]) * len(part.exact) <= MOST:
        powers.append(frozenset(one + two for one in powers[-1] for two in part.exact))
    exact = frozenset().union(*powers[least:]) if len(powers) > most else None
    return _Needed(exact, part.strings if least else None)


def _best(found: Iterable[Strings | None]) -> Strings | None:
    """Give what is rarest: no common strings, then the longest, then the fewest; none that has another inside."""
    usable = [one for one in found if one and all(one) and len(one) <= 4 * MOST]
    short = [frozenset(o for o in one if not any(p != o and p in o for p in one)) for one in usable]
    return min(short, key=_rarity, default=None)


def _rarity(needed: Strings) -> tuple[int, int, int, list[str]]:
    return max(map(_commonness, needed)), -min(map(len, needed)), len(needed), sorted(needed)


def _commonness(needed: str) -> int:
    """Rank strings: single letters that are no rare ones, digits and points, all others."""
    if needed in (BLANK, ".") or len(needed) == 1 and needed.isalnum() and needed not in "jkqxz":
        return _COMMON
    return int(set(needed) <= set("0:,-'"))


def signs(
    patterns: Mapping[int, str], breaks: str, traits: Mapping[int, str], sets: Mapping[int, Sequence[int]]
) -> kernel.Signs:
    """Make the tables of the search for what patterns need.

    Args:
        patterns: by number, up to 127.
        breaks: what ends a line.
        traits: the characters of each trait, see :mod:`training.kernels.lines`.
        sets: the numbers of the patterns of each row there, but for ``ALWAYS``, which needn't be told.

    Raises:
        ValueError: there are too many patterns, or they name too many characters or need too many strings.
    """
    if max(patterns) > 127:
        raise ValueError(f"{max(patterns) + 1} patterns are too many to look for; at most 128 can be told apart")
    known = kinds(patterns.values(), breaks, "".join(traits.values()))
    ends, always = _ends(patterns)
    chars, following, ended, first_ended = states(ends)
    fitted = {*sets[kernel.FITTED], *sets[kernel.SPAN], *sets[kernel.WITHIN]}
    made = automata({number: patterns[number] for number in fitted}, sets[kernel.WITHIN], known)
    limits = [known.breaks, known.spaces, known.foreign, _width(chars), first_ended]
    limits += [max(map(len, ends)) - 1, int(np.diff(made.starts).max())]
    of_sets = {**sets, kernel.ALWAYS: always}
    return kernel.Signs(
        table=known.table,
        limits=np.array(limits),
        traits=_traits(known, traits),
        symbols=np.array([chars.find(folded(char)) + 1 for char in known.chars], dtype=np.uint64),
        following=following,
        ended=_halves(ended),
        sets=_halves([sum(1 << number for number in of_sets[row]) for row in range(len(of_sets))]),
        edges=np.stack([_may_have(edge, fitted) for edge in _edges(made, sets)]),
        pairs=_pairs(made, sets[kernel.WITHIN]),
        automata=made,
    )


def _ends(patterns: Mapping[int, str]) -> tuple[dict[str, int], list[int]]:
    """Give the patterns that need each string, a bit each, and those that need none that is worth looking for."""
    ends: dict[str, int] = defaultdict(int)
    always = []
    for number, pattern in patterns.items():
        needed = strings(pattern)
        if needed is None or max(map(_commonness, needed)) == _COMMON:
            always.append(number)
        for string in needed if needed and number not in always else ():
            ends[string] |= 1 << number
    return ends, always


def _traits(known: Kinds, traits: Mapping[int, str]) -> npt.NDArray[np.uint8]:
    return np.array([sum(bit for bit, chars in traits.items() if char in chars) for char in known.chars], np.uint8)


def _follows(made: Automata, number: int, firsts: Hashes) -> Hashes:
    """Give what may follow any of some positions."""
    start, follows = int(made.starts[number]), np.zeros_like(firsts)
    for position in (
        np.flatnonzero(np.unpackbits(np.ascontiguousarray(firsts).view(np.uint8), bitorder="little")) + 64 * start
    ):
        row = slice(made.rows[position], made.rows[position + 1])
        follows[made.words[row]] |= made.follows[row]
    return follows


def _pairs(made: Automata, within: Iterable[int]) -> kernel.Flags:
    """Give whether patterns may start with a kind before another."""
    pairs = np.zeros((made.accepts.shape[1] - 1,) * 2, dtype=bool)
    for number in within:
        words = slice(made.starts[number], made.starts[number + 1])
        accepts = made.accepts[words, :-1].T
        for kind, firsts in enumerate(accepts & made.firsts[words]):
            ends = (firsts & made.lasts[words]).any() | made.empty[number]
            pairs[kind] |= (accepts & _follows(made, number, firsts)).any(axis=1) | ends
    return pairs


def _edges(made: Automata, sets: Mapping[int, Container[int]]) -> Iterator[list[kernel.Flags]]:
    """Give for each automaton whether it may have each kind first, then second, then last."""
    firsts, seconds, lasts = [], [], []
    for number, empty in enumerate(made.empty.tolist()):
        words = slice(made.starts[number], made.starts[number + 1])
        accepts, first, last = made.accepts[words, :-1].T, made.firsts[words], made.lasts[words]
        firsts.append((accepts & first).any(axis=1) | empty)
        short = bool((first & last).any()) and number not in sets[kernel.FITTED]
        seconds.append((accepts & _follows(made, number, first)).any(axis=1) | empty | short)
        open_ended = number not in sets[kernel.FITTED] or bool(made.accepts[words, -1].any())
        lasts.append((accepts & last).any(axis=1) | empty | open_ended)
    yield from (firsts, seconds, lasts)


def _may_have(edge: list[kernel.Flags], fitted: Container[int]) -> Hashes:
    """Give the patterns for each kind, and those without an automaton for all."""
    bits = [0] * len(edge[0])
    for number in range(128):
        may = edge[number].tolist() if number in fitted else [True] * len(bits)
        bits = [some | one << number for some, one in zip(bits, may, strict=True)]
    return _halves(bits)


def _halves(bits: Iterable[int]) -> Hashes:
    return np.array([[one & (1 << 64) - 1, one >> 64] for one in bits], dtype=np.uint64)


def states(ends: Mapping[str, int]) -> tuple[str, States, list[int], int]:
    """Give the characters of strings, what follows each state after each of them, and the bits that end in a state.

    States in which nothing ends come first; where the others start is given, too.

    Raises:
        ValueError: there are more than 65,535 states.
    """
    chars = "".join(sorted(set("".join(ends)), key=lambda char: (not (char == BLANK or char.isalpha()), char)))
    prefixes = sorted({string[:end] for string in ends for end in range(len(string) + 1)}, key=len)
    if len(prefixes) >= 1 << 16:
        raise ValueError(f"patterns need {len(ends)} strings, which are too many to look for")
    bits, children = [ends.get(prefix, 0) for prefix in prefixes], _children(prefixes, chars)
    following, falls = np.zeros((len(prefixes), 1 << _width(chars)), dtype=np.uint16), [0] * len(prefixes)
    for state, fall in enumerate(falls):  # shorter ones first, so what a state falls back to is known
        following[state] = following[fall]
        bits[state] |= bits[fall]
        for symbol, child in children[state]:
            falls[child] = int(following[state, symbol])
            following[state, symbol] = child
    order = sorted(range(len(prefixes)), key=lambda state: bits[state] != 0)
    numbers = np.argsort(order).astype(np.uint16)
    first_ended = sum(not one for one in bits)
    return chars, numbers[following[order]].reshape(-1), [bits[state] for state in order], first_ended


def _width(chars: str) -> int:
    """Give the bits that a number of one of ``chars``, counted from 1, takes."""
    return len(chars).bit_length()


def _children(prefixes: list[str], chars: str) -> list[list[tuple[int, int]]]:
    """Give for each prefix those with one character more: which, and their number."""
    numbers = {prefix: number for number, prefix in enumerate(prefixes)}
    children: list[list[tuple[int, int]]] = [[] for _ in prefixes]
    for prefix, number in numbers.items():
        if prefix:
            children[numbers[prefix[:-1]]].append((chars.index(prefix[-1]) + 1, number))
    return children

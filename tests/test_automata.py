"""Automata match whatever their expressions match, and often nothing else."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest

from tests.helping import called
from training.automata import automata, kinds
from training.characters import points_of
from training.kernels.automata import CUT, PREFIX, WHOLE, fits

EXACT = [
    "ab",
    "a|b|",
    "a*b",
    "a+?b?",
    "(?:ab|b)*a",
    "(a{2}|b{1,2})b",
    "[^a]b",
    "(?i:A)b",
    "(?i)A(?-i:b)",
    r"\w\s|\d",
    r"a.\Z",
    "a$|b",
    "(?:a|b$)*",
    "aa?a?a?",
    "a(?:b(?:a|1)){1,}",
    "",
]
LOOSE = [
    r"\ba\b b",
    "(?=.*b)[a1]*b?",
    "(?!a)[ab]+",
    "a(?<!b)b",
    "(?<=a)b|a",
    "a{3,4}",
    "(?:ab){2,}",
    "a{2,}1",
    r"(a|b)\1",
    "(?>a*)b",
    "a*+b",
    "(a)?(?(1)b|1)",
    "(?=a$)a",
    "a(?=b*)",
    "(?:$a?)+",
]
EVERY = [*EXACT, *LOOSE]
TEXTS = ["".join(chars) for length in range(5) for chars in product("aAb1 ", repeat=length)]


may_fit = called(fits)


def answers(patterns: list[str], texts: list[str], how: int) -> list[list[bool]]:
    known = kinds(patterns, "\n", "")
    made = automata(dict(enumerate(patterns)), (), known)
    room = np.empty((2, 8), dtype=np.uint64)
    read = [known.table[points_of(text)] for text in texts]
    return [[may_fit(made, number, one, 0, len(one), room, how) for one in read] for number in range(len(patterns))]


@pytest.fixture(scope="module")
def whole() -> dict[str, list[bool]]:
    return dict(zip(EVERY, answers(EVERY, TEXTS, WHOLE), strict=True))


@pytest.mark.parametrize("pattern", EXACT)
def test_an_automaton_without_what_is_left_out_matches_the_same(pattern: str, whole: dict[str, list[bool]]) -> None:
    assert whole[pattern] == [bool(re.fullmatch(pattern, text)) for text in TEXTS]


@pytest.mark.parametrize("pattern", LOOSE)
def test_an_automaton_matches_at_least_the_same(pattern: str, whole: dict[str, list[bool]]) -> None:
    wanted = [bool(re.fullmatch(pattern, text)) for text in TEXTS]
    assert all(may for may, does in zip(whole[pattern], wanted, strict=True) if does)


def test_an_automaton_may_stop_before_the_end() -> None:
    for pattern, found in zip(EVERY, answers(EVERY, TEXTS, PREFIX), strict=True):
        wanted = [bool(re.match(pattern, text)) for text in TEXTS]
        assert all(may for may, does in zip(found, wanted, strict=True) if does), pattern


@pytest.mark.parametrize(
    ("pattern", "prefix", "cut"), [("ab", False, True), ("ab$", False, True), ("b", False, False), ("a", True, True)]
)
def test_of_what_is_cut_off_the_rest_may_match(pattern: str, prefix: bool, cut: bool) -> None:
    assert answers([pattern], ["a"], PREFIX) == [[prefix]] and answers([pattern], ["a"], CUT) == [[cut]]


SETS = [
    *["(?i:k)", "(?i:[a-z])", "(?i:s|i)", "[^a]", r"\w", r"\W", r"\s", r"\d", r"[^\W\d]", ".", "(?i:é)", "é", "[à-ÿ]"],
    *["(?i:[α-ω])", "(?i:ς)", "[^а-я]", "(?i:[^k])", "ß", "(?i:ǆ)"],
]


@pytest.mark.parametrize("pattern", SETS)
def test_every_character_that_a_set_matches_is_taken(pattern: str) -> None:
    every = [chr(point) for point in (*range(0x600), *range(0x1E00, 0x3100), *range(0xFF00, 0x10000), 0x1D7CE, 0xD800)]
    [taken] = answers([pattern], every, WHOLE)
    assert [char for char, may in zip(every, taken, strict=True) if not may and re.fullmatch(pattern, char)] == []


def test_a_set_of_named_characters_takes_no_others() -> None:
    every = [chr(point) for point in range(0x3000)]
    [taken] = answers(["(?i:[ak©])"], every, WHOLE)
    assert [char for char, may in zip(every, taken, strict=True) if may] == [*"AKak©", "\u212a"]

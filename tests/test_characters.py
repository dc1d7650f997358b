"""Tables of characters: for every code point what Python's own str, re and unicodedata say."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import plain_text
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
    characters,
    folded,
    points_of,
)

EVERY = list(map(chr, range(POINTS)))
LETTERS = [char for char in EVERY if char.isalnum() and char != "ʼ"]


def classed(bit: int) -> list[str]:
    return [EVERY[point] for point in np.flatnonzero(characters().classes & bit)]


def to(char: str) -> str:
    """Give what the tables fold a character to."""
    _, codes, longer = characters()
    point = int(codes[ord(char)] & FOLD)
    if not codes[ord(char)] & LONGER:
        return chr(point)
    start = point - POINTS + 1
    return "".join(map(chr, longer[start : start + longer[start - 1]]))


def test_words_are_of_letters_and_digits() -> None:
    assert classed(WORDY) == LETTERS
    assert classed(LETTER) == [char for char in LETTERS if not char.isdecimal()]


@pytest.mark.parametrize(
    ("bit", "pattern"),
    [(SPACE, r"\s"), (JOINER, f"[{plain_text.JOINERS}]"), (APOSTROPHE, f"[{plain_text.APOSTROPHES}]")],
)
def test_signs_are_those_of_regular_expressions(bit: int, pattern: str) -> None:
    assert classed(bit) == re.findall(pattern, "".join(EVERY))


def test_nothing_is_two_things_at_once() -> None:
    classes = characters().classes & (WORDY | JOINER | APOSTROPHE | SPACE)
    assert not (classes & (classes - 1)).any()


def test_capitals_are_those_of_str() -> None:
    assert classed(UPPER) == [char for char in LETTERS if char.isupper()]
    assert classed(LOWER) == [char for char in LETTERS if char.islower() or unicodedata.category(char) == "Lt"]


def test_every_letter_is_folded_as_plain_python_folds_it() -> None:
    assert [char for char in LETTERS if to(char) != plain_text.fold(char)] == []
    assert [char for char in LETTERS[:: len(LETTERS) // 5000] if to(char) != folded(char)] == []
    assert classed(ALPHA) == [char for char in LETTERS if to(char).isalpha()]


def test_what_is_no_letter_stays_as_it_is() -> None:
    others = np.flatnonzero(characters().classes & WORDY == 0)
    assert (characters().codes[others] & FOLD == others).all()


def test_a_code_holds_the_class_too() -> None:
    classes, codes, _ = characters()
    assert (codes >> CLASS & 255 == classes).all() and not (codes[ord("a")] & LONGER)


@given(st.text(st.characters(exclude_categories=())))
def test_a_text_is_its_code_points(text: str) -> None:
    assert points_of(text).tolist() == [ord(char) for char in text]

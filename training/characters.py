"""What each character is to a word, and what it is folded to: tables by code point, made once a process.

Python's own ``re``, ``unicodedata`` and ``str`` are asked, so the tables say what the Python that runs would.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

POINTS = 0x110000  # code points there are
APOSTROPHES = "'’‘ʼ"
# What continues a word without being a letter: accents and vowel signs written apart, soft hyphens, zero-width marks.
JOINERS = (
    "\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u093c\u093e-\u094f"
    "\u00ad\u200b-\u200d\u2060"
)

WORDY, LETTER, JOINER, APOSTROPHE, UPPER, LOWER, SPACE, ALPHA = (1 << bit for bit in range(8))
"""Bits of a class: a letter or digit; no digit; see JOINERS and APOSTROPHES; capital; small or title case; white space;
folded to letters alone."""

CLASS = 21  # bits of a code that say what a character is folded to; its class stands above
FOLD, LONGER = np.uint32((1 << CLASS) - 1), np.uint32(1 << CLASS + 8)

_CLASSES = (
    (WORDY, r"[^\W_ʼ]+"),  # which Python takes for a letter
    (LETTER, r"[^\W\d_ʼ]+"),
    (JOINER, f"[{JOINERS}]+"),
    (SPACE, r"\s+"),
    (APOSTROPHE, f"[{APOSTROPHES}]+"),
)
_PLAINER: dict[str, str | int | None] = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "ð": "d",
    "þ": "th",
    "ς": "σ",
}
_DROPPED = re.compile(rf"[{APOSTROPHES}{JOINERS}.]|[^\S\n]")
_AS_THEY_ARE = re.compile("[^\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002f7ff\U0002fa20-\U0003ffff]")


class Characters(NamedTuple):
    """Tables of all code points.

    Attributes:
        classes: (POINTS,) uint8, the bits above.
        codes: (POINTS,) uint32, likewise from bit CLASS on, and below (FOLD) what a letter or digit is folded to: one
            code point, or, where LONGER is set, POINTS and more: the place in ``longer`` of how many there are, and
            then they.
        longer: uint32.
    """

    classes: npt.NDArray[np.uint8]
    codes: npt.NDArray[np.uint32]
    longer: npt.NDArray[np.uint32]


@lru_cache(maxsize=1 << 12)
def folded(char: str) -> str:
    """Give what one letter or digit is counted as.

    >>> [folded(char) for char in "SßÅæ²"]
    ['s', 'ß', 'a', 'ae', '2']
    """
    return _folded([char])[0]


def _folded(chars: Sequence[str]) -> list[str]:
    """Fold many characters together, which takes a hundredth of the time."""
    apart = unicodedata.normalize("NFKD", "\n".join(chars)).lower()
    dropped = (char for char in set(apart) if unicodedata.combining(char) or _DROPPED.match(char))
    plain = apart.translate({**dict.fromkeys(map(ord, dropped)), **str.maketrans(_PLAINER)}).split("\n")
    return [to or f"{ord(char):x}" for char, to in zip(chars, plain, strict=True)]


@cache
def characters() -> Characters:
    """Give the tables; making them takes some 100 ms."""
    every = "".join(map(chr, range(POINTS)))
    classes = np.zeros(POINTS, dtype=np.uint8)
    for bit, pattern in _CLASSES:
        for match in re.finditer(pattern, every):
            classes[match.start() : match.end()] |= bit
    wordy = [every[point] for point in np.flatnonzero(classes & WORDY).tolist()]
    some = list(filter(_AS_THEY_ARE.match, wordy))
    classes[[ord(char) for char in some if char.isupper()]] |= UPPER
    classes[[ord(char) for char in some if char.islower() or unicodedata.category(char) == "Lt"]] |= LOWER
    folds, longer = np.arange(POINTS, dtype=np.uint32), [0]
    changed = {char: to for char, to in zip(some, _folded(some), strict=True) if to != char}
    for char, to in changed.items():
        folds[ord(char)] = ord(to) if len(to) == 1 else POINTS + len(longer)
        longer += [len(to), *map(ord, to)] if len(to) > 1 else []
    classes[[ord(char) for char in wordy if changed.get(char, char).isalpha()]] |= ALPHA
    codes = folds | classes.astype(np.uint32) << np.uint32(CLASS)
    codes[folds >= POINTS] |= LONGER
    return Characters(classes, codes, np.array(longer, dtype=np.uint32))


def points_of(text: str) -> npt.NDArray[np.uint32]:
    """Give the code points of a text, of shape (characters,)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def columns(text: str) -> int:
    """Give how many columns of a terminal a text takes.

    >>> columns("Homs"), columns("大马士革"), columns("e\u0301")
    (4, 8, 1)
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )

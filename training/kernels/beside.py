"""What stands between the words of an article."""

from __future__ import annotations

from typing import NamedTuple

from training.characters import SPACE
from training.kernels.compiling import inlined
from training.kernels.hashing import Hashes
from training.kernels.words import Bytes, Offsets, Points

COMMA, DOT, LINE, BLANK, NO_BREAK = ord(","), ord("."), ord("\n"), ord(" "), 0xA0

_FULL_LINE = (30, 100)  # characters of a line that was broken because it was full, in text with a fixed width


class Text(NamedTuple):
    """What is searched: the tokens of an article, and where its fields end.

    Attributes:
        points: its code points.
        hashes, starts, ends, sentences, shapes: see :class:`training.kernels.words.Tokens`.
        field_ends: (3,) where title, dateline and text end.
        marks: (5,) the tokens at which the title ends, the text starts, the headline ends, and the dateline starts and
            ends.
        classes: (code points,) see :mod:`training.characters`.
    """

    points: Points
    hashes: Hashes
    starts: Offsets
    ends: Offsets
    sentences: Offsets
    shapes: Bytes
    field_ends: Offsets
    marks: Offsets
    classes: Bytes


@inlined
def _field(text: Text, token: int) -> int:
    return 0 if token < text.marks[0] else 1 if token < text.marks[1] else 2


@inlined
def gap(text: Text, token: int) -> tuple[int, int]:
    """Give where the stretch between ``token`` and the one before it lies; it ends with the field."""
    if token == 0:
        return 0, 0
    start, field = text.ends[token - 1], _field(text, token - 1)
    goes_on = token < len(text.starts) and _field(text, token) == field
    return start, text.starts[token] if goes_on else text.field_ends[field]


@inlined
def is_comma(text: Text, token: int) -> bool:
    """Whether nothing but a comma and white space stands before ``token``."""
    start, end = gap(text, token)
    commas = 0
    for at in range(start, end):
        if text.points[at] == COMMA:
            commas += 1
        elif not text.classes[text.points[at]] & SPACE:
            return False
    return commas == 1


@inlined
def broken(text: Text, token: int) -> bool:
    """Whether ``token`` starts a line only because the line before was full."""
    start, end = gap(text, token)
    if token == text.marks[2]:
        return False
    lines = 0
    for at in range(start, end):
        if text.points[at] == LINE:
            lines += 1
        elif text.points[at] != BLANK:
            return False
    first = start
    while first > 0 and text.points[first - 1] != LINE and start - first < _FULL_LINE[1]:
        first -= 1
    return lines == 1 and _FULL_LINE[0] <= start - first + 1 < _FULL_LINE[1]


@inlined
def adjoin(text: Text, token: int) -> bool:
    """Whether nothing but a blank stands between ``token`` and the next one."""
    if token < 0 or token + 1 >= len(text.starts):
        return False
    if text.sentences[token] != text.sentences[token + 1]:
        return broken(text, token + 1)
    start, end = gap(text, token + 1)
    if end - start == 2 and text.points[start] == DOT:
        start += 1
    return end - start == 1 and (text.points[start] == BLANK or text.points[start] == NO_BREAK)


@inlined
def together(text: Text, first: int, end: int) -> bool:
    """Whether tokens are of one sentence, or would be, had a line not been broken between them."""
    if text.sentences[first] == text.sentences[end - 1]:
        return True
    breaks, at = 0, 0
    for token in range(first + 1, end):
        if text.sentences[token] != text.sentences[token - 1]:
            breaks, at = breaks + 1, token
    return breaks == 1 and broken(text, at)

"""An article in the lines of a terminal, what decided marked: as much as there is room for, around what is marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import click

from training.characters import columns
from training.marking import Piece

GAP = "· · ·"
_LEAD = 3  # lines that are always shown: how the text begins
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


class Mark(NamedTuple):
    """How a stretch looks: marked by how much it decided, or struck, as it was left out."""

    weight: float = 0.0
    struck: bool = False


class Line(NamedTuple):
    """One line: stretches of text and how each looks."""

    spans: tuple[tuple[str, Mark], ...] = ()

    @property
    def weight(self) -> float:
        """How much of what decided stands in it."""
        return sum(mark.weight for _, mark in self.spans)

    def styled(self, bold: bool = False) -> str:
        """Give the line with colours; in bold letters what is not marked, too, if asked."""
        return "".join(_styled(text, mark, bold) for text, mark in self.spans)

    def plain(self) -> str:
        """Give the line without."""
        return "".join(text for text, _ in self.spans)


def lines_of(pieces: Sequence[Piece], width: int, coloured: bool) -> list[Line]:
    """Break pieces of an article into lines of at most so many columns.

    Without colours what is marked stands in brackets, and what was left out between tildes. What a terminal would take
    for a command is left out.
    """
    chars: list[str] = []
    marks: list[Mark] = []
    for piece in pieces:
        text, mark = clean(piece.text), Mark(piece.weight if piece.labels else 0.0, bool(piece.reason))
        if not coloured and text.strip() and (mark.weight or mark.struck):
            before, after = ("~~", "~~") if mark.struck else ("[", "]")
            text = f"{before}{text}{after}"
        chars.append(text)
        marks += [mark] * len(text)
    whole = "".join(chars)
    lines: list[Line] = []
    for paragraph in re.finditer(r"[^\n]+", whole):
        broken = list(_broken(whole, paragraph.start(), paragraph.end(), width))
        if broken and lines:
            lines.append(Line())
        lines += [Line(_spans(whole, marks, start, end)) for start, end in broken]
    return lines


def clean(text: str) -> str:
    """Give a text without what is no sign to be seen: tabs and the like become blanks, other controls nothing."""
    text = _BREAKS.sub("\n", text)
    return "".join(char if char.isprintable() or char == "\n" else " " if char.isspace() else "" for char in text)


def excerpt(lines: Sequence[Line], height: int) -> list[Line]:
    """Choose as many lines as there is room for: the first, those with most of what decided, and others in order."""
    if len(lines) <= height:
        return list(lines)
    shown = set(range(_LEAD))
    heaviest = sorted((number for number in range(len(lines)) if lines[number].weight), key=lambda n: -lines[n].weight)
    wanted = [range(max(0, number - 1), min(number + 2, len(lines))) for number in heaviest]
    for some in [*wanted, *(range(number, number + 1) for number in range(len(lines)))]:
        more = shown.union(some)
        if len(_with_gaps(lines, more)) <= height:
            shown = more
    return _with_gaps(lines, shown)


def pages(lines: Sequence[Line], height: int) -> list[list[Line]]:
    """Give the excerpt, then, where it lacks something, the whole text page by page."""
    first = excerpt(lines, height)
    return [first, *(list(lines[at : at + height]) for at in range(0, len(lines), height) if len(lines) > height)]


def _with_gaps(lines: Sequence[Line], shown: set[int]) -> list[Line]:
    """Give the lines of these numbers, with a mark wherever others are left out between or after them."""
    numbers = [*sorted(number for number in shown if lines[number].spans or {number - 1, number + 1} <= shown)]
    found: list[Line] = []
    for number, following in pairwise([*numbers, len(lines)]):
        found.append(lines[number])
        if any(line.spans for line in lines[number + 1 : following]):
            found.append(Line(((GAP, Mark()),)))
    return found


def _broken(text: str, start: int, end: int, width: int) -> list[tuple[int, int]]:
    """Say where the lines of a paragraph start and end; a word that is too long for one is cut."""
    found: list[tuple[int, int]] = []
    for word in re.finditer(r"\S+", text[start:end]):
        first, last = start + word.start(), start + word.end()
        if found and columns(text[found[-1][0] : last]) <= width:
            found[-1] = found[-1][0], last
            continue
        while columns(text[first:last]) > width:
            cut = next(at for at in range(first + 1, last + 1) if columns(text[first : at + 1]) > width)
            found.append((first, cut))
            first = cut
        found.append((first, last))
    return found


def _spans(text: str, marks: Sequence[Mark], start: int, end: int) -> tuple[tuple[str, Mark], ...]:
    edges = [start, *(at for at in range(start + 1, end) if marks[at] != marks[at - 1]), end]
    return tuple((text[first:last], marks[first]) for first, last in pairwise(edges))


def _styled(text: str, mark: Mark, bold: bool) -> str:
    if mark.struck:
        return click.style(text, dim=True, strikethrough=True)
    if mark.weight:
        return click.style(text, fg="yellow", bold=True)
    return click.style(text, bold=True) if bold else text

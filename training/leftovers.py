"""Find what web extraction left in plain text: credits, share bars, related lists, columns of other headlines.

The rules work line by line, from the surest to the weakest, and a line that reads like a paragraph is only ever taken
whole by a sure sign. Nothing is rewritten: the answer is a list of stretches of the text as sent, each with its reason.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import NamedTuple

from training import signs
from training.characters import characters, points_of
from training.kernels import lines as kernel
from training.kernels.words import Points
from training.needed import automaton

RULES_VERSION = 1  # raise it when any rule changes what is kept: models say which rules they were trained under


class Removed(NamedTuple):
    """A stretch of the text that is no part of the article, in characters, end exclusive, and why."""

    start: int
    end: int
    reason: str


class Span(NamedTuple):
    """A stretch of the text, in characters (code points), end exclusive."""

    start: int
    end: int


@dataclass(slots=True)
class _Line:
    number: int  # of all lines of the text
    start: int  # of the line without its surrounding blanks
    end: int
    words: int
    limit: int  # behind the first character of the next line
    closed: bool  # ends as a sentence does
    prose: bool  # reads like a paragraph of an article
    signs: int  # bits of the patterns that may match
    text: str
    reason: str | None = None


_COLUMN_WORDS = 22  # a headline of a column is no longer than this


class _Pattern(NamedTuple):
    reason: str
    bit: int
    expression: re.Pattern[str]


def _patterns(table: Iterable[tuple[str, ...]], first: int) -> list[_Pattern]:
    every = ((reason, pattern) for reason, *patterns in table for pattern in patterns)
    return [_Pattern(reason, 1 << bit, re.compile(pattern)) for bit, (reason, pattern) in enumerate(every, first)]


_sure = _patterns(signs.SURE, 0)
_weak = _patterns(signs.WEAK, len(_sure))
_others = [("header", signs.HEADER), ("short", signs.SHORT_HEADER), ("bars", signs.BARS)]
_others += [("stamp", signs.STAMP), ("marks", signs.MARKS), ("link", r"\[([^\]\[\n]*)\]\([^)(\n]*\)")]
_header, _short_header, _bars, _stamp, _marks, _link = _patterns(_others, len(_sure) + len(_weak))
_marks = _marks._replace(expression=re.compile(signs.MARKS, re.M))
_by_bit = {pattern.bit: pattern for pattern in _weak}
_SURE, _WEAK = (sum(pattern.bit for pattern in some) for some in (_sure, _weak))
_ANCHORED = _WEAK | _header.bit | _short_header.bit
_firsts = [first for first, _ in signs.SCRIPTS]
_WRAPPING = "#*_>[]-–—→⟶▶•·✉☆★ \t"
_SENTENCE = re.compile(r"[^.!?]*(?:[.!?]+[\"”’)]*\s*|$)")
_GAP = re.compile(r"[ \t|,:–—-]*\r?\n?[ \t]*")
_LATIN = re.compile(r"[A-Za-z]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SITE_SUFFIX = re.compile(r"\s+[-|–—]\s+[^-|–—]{2,40}$")


@cache
def _signs() -> kernel.Signs:
    """Give what the compiled pass looks for, so that only patterns that may match are tried."""
    every = [*_sure, *_weak, _header, _short_header, _bars, _stamp, _marks, _link]
    return automaton(
        {pattern.bit: pattern.expression.pattern for pattern in every},
        _WRAPPING,
        anywhere=_stamp.bit | _marks.bit,
        of_line=_SURE,
        of_short=_SURE | _ANCHORED | _bars.bit,
        anchored=_ANCHORED,
        linked=_link.bit,
    )


def find(text: str, points: Points | None = None) -> list[Removed]:
    """Give the stretches of ``text`` that are leftovers of web extraction, in order and without overlap.

    Args:
        text: to look at.
        points: its code points, where somebody has them already.

    >>> find("Rain fell on the coast all night and the roads were closed at dawn.\\nShare on Facebook")
    [Removed(start=68, end=85, reason='share')]
    """
    found = kernel.read(points_of(text) if points is None else points, characters().classes, _signs())
    return _found(text, found) if found.work else []


def _found(text: str, found: kernel.Lines) -> list[Removed]:
    lines, whole = list(_lines(text, found)), _bits(found.whole.tolist())
    sure = [pattern for pattern in _sure if whole & pattern.bit and pattern.expression.search(text)]
    _mark_lines(lines, sure)
    _mark_lists(lines)
    _mark_repeats(lines)
    if found.foreign:
        _mark_other_scripts(lines)
    removed = [Removed(line.start, line.end, line.reason) for line in lines if line.reason]
    removed += _sentences(lines, sure)
    if whole & _stamp.bit:
        removed += _columns(text, lines)
    if whole & _marks.bit:
        removed += [Removed(*match.span(), "markup") for match in _marks.expression.finditer(text)]
    return _merged(removed)


def kept(text: str, removed: Iterable[Removed]) -> list[Span]:
    """Give what is left of ``text`` between the ``removed`` stretches, in order."""
    spans, at = [], 0
    for stretch in removed:
        if stretch.start > at:
            spans.append(Span(at, stretch.start))
        at = stretch.end
    if at < len(text):
        spans.append(Span(at, len(text)))
    return spans


def _lines(text: str, found: kernel.Lines) -> Iterator[_Line]:
    for row in zip(*(column.tolist() for column in found[:8]), strict=True):
        number, start, end, words, limit, closed, prose, mask = row
        yield _Line(number, start, end, words, limit, closed, prose, _bits(mask), text[start:end])


def _bits(halves: list[int]) -> int:
    return halves[0] | halves[1] << 64


def _mark_lines(lines: list[_Line], sure: list[_Pattern]) -> None:
    for line in lines:
        if sure and line.words <= 80 and not (line.words >= 14 and line.closed):
            line.reason = next((pattern.reason for pattern in sure if pattern.expression.search(line.text)), None)
        if line.reason or line.prose or not line.signs:
            continue
        plain, tried = line.text.strip(_WRAPPING), line.signs
        if line.signs & _link.bit:  # what is left of links may fit what the line did not
            plain, tried = _link.expression.sub(r"\1", line.text).strip(_WRAPPING), ~0
        for pattern in _among(tried & _WEAK):
            if pattern.expression.fullmatch(line.text) or pattern.expression.fullmatch(plain):
                line.reason = pattern.reason
                break


def _among(bits: int) -> Iterator[_Pattern]:
    """Give the patterns of bits, the first ones first."""
    while bits:
        lowest = bits & -bits
        yield _by_bit[lowest]
        bits ^= lowest


def _mark_lists(lines: list[_Line]) -> None:
    inside, last = False, -1
    for line in lines:
        inside, last = inside and line.number == last + 1, line.number  # what is not among them is prose
        if line.prose:
            inside = False
        elif header := _header_of(line, line.number == 0):
            line.reason = "related"
            inside = header.end() == len(line.text)  # 'Related: one headline' is complete in itself
        elif inside and not (line.closed and line.words >= 9):
            line.reason = line.reason or "related"
        else:
            inside = False
            if not line.closed and line.signs & _bars.bit and _is_listing(line.text):
                line.reason = line.reason or "related"


def _header_of(line: _Line, is_first: bool) -> re.Match[str] | None:
    if line.signs & _header.bit and (found := _header.expression.match(line.text)):
        return found
    return _short_header.expression.fullmatch(line.text) if line.signs & _short_header.bit and not is_first else None


def _is_listing(line: str) -> bool:
    headlines = _bars.expression.split(line)
    return len(headlines) >= 3 and all(3 <= len(headline) <= 90 for headline in headlines)


def _mark_repeats(lines: list[_Line]) -> None:
    seen: set[str] = set()
    captions = " ".join(line.text for line in lines if line.reason in ("credit", "caption"))
    for line in lines:
        if line.reason or line.words < 4:
            continue
        if (
            line.text in seen
            or not line.prose
            and not line.closed
            and _SITE_SUFFIX.sub("", line.text).strip("*_# ") in captions
        ):
            line.reason = "repeated"
        seen.add(line.text)


def _mark_other_scripts(lines: list[_Line]) -> None:
    scripts = [_script(line.text) for line in lines]
    letters: Counter[str] = Counter()
    for line, script in zip(lines, scripts, strict=True):
        letters[script] += len(line.text) if script else 0
    main, most = letters.most_common(1)[0]
    if most < 0.8 * letters.total():
        return
    for line, script in zip(lines, scripts, strict=True):
        if script and script != main and not line.reason:
            line.reason = "other script"


def _script(line: str) -> str:
    """Name the script most letters of ``line`` belong to, '' when it has fewer than three letters."""
    latin = len(_LATIN.findall(line))
    counts = Counter({"Latin": latin})
    for char in _NOT_ASCII.findall(line):
        if char.isalpha():
            counts[signs.SCRIPTS[bisect_right(_firsts, ord(char)) - 1][1]] += 1
    del counts[""]
    script, most = counts.most_common(1)[0]
    return script if most >= 3 else ""


def _columns(text: str, lines: list[_Line]) -> Iterator[Removed]:
    """Give columns of timestamped headlines, each on lines of its own or glued to one another."""
    stamps = [
        stamp
        for line in lines
        if line.signs & _stamp.bit  # one may look at the first character of the next line, too
        for stamp in _stamp.expression.finditer(text, line.start, line.limit)
    ]
    column: list[Removed] = []
    headlines: list[str] = []
    for stamp, following in zip_longest(stamps, stamps[1:]):
        limit = following.start() if following else len(text)
        end = _headline_end(text, stamp.end(), limit)
        column.append(Removed(stamp.start(), end, "headlines"))
        headlines.append(text[stamp.end() : end])
        if limit - end > 2 or not following:
            if _is_column(headlines):
                yield from column
            column, headlines = [], []


def _is_column(headlines: list[str]) -> bool:
    sentences = sum(headline.rstrip('"”’ ').endswith((".", "!", "?")) for headline in headlines)
    short = all(len(headline.split()) <= _COLUMN_WORDS for headline in headlines)
    return len(headlines) >= 2 and short and 2 * sentences < len(headlines)


def _headline_end(text: str, at: int, limit: int) -> int:
    """Give the end of the line at ``at``, or of the next one when the rest of its own is empty, up to ``limit``."""
    at = match.end() if (match := _GAP.match(text, at, limit)) else at
    end = text.find("\n", at, limit)
    return limit if end < 0 else end


def _sentences(lines: list[_Line], sure: list[_Pattern]) -> Iterator[Removed]:
    for line in lines:
        if line.reason:
            continue
        for sentence in _SENTENCE.finditer(line.text) if sure else ():
            for pattern in sure:
                if pattern.expression.search(sentence.group()):
                    yield Removed(line.start + sentence.start(), line.start + sentence.end(), pattern.reason)
                    break


def _merged(removed: list[Removed]) -> list[Removed]:
    merged: list[Removed] = []
    for stretch in sorted(removed, key=lambda r: (r.start, -r.end)):
        last = merged[-1] if merged else None
        if last is None or stretch.start >= last.end:
            merged.append(stretch)
        elif stretch.end > last.end:
            merged[-1] = last._replace(end=stretch.end)
    return merged

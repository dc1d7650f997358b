"""Find what web extraction left in plain text: credits, share bars, related lists, columns of other headlines.

The rules work line by line, from the surest to the weakest, and a line that reads like a paragraph is only ever taken
whole by a sure sign. Nothing is rewritten: the answer is a list of stretches of the text as sent, each with its reason.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any, NamedTuple

from training import needed, signs
from training.characters import points_of
from training.kernels import lines as kernel
from training.kernels.words import Points

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
    closed: bool  # ends as a sentence does
    prose: bool  # reads like a paragraph of an article
    signs: int  # bits of the patterns that may match
    text: str
    reason: str | None = None


_COLUMN_WORDS = 22  # a headline of a column is no longer than this


class _Pattern(NamedTuple):
    reason: str
    number: int
    bit: int
    expression: re.Pattern[str]


def _patterns(table: Iterable[tuple[str, ...]], first: int) -> list[_Pattern]:
    every = ((reason, pattern) for reason, *patterns in table for pattern in patterns)
    return [
        _Pattern(reason, number, 1 << number, re.compile(pattern))
        for number, (reason, pattern) in enumerate(every, first)
    ]


_sure = _patterns(signs.SURE, 0)
_weak = _patterns(signs.WEAK, len(_sure))
_others = [("header", signs.HEADER), ("short", signs.SHORT_HEADER), ("bars", signs.BARS)]
_others += [("stamp", signs.STAMP), ("marks", signs.MARKS), ("link", r"\[([^\]\[\n]*)\]\([^)(\n]*\)")]
_header, _short_header, _bars, _stamp, _marks, _link = _patterns(_others, len(_sure) + len(_weak))
_marks = _marks._replace(expression=re.compile(signs.MARKS, re.M))
_by_bit = {pattern.bit: pattern for pattern in _weak}
_WEAK = sum(pattern.bit for pattern in _weak)
_firsts = [first for first, _ in signs.SCRIPTS]
_BREAKS = "\n\r\u2028\u2029"
_WRAPPING = "#*_>[]-–—→⟶▶•·✉☆★ \t"
_TRAITS = {kernel.CLOSING: ".!?…:;", kernel.BEHIND: "\"'”’)*_ ", kernel.WRAPPING: _WRAPPING}
_MARKED = "*_# "
_TRAITS |= {kernel.LATIN: string.ascii_letters, kernel.MARK: _MARKED}
_SENTENCE = re.compile(r"[^.!?]*(?:[.!?]+[\"”’)]*\s*|$)")
_GAP = re.compile(r"[ \t|,:–—-]*\r?\n?[ \t]*")
_SITE_SUFFIX = re.compile(r"\s+[-|–—]\s+[^-|–—]{2,40}$")


@cache
def _signs() -> kernel.Signs:
    """Give what the compiled pass looks for, so that only patterns that may match are tried."""
    weak, sure = ([pattern.number for pattern in some] for some in (_weak, _sure))
    short = [*sure, *weak, _header.number, _short_header.number, _bars.number, _link.number]
    sets = {
        kernel.SURE: sure,
        kernel.SHORT: short,
        kernel.WITHIN: [_stamp.number, _marks.number],
        kernel.FITTED: [*weak, _short_header.number],
        kernel.SPAN: [_header.number],
    }
    every = [*_sure, *_weak, _header, _short_header, _bars, _stamp, _marks, _link]
    return needed.signs({pattern.number: pattern.expression.pattern for pattern in every}, _BREAKS, _TRAITS, sets)


def find(text: str, points: Points | None = None) -> list[Removed]:
    """Give the stretches of ``text`` that are leftovers of web extraction, in order and without overlap.

    Args:
        text: to look at.
        points: its code points, where somebody has them already.

    >>> find("Rain fell on the coast all night and the roads were closed at dawn.\\nShare on Facebook")
    [Removed(start=68, end=85, reason='share')]
    """
    work, foreign, rows, places = kernel.read(points_of(text) if points is None else points, *arguments())
    if not work:
        return []
    lines = [
        _Line(number, start, end, words, closed, prose, low | high << 64, text[start:end])
        for number, start, end, words, closed, prose, low, high in rows.tolist()
    ]
    return _found(text, lines, foreign, places.tolist())


@cache
def arguments() -> tuple[Any, ...]:
    """Give what the compiled pass gets beside the code points of a text."""
    *tables, automata = _signs()
    return *tables, *automata


def _found(text: str, lines: list[_Line], foreign: bool, places: list[list[int]]) -> list[Removed]:
    signed = 0
    for line in lines:
        signed |= line.signs
    sure = [pattern for pattern in _sure if signed & pattern.bit and pattern.expression.search(text)]
    _mark_lines(lines, sure)
    _mark_lists(lines)
    _mark_repeats(lines)
    if foreign:
        _mark_other_scripts(lines)
    removed = [Removed(line.start, line.end, line.reason) for line in lines if line.reason]
    removed += _sentences(lines, sure) if sure else ()
    removed += _columns(text, list(_within(text, _stamp, places)))
    removed += [Removed(*match.span(), "markup") for match in _within(text, _marks, places)]
    return _merged(removed)


def _within(text: str, pattern: _Pattern, places: list[list[int]]) -> Iterator[re.Match[str]]:
    """Give the matches of a pattern in a text, of which it is known where they may start."""
    end = 0
    for at, number in places:
        if number == pattern.number and at >= end and (match := pattern.expression.match(text, at)):
            yield match
            end = match.end()


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
    captions = " ".join([line.text for line in lines if line.reason in ("credit", "caption")])
    for line in lines:
        if line.reason or line.words < 4:
            continue
        if line.text in seen or not line.prose and not line.closed and _is_caption(line.text, captions):
            line.reason = "repeated"
        seen.add(line.text)


def _is_caption(text: str, captions: str) -> bool:
    if not captions and text[0] not in _MARKED:  # there would have to be nothing left
        return False
    return _SITE_SUFFIX.sub("", text).strip(_MARKED) in captions


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
    counts = Counter({"Latin": 0})
    for char, count in Counter(line).items():
        if char.isalpha():
            counts[_script_of(char)] += count
    del counts[""]
    script, most = counts.most_common(1)[0]
    return script if most >= 3 else ""


@lru_cache(maxsize=1 << 12)
def _script_of(letter: str) -> str:
    return signs.SCRIPTS[bisect_right(_firsts, ord(letter)) - 1][1]


def _columns(text: str, stamps: list[re.Match[str]]) -> Iterator[Removed]:
    """Give columns of timestamped headlines, each on lines of its own or glued to one another."""
    if len(stamps) < 2:
        return
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
        for sentence in _SENTENCE.finditer(line.text):
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

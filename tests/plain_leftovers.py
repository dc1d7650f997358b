"""Leftovers as plain Python finds them, every pattern tried on every line: what the compiled pass is held to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from training import signs
from training.leftovers import Removed


@dataclass(slots=True)
class _Line:
    start: int  # of the line without its surrounding blanks
    end: int
    text: str
    words: int
    closed: bool  # ends as a sentence does
    reason: str | None = None

    @property
    def prose(self) -> bool:
        """Whether the line reads like a paragraph of an article."""
        return self.words >= 40 or (self.words >= 14 and self.closed) or len(self.text) > _LONGEST


_LONGEST = 400  # characters; no weak sign is longer
_COLUMN_WORDS = 22  # a headline of a column is no longer than this

_Signs = list[tuple[str, re.Pattern[str]]]

_sure: _Signs = [(reason, re.compile("|".join(patterns))) for reason, *patterns in signs.SURE]
_weak: _Signs = [(reason, re.compile("|".join(patterns))) for reason, *patterns in signs.WEAK]
_header = re.compile(signs.HEADER)
_short_header = re.compile(signs.SHORT_HEADER)
_bars = re.compile(signs.BARS)
_stamp = re.compile(signs.STAMP)
_marks = re.compile(signs.MARKS, re.M)
_firsts = [first for first, _ in signs.SCRIPTS]
_LINE = re.compile(r"[^\s][^\r\n\u2028\u2029]*")
_CLOSING = frozenset((".", "!", "?", "…", ":", ";"))
_LINK = re.compile(r"\[([^\]\[\n]*)\]\([^)(\n]*\)")
_WRAPPING = "#*_>[]-–—→⟶▶•·✉☆★ \t"
_SENTENCE = re.compile(r"[^.!?]*(?:[.!?]+[\"”’)]*\s*|$)")
_GAP = re.compile(r"[ \t|,:–—-]*\r?\n?[ \t]*")
_LATIN = re.compile(r"[A-Za-z]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SITE_SUFFIX = re.compile(r"\s+[-|–—]\s+[^-|–—]{2,40}$")


def find(text: str) -> list[Removed]:
    """Give what `leftovers.find` must give."""
    lines = list(split(text))
    sure = [(reason, pattern) for reason, pattern in _sure if pattern.search(text)]
    _mark_lines(lines, sure)
    _mark_lists(lines)
    _mark_repeats(lines)
    _mark_other_scripts(lines)
    removed = [Removed(line.start, line.end, line.reason) for line in lines if line.reason]
    removed += _sentences(lines, sure)
    removed += _columns(text)
    removed += [Removed(*match.span(), "markup") for match in _marks.finditer(text)]
    return _merged(removed)


def split(text: str) -> Iterator[_Line]:
    for match in _LINE.finditer(text):
        stripped = match.group().rstrip()
        end = stripped.rstrip("\"'”’)*_ ")[-1:]
        yield _Line(match.start(), match.start() + len(stripped), stripped, len(stripped.split()), end in _CLOSING)


def _mark_lines(lines: list[_Line], sure: _Signs) -> None:
    for line in lines:
        if line.words <= 80 and not (line.words >= 14 and line.closed):
            line.reason = next((reason for reason, pattern in sure if pattern.search(line.text)), None)
        if line.reason or line.prose:
            continue
        plain = _LINK.sub(r"\1", line.text).strip(_WRAPPING)
        for reason, pattern in _weak:
            if pattern.fullmatch(line.text) or pattern.fullmatch(plain):
                line.reason = reason
                break


def _mark_lists(lines: list[_Line]) -> None:
    inside = False
    for line in lines:
        if line.prose:
            inside = False
        elif header := _header.match(line.text) or (line is not lines[0] and _short_header.fullmatch(line.text)):
            line.reason = "related"
            inside = header.end() == len(line.text)  # 'Related: one headline' is complete in itself
        elif inside and not (line.closed and line.words >= 9):
            line.reason = line.reason or "related"
        else:
            inside = False
            if not line.closed and _is_listing(line.text):
                line.reason = line.reason or "related"


def _is_listing(line: str) -> bool:
    headlines = _bars.split(line)
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
    if all(line.text.isascii() for line in lines):
        return
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


def _columns(text: str) -> Iterator[Removed]:
    """Give columns of timestamped headlines, each on lines of its own or glued to one another."""
    stamps = list(_stamp.finditer(text))
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


def _sentences(lines: list[_Line], sure: _Signs) -> Iterator[Removed]:
    for line in lines:
        if line.reason:
            continue
        for sentence in _SENTENCE.finditer(line.text) if sure else ():
            reason = next((reason for reason, pattern in sure if pattern.search(sentence.group())), None)
            if reason:
                yield Removed(line.start + sentence.start(), line.start + sentence.end(), reason)


def _merged(removed: list[Removed]) -> list[Removed]:
    merged: list[Removed] = []
    for stretch in sorted(removed, key=lambda r: (r.start, -r.end)):
        last = merged[-1] if merged else None
        if last is None or stretch.start >= last.end:
            merged.append(stretch)
        elif stretch.end > last.end:
            merged[-1] = last._replace(end=stretch.end)
    return merged

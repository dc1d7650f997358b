"""The articles of Reuters-21578 in their raw form: SGML as it was typed in 1987, read element by element.

It has control characters as entities, elements that are missing or empty, and bytes that are no UTF-8, and its
attributes say which part of the usual split into training and test articles an article belongs to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from html.entities import html5
from pathlib import Path

from training.article import Article
from training.errors import ArticleError
from training.readers.rows import Rows

LONGEST = 1 << 24  # bytes of one article; what is longer has lost its end
_BEGIN, _END = re.compile(rb"<REUTERS\b", re.I), re.compile(rb"</REUTERS\s*>", re.I)
_ATTRIBUTE = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\w+));")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127], " ")
_SIGNATURE = re.compile(r"\s+Reuter$", re.I)
_DATE = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})(?:\s+([01]?\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d+)?)(?![\d:]))?")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


@dataclass(frozen=True, slots=True)
class Element:
    """One <REUTERS> element: the line it begins on, its attributes, and the markup between its tags."""

    line: int
    attributes: dict[str, str]
    markup: str

    def article(self) -> Article:
        """Make an article of it. One that is only a headline has an empty text.

        Raises:
            ArticleError: it has no <TEXT>, or names a place that is not known.
        """
        text = _inner("TEXT", self.markup)
        if text is None:
            raise ArticleError("no <TEXT> in the article")
        places = _inner("PLACES", self.markup)
        number = self.attributes.get("NEWID")
        return Article(
            text=_SIGNATURE.sub("", _plain(_body(self.markup, text))),
            title=_plain(_inner("TITLE", text) or ""),
            id=f"reuters-{number}" if number else None,
            date=_date(_plain(_inner("DATE", self.markup) or "")) or None,
            source="Reuters",
            dateline=_plain(_inner("DATELINE", text) or "") or None,
            labels=None if places is None else frozenset(map(_label, re.findall(r"<D>(.*?)</D>", places, re.S | re.I))),
        )


def sgml(lines: Iterable[bytes]) -> Rows:
    """Read the articles of a file of Reuters-21578; rows are numbered by the line they begin on.

    Raises:
        ArticleError: there is no article in it.
    """
    line = 0
    for line, found in elements(lines):
        try:
            yield line, found.article() if isinstance(found, Element) else found
        except ArticleError as error:
            yield line, error
    if not line:
        raise ArticleError("no <REUTERS> element; of SGML only the form of Reuters-21578 is read")


def elements(lines: Iterable[bytes]) -> Iterator[tuple[int, Element | ArticleError]]:
    """Split a file into its elements; where one does not end, the next begins all the same."""
    begun, held = 0, bytearray()
    for number, line in enumerate(lines, 1):
        while line:
            if not begun:
                begin = _BEGIN.search(line)
                if begin is None:
                    break
                begun, line = number, line[begin.start() :]
            end, again = _END.search(line), _BEGIN.search(line, 0 if held else 1)
            if again and not (end and end.start() < again.start()) or len(held) > LONGEST:
                yield begun, ArticleError("the article does not end: </REUTERS> is missing")
                begun, held, line = 0, bytearray(), line[again.start() :] if again else b""
            elif end:
                yield begun, _element(begun, bytes(held) + line[: end.start()])
                begun, held, line = 0, bytearray(), line[end.end() :]
            else:
                held += line
                line = b""
    if begun:
        yield begun, ArticleError("the article does not end: </REUTERS> is missing")


def _element(line: int, content: bytes) -> Element:
    try:
        markup = content.decode()
    except UnicodeDecodeError:
        markup = content.decode("latin-1")  # a few bytes in the corpus; every byte stands for something in Latin-1
    tag, _, markup = markup.partition(">")
    return Element(line, {name.upper(): value for name, value in _ATTRIBUTE.findall(tag)}, markup)


@cache
def places() -> dict[str, str]:
    """Give the label of every name in <PLACES>."""
    return tomllib.loads(Path(__file__).with_name("places.toml").read_text(encoding="utf-8"))


def _label(place: str) -> str:
    try:
        return places()[place.strip().lower()]
    except KeyError:
        raise ArticleError(f"place {place!r} is not known") from None


def _inner(name: str, markup: str) -> str | None:
    found = re.search(rf"<{name}\b[^>]*>(.*?)</{name}\s*>", markup, re.S | re.I)
    return found[1] if found else None


def _body(markup: str, text: str) -> str:
    """Give what is told: <BODY>, or all of a <TEXT> that has no parts. A brief is a headline and a filler."""
    body = _inner("BODY", text)
    if body is not None:
        return body
    kind = re.search(r'<TEXT\b[^>]*TYPE="(\w+)"', markup, re.I)
    if kind and kind[1].upper() == "BRIEF":
        return ""
    return re.sub(r"<(TITLE|AUTHOR|DATELINE)\b[^>]*>.*?</\1\s*>", "", text, flags=re.S | re.I)


def _plain(markup: str) -> str:
    """Resolve entities; control characters, of which typesetting was made, become blanks."""
    return _ENTITY.sub(_character, markup).replace("\r\n", "\n").translate(_CONTROLS).strip()


def _character(entity: re.Match[str]) -> str:
    decimal, hexadecimal, name = entity.groups()
    if name:
        return html5.get(f"{name};", entity[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return entity[0] if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else chr(code)


def _date(given: str) -> str:
    """Write a date as ISO 8601 does: 26-FEB-1987 15:01:01.79 is 1987-02-26T15:01:01.79; what is none stays as it is.

    >>> _date("26-FEB-1987 15:01:01.79"), _date("5-APR-1987 605:12:19.12"), _date("in spring")
    ('1987-02-26T15:01:01.79', '1987-04-05', 'in spring')
    """
    found = _DATE.match(given)
    if not found or found[2].lower() not in _MONTHS:
        return given
    try:
        day = date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1])).isoformat()
    except ValueError:
        return given
    return f"{day}T{int(found[4]):02}:{found[5]}:{found[6]}" if found[4] else day

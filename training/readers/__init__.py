"""From files and folders to Articles: what kind a file is, and what happens to rows that can't be read.

::

    streams   plain, .gz, .zst -> bytes
    rows      JSONL
    tables    CSV, Parquet
    sgml      Reuters-21578
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from training.article import Article
from training.errors import ArticleError
from training.readers.rows import Rows, Unread, jsonl
from training.readers.sgml import sgml
from training.readers.streams import BROKEN, PACKED, Meter, opened
from training.readers.tables import from_csv, from_parquet

_ROWS = {".jsonl": jsonl, ".ndjson": jsonl, ".csv": from_csv, ".tsv": from_csv, ".parquet": from_parquet}
_ROWS |= {".sgm": sgml, ".sgml": sgml}
_PAGES = (".html", ".htm")
KINDS = (*_ROWS, *_PAGES, ".txt")
"""The endings that a folder is searched for, each also followed by .gz or .zst."""

Check = Callable[[Article], object]
"""Raises an ArticleError for an article that can't be used."""

_HTML = ("<!doctype", "<html", "<head", "<body", "<article")
_SGML = (b"<!doctype lewis", b"<reuters")
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.I)
_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(slots=True)
class Skips:
    """Counts the rows that could not be read, and keeps the first reasons.

    Attributes:
        count: how many there were.
        first: the messages of the first few; each names file and row.
    """

    count: int = 0
    first: list[str] = field(default_factory=list)
    keep: int = 3

    def add(self, error: ArticleError) -> None:
        """Count one row."""
        self.count += 1
        if len(self.first) < self.keep:
            self.first.append(str(error))

    def __str__(self) -> str:
        told = "; ".join(self.first) + (f"; and {self.count - len(self.first)} more" * (self.count > len(self.first)))
        return f"skipped {self.count} bad {'row' if self.count == 1 else 'rows'}" + (f": {told}" if told else "")


class Row(NamedTuple):
    """One row, page or text of a file, not looked into yet where that is work.

    Attributes:
        where: the file, as messages name it.
        name: what the ids of the file's articles begin with; None: they get none.
        number: the line it begins on, or its number; 0 where the file is one article.
        found: what there is.
    """

    where: str
    name: str | None
    number: int
    found: Article | ArticleError | Unread

    @property
    def size(self) -> int:
        """How long it is, about: in bytes, or in characters where it was read already."""
        found = self.found
        return len(found.content) if isinstance(found, Unread) else len(found.text) if isinstance(found, Article) else 0

    def article(self, check: Check | None = None) -> Article:
        """Make an article of it, named by file and row where it has no id of its own.

        Raises:
            ArticleError: it can't be read, or is refused by a check; the message names file and row.
        """
        try:
            if isinstance(self.found, ArticleError):
                raise self.found
            one = self.found.parse(self.found.content) if isinstance(self.found, Unread) else self.found
            if check:
                check(one)
        except ArticleError as error:
            raise ArticleError(f"{self._place}: {error}") from None
        if one.id or self.name is None:
            return one
        return replace(one, id=f"{self.name}:{self.number}" if self.number else self.name)

    @property
    def _place(self) -> str:
        return f"{self.where}:{self.number}" if self.number else self.where


def read_all(paths: Iterable[str | Path], skips: Skips | None = None) -> Iterator[Article]:
    """Read the articles of several files and folders, one after the other; see :func:`read`."""
    for path in paths:
        yield from read(path, skips)


def read(path: str | Path, skips: Skips | None = None) -> Iterator[Article]:
    """Read the articles of a file by its name, or of every file in a folder whose name tells its kind.

    .jsonl, .csv, .tsv, .parquet and .sgm hold many articles, .html and all else one; each may be packed as .gz or
    .zst. Rows without an id get one of the file's name and their number.

    Args:
        path: a file, or a folder, which is searched with all below it in the order of names. Hidden files, and kinds
            that are not known, are passed over there.
        skips: counts the rows that can't be read; without it the first of them is an error. A page or a text is one
            row. So is the rest of a file that breaks off after some rows.

    Raises:
        ArticleError: a row can't be read, or a file can't be read at all; the message names file and row.
    """
    yield from articles(rows(path), skips)


def articles(rows: Iterable[Row], skips: Skips | None = None, check: Check | None = None) -> Iterator[Article]:
    """Look into rows: give their articles, and raise or count what is wrong with the others, or refused by a check."""
    for row in rows:
        try:
            one = row.article(check)
        except ArticleError as error:
            if skips is None:
                raise
            skips.add(error)
        else:
            yield one


def rows(path: str | Path, meter: Meter | None = None) -> Iterator[Row]:
    """Find the rows of a file or a folder without looking into them; ``meter`` counts the bytes.

    Raises:
        ArticleError: a file can't be read at all.
    """
    path = Path(path)
    if not path.is_dir():
        yield from _file(path, path.name, meter)
        return
    empty = True
    for file in files(path):
        empty = False
        yield from _file(file, file.relative_to(path).as_posix(), meter)
    if empty:
        raise ArticleError(f"{path}: no articles in this folder; it is searched for {', '.join(KINDS)}")


def size(paths: Iterable[Path]) -> int | None:
    """Give the bytes of all files in files and folders, None where that does not tell how much there is to do."""
    found = [file for path in paths for file in (files(path) if path.is_dir() else [path])]
    if all(file.is_file() and kind(file.name) != ".parquet" for file in found):  # a Parquet is not read front to end
        return sum(file.stat().st_size for file in found)
    return None


def files(folder: Path) -> Iterator[Path]:
    """Find the files of a known kind in a folder and below it, in the order of their names."""
    for place, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith(".") and kind(name) in KINDS)


def _refuse(error: OSError) -> None:
    raise ArticleError(f"{error.filename}: can't be read: {error.strerror}")


def kind(name: str) -> str:
    """Give the ending that tells a file's kind.

    >>> kind("news.JSONL.gz"), kind("page.html"), kind("README")
    ('.jsonl', '.html', '')
    """
    stem, ending = os.path.splitext(name.lower())
    return os.path.splitext(stem)[1] if ending in PACKED else ending


def rows_unnamed(stream: BinaryIO) -> Iterator[Row]:
    """Find the rows of a stream without a name, told by how it begins: JSONL, Reuters SGML, HTML or plain text.

    Raises:
        ArticleError: there is nothing in it that can be read.
    """
    first: list[bytes] = []
    for line in stream:
        first.append(line)
        if line.strip(_BLANK):
            break
    begin = b"".join(first[-1:]).lstrip(_BLANK)[:200].lower()
    if begin.startswith((b"{", *_SGML)):
        lines = chain(first, stream)
        found, name = jsonl(lines) if begin.startswith(b"{") else sgml(lines), "standard input"
    else:
        page = begin.decode("utf-8", "replace").startswith(_HTML)
        found, name = _whole(b"".join([*first, stream.read()]), page), None
    for number, one in found:
        yield Row("standard input", name, number, one)


def _file(path: Path, name: str, meter: Meter | None) -> Iterator[Row]:
    """Find the rows of one file; ``name`` is what the ids of its articles begin with."""
    some = False
    try:
        with opened(path, meter) as file:
            for number, found in _rows(path, file):
                some = True
                yield Row(str(path), name, number, found)
    except BROKEN as error:
        broken = ArticleError(f"can't be read: {getattr(error, 'strerror', None) or error}")
        if not some:
            raise ArticleError(f"{path}: {broken}") from error
        yield Row(str(path), name, 0, broken)
    except ArticleError as error:
        raise ArticleError(f"{path}: {error}") from None


def _rows(path: Path, file: BinaryIO) -> Rows:
    many = _ROWS.get(kind(path.name))
    return many(file) if many else _whole(file.read(), kind(path.name) in _PAGES)


def _whole(content: bytes, page: bool) -> Rows:
    """Take all there is as one article; its row has no number."""
    yield 0, Unread(content, _of_page if page else _of_text)


def _of_text(content: bytes) -> Article:
    try:
        return Article(content.decode("utf-8-sig"))
    except UnicodeError as error:
        raise ArticleError(f"is no UTF-8 text ({error}); save it as UTF-8") from None


def _of_page(content: bytes) -> Article:
    try:
        return Article.from_html(_page(content))
    except UnicodeError as error:
        raise ArticleError(f"is no UTF-8 text ({error}); save it as UTF-8") from None


def _page(content: bytes) -> str:
    """Decode a page: as UTF-8, else as it says itself."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _CHARSET.search(content[:4096])
        try:
            return content.decode(said[1].decode()) if said else content.decode()
        except LookupError:
            return content.decode()

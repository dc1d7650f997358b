"""From files and folders to Articles: what kind a file is, and what happens to rows that can't be read.

::

    streams   plain, .gz, .zst -> bytes
    rows      JSONL
    tables    CSV, Parquet
    sgml      Reuters-21578
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from training.article import Article
from training.errors import ArticleError
from training.readers.rows import Rows, jsonl
from training.readers.sgml import sgml
from training.readers.streams import BROKEN, PACKED, opened
from training.readers.tables import from_csv, from_parquet

_ROWS = {".jsonl": jsonl, ".ndjson": jsonl, ".csv": from_csv, ".tsv": from_csv, ".parquet": from_parquet}
_ROWS |= {".sgm": sgml, ".sgml": sgml}
_PAGES = (".html", ".htm")
KINDS = (*_ROWS, *_PAGES, ".txt")
"""The endings that a folder is searched for, each also followed by .gz or .zst."""

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
            row. So is the rest of a file that breaks off after some articles.

    Raises:
        ArticleError: a row can't be read, or a file can't be read at all; the message names file and row.
    """
    path = Path(path)
    if not path.is_dir():
        yield from _file(path, path.name, skips)
        return
    empty = True
    for file in files(path):
        empty = False
        yield from _file(file, file.relative_to(path).as_posix(), skips)
    if empty:
        raise ArticleError(f"{path}: no articles in this folder; it is searched for {', '.join(KINDS)}")


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


def read_unnamed(content: bytes, skips: Skips | None = None) -> Iterator[Article]:
    """Read the articles of a stream without a name, told by how it begins: JSONL, Reuters SGML, HTML or plain text.

    Raises:
        ArticleError: it, or a row of it, can't be read.
    """
    begin = content.lstrip(_BLANK)[:200].lower()
    if begin.startswith((b"{", *_SGML)):
        rows = jsonl if begin.startswith(b"{") else sgml
        yield from _taken(rows(io.BytesIO(content)), "standard input", "standard input", skips)
        return
    page = begin.decode("utf-8", "replace").startswith(_HTML)
    yield from _taken(_whole(content, page, None), "standard input", None, skips)


def _file(path: Path, name: str, skips: Skips | None) -> Iterator[Article]:
    """Read one file; ``name`` is what the ids of its articles begin with."""
    some = False
    try:
        with opened(path) as file:
            for article in _taken(_rows(path, name, file), str(path), name, skips):
                some = True
                yield article
    except BROKEN as error:
        broken = ArticleError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}")
        if skips is None or not some:
            raise broken from error
        skips.add(broken)
    except ArticleError as error:
        raise error if str(error).startswith(f"{path}:") else ArticleError(f"{path}: {error}") from None


def _rows(path: Path, name: str, file: BinaryIO) -> Rows:
    many = _ROWS.get(kind(path.name))
    return many(file) if many else _whole(file.read(), kind(path.name) in _PAGES, name)


def _whole(content: bytes, page: bool, name: str | None) -> Rows:
    """Make one article of all there is; its row has no number."""
    try:
        text = _page(content) if page else content.decode("utf-8-sig")
        yield 0, Article.from_html(text, id=name) if page else Article(text, id=name)
    except UnicodeError as error:
        yield 0, ArticleError(f"is no UTF-8 text ({error}); save it as UTF-8")
    except ArticleError as error:
        yield 0, error


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


def _taken(rows: Rows, where: str, name: str | None, skips: Skips | None) -> Iterator[Article]:
    """Give the articles of rows: name those without an id, and raise what is wrong with the others or count it."""
    for number, found in rows:
        if isinstance(found, ArticleError):
            error = ArticleError(f"{where}:{number}: {found}" if number else f"{where}: {found}")
            if skips is None:
                raise error
            skips.add(error)
        else:
            yield found if found.id or not number else replace(found, id=f"{name}:{number}")

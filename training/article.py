"""What comes in: an Article, and the readers that make Articles out of files."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.errors import ArticleError

_HTML = ("<!doctype", "<html", "<head", "<body", "<article")
_FIELDS = ("id", "title", "date", "source", "dateline")


@dataclass(frozen=True, slots=True)
class Article:
    """One news article.

    ``labels`` is None for an article nobody has judged; otherwise every label it does not name is a no,
    except the ``unsure`` ones, which teach and score nothing.
    """

    text: str
    title: str = ""
    id: str | None = None
    date: str | None = None
    source: str | None = None
    dateline: str | None = None
    labels: frozenset[str] | None = None
    unsure: frozenset[str] = frozenset()

    @classmethod
    def from_row(cls, row: object) -> Article:
        """Make an article of one parsed row of JSONL; keys the row may have beside the known ones are ignored.

        Raises:
            ArticleError: a field is missing or of the wrong type.
        """
        if not isinstance(row, dict):
            raise ArticleError(f'expected an object such as {{"text": "..."}}, found {type(row).__name__}')
        if not isinstance(row.get("text"), str):
            raise ArticleError('"text" is missing or is no string; every row needs one')
        known: dict[str, Any] = {}
        for key in _FIELDS:
            value = row.get(key)
            if value is not None and not isinstance(value, str):
                if key != "id" or type(value) is not int:
                    raise ArticleError(f'"{key}" must be a string, found {json.dumps(value)[:40]}')
                value = str(value)
            known[key] = value
        known["title"] = known["title"] or ""
        labels = _codes(row, "labels") if row.get("labels") is not None else None
        return cls(text=row["text"], labels=labels, unsure=_codes(row, "unsure"), **known)

    @classmethod
    def from_html(cls, html: str, **known: Any) -> Article:
        """Make an article of a web page: its main text, and its title where none is given.

        Raises:
            ArticleError: no article text is found in the page.
        """
        import trafilatura  # takes a third of a second to import, and most articles are no HTML

        page: Any = (
            trafilatura.bare_extraction(html, favor_precision=True, include_comments=False, with_metadata=True)
            if html.strip()
            else None
        )
        if page is None or not page.text:
            raise ArticleError("no article text was found in the HTML; send the text itself")
        known["title"] = known.get("title") or page.title or ""
        known["date"] = known.get("date") or page.date
        return cls(text=page.text, **known)


def _codes(row: dict[str, Any], key: str) -> frozenset[str]:
    value = row.get(key)
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise ArticleError(f'"{key}" must be a list of label ids such as ["SY"], found {json.dumps(value)[:40]}')
    return frozenset(value)


def read(path: str | Path) -> Iterator[Article]:
    """Read the articles of one file by its name: .jsonl, .html or .htm, all else as one plain text; each also as .gz.

    Raises:
        ArticleError: the file can't be read; the message names file and row.
    """
    path = Path(path)
    kind = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
    try:
        with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
            if kind.lower() in (".jsonl", ".ndjson"):
                yield from read_jsonl(file, str(path))
                return
            text = file.read().decode("utf-8-sig")
        yield (
            Article.from_html(text, id=path.name) if kind.lower() in (".html", ".htm") else Article(text, id=path.name)
        )
    except (OSError, EOFError, zlib.error) as error:
        raise ArticleError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}") from error
    except UnicodeDecodeError as error:
        raise ArticleError(f"{path}: is no UTF-8 text ({error}); save it as UTF-8") from None
    except ArticleError as error:
        raise error if str(error).startswith(str(path)) else ArticleError(f"{path}: {error}") from None


def read_unnamed(content: bytes) -> Iterator[Article]:
    """Read the articles of a stream without a name, told apart by how it begins: JSONL, HTML or one plain text.

    Raises:
        ArticleError: it can't be read.
    """
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from read_jsonl(content.split(b"\n"), "standard input")
        return
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(f"standard input is no UTF-8 text: {error}") from None
    begin = text.lstrip()[:200].lower()
    yield Article.from_html(text) if begin.startswith(_HTML) else Article(text)


def read_all(paths: Iterable[str | Path]) -> Iterator[Article]:
    """Read the articles of several files, one after the other."""
    for path in paths:
        yield from read(path)


def read_jsonl(rows: Iterable[bytes], name: str) -> Iterator[Article]:
    """Read one article a line; ``name`` stands in errors, and with the line number is the id of rows that have none."""
    for number, row in enumerate(rows, 1):
        row = row.strip(b"\xef\xbb\xbf \t\r\n")  # a byte order mark may stand before the first
        if not row:
            continue
        try:
            article = Article.from_row(json.loads(row))
        except UnicodeDecodeError as error:
            raise ArticleError(f"{name}:{number}: no UTF-8 text: {error}") from None
        except (ValueError, RecursionError) as error:
            raise ArticleError(f"{name}:{number}: not JSON: {error}") from None
        except ArticleError as error:
            raise ArticleError(f"{name}:{number}: {error}") from None
        yield article if article.id else replace(article, id=f"{Path(name).name}:{number}")

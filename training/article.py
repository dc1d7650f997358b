"""What comes in: an Article, and the readers that make Articles out of files."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from training.errors import ArticleError

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
                if key != "id" or not isinstance(value, int):
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
    value = row.get(key) or []
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
        if kind.lower() in (".jsonl", ".ndjson"):
            with _open(path) as rows:
                yield from read_jsonl(rows, str(path))
            return
        with _open(path) as file:
            text = file.read()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ArticleError(f"{path}: can't be read: {getattr(error, 'strerror', None) or error}") from error
    name = path.name
    yield Article.from_html(text, id=name) if kind.lower() in (".html", ".htm") else Article(text, id=name)


def read_unnamed(content: bytes) -> Iterator[Article]:
    """Read the articles of a stream without a name, told apart by how it begins: JSONL, HTML or one plain text.

    Raises:
        ArticleError: it can't be read.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ArticleError(f"standard input is no UTF-8 text: {error}") from None
    begin = text.lstrip()[:200].lower()
    if begin.startswith("{"):
        yield from read_jsonl(text.split("\n"), "standard input")
    elif begin.startswith(("<!doctype", "<html", "<head", "<body", "<article")):
        yield Article.from_html(text)
    else:
        yield Article(text)


def read_all(paths: Iterable[str | Path]) -> Iterator[Article]:
    """Read the articles of several files, one after the other."""
    for path in paths:
        yield from read(path)


def read_jsonl(rows: Iterable[str], name: str) -> Iterator[Article]:
    """Read one article a line; ``name`` stands in errors, and with the line number is the id of rows that have none."""
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            article = Article.from_row(json.loads(row))
        except json.JSONDecodeError as error:
            raise ArticleError(f"{name}:{number}: not JSON: {error}") from None
        except ArticleError as error:
            raise ArticleError(f"{name}:{number}: {error}") from None
        yield article if article.id else replace(article, id=f"{Path(name).name}:{number}")


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return open(path, encoding="utf-8-sig")

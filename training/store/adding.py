"""Adding articles to a store: what becomes of each, new, known, edited, or a near-duplicate of another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from training.article import Article
from training.errors import ArticleError
from training.store import copies
from training.store.copies import Originals
from training.store.tables import Row, articles, bands, keepable
from training.text import digest

State = Literal["new", "copy", "edited", "known"]
_INSERT = insert(articles).returning(articles.c.number)
LABELS = ("labels", "unsure", "judged")
_FIELDS = ("title", "text", "date", "source", "dateline")
_CONTENT = ("digest", "date", "source", "dateline")
_LONGEST = 500  # characters of an id


class Added(NamedTuple):
    """What became of an article that was added.

    Attributes:
        id: its id in the store.
        state: ``new``; ``copy``: new, and a near-duplicate of another; ``edited``: there was another text, or there
            were other labels, of that id, and they were replaced; ``known``: nothing has changed.
        copy_of: the id of the article that it is a near-duplicate of.
    """

    id: str
    state: State
    copy_of: str | None = None


class Adding:
    """Articles on their way into the store, within one transaction.

    Attributes:
        added: what became of each.
    """

    def __init__(self, connection: Connection, given: list[Row], feed: str | None, at: datetime) -> None:
        self._connection, self._feed, self._at = connection, feed, at
        self._there = {row["id"]: row for row in _there(connection, [row["id"] for row in given])}
        self._originals = Originals(connection, [row["signature"] for row in given if row["signature"] is not None])
        self._bands: list[dict[str, int]] = []
        self.added = [self._one(row) for row in given]
        if self._bands:
            connection.execute(insert(bands), self._bands)

    def _one(self, row: Row) -> Added:
        was = self._there.get(row["id"])
        if was is None:
            return self._new(row)
        if all(was[key] == row[key] for key in _CONTENT) and (row["labels"] is None or _labels(was) == _labels(row)):
            return Added(row["id"], "known")
        kept = row if row["labels"] is not None else {**row, **_labels(was)}
        self._connection.execute(
            update(articles).where(articles.c.number == was["number"]).values(**kept, edited_at=self._at)
        )
        if was["digest"] != row["digest"]:
            self._place_again(was["number"], row["signature"])
        self._there[row["id"]] = {**was, **kept}
        return Added(row["id"], "edited")

    def _new(self, row: Row) -> Added:
        signature = row["signature"]
        original = None if signature is None else self._originals.find(signature)
        values = {**row, "feed": self._feed, "received_at": self._at, "copy_of": original}
        number = self._connection.execute(_INSERT, values).scalar_one()
        self._there[row["id"]] = {**row, "number": number}
        if original is not None:
            name = self._connection.execute(select(articles.c.id).where(articles.c.number == original)).scalar_one()
            return Added(row["id"], "copy", name)
        self._lead(number, signature)
        return Added(row["id"], "new")

    def _place_again(self, number: int, signature: bytes | None) -> None:
        """Say anew what an article is a copy of, and which are copies of it, as it has another text now."""
        self._originals.forget(number)
        self._connection.execute(delete(bands).where(bands.c.article == number))
        self._bands = [band for band in self._bands if band["article"] != number]
        for heir in copies.released(self._connection, number, signature):
            self._originals.add(*heir)
        leads = self._connection.execute(select(articles.c.number).where(articles.c.copy_of == number)).first()
        original = None if signature is None or leads else self._originals.find(signature)
        self._connection.execute(update(articles).where(articles.c.number == number).values(copy_of=original))
        if original is None:
            self._lead(number, signature)

    def _lead(self, number: int, signature: bytes | None) -> None:
        """Let later articles be copies of this one."""
        if signature is not None:
            self._originals.add(number, signature)
            self._bands += copies.banded(number, signature)


def _labels(row: Row) -> Row:
    return {key: row[key] for key in LABELS}


def _there(connection: Connection, ids: list[str]) -> list[Row]:
    columns = (
        articles.c.number,
        articles.c.id,
        *(articles.c[key] for key in (*_CONTENT, *LABELS)),
    )
    return [{**row._mapping} for row in connection.execute(select(*columns).where(articles.c.id.in_(ids)))]


def check(article: Article) -> None:
    """See that an article can be kept.

    Raises:
        ArticleError: it can't be.
    """
    if not article.text.strip():
        raise ArticleError("has no text")
    if article.id and len(article.id) > _LONGEST:
        raise ArticleError(f"has an id of more than {_LONGEST} characters")


def prepared(article: Article) -> Row:
    """Give an article as it is kept."""
    try:
        check(article)
    except ArticleError as error:
        raise ArticleError(f"article {(article.id or article.title)[:40]!r}: {error}") from None
    known: dict[str, Any] = {key: _keepable(getattr(article, key)) for key in _FIELDS}
    kept = replace(article, **known)
    key = digest(kept)
    id = _keepable(article.id) or key
    labels = {name: None if (codes := getattr(article, name)) is None else _sorted(codes) for name in LABELS}
    return {**known, **labels, "id": id, "digest": key, "signature": copies.signature(kept)}


def _sorted(codes: Iterable[str]) -> list[str]:
    return sorted({keepable(code) for code in codes})


def _keepable(text: str | None) -> str | None:
    return None if text is None else keepable(text)

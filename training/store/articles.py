"""The articles in a store: adding, reading them with what people judged, and letting old ones go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, true

from training.article import Article
from training.store import copies
from training.store.adding import LABELS, Added, Adding, State, prepared
from training.store.database import Database
from training.store.judgments import Spoken, said
from training.store.tables import Row, articles, judgments, keepable

_TOGETHER = 200  # articles in one transaction
_PAGE = 500  # articles read in one go


class Stored(NamedTuple):
    """An article in the store, with the labels that it came with as people have judged them since.

    Attributes:
        number: articles are numbered as they come.
        spoken: what people say of its labels.
    """

    article: Article
    number: int
    received_at: datetime
    feed: str | None
    copy_of: int | None
    spoken: Spoken


class Articles:
    """The articles in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, given: Iterable[Article], *, feed: str | None = None, at: datetime | None = None) -> list[Added]:
        """Add articles, all or none; give for each what became of it. For many at once: :meth:`add_many`.

        One without an id is called by its digest. Characters that no database keeps are replaced.

        Args:
            given: what to add.
            feed: the address of the feed that they are from.
            at: when they were received; now, where it is not said.

        Raises:
            ArticleError: an id is too long, or an article has no text.
        """
        rows = [prepared(one) for one in given]
        moment = at or datetime.now(UTC)
        return self._database.write(lambda connection: Adding(connection, rows, feed, moment).added)

    def add_many(self, given: Iterable[Article], *, at: datetime | None = None) -> Counter[State]:
        """Add any number of articles, some at a time; give how many became what."""
        found: Counter[State] = Counter()
        waiting = iter(given)
        while some := list(islice(waiting, _TOGETHER)):
            found.update(added.state for added in self.add(some, at=at))
        return found

    def get(self, id: str) -> Stored | None:
        """Give one article, None where there is none of that id."""
        with self._database.reading() as connection:
            return next(iter(_read(connection, articles.c.id == keepable(id), None)), None)

    def read(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        judged: bool | None = None,
        copies: bool = False,
        newest_first: bool = False,
        most: int | None = None,
    ) -> Iterator[Stored]:
        """Read articles in the order in which they came, or the other way round, a page at a time.

        Args:
            since, until: received after the one, and not after the other; the same for what people judged.
            judged: only those that anybody has judged in part or whole, or only the others.
            copies: whether near-duplicates that nobody has judged are among them.
            newest_first: whether to begin with the last.
            most: how many at most.
        """
        conditions: list[ColumnElement[bool]] = []
        if since is not None:
            conditions.append(articles.c.received_at > since)
        if until is not None:
            conditions.append(articles.c.received_at <= until)
        if judged is not None:
            conditions.append(_judged(until) if judged else ~_judged(until))
        if not copies:
            conditions.append(or_(articles.c.copy_of.is_(None), _judged(until)))
        last, left = None, most
        while left is None or left > 0:
            number = articles.c.number
            beyond = true() if last is None else number < last if newest_first else number > last
            size = _PAGE if left is None else min(_PAGE, left)
            with self._database.reading() as connection:
                page = _read(connection, and_(beyond, *conditions), until, size, newest_first)
            yield from page
            if len(page) < size:
                return
            last, left = page[-1].number, None if left is None else left - len(page)

    def count(self, *, since: datetime | None = None) -> dict[str, Any]:
        """Count articles: all, near-duplicates, judged; and say when the first and the last one came."""
        new = and_(true(), *([] if since is None else [articles.c.received_at > since]))
        with self._database.reading() as connection:
            every, first, last, copied = connection.execute(
                select(
                    func.count(),
                    func.min(articles.c.received_at, type_=articles.c.received_at.type),
                    func.max(articles.c.received_at, type_=articles.c.received_at.type),
                    func.count(articles.c.copy_of),
                ).where(new)
            ).one()
            judged = connection.execute(
                select(func.count()).select_from(articles).where(new, _judged(None))
            ).scalar_one()
        return {"articles": every, "copies": copied, "judged": judged, "first": first, "last": last}

    def prune(self, before: datetime, *, judged: bool = False, dry_run: bool = False) -> int:
        """Take away articles received before a moment; give how many.

        Args:
            before: those received then or later stay.
            judged: whether those that people judged go too, with what they said.
            dry_run: whether to count only.
        """
        old = articles.c.received_at < before
        gone = old if judged else and_(old, ~_judged(None))
        if dry_run:
            with self._database.reading() as connection:
                return connection.execute(select(func.count()).select_from(articles).where(gone)).scalar_one()
        return self._database.write(lambda connection: _prune(connection, gone))


def _judged(until: datetime | None) -> ColumnElement[bool]:
    """Whether an article came with labels, or anybody has judged one, up to a moment."""
    spoken = exists().where(judgments.c.article == articles.c.number)
    return or_(articles.c.labels.is_not(None), spoken if until is None else spoken.where(judgments.c.at <= until))


def _read(
    connection: Connection,
    condition: ColumnElement[bool],
    until: datetime | None,
    most: int | None = None,
    newest_first: bool = False,
) -> list[Stored]:
    order = articles.c.number.desc() if newest_first else articles.c.number
    wanted = [column for column in articles.c if column.name != "signature"]
    rows = connection.execute(select(*wanted).where(condition).order_by(order).limit(most)).all()
    spoken = said(connection, [row.number for row in rows], until)
    return [_stored({**row._mapping}, spoken.get(row.number, {})) for row in rows]


def _stored(row: Row, spoken: Spoken) -> Stored:
    labels, unsure, judged = (None if row[key] is None else frozenset(row[key]) for key in LABELS)
    article = Article(
        row["text"], row["title"], row["id"], row["date"], row["source"], row["dateline"], labels, unsure or frozenset()
    )
    decided = resolved(replace(article, judged=judged), spoken)
    return Stored(decided, row["number"], row["received_at"], row["feed"], row["copy_of"], spoken)


def resolved(article: Article, spoken: Spoken) -> Article:
    """Give an article with its labels as people judge them: what they say outweighs what it came with."""
    if not spoken:
        return article
    by = {value: {label for label, its in spoken.items() if its.value == value} for value in ("yes", "no", "unsure")}
    labels = (article.labels or frozenset()) - by["no"] - by["unsure"] | by["yes"]
    unsure = article.unsure - by["yes"] - by["no"] | by["unsure"]
    whole = article.labels is not None and article.judged is None
    judged = None if whole else frozenset((article.judged or frozenset()) | spoken.keys())
    return replace(article, labels=labels, unsure=unsure, judged=judged)


def _prune(connection: Connection, gone: ColumnElement[bool]) -> int:
    """Take articles away; of the copies of an article that goes, the oldest takes its place."""
    numbers = select(articles.c.number).where(gone)
    copied = select(articles.c.number, articles.c.copy_of, articles.c.signature).where(articles.c.copy_of.in_(numbers))
    orphans = connection.execute(copied.where(~gone).order_by(articles.c.number)).all()
    count = connection.execute(delete(articles).where(gone)).rowcount
    copies.heirs(connection, orphans)
    return count

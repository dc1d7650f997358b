"""What people say of the labels of stored articles: never changed, never taken back, only said anew.

Of what one person says of a label of an article the latest counts; of several persons the majority, and where they are
divided, or nobody is sure, the label teaches nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import Connection, Select, func, insert, select, true

from training.errors import InputError
from training.store.database import Database
from training.store.tables import articles, judgments, keepable

Value = Literal["yes", "no", "unsure"]
VALUES: tuple[str, ...] = get_args(Value)
_LONGEST = 200  # characters of a name
_SOME = 5_000


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one person said of one label of one article."""

    article: str
    label: str
    value: Value
    who: str
    at: datetime | None = None

    def as_row(self) -> dict[str, Any]:
        """Give the judgment ready for JSON."""
        return {
            "article": self.article,
            "label": self.label,
            "value": self.value,
            "who": self.who,
            "at": self.at.isoformat() if self.at else None,
        }


class Said(NamedTuple):
    """What persons say of a label of an article now, the latest of each.

    Attributes:
        by: value by person.
    """

    by: dict[str, Value]

    @property
    def value(self) -> Value:
        """What the majority says; unsure where they are divided."""
        votes = Counter(self.by.values())
        return "yes" if votes["yes"] > votes["no"] else "no" if votes["no"] > votes["yes"] else "unsure"

    @property
    def disputed(self) -> bool:
        """Whether one says yes and another no."""
        return {"yes", "no"} <= {*self.by.values()}

    def as_row(self) -> dict[str, Any]:
        """Give it ready for JSON."""
        return {"value": self.value, "by": self.by, "disputed": self.disputed}


Spoken = Mapping[str, Said]  # by label


class Judgments:
    """The judgments in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, given: Iterable[Judgment]) -> int:
        """Write down judgments, all or none; give how many.

        Raises:
            InputError: there is no such article, or a value or a name is none.
        """
        given = [replace(one, article=keepable(one.article)) for one in given]
        for one in given:
            check(one)
        return self._database.write(lambda connection: _add(connection, given))

    def retract(self, who: str, since: datetime | None = None) -> int:
        """Let what a person said, after a moment or ever, count no more: they are unsure of all of it from now on.

        Nothing is taken off the record. Give how many labels of articles that are.
        """
        spoken = func.max(judgments.c.number).label("number")
        latest = (
            select(spoken)
            .where(judgments.c.who == keepable(who.strip()))
            .group_by(judgments.c.article, judgments.c.label)
        )
        wanted = (
            select(judgments.c.article, judgments.c.label)
            .where(judgments.c.number.in_(latest), judgments.c.value != "unsure")
            .where(true() if since is None else judgments.c.at > since)
        )

        def work(connection: Connection) -> int:
            now = datetime.now(UTC)
            said = {"value": "unsure", "who": keepable(who.strip()), "at": now}
            rows = [{"article": number, "label": label, **said} for number, label in connection.execute(wanted)]
            if rows:
                connection.execute(insert(judgments), rows)
            return len(rows)

        return self._database.write(work)

    def of(self, article: str) -> list[Judgment]:
        """Give all that was ever said of an article, the oldest first."""
        wanted = _all().where(articles.c.id == keepable(article))
        with self._database.reading() as connection:
            return [_judgment(row) for row in connection.execute(wanted)]

    def now(self, article: str) -> Spoken:
        """Give what persons say of the labels of an article now."""
        with self._database.reading() as connection:
            number = connection.execute(select(articles.c.number).where(articles.c.id == keepable(article))).scalar()
            return {} if number is None else said(connection, [number]).get(number, {})

    def disputed(self, most: int | None = None) -> list[tuple[str, str, Said]]:
        """Give articles and labels on which persons disagree, with what each says; the latest spoken of first."""
        with self._database.reading() as connection:
            divided = (
                select(judgments.c.article, judgments.c.label)
                .where(judgments.c.value != "unsure")
                .group_by(judgments.c.article, judgments.c.label)
                .having(func.count(judgments.c.value.distinct()) > 1)
            )
            numbers = {article for article, _ in connection.execute(divided)}
            ids = dict(_pairs(connection, select(articles.c.number, articles.c.id), numbers))
            spoken = said(connection, numbers)
        found = [(ids[number], label, its) for number, labels in spoken.items() for label, its in labels.items()]
        return [one for one in reversed(found) if one[2].disputed][:most]

    def count(self) -> int:
        """Give how many there are."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(judgments)).scalar_one()

    def since(self, moment: datetime) -> Iterator[Judgment]:
        """Give what was said after a moment, the oldest first."""
        with self._database.reading() as connection:
            yield from [_judgment(row) for row in connection.execute(_all().where(judgments.c.at > moment))]


def said(connection: Connection, numbers: Collection[int], until: datetime | None = None) -> dict[int, dict[str, Said]]:
    """Give what persons say of articles, up to a moment, by number and label; the last spoken of last."""
    wanted = select(judgments.c.article, judgments.c.label, judgments.c.who, judgments.c.value)
    if until is not None:
        wanted = wanted.where(judgments.c.at <= until)
    found: dict[int, dict[str, Said]] = {}
    for number, label, who, value in _pairs(connection, wanted.order_by(judgments.c.number), numbers):
        of = found.setdefault(number, {}).setdefault(label, Said({}))
        of.by[who] = value
    return found


def _add(connection: Connection, given: list[Judgment]) -> int:
    numbers, now = _numbers(connection, {one.article for one in given}), datetime.now(UTC)
    rows = [
        {
            "article": numbers[one.article],
            "label": one.label,
            "value": one.value,
            "who": one.who.strip(),
            "at": one.at or now,
        }
        for one in given
    ]
    if rows:
        connection.execute(insert(judgments), rows)
    return len(rows)


def _pairs(connection: Connection, wanted: Select[Any], numbers: Collection[int]) -> Iterator[Any]:
    """Ask for articles by their numbers, some at a time; the first column is the number."""
    ordered, column = sorted(numbers), next(iter(wanted.selected_columns))
    for first in range(0, len(ordered), _SOME):
        yield from connection.execute(wanted.where(column.in_(ordered[first : first + _SOME])))


def _all() -> Select[Any]:
    columns = (articles.c.id, judgments.c.label, judgments.c.value, judgments.c.who, judgments.c.at)
    return select(*columns).join(articles, articles.c.number == judgments.c.article).order_by(judgments.c.number)


def _judgment(row: Sequence[Any]) -> Judgment:
    article, label, value, who, at = row
    return Judgment(article, label, value, who, at)


def _numbers(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    wanted, ordered = select(articles.c.id, articles.c.number), sorted(ids)
    found: dict[str, int] = {}
    for first in range(0, len(ordered), _SOME):
        some = connection.execute(wanted.where(articles.c.id.in_(ordered[first : first + _SOME])))
        found |= {row.id: row.number for row in some}
    if missing := [id for id in ordered if id not in found]:
        raise InputError(f"article {missing[0]!r} is not in the store; add it first, or send its text")
    return found


def check(one: Judgment) -> None:
    """See that a judgment can be written down, if there is its article.

    Raises:
        InputError: a value or a name is none.
    """
    if one.value not in VALUES:
        raise InputError(f"a judgment is {', '.join(VALUES[:-1])} or {VALUES[-1]}, not {one.value!r}")
    for name, text in (("label", one.label), ("who", one.who)):
        if not text.strip() or len(text) > _LONGEST or not text.isprintable():
            raise InputError(f"{name}: must have 1 to {_LONGEST} printable characters")

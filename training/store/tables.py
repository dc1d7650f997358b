"""The tables of the store, as SQLAlchemy has them; migrations/ makes and changes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, also in databases that know no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a moment as it is kept: in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give a moment with its time zone."""
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()

articles = Table(
    "articles",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("digest", String(24), nullable=False, index=True),  # as text.digest gives it
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("date", Text),
    Column("source", Text),
    Column("dateline", Text),
    Column("labels", JSON(none_as_null=True)),  # these three as they came with the article; what people say is below
    Column("unsure", JSON(none_as_null=True)),
    Column("judged", JSON(none_as_null=True)),
    Column("feed", Text),
    Column("received_at", Moment, nullable=False, index=True),
    Column("edited_at", Moment),
    Column("copy_of", ForeignKey("articles.number", ondelete="SET NULL"), index=True),
    Column("signature", LargeBinary),
    sqlite_autoincrement=True,  # a number is never given twice
)

bands = Table(
    "bands",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article", ForeignKey("articles.number", ondelete="CASCADE"), primary_key=True, index=True),
)

judgments = Table(
    "judgments",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("article", ForeignKey("articles.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("value", String(6), nullable=False),
    Column("who", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    sqlite_autoincrement=True,
)

feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("title", Text),
    Column("etag", Text),
    Column("modified", Text),
    Column("added_at", Moment, nullable=False),
    Column("checked_at", Moment),
    Column("found_at", Moment),  # when it last had an article that was new
    Column("articles", Integer, nullable=False),  # that were new since it was first read
    Column("problem", Text),  # why it could not be read last time
    Column("failures", Integer, nullable=False),  # one after the other, up to now
    Column("wait_until", Moment),  # its server asks not to be asked before
)

Row = dict[str, Any]

_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")  # what PostgreSQL or UTF-8 can't hold


def keepable(text: str) -> str:
    """Give a text as it is kept, and looked for: what no database can hold is replaced."""
    return _UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", text)

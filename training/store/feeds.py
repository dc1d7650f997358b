"""What is remembered of each feed: how to ask it for news only, and when it last had any."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from training.store.database import Database
from training.store.tables import feeds


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was when it was last asked.

    Attributes:
        etag, modified: what its server said to ask with next time.
        found_at: when it last had an article that was new.
        articles: how many that were since it was first read: those it had then tell nothing of how often it has news.
        problem: why it could not be read last time.
        failures: how often it could not, one time after the other.
        wait_until: before when its server asks not to be asked again.
    """

    url: str
    added_at: datetime
    title: str | None = None
    etag: str | None = None
    modified: str | None = None
    checked_at: datetime | None = None
    found_at: datetime | None = None
    articles: int = 0
    problem: str | None = None
    failures: int = 0
    wait_until: datetime | None = None

    def as_row(self) -> dict[str, Any]:
        """Give it ready for JSON."""
        return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(self).items()}


class Feeds:
    """The feeds in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[Feed]:
        """Give all feeds by address."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*_COLUMNS).order_by(feeds.c.url))
            return [Feed(**row._mapping) for row in rows]

    def get(self, url: str) -> Feed | None:
        """Give one feed, None where it is not known."""
        with self._database.reading() as connection:
            row = connection.execute(select(*_COLUMNS).where(feeds.c.url == url)).first()
        return Feed(**row._mapping) if row else None

    def put(self, feed: Feed) -> None:
        """Remember a feed as it is now."""

        def work(connection: Any) -> None:
            connection.execute(delete(feeds).where(feeds.c.url == feed.url))
            connection.execute(insert(feeds).values(asdict(feed)))

        self._database.write(work)

    def remove(self, url: str) -> bool:
        """Forget a feed, and say whether there was any; its articles stay."""
        return self._database.write(
            lambda connection: connection.execute(delete(feeds).where(feeds.c.url == url)).rowcount > 0
        )


_COLUMNS = [feeds.c[field.name] for field in fields(Feed)]

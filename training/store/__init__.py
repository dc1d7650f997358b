"""Articles and judgments in a real database: SQLite in a file by default, PostgreSQL by DESK_DATABASE_URL.

::

    tables      the tables; migrations/ makes and changes them
    database    connections, transactions, and the schema brought up to date
    copies      which article a new one is a near-duplicate of
    judgments   what people say of the labels of articles
    adding      what becomes of articles that are added
    articles    adding, reading and letting go of them
    feeds       what is remembered of each feed
"""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from sqlalchemy import URL

from training.errors import StoreError
from training.store.adding import Added
from training.store.articles import Articles, Stored
from training.store.database import Database
from training.store.feeds import Feed, Feeds
from training.store.judgments import VALUES, Judgment, Judgments, Said

__all__ = ["VALUES", "Added", "Feed", "Judgment", "Said", "Store", "Stored", "is_there", "url_of"]

_VARIABLE = "DESK_DATABASE_URL"
FILE = "store.sqlite3"


class Store:
    """One store. It is opened once in each process; threads share it.

    Attributes:
        articles, judgments, feeds: what is in it.
    """

    def __init__(self, url: str) -> None:
        """Open a store, and make it or bring it up to date where it needs that.

        Raises:
            StoreError: the database can't be reached, or a newer program has changed it.
        """
        self._database = Database(url)
        self.name = self._database.name
        self.articles = Articles(self._database)
        self.judgments = Judgments(self._database)
        self.feeds = Feeds(self._database)

    def close(self) -> None:
        """Close its connections."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def url_of(models: str | Path) -> str:
    """Give the address of the store: DESK_DATABASE_URL, else that of a SQLite file in the folder of models.

    Raises:
        StoreError: the models are elsewhere, so no file can stand beside them, or their folder has no name in UTF-8.
    """
    if url := os.environ.get(_VARIABLE):
        return url
    if "://" in str(models):
        raise StoreError(f"the models are in {models}; say with {_VARIABLE} which database holds the articles")
    try:
        return URL.create("sqlite", database=str(Path(models).resolve() / FILE)).render_as_string()
    except UnicodeError:
        raise StoreError(f"the name of {models} is no UTF-8; say with {_VARIABLE} which database to use") from None


def is_there(models: str | Path) -> bool:
    """Whether there is a store already; a database that is named is one."""
    return bool(os.environ.get(_VARIABLE)) or "://" not in str(models) and (Path(models) / FILE).is_file()

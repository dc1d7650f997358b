"""The store, as a worker of the service holds it: opened when somebody first needs it, after workers were forked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app

from training.article import Article
from training.errors import StoreError

if TYPE_CHECKING:
    from training.store import Store

MOST = 12  # requests of a worker at the store at once, of its 32 threads; fewer than connections in a pool
PATIENCE = 5.0  # seconds without anybody coming back from the store, after which nobody waits for it any more


class Keeper:
    """Opens the store of a folder of models once, and lets it keep some of a worker's threads at most.

    A database that is down or locked makes those wait who come to it; were these all threads, nobody's article would be
    labelled meanwhile, and nobody told that the service is well.
    """

    def __init__(self, models: str | Path) -> None:
        self._models, self._turn = models, threading.Lock()
        self._store: Store | None = None
        self._places, self._moved = threading.BoundedSemaphore(MOST), time.monotonic()
        self._tried, self._reason = 0.0, ""

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Give the store to a block; it is made where there is none.

        Raises:
            StoreError: it can't be used now, or it hangs; the next one who needs it tries again.
        """
        while not self._places.acquire(timeout=0 if self._hangs else PATIENCE):
            if self._hangs:
                raise StoreError(f"the store hangs: {MOST} requests wait for it already; try again later")
        self._moved = time.monotonic()
        try:
            yield self._opened()
        finally:
            self._moved = time.monotonic()
            self._places.release()

    @property
    def _hangs(self) -> bool:
        return time.monotonic() - self._moved > PATIENCE

    def _opened(self) -> Store:
        from training.store import Store, url_of

        came = time.monotonic()
        with self._turn:
            if self._store is None:
                if self._tried > came:
                    raise StoreError(self._reason)  # who waited for this need not try it, one after the other
                try:
                    self._store = Store(url_of(self._models))
                except StoreError as error:
                    self._tried, self._reason = time.monotonic(), str(error)
                    raise
            return self._store


def store() -> AbstractContextManager[Store]:
    """Give the store of this application to a block."""
    keeper: Keeper = current_app.extensions["keeper"]
    return keeper.store()


def keep(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Add articles to the store, all or none, and say of each what became of it."""
    with store() as opened:
        return [added._asdict() for added in opened.articles.add(articles)]

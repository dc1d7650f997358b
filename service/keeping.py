"""The store, as a worker of the service holds it: opened when somebody first needs it, after workers were forked."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app

from training.article import Article

if TYPE_CHECKING:
    from training.store import Store


class Keeper:
    """Opens the store of a folder of models once."""

    def __init__(self, models: str | Path) -> None:
        self._models, self._turn = models, threading.Lock()
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The store; it is made where there is none.

        Raises:
            StoreError: it can't be used now; the next one who needs it tries again.
        """
        from training.store import Store, url_of

        with self._turn:
            if self._store is None:
                self._store = Store(url_of(self._models))
            return self._store


def store() -> Store:
    """Give the store of this application."""
    keeper: Keeper = current_app.extensions["keeper"]
    return keeper.store


def keep(articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Add articles to the store, all or none, and say of each what became of it."""
    return [added._asdict() for added in store().articles.add(articles)]

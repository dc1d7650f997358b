"""Hold the model that answers, and swap in a newly promoted one off the request path."""

from __future__ import annotations

import threading
import time

import structlog

from training.article import Article
from training.errors import DeskError, NoModel
from training.kernels.compiling import times_compiled
from training.model import Model
from training.registry import Registry

log = structlog.get_logger(__name__)

_WARM_UP = Article(
    "Talks on a truce in Libya opened in Geneva on Friday, and Syria sent an envoy to listen.", title="Talks"
)


class Live:
    """The model in use. When a newer one can't be loaded, the one in use goes on serving and ``failure`` says why."""

    def __init__(self, registry: Registry, pinned: str | None = None, seconds: float = 1.0) -> None:
        self.registry = registry
        self.seconds = seconds  # between two looks for a newly promoted model
        self.failure: str | None = None
        self._pinned = pinned
        self._model: Model | None = None
        self._tried: tuple[str | None, dict[str, str]] = None, {}
        self._unreadable = ""
        self._stop = threading.Event()
        self.refresh()

    @property
    def model(self) -> Model:
        """The model in use.

        Raises:
            NoModel: none could be loaded yet.
        """
        model = self._model
        if model is None:
            raise NoModel(
                self.failure
                or f"{self.registry.folder}: no model yet; train one with: desk train --models {self.registry.folder}"
            )
        return model

    def refresh(self) -> None:
        """Load the current version when it is not the one in use; swapping is one assignment, so no request waits."""
        try:
            wanted = self._pinned or self.registry.current()
        except OSError as error:
            self.failure = f"{self.registry.folder}: can't be read: {error}"
            return
        names = self._topic_names()
        if wanted is None or (wanted, names) == self._tried:
            return
        self._tried = wanted, names
        try:
            model = self.registry.load(wanted, names)
            _warm_up(model)
            self.failure = None
            self._model = model
            log.info("model in use", version=wanted)
        except DeskError as error:
            self.failure = str(error)
            log.error(
                "model refused", version=wanted, reason=self.failure, still=self._model.version if self._model else None
            )

    def _topic_names(self) -> dict[str, str]:
        """Give the names that people gave topics, those known so far where they can't be read."""
        try:
            return self.registry.topic_names()
        except DeskError as error:
            if str(error) != self._unreadable:
                log.error("names of topics refused", reason=str(error))
            self._unreadable = str(error)
            return self._tried[1]

    def watch(self) -> None:
        """Look for a newly promoted model every so often, in a thread that ends with the process."""
        threading.Thread(target=self._watch, name="model-watch", daemon=True).start()

    def stop(self) -> None:
        """End the watching thread."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(self.seconds):
            try:
                self.refresh()
            except Exception as error:  # whatever a broken model does, looking for the next one goes on
                self.failure = f"{self._tried[0]}: {error}"
                log.exception("model refused", version=self._tried[0])


def _warm_up(model: Model) -> None:
    """Make now what is made on first use, not in somebody's request; say so when loops had to be compiled."""
    before, start = times_compiled(), time.perf_counter()
    model.label(_WARM_UP, all=True)
    if times_compiled() > before:
        log.info("kernels compiled", seconds=round(time.perf_counter() - start, 1))

"""Hold the model that answers, and swap in a newly promoted one off the request path."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import NamedTuple

import structlog

from service.loading import in_turn, warm_up
from service.metrics import Metrics
from training.errors import DeskError, NoModel
from training.model import Model
from training.registry import Registry

LONGEST_PAUSE = 60.0  # seconds between two attempts at a version that is refused

log = structlog.get_logger(__name__)
Asked = tuple[str | None, dict[str, str]]
"""A version, and the names that people gave its topics."""


class State(NamedTuple):
    """Which model is in use, which one should be, and why it is not; replaced as one, so that it is told as one."""

    model: Model | None = None
    wanted: str | None = None
    problem: str | None = None


class Live:
    """The model in use. When a newer one can't be loaded, the one in use goes on serving and ``state`` says why.

    A version that is refused is tried again with a growing pause: its files may not all be there yet, or memory may
    have run short. What is told of it stays told until another is loaded.
    """

    def __init__(
        self,
        registry: Registry,
        pinned: str | None = None,
        seconds: float = 1.0,
        metrics: Metrics | None = None,
        turn: Path | None = None,
    ) -> None:
        """Load the first model, where there is one.

        Args:
            registry: where versions are.
            pinned: the version to serve, whatever becomes current.
            seconds: between two looks for a newly promoted model.
            metrics: what is told of each attempt.
            turn: see :func:`service.loading.in_turn`.
        """
        self.registry = registry
        self.state = State()
        self._pinned, self._seconds, self._turn = pinned, seconds, turn
        self._metrics = metrics or Metrics()
        self._loaded: Asked = None, {}
        self._refused: Asked | None = None
        self._pause, self._again = seconds, 0.0
        self._took, self._since = 0.0, 0.0
        self._before: Model | None = None
        self._names: dict[str, str] = {}
        self._unreadable = ""
        self._stop = threading.Event()
        self.refresh()

    @property
    def model(self) -> Model:
        """The model in use.

        Raises:
            NoModel: none could be loaded yet.
        """
        model = self.state.model
        if model is None:
            raise NoModel(
                self.state.problem
                or f"{self.registry.name}: no model yet; train one with: desk train --models {self.registry.name}"
            )
        return model

    def refresh(self) -> None:
        """Load the current version when it is not the one in use; swapping is one assignment, so no request waits."""
        self._before = None  # so it is freed here, and not by the last request that it answered
        try:
            wanted = self._pinned or self.registry.current()
        except OSError as error:
            self._again = 0.0
            self._miss(self.state.wanted, f"{self.registry.name}: can't be read: {error}")
            return
        asked = wanted, self._topic_names()
        if wanted is None:
            unnamed = f"{self.registry.name}: no version is current; make one so with: desk models promote VERSION"
            self._miss(None, self.state.problem if self._refused else unnamed if self.state.model else None)
        elif asked == self._loaded:
            self._refused = None
            self._become(self.state._replace(wanted=wanted, problem=None))
        elif asked != self._refused or time.monotonic() >= self._again:
            self._load(wanted, asked)

    def _load(self, wanted: str, asked: Asked) -> None:
        self.state = self.state._replace(wanted=wanted)
        try:
            with in_turn(self._turn):
                start = time.perf_counter()
                model = self.registry.load(*asked)
                warm_up(model)
                took = time.perf_counter() - start
        except Exception as error:  # whatever a broken model does, the one in use goes on serving
            self._refuse(wanted, asked, error)
            return
        self._took, self._since = took, time.time()
        self._loaded, self._refused, self._before = asked, None, self.state.model
        self._metrics.loaded()
        self._become(State(model, wanted))
        log.info("model in use", version=wanted, seconds=round(self._took, 3))

    def _refuse(self, wanted: str, asked: Asked, error: Exception) -> None:
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if asked == self._refused else self._seconds
        self._refused, self._again = asked, time.monotonic() + self._pause
        foreseen = isinstance(error, DeskError)
        reason = str(error) if foreseen else f"{wanted}: {type(error).__name__}: {error}"
        self._metrics.refused()
        self._become(self.state._replace(problem=reason))
        told = {"version": wanted, "reason": reason, "still": self._version, "again_in": round(self._pause, 1)}
        log.error("model refused", **told, exc_info=not foreseen)

    def _miss(self, wanted: str | None, problem: str | None) -> None:
        """Go on with the model in use while nothing says which one to serve, and log that once."""
        if problem and self.state.problem is None:
            log.error("current model unknown", reason=problem, still=self._version)
        self._become(self.state._replace(wanted=wanted, problem=problem))

    @property
    def _version(self) -> str | None:
        return self.state.model.version if self.state.model else None

    def _become(self, state: State) -> None:
        changed = state.model is not self.state.model or state.problem != self.state.problem
        self.state = state
        if changed:
            self.tell()

    def tell(self) -> None:
        """Set the gauges of this process."""
        self._metrics.serving(self._version or "", self.state.problem is not None, self._took, self._since)

    def _topic_names(self) -> dict[str, str]:
        """Give the names that people gave topics, those known so far where they can't be read."""
        try:
            self._names = self.registry.topic_names()
        except DeskError as error:
            if str(error) != self._unreadable:
                log.error("names of topics refused", reason=str(error))
            self._unreadable = str(error)
        return self._names

    def watch(self) -> None:
        """Look for a newly promoted model every so often, in a thread that ends with the process."""
        threading.Thread(target=self._watch, name="model-watch", daemon=True).start()

    def stop(self) -> None:
        """End the watching thread."""
        self._stop.set()

    def _watch(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self.refresh()
            except Exception as error:  # whatever happens, looking for the next one goes on
                self._become(self.state._replace(problem=f"{type(error).__name__}: {error}"))
                log.exception("looking for a newer model failed")

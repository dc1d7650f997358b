"""One night of retraining as it is told: how far it came, what was found, how it ended."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

from training.collect import Collected
from training.gate import Check, Comparison, Verdict
from training.model import Model
from training.progress import Progress
from training.registry import Registry
from training.settings import Settings

if TYPE_CHECKING:
    from training.store import Store


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a night ended.

    Attributes:
        version: of the challenger.
        promoted: whether it is current now.
        reasons: why not, a sentence each.
        comparisons: of champion and challenger on held-out articles.
        topics: what changed in them, see :func:`training.discovery.identity.changes`.
        checks: all that the gate looked at; nothing where there was no champion.
        collected: what was taken from the store.
        seconds: how long each step took.
    """

    version: str
    promoted: bool
    reasons: list[str]
    comparisons: list[Comparison]
    topics: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    collected: Collected = field(default_factory=Collected)
    seconds: dict[str, float] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """Give the outcome ready for JSON."""
        return {
            "version": self.version,
            "promoted": self.promoted,
            "reasons": self.reasons,
            "topics": self.topics,
            "checks": [check.as_row() for check in self.checks],
            "comparisons": [comparison.as_row() for comparison in self.comparisons],
            "collected": asdict(self.collected),
            "seconds": {name: round(seconds, 2) for name, seconds in self.seconds.items()},
        }


class Night:
    """What is found out in the course of a night, one step after the other.

    Attributes:
        champion: the model that was current when the night began.
        challenger: the version that was trained.
        collected, comparisons, topics, verdict: see :class:`Outcome`.
        promoted: whether the challenger is current now.
    """

    def __init__(self, settings: Settings, registry: Registry, store: Store | None, progress: Progress) -> None:
        self.settings, self.registry, self.store, self.progress = settings, registry, store, progress
        self.started_at = datetime.now(UTC)
        self.champion: Model | None = None
        self.challenger = ""
        self.collected = Collected()
        self.comparisons: list[Comparison] = []
        self.topics: dict[str, Any] = {}
        self.verdict = Verdict()
        self.promoted = False
        self.seconds: dict[str, float] = {}
        self._step: tuple[str, float] | None = None

    def begins(self, step: str | None) -> None:
        """Say that the step before has ended, and which one begins."""
        now = time.monotonic()
        if self._step:
            name, since = self._step
            self.seconds[name] = now - since
        self._step = (step, now) if step else None

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return Outcome(
            self.challenger,
            self.promoted,
            self.verdict.reasons,
            self.comparisons,
            self.topics,
            self.verdict.checks,
            self.collected,
            self.seconds,
        )

    def __enter__(self) -> Night:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.begins(None)

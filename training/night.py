"""One night of retraining as it is told: how far it came, what was found, how it ended."""

from __future__ import annotations

import json
import shlex
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from training import morning, report
from training.collect import Collected
from training.errors import DeskError
from training.gate import Check, Comparison, Verdict
from training.model import Model
from training.registry import Registry

if TYPE_CHECKING:
    from training.store import Store

USUAL = "models"  # where commands look for models that are told no other place
WORDS = 6  # of a topic that is new or gone


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
        report: the folder of the report; None where it could not be written, and
        untold: why not.
    """

    version: str
    promoted: bool
    reasons: list[str]
    comparisons: list[Comparison]
    topics: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    collected: Collected = field(default_factory=Collected)
    seconds: dict[str, float] = field(default_factory=dict)
    report: Path | None = None
    untold: str | None = None

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
            "report": str(self.report) if self.report else None,
        }


class Night:
    """What is found out in the course of a night, one step after the other; the report of it is written at its end.

    Attributes:
        command: what runs the night again.
        before: the version that was current when the night began.
        champion: that model, once it is loaded.
        challenger: the one that was trained, as it would be served.
        collected, comparisons, verdict: see :class:`Outcome`.
        promoted: whether the challenger is current now.
        report: where the report is; None where it could not be written, and ``untold`` says why.
    """

    def __init__(self, registry: Registry, store: Store | None = None, command: str | None = None) -> None:
        self.registry, self.store, self.command = registry, store, command
        self.started_at = datetime.now(UTC)
        self.before = registry.current()
        self.champion: Model | None = None
        self.challenger: Model | None = None
        self.collected = Collected()
        self.comparisons: list[Comparison] = []
        self.verdict = Verdict()
        self.promoted = False
        self.seconds: dict[str, float] = {}
        self.report: Path | None = None
        self.untold: str | None = None
        self._step: tuple[str, float] | None = None

    def begins(self, step: str | None) -> None:
        """Say that the step before has ended, and which one begins."""
        now = time.monotonic()
        if self._step:
            name, since = self._step
            self.seconds[name] = now - since
        self._step = (step, now) if step else None

    @property
    def topics(self) -> dict[str, Any]:
        """What changed in the topics."""
        return (self.challenger.about["topics"]["changes"] if self.challenger else None) or {}

    @property
    def outcome(self) -> Outcome:
        """How it ended."""
        return Outcome(
            self.challenger.version if self.challenger else "",
            self.promoted,
            self.verdict.reasons,
            self.comparisons,
            self.topics,
            self.verdict.checks,
            self.collected,
            self.seconds,
            self.report,
            self.untold,
        )

    def __enter__(self) -> Night:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None and not isinstance(error, Exception):
            return  # somebody ended it
        self.begins("report")
        try:
            self.report = report.write(self._told(error), self.registry.files)
        except (DeskError, OSError) as problem:
            self.untold = str(problem)
        self.begins(None)

    def _told(self, error: Exception | None) -> dict[str, Any]:
        """Give all that the report is made of."""
        last = self._last()
        model = self.challenger if self.promoted else self.champion
        named = [one for one in (self.champion, self.challenger) if one]
        told: dict[str, Any] = {
            "night": f"{self.started_at:%Y-%m-%d}",
            "started_at": self.started_at.isoformat(),
            "news_until": last.isoformat() if error and last else self.started_at.isoformat(),
            "outcome": "promoted" if self.promoted else "failed" if error else "refused",
            "reasons": self.verdict.reasons,
            "error": str(error) if error else None,
            "champion": self.before,
            "challenger": self.challenger.version if self.challenger else None,
            "scores": self.challenger.about["out_of_fold"] if self.challenger else None,
            "models": None if self.registry.name == USUAL else self.registry.told,
            "command": self.command or shlex.join(["desk", "retrain", "--models", self.registry.told]),
            "checks": [check.as_row() for check in self.verdict.checks],
            "comparisons": [comparison.as_row() for comparison in self.comparisons],
            "topics": self._worded(),
            "names": {id: label.name for one in named for id, label in one.seeds.labels.items()},
        }
        if self.store and self.challenger and not error:
            told["collected"] = self._news(self.store, self.challenger, last)
            if model:
                told |= morning.questions(self.store, model)
                told["drift"] = morning.drifted(self.store, self.champion or model, last, self.started_at)
        told["finished_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        self.begins(None)
        told["steps"] = [{"name": name, "seconds": round(seconds, 2)} for name, seconds in self.seconds.items()]
        return told

    def _worded(self) -> dict[str, Any]:
        """Say what changed in the topics, with the words of those that are new or gone."""
        worded = dict(self.topics)
        for key, model in (("new", self.challenger), ("retired", self.champion)):
            if model and key in worded:
                topics = model.topics
                numbers = [topics.ids.index(row["id"]) for row in worded[key]]
                words = [[word for word, _ in topics.top_words(number, WORDS)] for number in numbers]
                worded[key] = [{**row, "words": its} for row, its in zip(worded[key], words, strict=True)]
        return worded

    def _news(self, store: Store, challenger: Model, last: datetime | None) -> dict[str, Any]:
        """Say what was trained on, and what of it came since the night before."""
        new, articles = store.articles.count(since=last), challenger.about["articles"]
        return {
            "articles": articles["all"],
            "judged": articles["judged"],
            "new": new["articles"],
            "copies": new["copies"],
            "judgments": store.judgments.count() if last is None else sum(1 for _ in store.judgments.since(last)),
            "unknown": self.collected.unknown,
        }

    def _last(self) -> datetime | None:
        """Say up to when news was told of; where no night is known, when the model was trained that is current."""
        was = report.latest(self.registry.files)
        with suppress(OSError, ValueError, KeyError, TypeError):
            if was:
                return datetime.fromisoformat(json.loads((was / report.DATA).read_text(encoding="utf-8"))["news_until"])
        return datetime.fromisoformat(self.champion.about["trained_at"]) if self.champion else None

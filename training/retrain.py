"""The nightly job, read top to bottom: train a challenger, compare it with the champion, let the gate decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from training.gate import Check, Comparison, Gate, Verdict, bytes_of, compare, judge
from training.progress import Progress, unseen
from training.readers import Skips
from training.registry import Registry
from training.settings import Settings
from training.train import train


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
    """

    version: str
    promoted: bool
    reasons: list[str]
    comparisons: list[Comparison]
    topics: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    def as_row(self) -> dict[str, Any]:
        """Give the outcome ready for JSON."""
        return {
            "version": self.version,
            "promoted": self.promoted,
            "reasons": self.reasons,
            "topics": self.topics,
            "checks": [check.as_row() for check in self.checks],
            "comparisons": [
                {
                    "on": c.name,
                    "articles": c.articles,
                    "champion": c.champion.as_row(),
                    "challenger": c.challenger.as_row(),
                }
                for c in self.comparisons
            ],
        }


def retrain(
    settings: Settings,
    registry: Registry,
    gate: Gate | None = None,
    progress: Progress = unseen,
    skips: Skips | None = None,
) -> Outcome:
    """Run one night. A refused challenger is kept as a version of its own; the champion stays current.

    Raises:
        InputError: the seeds or a corpus are wrong; nothing has changed.
        ModelError: the current model can't be compared with.
    """
    champion = registry.load() if registry.current() else None
    challenger = train(settings, progress, skips, champion)
    version = registry.publish(challenger, promote=False)
    comparisons, verdict = [], Verdict()
    if champion:
        comparisons = compare(champion, challenger, settings, progress)
        sizes = bytes_of(registry.path(champion.version)), bytes_of(registry.path(version))
        verdict = judge(gate or Gate(), champion, registry.load(version), comparisons, settings, sizes)
    if verdict.passed:
        registry.promote(version)
    changes = challenger.about["topics"]["changes"] or {}
    return Outcome(version, verdict.passed, verdict.reasons, comparisons, changes, verdict.checks)

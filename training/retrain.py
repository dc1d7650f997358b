"""The nightly job, read top to bottom: train a challenger, compare it with the champion, promote it if it is no worse.

Both are scored on the same articles, and neither on an article it was trained on: a model's answer to one of its own
training articles is the one given out of fold, which every version keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from training import readers
from training.evaluate import Answer, Evaluation, Truth, answer, evaluate
from training.model import Model
from training.progress import Progress, unseen
from training.readers import Skips
from training.registry import Registry
from training.settings import Settings
from training.text import digest
from training.train import train


@dataclass(frozen=True, slots=True)
class Gate:
    """What a challenger may lose.

    Attributes:
        micro: largest fall of micro F1.
        label: largest fall of the F1 of a label with at least ``support`` articles.
        support: see ``label``.
        surprise: largest gap between the champion's micro F1 on articles it knows and on new ones, of which there are
            at least ``support``. Where it is wider, the new labels are more likely wrong than the champion.
    """

    micro: float = 0.01
    label: float = 0.05
    support: int = 20
    surprise: float = 0.2


@dataclass(frozen=True, slots=True)
class Comparison:
    """Champion and challenger on the same held-out articles."""

    name: str
    articles: int
    champion: Evaluation
    challenger: Evaluation

    def refusals(self, gate: Gate) -> list[str]:
        """Say in what the challenger is worse than ``gate`` allows."""
        reasons = []
        before, after = self.champion.micro.f1, self.challenger.micro.f1
        if before - after > gate.micro:
            reasons.append(f"micro F1 on {self.name} articles falls from {before:.3f} to {after:.3f}")
        for label, counts in sorted(self.champion.labels.items()):
            now = self.challenger.labels.get(label)
            if counts.support >= gate.support and now is not None and counts.f1 - now.f1 > gate.label:
                reasons.append(f"F1 of {label} on {self.name} articles falls from {counts.f1:.3f} to {now.f1:.3f}")
        return reasons


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a night ended; ``topics`` is what changed in them, see :func:`training.discovery.identity.changes`."""

    version: str
    promoted: bool
    reasons: list[str]
    comparisons: list[Comparison]
    topics: dict[str, Any] = field(default_factory=dict)

    def as_row(self) -> dict[str, Any]:
        """Give the outcome ready for JSON."""
        return {
            "version": self.version,
            "promoted": self.promoted,
            "reasons": self.reasons,
            "topics": self.topics,
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
    comparisons = compare(champion, challenger, settings, progress) if champion else []
    gate = gate or Gate()
    reasons = [reason for comparison in comparisons for reason in comparison.refusals(gate)]
    reasons += surprises(comparisons, gate)
    registry.publish(challenger, promote=not reasons)
    changes = challenger.about["topics"]["changes"] or {}
    return Outcome(challenger.version, not reasons, reasons, comparisons, changes)


def surprises(comparisons: list[Comparison], gate: Gate) -> list[str]:
    """Say where the labels of new articles contradict a champion that is right on those it knows."""
    found = {comparison.name: comparison for comparison in comparisons}
    if found.keys() != {"known", "new"} or found["new"].articles < gate.support:
        return []
    known, new = found["known"].champion.micro.f1, found["new"].champion.micro.f1
    if known - new <= gate.surprise:
        return []
    return [
        f"the labels of the {found['new'].articles} new articles contradict the current model (its micro F1 is "
        f"{new:.3f} there, {known:.3f} on articles it knows): look at them, and if they are right, use desk train"
    ]


def compare(champion: Model, challenger: Model, settings: Settings, progress: Progress) -> list[Comparison]:
    """Score both on every labelled article of the run: those the champion was trained on, and those new to it.

    The two are kept apart so that many new articles with wrong labels can't outvote the ones known to be right.
    """
    groups: dict[str, tuple[list[Truth], list[Answer], list[Answer]]] = {}
    seen = set()
    again = Skips() if settings.skip_bad else None  # training has counted and told them
    for one in progress(readers.read_all(settings.files, again), "comparing"):
        key = digest(one)
        if one.labels is None or key in seen:
            continue
        seen.add(key)
        was = answer(champion, one)
        truths, before, after = groups.setdefault("known" if was.seen else "new", ([], [], []))
        truths.append((one.labels, one.unsure))
        before.append(was)
        after.append(answer(challenger, one))
    return [
        Comparison(name, len(truths), evaluate(truths, before), evaluate(truths, after))
        for name, (truths, before, after) in sorted(groups.items())
    ]

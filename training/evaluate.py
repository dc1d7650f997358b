"""How good labels are: precision, recall and F1 per label, micro and macro averaged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Labels = frozenset[str]


@dataclass(slots=True)
class Counts:
    """Right, wrong and missed assignments of one label, or of all together."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def support(self) -> int:
        """How many articles are about the label."""
        return self.right + self.missed

    @property
    def precision(self) -> float:
        """Share of the assigned that are right; 0 when none is assigned."""
        return self.right / ((self.right + self.wrong) or 1)

    @property
    def recall(self) -> float:
        """Share of the true ones that were assigned; 0 when there is none."""
        return self.right / (self.support or 1)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when nothing is right."""
        return 2 * self.right / ((2 * self.right + self.wrong + self.missed) or 1)

    def as_row(self) -> dict[str, Any]:
        """Give the figures, rounded, ready for JSON."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "support": self.support,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores of one set of answers: per label with any true or assigned article, and over all of them."""

    labels: Mapping[str, Counts]

    @property
    def micro(self) -> Counts:
        """All assignments of all labels counted together."""
        return Counts(
            *(sum(getattr(counts, name) for counts in self.labels.values()) for name in ("right", "wrong", "missed"))
        )

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the labels that some article is truly about."""
        scores = [counts.f1 for counts in self.labels.values() if counts.support]
        return sum(scores) / len(scores) if scores else 0.0

    def as_row(self) -> dict[str, Any]:
        """Give all figures, ready for JSON; the labels with most articles first."""
        ordered = sorted(self.labels.items(), key=lambda item: (-item[1].support, item[0]))
        return {
            "micro": self.micro.as_row(),
            "macro_f1": round(self.macro_f1, 4),
            "labels": {label: counts.as_row() for label, counts in ordered},
        }


def evaluate(truths: Iterable[tuple[Labels, Labels]], answers: Sequence[Iterable[str]]) -> Evaluation:
    """Compare answers with the truth.

    Args:
        truths: of each article the labels it is about, and those nobody is sure of, which are left out of the score.
        answers: of each article the labels assigned.

    >>> truths = [(frozenset({"SY"}), frozenset()), (frozenset(), frozenset({"LY"}))]
    >>> evaluate(truths, [["SY", "US"], ["LY"]]).as_row()["micro"]
    {'precision': 0.5, 'recall': 1.0, 'f1': 0.6667, 'support': 1}
    """
    labels: dict[str, Counts] = {}
    for (truth, unsure), answer in zip(truths, answers, strict=True):
        assigned = set(answer)
        for label in sorted((truth | assigned) - unsure):
            counts = labels.setdefault(label, Counts())
            counts.right += label in truth and label in assigned
            counts.wrong += label not in truth
            counts.missed += label not in assigned
    return Evaluation(labels)

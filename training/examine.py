"""A model on judged articles: its answers, and the worst mistakes with what decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from training import explain
from training.article import Article
from training.evaluate import Answer, Truth, answer, evaluate
from training.explain import Evidence
from training.model import Model

SNIPPETS = 4


@dataclass(frozen=True, slots=True)
class Mistake:
    """A label an article should not have been given, or should have been.

    ``evidence`` is what speaks for the label in the model as it is, also where the answer is one given out of fold.
    """

    article: str | None
    title: str
    label: str
    probability: float
    threshold: float
    evidence: list[Evidence]

    def as_row(self) -> dict[str, Any]:
        """Give the mistake ready for JSON."""
        return {
            "article": self.article,
            "title": self.title,
            "label": self.label,
            "probability": round(self.probability, 4),
            "threshold": round(self.threshold, 4),
            "evidence": [explain.as_row(stretch) for stretch in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Examination:
    """What a model answered to judged articles.

    Attributes:
        version: of the model.
        labels: ids of all labels the model knows.
        wrong, missed: the worst mistakes, the worst first.
    """

    version: str
    labels: frozenset[str]
    truths: list[Truth] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    wrong: list[Mistake] = field(default_factory=list)
    missed: list[Mistake] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many of the articles the model was trained on."""
        return sum(answer.seen for answer in self.answers)

    @property
    def unknown(self) -> list[str]:
        """Labels that articles are about and the model does not know, so that it misses them all."""
        return sorted({label for truth, _ in self.truths for label in truth} - self.labels)

    def as_row(self) -> dict[str, Any]:
        """Give all that was found, ready for JSON."""
        return {
            "model": self.version,
            "articles": len(self.truths),
            "trained_on": self.seen,
            "unknown_labels": self.unknown,
            **evaluate(self.truths, self.answers).as_row(),
            "errors": {
                kind: [mistake.as_row() for mistake in found]
                for kind, found in (("wrong", self.wrong), ("missed", self.missed))
            },
        }


def examine(model: Model, judged: Iterable[Article], most: int = 5) -> Examination:
    """Let a model answer judged articles, one after the other; of the articles only the worst are held.

    Args:
        model: which to examine.
        judged: articles with labels.
        most: how many mistakes of each kind to give.
    """
    thresholds = dict(zip(model.classifier.labels, model.classifier.thresholds.tolist(), strict=True))
    examination = Examination(model.version, frozenset(thresholds))
    wrong, missed = _Worst(most), _Worst(most)
    for article in judged:
        truth, said = article.labels or frozenset(), answer(model, article)
        untold = article.untold(examination.labels)
        examination.truths.append((truth, untold))
        examination.answers.append(said)
        for label in (said.assigned ^ truth) - untold:
            probability = said.probabilities.get(label, 0.0)
            margin = probability - thresholds.get(label, 1.0)
            worst = wrong if label in said.assigned else missed
            worst.see(abs(margin), label, probability, article)
    examination.wrong.extend(_explained(model, wrong, thresholds))
    examination.missed.extend(_explained(model, missed, thresholds))
    return examination


class _Worst:
    """The most mistaken of all that were seen; among equals the first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.found: list[tuple[float, str, float, Article]] = []

    def see(self, margin: float, label: str, probability: float, article: Article) -> None:
        self.found.append((margin, label, probability, article))
        if len(self.found) > 4 * self.most + 100:
            self.cut()

    def cut(self) -> None:
        self.found = sorted(self.found, key=lambda one: (-one[0], one[1]))[: self.most]


def _explained(model: Model, worst: _Worst, thresholds: dict[str, float]) -> Iterable[Mistake]:
    worst.cut()
    for _, label, probability, article in worst.found:
        shown = {one.id: one for one in model.label(article, all=True, most=SNIPPETS).labels}
        evidence = (shown[label].evidence or []) if label in shown else []
        yield Mistake(article.id, article.title, label, probability, thresholds.get(label, 1.0), evidence)

"""How good answers are: precision, recall, F1 and average precision per label, micro and macro, and calibration.

An answer to an article a model was trained on is the one given by models that had not seen it: see :func:`answer`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from training.article import Article
from training.certainty import Reliability, reliability
from training.model import Model
from training.text import digest

Labels = frozenset[str]
Truth = tuple[Labels, Labels]  # what an article is about, and what nobody is sure of
LEAST = 0.001  # probabilities below are no answer worth keeping: most of the 250 labels of every article
_DIGITS = 6


class Answer(NamedTuple):
    """What a model says of an article: labels it assigns, and the probabilities of all that it considers.

    A label without a probability has none to speak of. ``seen`` says that the model was trained on the article, and
    that the answer is the one given without it.
    """

    assigned: Labels
    probabilities: Mapping[str, float]
    seen: bool = False


def answer(model: Model, article: Article) -> Answer:
    """Let a model answer, out of fold where it was trained on the article."""
    if (key := digest(article)) in model.out_of_fold:
        return out_of_fold(model, key)
    labels = model.label(article, evidence=False, all=True).labels
    return Answer(
        frozenset(label.id for label in labels if label.assigned),
        {label.id: label.probability for label in labels if label.assigned or label.probability >= LEAST},
    )


def out_of_fold(model: Model, key: str) -> Answer:
    """Give the answer to an article the model was trained on, by the article's digest."""
    probabilities = model.out_of_fold[key]
    thresholds = dict(zip(model.classifier.labels, model.classifier.thresholds.tolist(), strict=True))
    assigned = frozenset(label for label, probability in probabilities.items() if probability >= thresholds[label])
    return Answer(assigned, probabilities, seen=True)


def kept(labels: Sequence[str], probabilities: Iterable[float], thresholds: Iterable[float]) -> dict[str, float]:
    """Give the probabilities of one answer that are worth keeping, rounded where that changes no assignment.

    >>> kept(["FR", "LY", "SY"], [0.0003, 0.1234567, 0.39999999], [0.5, 0.5, 0.4])
    {'LY': 0.123457, 'SY': 0.39999999}
    """
    found = {}
    for label, probability, threshold in zip(labels, probabilities, thresholds, strict=True):
        if probability >= min(LEAST, threshold):
            exact = float(probability)
            short = round(exact, _DIGITS)
            found[label] = short if (short >= threshold) == (exact >= threshold) else exact
    return found


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
    """Scores of one set of answers.

    Attributes:
        labels: of each label with any true or assigned article.
        ranking: average precision of each label that some articles are about and others are not.
        reliabilities: of each of ``labels`` that was given a probability.
        reliability: of all probabilities of all labels.
    """

    labels: Mapping[str, Counts]
    ranking: Mapping[str, float] = field(default_factory=dict)
    reliabilities: Mapping[str, Reliability] = field(default_factory=dict)
    reliability: Reliability = Reliability((), 0.0)

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

    @property
    def mean_average_precision(self) -> float:
        """Mean of ``ranking``."""
        return sum(self.ranking.values()) / len(self.ranking) if self.ranking else 0.0

    def as_row(self) -> dict[str, Any]:
        """Give all figures, ready for JSON; the labels with most articles first."""
        ordered = sorted(self.labels.items(), key=lambda item: (-item[1].support, item[0]))
        return {
            "micro": self.micro.as_row(),
            "macro_f1": round(self.macro_f1, 4),
            "mean_average_precision": round(self.mean_average_precision, 4),
            "calibration": self.reliability.as_row(),
            "labels": {label: {**counts.as_row(), **self._measured(label)} for label, counts in ordered},
        }

    def _measured(self, label: str) -> dict[str, Any]:
        ranking, curve = self.ranking.get(label), self.reliabilities.get(label)
        return {
            "average_precision": None if ranking is None else round(ranking, 4),
            "calibration_error": None if curve is None else round(curve.error, 4),
        }


def evaluate(truths: Iterable[Truth], answers: Iterable[Answer]) -> Evaluation:
    """Compare answers with the truth.

    Args:
        truths: of each article the labels it is about, and those nobody is sure of, which are left out of the score.
        answers: of each article what was said.

    >>> truths = [(frozenset({"SY"}), frozenset()), (frozenset(), frozenset({"LY"}))]
    >>> answers = [Answer(frozenset({"SY", "US"}), {"SY": 0.9, "US": 0.6}), Answer(frozenset({"LY"}), {"LY": 0.7})]
    >>> evaluate(truths, answers).as_row()["micro"]
    {'precision': 0.5, 'recall': 1.0, 'f1': 0.6667, 'support': 1}
    """
    labels: dict[str, Counts] = {}
    scored: dict[str, tuple[list[float], list[bool]]] = defaultdict(lambda: ([], []))
    unsure: dict[str, int] = defaultdict(int)
    articles = 0
    for (truth, unknown), said in zip(truths, answers, strict=True):
        articles += 1
        for label in unknown:
            unsure[label] += 1
        for label in sorted((truth | said.assigned) - unknown):
            counts = labels.setdefault(label, Counts())
            counts.right += label in truth and label in said.assigned
            counts.wrong += label not in truth
            counts.missed += label not in said.assigned
        for label in said.probabilities.keys() - unknown:
            scored[label][0].append(said.probabilities[label])
            scored[label][1].append(label in truth)
    ranking = {
        label: _average_precision(*scored[label], counts.support, articles - unsure[label])
        for label, counts in labels.items()
        if 0 < counts.support < articles - unsure[label]
    }
    pairs = [scored[label] for label in sorted(scored)]
    return Evaluation(
        labels,
        ranking,
        {label: reliability(*scored[label]) for label in labels if scored[label][0]},
        reliability([p for ps, _ in pairs for p in ps], [hit for _, hits in pairs for hit in hits]),
    )


def _average_precision(probabilities: Sequence[float], true: Sequence[bool], support: int, articles: int) -> float:
    """Give how well a label's probabilities rank ``articles`` articles, of which those not named have probability 0."""
    from sklearn.metrics import average_precision_score

    unnamed = support - sum(true), articles - len(true) - support + sum(true)
    weights = [1.0] * len(true) + [float(count) for count in unnamed]
    return float(average_precision_score([*true, True, False], [*probabilities, 0.0, 0.0], sample_weight=weights))

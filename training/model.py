"""Model: all that was fitted, and the one way an article takes through it.

text.read -> mentions.find -> classifier.predict -> topics.infer -> explain.evidence -> a Labelling
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from training import explain, language, text
from training.article import Article
from training.classifier import Classifier, Example
from training.explain import Evidence
from training.leftovers import Removed
from training.mentions import Finder
from training.seeds import Seeds
from training.topics import Topics

EVIDENCE = 12  # stretches shown for a label unless all are asked for
UNSURE = 0.2  # chance of being wrong from which a person should look
TOPIC_SHARE = 0.05  # topics below this share of an article are noise of the prior


@dataclass(frozen=True, slots=True)
class ScoredLabel:
    """One label of an article: how probable, whether assigned, and what decided.

    Attributes:
        score: the log-odds of ``probability``: the weights of ``evidence`` and ``rest`` added up.
        evidence: stretches that moved the score, heaviest first; None when nobody asked.
        rest: what no stretch in ``evidence`` is owed: where every article starts from, and lighter stretches.
    """

    id: str
    name: str
    probability: float
    assigned: bool
    score: float
    evidence: list[Evidence] | None = None
    rest: float = 0.0

    @property
    def unsure(self) -> bool:
        """Whether the answer, assigned or not, is wrong with a chance of UNSURE or more: a person should look."""
        return (1 - self.probability if self.assigned else self.probability) >= UNSURE


@dataclass(frozen=True, slots=True)
class TopicShare:
    """How much of an article belongs to a topic; shares of all topics sum to 1."""

    id: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Labelling:
    """What a model says of one article."""

    id: str | None
    labels: list[ScoredLabel]
    topics: list[TopicShare]
    language: str | None
    removed: list[Removed]
    model: dict[str, str]

    def as_row(self) -> dict[str, Any]:
        """Give the object the interface shows, ready for JSON.

        ``assigned`` is told only where it is false, ``unsure`` only where it is true.
        """
        labels = []
        for label in self.labels:
            row: dict[str, Any] = {"id": label.id, "name": label.name, "probability": round(label.probability, 4)}
            if not label.assigned:
                row["assigned"] = False
            if label.unsure:
                row["unsure"] = True
            if label.evidence is not None:
                row["score"], row["rest"] = round(label.score, 4), round(label.rest, 4)
                row["evidence"] = [explain.as_row(stretch) for stretch in label.evidence]
            labels.append(row)
        return {
            "id": self.id,
            "labels": labels,
            "topics": [{"id": topic.id, "name": topic.name, "weight": round(topic.weight, 4)} for topic in self.topics],
            "language": self.language,
            "removed": [stretch._asdict() for stretch in self.removed],
            "model": self.model,
        }


@dataclass(frozen=True)
class Model:
    """All that was fitted in one training run.

    ``about`` says how it came to be: version, trained_at, command, metrics and so on, all of it plain data.
    ``out_of_fold`` holds, for each judged article by its digest, the probabilities of its labels as models that had not
    seen it gave them. ``reference`` holds the scikit-learn and gensim objects for notebooks; a served model has none.
    """

    seeds: Seeds
    classifier: Classifier
    topics: Topics
    about: dict[str, Any] = field(default_factory=dict)
    out_of_fold: Mapping[str, dict[str, float]] = field(default_factory=dict)
    reference: dict[str, Any] | None = None

    @cached_property
    def finder(self) -> Finder:
        """Finds the mentions of this model's seeds."""
        return Finder(self.seeds)

    @property
    def version(self) -> str:
        """The name of this model's folder, '' while it has none."""
        return str(self.about.get("version", ""))

    def label(
        self, article: Article, *, evidence: bool = True, all: bool = False, most: int | None = EVIDENCE
    ) -> Labelling:
        """Label one article.

        Args:
            article: what to label; its own labels are not looked at.
            evidence: whether to say what decided.
            all: whether to give every label that scored, not the assigned ones alone.
            most: stretches of evidence for each label, without those too light to tell; None gives all there are.
        """
        reading = text.read(article)
        mentions = self.finder.find(reading)
        example = Example.of(reading, mentions, self.seeds.stop_words)
        scores = self.classifier.predict(example)
        assigned = scores.probabilities >= self.classifier.thresholds
        shown = [
            column
            for column, label in enumerate(self.classifier.labels)
            if assigned[column] or (all and (label in example.named or label in self.classifier.rows))
        ]
        labels = []
        for column in sorted(shown, key=lambda column: (not assigned[column], -scores.probabilities[column])):
            id = self.classifier.labels[column]
            one = ScoredLabel(
                id=id,
                name=self.seeds.labels[id].name,
                probability=float(scores.probabilities[column]),
                assigned=bool(assigned[column]),
                score=float(scores.logits[column]),
            )
            if evidence:
                found = explain.evidence(self.classifier, reading, mentions, example, id)
                told = found if most is None else explain.telling(found)[:most]
                one = replace(one, evidence=told, rest=one.score - sum(stretch.weight for stretch in told))
            labels.append(one)
        return Labelling(
            id=article.id,
            labels=labels,
            topics=self._topics(reading.tokens.words),
            language=language.detect(reading),
            removed=reading.removed,
            model={"version": self.version, "trained_at": str(self.about.get("trained_at", ""))},
        )

    def _topics(self, words: list[str]) -> list[TopicShare]:
        shares = self.topics.infer(words)
        best = sorted(range(len(shares)), key=lambda topic: -shares[topic])
        known = any(word in self.topics.vocabulary for word in words)
        return [
            TopicShare(self.topics.ids[t], self.topics.names[t], float(shares[t]))
            for t in best
            if known and shares[t] >= TOPIC_SHARE
        ]

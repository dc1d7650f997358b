"""Model: all that was fitted, and the one way an article takes through it.

text.read -> kernels.judging.judge (mentions, focus, TF-IDF, scores, topics) -> Explainer.evidence -> a Labelling
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from training import explain, language, text
from training.article import Article
from training.classifier import Classifier
from training.explain import Evidence, Explainer
from training.focus import HOLD, LEAD
from training.kernels.hashing import Hashes, Numbers
from training.kernels.judging import Judged, Tables, judge
from training.kernels.weighing import Scored
from training.leftovers import Removed
from training.mentions import Finder
from training.seeds import Seeds
from training.tfidf import words_table
from training.topics import ITERATIONS, TOLERANCE, Topics

EVIDENCE = 12  # stretches shown for a label unless all are asked for
UNSURE = 0.2  # chance of being wrong from which a person should look
TOPIC_SHARE = 0.05  # topics below this share of an article are noise of the prior


class ScoredLabel(NamedTuple):
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


class TopicShare(NamedTuple):
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

    ``finder`` holds the seeds as tables.
    ``about`` says how it came to be: version, trained_at, command, metrics and so on, all of it plain data.
    ``out_of_fold`` holds, for each judged article by its digest, the probabilities of its labels as models that had not
    seen it gave them. ``reference`` holds the scikit-learn and gensim objects for notebooks; a served model has none.
    """

    seeds: Seeds
    finder: Finder
    classifier: Classifier
    topics: Topics
    about: dict[str, Any] = field(default_factory=dict)
    out_of_fold: Mapping[str, dict[str, float]] = field(default_factory=dict)
    reference: dict[str, Any] | None = None

    @cached_property
    def tables(self) -> Tables:
        """All of this as loops take it."""
        topics, (stop_keys, stop_values) = self.topics, self.stop_words
        return Tables(
            terms=self.finder.terms,
            stop_keys=stop_keys,
            stop_values=stop_values,
            learned=self.classifier.learned,
            topic_keys=topics.vocabulary.keys,
            topic_values=topics.vocabulary.values,
            topic_gains=topics.gains,
            topic_weights=topics.word_weights,
            alpha=topics.alpha,
            iterations=ITERATIONS,
            tolerance=TOLERANCE,
            lead=LEAD,
            hold=HOLD,
        )

    @cached_property
    def stop_words(self) -> tuple[Hashes, Numbers]:
        """The table of words that TF-IDF leaves out."""
        return words_table(self.seeds.stop_words)

    @property
    def version(self) -> str:
        """The name of this model's folder, '' while it has none."""
        return str(self.about.get("version", ""))

    @property
    def named(self) -> dict[str, str]:
        """Which model it is, as answers say it."""
        return {"version": self.version, "trained_at": str(self.about.get("trained_at", ""))}

    def label(
        self, article: Article, *, evidence: bool = True, all: bool = False, most: int | None = EVIDENCE
    ) -> Labelling:
        """Label one article.

        Args:
            article: what to label; its own labels are not looked at.
            evidence: whether to say what decided.
            all: whether to give every label that scored, not the assigned ones alone, and topics that are junk.
            most: stretches of evidence for each label, without those too light to tell; None gives all there are.
        """
        reading = text.read(article)
        judged = judge(reading.searched, self.tables)
        explainer = Explainer(self.classifier, reading, judged) if evidence else None
        return Labelling(
            id=article.id,
            labels=[self._label(column, judged.scored, explainer, most) for column in self._shown(judged, all)],
            topics=self._topics(judged.shares.tolist(), all),
            language=language.detect(reading),
            removed=reading.removed,
            model=self.named,
        )

    def infer_topics(self, article: Article, *, all: bool = False) -> list[TopicShare]:
        """Give the topics of one article alone, most of it first; every one when ``all`` is asked."""
        shares = self.topics.infer(text.read(article).tokens.hashes)
        return [] if shares is None else self._topics(shares.tolist(), all, 0.0 if all else TOPIC_SHARE)

    def _shown(self, judged: Judged, all: bool) -> list[int]:
        """Give the numbers of the labels to show, the assigned and the more probable ones first."""
        probabilities = judged.scored.probabilities
        assigned = probabilities >= self.classifier.thresholds
        shown = assigned
        if all:
            shown = assigned | (self.classifier.row_of >= 0)
            shown[judged.columns] = True
        columns: list[int] = np.flatnonzero(shown).tolist()
        return sorted(columns, key=lambda column: (not assigned[column], -probabilities[column]))

    def _label(self, column: int, scores: Scored, explainer: Explainer | None, most: int | None) -> ScoredLabel:
        id, score = self.classifier.labels[column], float(scores.logits[column])
        probability = float(scores.probabilities[column])
        told = explainer.evidence(column, most) if explainer else None
        return ScoredLabel(
            id,
            self.seeds.labels[id].name,
            probability,
            bool(probability >= self.classifier.thresholds[column]),
            score,
            told,
            score - sum(stretch.weight for stretch in told) if told is not None else 0.0,
        )

    def _topics(self, shares: Sequence[float], junk: bool, least: float = TOPIC_SHARE) -> list[TopicShare]:
        """Give the topics that an article has at least so much of, most of it first; ``junk`` only when it is asked."""
        ids, names, is_junk = self.topics.ids, self.topics.names, self.topics.junk
        found = [(-share, t) for t, share in enumerate(shares) if share >= least and (junk or not is_junk[t])]
        return [TopicShare(ids[t], names[t], -share) for share, t in sorted(found)]

    def label_many(self, articles: Sequence[Article], *, threads: int | None = None, **asked: Any) -> list[Labelling]:
        """Label articles, in their order, with the same answers as one after the other.

        Args:
            articles: what to label.
            threads: how many to use; as many as there are cores, when it is not said. The loops run without the GIL.
            asked: as :meth:`label` is asked.
        """
        threads = max(1, min(threads or os.cpu_count() or 1, len(articles)))
        labellings: list[Any] = [None] * len(articles)

        def label(first: int) -> None:
            for number in range(first, len(articles), threads):
                labellings[number] = self.label(articles[number], **asked)

        with ThreadPoolExecutor(threads - 1 or 1) as pool:
            others = [pool.submit(label, first) for first in range(1, threads)]
            label(0)
            for other in others:
                other.result()
        return labellings

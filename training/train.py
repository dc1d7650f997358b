"""One training run, read top to bottom: articles -> readings -> examples -> classifiers and topics -> a Model."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version as installed
from typing import Any

import numpy as np

from training import corpus, fitting, seeds
from training.classifier import Classifier
from training.corpus import Corpus
from training.discovery import Articles, Discovered, discover, lda
from training.discovery.recording import Heads
from training.discovery.starting import Wanted
from training.evaluate import evaluate, kept, out_of_fold
from training.mentions import Finder
from training.model import Model
from training.progress import Progress, unseen
from training.readers import Skips
from training.settings import Settings


def train(
    settings: Settings,
    progress: Progress = unseen,
    skips: Skips | None = None,
    parent: Model | None = None,
) -> Model:
    """Train a model.

    Args:
        settings: what to train on and how.
        progress: wraps the things a slow step goes over, with the step's name; tqdm fits.
        skips: counts the rows skipped, where the settings say so.
        parent: the model whose topics today's go on from.

    Raises:
        InputError: the seeds or a corpus are wrong, or there is too little to learn from.
        NoRoom: the disk is full.
    """
    now = datetime.now(UTC)
    version = f"{now:%Y%m%dT%H%M%S%f}"[:-3]
    known = seeds.load(settings.seeds)
    skips = skips or Skips()
    finder = Finder.of(known)
    read = corpus.read(settings, known, finder, progress, skips)
    fitted = fitting.fit(
        read.examples,
        {id: label.words for id, label in known.labels.items()},
        read.spelling,
        min_examples=settings.min_examples,
        target_precision=settings.target_precision,
        seed=settings.seed,
        progress=progress,
    )
    wanted = Wanted(
        topics=settings.topics,
        passes=settings.passes or lda.PASSES,
        seed=settings.seed,
        parent=parent.topics if parent else None,
        themes=parent.seeds.themes if parent else {},
        afresh=settings.afresh,
        version=version,
    )
    found = discover(_articles(read, fitted.classifier), known, wanted, progress)
    labels, thresholds = fitted.classifier.labels, fitted.classifier.thresholds
    answers = {key: kept(labels, row, thresholds) for key, row in fitted.out_of_fold.items()}
    reference = {**fitted.reference, "lda": found.lda}
    model = Model(known, finder, fitted.classifier, found.topics, {"version": version}, answers, reference)
    return replace(model, about=_about(settings, read, model, fitted.choices, found, skips.count, now, parent))


def _articles(read: Corpus, classifier: Classifier) -> Articles:
    """Give the articles as topics take them; where nobody has judged one, its labels are those that it would get."""

    def labelled(number: int) -> list[int]:
        example = read.examples[number]
        if example.labels is not None:
            return [classifier.labels.index(label) for label in sorted(example.labels)]
        probabilities = classifier.predict(example).probabilities
        assigned: list[int] = np.flatnonzero(probabilities >= classifier.thresholds).tolist()
        return assigned

    return Articles(read.examples, read.words, read.spelling, Heads(read.heads), classifier.labels, labelled)


def _about(
    settings: Settings,
    read: Corpus,
    model: Model,
    choices: dict[str, Any],
    found: Discovered,
    skipped: int,
    now: datetime,
    parent: Model | None,
) -> dict[str, Any]:
    judged, days = read.judged, sorted(set(read.days))
    truths = ((example.labels or frozenset(), example.unsure) for example in judged)
    return {
        "version": model.version,
        "parent": parent.version if parent else None,
        "code": installed("foreign-desk"),
        "trained_at": now.isoformat(timespec="seconds"),
        "command": settings.command,
        "settings": {
            key: str(value) if key == "seeds" else [str(v) for v in value] if key == "corpora" else value
            for key, value in asdict(settings).items()
            if key != "collected"  # a file that is gone by then; ``until`` says what was in it
        },
        "seeds": model.seeds.digest,
        "data": read.examples.digest,
        "articles": {"all": len(read.examples), "judged": len(judged), "skipped": skipped},
        "dates": [days[0], days[-1]] if days else None,
        "choices": choices,
        "topics": found.about,
        "out_of_fold": evaluate(truths, (out_of_fold(model, example.key) for example in judged)).as_row(),
    }

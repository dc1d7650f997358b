"""One training run, read top to bottom: articles -> readings -> examples -> classifiers and topics -> a Model."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from training import corpus, fitting, seeds, topics
from training.bags import FEW, bags_of
from training.corpus import Corpus
from training.evaluate import evaluate, kept, out_of_fold
from training.mentions import Finder
from training.model import Model
from training.progress import Progress, unseen
from training.readers import Skips
from training.settings import Settings
from training.topics import PASSES


def train(settings: Settings, progress: Progress = unseen, skips: Skips | None = None) -> Model:
    """Train a model.

    Args:
        settings: what to train on and how.
        progress: wraps the things a slow step goes over, with the step's name; tqdm fits.
        skips: counts the rows skipped, where the settings say so.

    Raises:
        InputError: the seeds or a corpus are wrong, or there is too little to learn from.
        NoRoom: the disk is full.
    """
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
    themes, lda = topics.fit(
        bags_of(read.words, read.spelling, known.stop_words, known.themes),
        topics=settings.topics or _topics(len(read.words), len(known.themes)),
        themes=known.themes,
        passes=settings.passes or PASSES,
        seed=settings.seed,
        progress=progress,
    )
    labels, thresholds = fitted.classifier.labels, fitted.classifier.thresholds
    answers = {key: kept(labels, row, thresholds) for key, row in fitted.out_of_fold.items()}
    model = Model(known, finder, fitted.classifier, themes, {}, answers, {**fitted.reference, "lda": lda})
    return replace(model, about=_about(settings, read, model, fitted.choices, skips.count))


def _topics(articles: int, themes: int) -> int:
    few = themes and articles < FEW
    return themes if few else min(50, max(themes + 10, articles // 100))


def _about(settings: Settings, read: Corpus, model: Model, choices: dict[str, Any], skipped: int) -> dict[str, Any]:
    judged, days = read.judged, sorted(set(read.days))
    now = datetime.now(UTC)
    truths = ((example.labels or frozenset(), example.unsure) for example in judged)
    return {
        "version": f"{now:%Y%m%dT%H%M%S%f}"[:-3],
        "trained_at": now.isoformat(timespec="seconds"),
        "command": settings.command,
        "settings": {
            key: str(value) if key == "seeds" else [str(v) for v in value] if key == "corpora" else value
            for key, value in asdict(settings).items()
        },
        "seeds": model.seeds.digest,
        "articles": {"all": len(read.examples), "judged": len(judged), "skipped": skipped},
        "dates": [days[0], days[-1]] if days else None,
        "choices": choices,
        "out_of_fold": evaluate(truths, (out_of_fold(model, example.key) for example in judged)).as_row(),
    }

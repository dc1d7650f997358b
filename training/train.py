"""One training run, read top to bottom: articles -> readings -> examples -> classifiers and topics -> a Model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from training import classifier, readers, seeds, text, topics
from training.classifier import Example
from training.errors import InputError
from training.evaluate import evaluate, kept, out_of_fold
from training.mentions import Finder
from training.model import Model
from training.readers import Skips
from training.settings import Settings
from training.topics import FEW

Progress = Callable[[Iterable[Any], str], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of a run, read once: examples for the classifiers and words for the topics, in the same order.

    ``dates`` are those of the articles that say theirs as ISO 8601 has it.
    """

    examples: list[Example]
    words: list[list[str]]
    dates: list[str] = field(default_factory=list)


def train(settings: Settings, progress: Progress = lambda things, _: things, skips: Skips | None = None) -> Model:
    """Train a model.

    Args:
        settings: what to train on and how.
        progress: wraps the things a slow step goes over, with the step's name; tqdm fits.
        skips: counts the rows skipped, where the settings say so.

    Raises:
        InputError: the seeds or a corpus are wrong, or there is too little to learn from.
    """
    known = seeds.load(settings.seeds)
    finder = Finder(known)
    skips = skips or Skips()
    corpus = read(settings, known, finder, progress, skips)
    steps = iter(progress(("classifiers", "topics"), "fitting"))
    next(steps)
    fitted, probabilities, reference = classifier.fit(
        corpus.examples, list(known.labels), min_examples=settings.min_examples
    )
    next(steps)
    count, passes = _topics_and_passes(settings, len(corpus.words), len(known.themes))
    themes, lda = topics.fit(
        corpus.words, topics=count, stop_words=known.stop_words, themes=known.themes, passes=passes, seed=settings.seed
    )
    next(steps, None)
    answers = {key: kept(fitted.labels, row, fitted.thresholds) for key, row in probabilities.items()}
    model = Model(known, fitted, themes, {}, answers, {**reference, "lda": lda})
    return replace(model, about=_about(settings, corpus, model, skips.count))


def read(settings: Settings, known: seeds.Seeds, finder: Finder, progress: Progress, skips: Skips) -> Corpus:
    """Read, clean and tokenise every article once, and find its mentions. An article that comes twice counts once."""
    corpus = Corpus([], [])
    seen: dict[str, int] = {}
    for one in progress(readers.read_all(settings.files, skips if settings.skip_bad else None), "reading"):
        reading = text.read(one)
        example = Example.of(reading, finder.find(reading), known.stop_words)
        if unknown := sorted((one.labels or frozenset()) - known.labels.keys()):
            raise InputError(
                f"article {one.id}: label {unknown[0]!r} is not in {settings.seeds}: "
                f"add a file labels/{unknown[0]}.toml, or mend the article"
            )
        place = seen.setdefault(example.key, len(corpus.examples))
        if place == len(corpus.examples):
            corpus.examples.append(example)
            corpus.words.append(reading.tokens.words)
            corpus.dates.extend(re.findall(r"^\d{4}-\d{2}-\d{2}", one.date or ""))
        elif corpus.examples[place].labels is None:  # crawled first, judged later
            corpus.examples[place] = example
    judged = sum(example.labels is not None and bool(example.named) for example in corpus.examples)
    if judged < 2 * classifier.FOLDS:
        raise InputError(
            f"only {judged} labelled articles name any label; add some with --corpus, or leave out --no-samples"
        )
    return corpus


def _topics_and_passes(settings: Settings, articles: int, themes: int) -> tuple[int, int]:
    few = themes and articles < FEW
    topics = settings.topics or (themes if few else min(50, max(themes + 10, articles // 100)))
    return topics, settings.passes or max(1, min(20, 20_000 // max(1, articles)))


def _about(settings: Settings, corpus: Corpus, model: Model, skipped: int) -> dict[str, Any]:
    judged = [example for example in corpus.examples if example.labels is not None]
    now = datetime.now(UTC)
    truths = [(example.labels or frozenset(), example.unsure) for example in judged]
    return {
        "version": f"{now:%Y%m%dT%H%M%S%f}"[:-3],
        "trained_at": now.isoformat(timespec="seconds"),
        "command": settings.command,
        "settings": {
            key: str(value) if key == "seeds" else [str(v) for v in value] if key == "corpora" else value
            for key, value in asdict(settings).items()
        },
        "seeds": model.seeds.digest,
        "articles": {"all": len(corpus.examples), "judged": len(judged), "skipped": skipped},
        "dates": [min(corpus.dates), max(corpus.dates)] if corpus.dates else None,
        "out_of_fold": evaluate(truths, [out_of_fold(model, example.key) for example in judged]).as_row(),
    }

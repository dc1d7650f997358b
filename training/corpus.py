"""The articles of a training run, each read, cleaned, tokenised and searched for mentions once, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from training import parallel, readers, seeds, text
from training.article import Article
from training.classifier import Example
from training.errors import InputError
from training.fitting.folds import FOLDS, day
from training.mentions import Finder
from training.readers import Skips
from training.settings import Settings

Progress = Callable[[Iterable[Any], str], Iterable[Any]]
FEW = 1000  # articles; fewer are read sooner than other processes start
_TOGETHER = 50  # articles handed to another process at a time


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of a run: examples for the classifiers and words for the topics, in the same order."""

    examples: list[Example] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)

    @property
    def judged(self) -> list[Example]:
        """The examples that somebody has judged."""
        return [example for example in self.examples if example.labels is not None]

    @property
    def dates(self) -> list[str]:
        """The days of the articles that say theirs, as ISO 8601 has it."""
        return [found for example in self.examples if (found := day(example.date))]


def read(settings: Settings, known: seeds.Seeds, progress: Progress, skips: Skips) -> Corpus:
    """Read all articles of a run. One that comes twice counts once, as judged where it was judged at all.

    Raises:
        InputError: a file, row or label is wrong, or too few articles are labelled.
    """
    corpus = Corpus()
    seen: dict[str, int] = {}
    for example, words in progress(_digested(settings, known, skips), "reading"):
        place = seen.setdefault(example.key, len(corpus.examples))
        if place == len(corpus.examples):
            corpus.examples.append(example)
            corpus.words.append(words)
        elif corpus.examples[place].labels is None:  # crawled first, judged later
            corpus.examples[place] = example
    naming = sum(bool(example.named) for example in corpus.judged)
    if naming < 2 * FOLDS:
        raise InputError(
            f"only {naming} labelled articles name any label; add some with --corpus, or leave out --no-samples"
        )
    return corpus


def _digested(settings: Settings, known: seeds.Seeds, skips: Skips) -> Iterator[tuple[Example, list[str]]]:
    """Give the example and the words of each article, in order."""
    articles = _articles(settings, known, skips)
    first = list(islice(articles, FEW))
    waiting = chain(first, articles)
    chunks = iter(lambda: list(islice(waiting, _TOGETHER)), [])
    folder = settings.seeds.absolute()  # processes may have been started elsewhere
    for done in parallel.each(_digest, chunks, folder, known.digest, when=len(first) == FEW):
        yield from done


def _articles(settings: Settings, known: seeds.Seeds, skips: Skips) -> Iterator[tuple[Article, str]]:
    """Give each article with the name of the corpus it is from."""
    for path in settings.files:
        for one in readers.read(path, skips if settings.skip_bad else None):
            if unknown := sorted((one.labels or frozenset()) - known.labels.keys()):
                raise InputError(
                    f"article {one.id}: label {unknown[0]!r} is not in {settings.seeds}: "
                    f"add a file labels/{unknown[0]}.toml, or mend the article"
                )
            yield one, str(path)


def _digest(articles: list[tuple[Article, str]], folder: Path, digest: str) -> list[tuple[Example, list[str]]]:
    known, finder = _finder(folder, digest)
    done = []
    for one, corpus in articles:
        reading = text.read(one)
        example = Example.of(reading, finder.find(reading), known.stop_words, corpus)
        done.append((example, reading.tokens.words))
    return done


@lru_cache(maxsize=1)
def _finder(folder: Path, digest: str) -> tuple[seeds.Seeds, Finder]:
    """Make the finder of the seeds in a folder, once in each process; ``digest`` is theirs."""
    known = seeds.load(folder)
    return known, Finder(known)

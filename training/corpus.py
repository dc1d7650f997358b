"""The articles of a training run, each read, cleaned, tokenised and searched for mentions once, on all cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np

from training import parallel, readers, seeds, text
from training.article import Article
from training.classifier import Example
from training.errors import InputError
from training.fitting.folds import FOLDS, day
from training.focus import places
from training.kernels.hashing import Hashes, Numbers
from training.kernels.words import LONG, TERM
from training.mentions import Finder
from training.readers import Skips
from training.settings import Settings
from training.tfidf import words_table

Progress = Callable[[Iterable[Any], str], Iterable[Any]]
FEW = 1000  # articles; fewer are read sooner than other processes start
_TOGETHER = 50  # articles handed to another process at a time


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of a run.

    Attributes:
        examples: for the classifiers.
        words: for the topics, in the same order: hashes of all words of three letters or more.
        spelled: the words of all hashes.
    """

    examples: list[Example] = field(default_factory=list)
    words: list[Hashes] = field(default_factory=list)
    spelled: dict[int, str] = field(default_factory=dict)

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
    for example, words in progress(_digested(settings, known, skips, corpus.spelled), "reading"):
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


def _digested(
    settings: Settings, known: seeds.Seeds, skips: Skips, spelled: dict[int, str]
) -> Iterator[tuple[Example, Hashes]]:
    """Give the example and the words of each article, in order."""
    articles = _articles(settings, known, skips)
    first = list(islice(articles, FEW))
    waiting = chain(first, articles)
    chunks = iter(lambda: list(islice(waiting, _TOGETHER)), [])
    folder = settings.seeds.absolute()  # processes may have been started elsewhere
    for done, new in parallel.each(_digest, chunks, folder, known.digest, when=len(first) == FEW):
        spelled.update(new)
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


def _digest(
    articles: list[tuple[Article, str]], folder: Path, digest: str
) -> tuple[list[tuple[Example, Hashes]], dict[int, str]]:
    """Give example and words of each article, and how all their words are spelled."""
    finder, stop_words = _tools(folder, digest)
    done, spelled = [], {}
    for one, corpus in articles:
        reading = text.read(one)
        about = {"labels": one.labels, "unsure": one.unsure, "date": one.date, "corpus": corpus}
        mentions = finder.find(reading)
        at = places(reading, mentions)
        example = Example.read(reading, mentions, at, stop_words, key=text.digest(one), **about)
        words, shapes = reading.tokens.hashes, reading.tokens.shapes
        terms = np.flatnonzero(shapes & TERM)
        different, first = np.unique(words[terms], return_index=True)
        for word, token in zip(different.tolist(), terms[first].tolist(), strict=True):
            if word not in spelled:
                spelled[word] = reading.word(token)
        done.append((example, words[shapes & LONG != 0]))
    return done, spelled


@lru_cache(maxsize=1)
def _tools(folder: Path, digest: str) -> tuple[Finder, tuple[Hashes, Numbers]]:
    """Make the finder and the stop words of the seeds in a folder, once in each process; ``digest`` is theirs."""
    known = seeds.load(folder)
    return Finder.of(known), words_table(known.stop_words)

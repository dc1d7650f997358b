"""The articles of a training run, each read, cleaned, tokenised and searched for mentions once, on all cores.

What was read is written into temporary files some articles at a time, so that a corpus of any size can be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from training import parallel, readers, seeds, text
from training.article import Article
from training.classifier import Example
from training.discovery.recording import Heads
from training.errors import ArticleError, InputError
from training.examples import Examples, ExamplesSpool
from training.fitting.folds import FOLDS, day
from training.focus import places
from training.kernels.bags import content
from training.kernels.hashing import Hashes, Numbers
from training.kernels.words import TERM
from training.mentions import Finder
from training.progress import Progress
from training.readers import Skips
from training.settings import Settings
from training.spelling import Spelling, SpellingSpool
from training.spool import Ragged, RaggedSpool
from training.text import Reading
from training.tfidf import words_table

FEW = 1000  # articles; fewer are read sooner than other processes start
LEAD = 400  # characters of how a text begins, by which topics are named
_TOGETHER = 50  # articles handed to another process at a time


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles of a run.

    Attributes:
        examples: for the classifiers.
        words: for the topics, in the same order: hashes of words of three letters or more that are no stop words, with
            a BREAK where others stand between them.
        spelling: the words of all hashes.
        heads: in the same order, who each article is.
    """

    examples: Examples
    words: Ragged
    spelling: Spelling
    heads: Ragged

    @property
    def judged(self) -> Examples:
        """The examples that somebody has judged."""
        return self.examples.those(self.examples.judged)

    @property
    def days(self) -> Iterator[str]:
        """The days of the articles that say theirs, as ISO 8601 has it."""
        return (found for example in self.examples if (found := day(example.date)))


class _Tools(NamedTuple):
    """What articles are searched with: for the seeds of all labels, and for stop words."""

    finder: Finder
    stop_words: tuple[Hashes, Numbers]


def read(settings: Settings, known: seeds.Seeds, finder: Finder, progress: Progress, skips: Skips) -> Corpus:
    """Read all articles of a run. One that comes twice counts once, as judged where it was judged at all.

    Canaries, which models are tried on, are left out wherever they come from.

    Args:
        settings: which articles.
        known: the seeds.
        finder: of the seeds.
        progress: wraps the articles, with the step's name.
        skips: counts the rows skipped, where the settings say so.

    Raises:
        InputError: a file, row or label is wrong, or too few articles are labelled.
        NoRoom: the disk is full.
    """
    examples, words, spelling = ExamplesSpool(finder.labels), RaggedSpool(np.uint64), SpellingSpool()
    heads = RaggedSpool(np.uint8)
    articles = iter(progress(_articles(settings, known, skips), "reading"))
    for some in _read(articles, _Tools(finder, words_table(known.stop_words))):
        examples.add(some.examples)
        words.add(some.words)
        spelling.add(some.spelling)
        heads.add(some.heads)
    kept_apart = [text.digest(canary) for canary in canaries(settings)]
    corpus = _once(Corpus(examples.examples(), words.ragged(), spelling.spelling(), heads.ragged()), kept_apart)
    naming = int((corpus.judged.columns.sizes > 0).sum())
    if naming < 2 * FOLDS:
        raise InputError(
            f"only {naming} labelled articles name any label; add some with --corpus, or leave out --no-samples"
        )
    return corpus


def canaries(settings: Settings) -> list[Article]:
    """Read the articles that are never trained on and that every model must get right; none where there is no file.

    Raises:
        ArticleError: the file can't be read, or an article in it has no labels.
    """
    if not settings.canaries.exists():
        return []
    found = list(readers.read(settings.canaries))
    for number, canary in enumerate(found, 1):
        if canary.labels is None:
            raise ArticleError(
                f'{settings.canaries}: article {number} has no "labels"; say which are right, if only []'
            )
    return found


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


def _read(articles: Iterator[tuple[Article, str]], tools: _Tools) -> Iterator[Corpus]:
    """Read articles, some at a time, in order."""
    first = list(islice(articles, FEW))
    waiting = chain(first, articles)
    chunks = iter(lambda: list(islice(waiting, _TOGETHER)), [])
    yield from parallel.each(_some, chunks, tools, when=len(first) == FEW)


def _some(articles: list[tuple[Article, str]], tools: _Tools) -> Corpus:
    """Read some articles into memory."""
    readings = [text.read(article) for article, _ in articles]
    examples = [_example(*one, reading, tools) for one, reading in zip(articles, readings, strict=True)]
    words = [content(reading.tokens.hashes, reading.tokens.shapes, *tools.stop_words) for reading in readings]
    return Corpus(
        Examples.packed(examples, tools.finder.labels),
        Ragged.packed(words, np.uint64),
        _spelling(readings),
        Heads.packed([_head(reading) for reading in readings]),
    )


def _head(reading: Reading) -> tuple[str | None, str, str | None, str]:
    """Give id, title, source and how the text begins."""
    article, start = reading.article, int(reading.fields[2])
    return article.id, article.title, article.source, " ".join(reading.content[start : start + LEAD].split())


def _example(article: Article, corpus: str, reading: Reading, tools: _Tools) -> Example:
    mentions = tools.finder.find(reading)
    return Example.read(
        reading,
        mentions,
        places(reading, mentions),
        tools.stop_words,
        key=text.digest(article),
        labels=article.labels,
        unsure=article.untold(tools.finder.labels),
        date=article.date,
        corpus=corpus,
    )


def _spelling(readings: Iterable[Reading]) -> Spelling:
    """Say how all words are spelled that are terms or make topics."""
    spelled: dict[int, str] = {}
    for reading in readings:
        terms = np.flatnonzero(reading.tokens.shapes & TERM)
        different, first = np.unique(reading.tokens.hashes[terms], return_index=True)
        for word, token in zip(different.tolist(), terms[first].tolist(), strict=True):
            if word not in spelled:
                spelled[word] = reading.word(token)
    return Spelling.packed(spelled)


def _once(corpus: Corpus, kept_apart: Sequence[str]) -> Corpus:
    """Leave out what comes again, in the order of what comes first; the first judgment counts, else the last copy.

    Those whose keys are ``kept_apart`` are left out altogether.
    """
    keys, judged = corpus.examples.keys, np.flatnonzero(corpus.examples.judged)
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    chosen = np.empty_like(first)
    chosen[number] = np.arange(len(keys))
    chosen[number[judged[::-1]]] = judged[::-1]
    order = np.argsort(first)
    order = order[~np.isin(keys[first[order]], np.array(kept_apart, keys.dtype))]
    return replace(
        corpus,
        examples=corpus.examples.those(chosen[order]),
        words=corpus.words.those(first[order]),
        heads=corpus.heads.those(first[order]),
    )

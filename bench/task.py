"""Articles to learn from and articles to be asked about: the same ones in folds, or others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from training import corpus, seeds
from training.classifier import Example
from training.errors import InputError
from training.examples import Examples
from training.fitting import prepare
from training.fitting.calibration import Bools, Floats
from training.fitting.folds import FOLDS, copies, day
from training.fitting.table import Table, table_of
from training.fitting.vocabulary import values, vocabulary_of
from training.mentions import Finder
from training.progress import unseen
from training.readers import Skips
from training.settings import Settings
from training.spelling import Spelling


class Known(NamedTuple):
    """What is known of words: ids of all labels with the words of their seeds, and how all hashes are spelled."""

    labels: Mapping[str, Collection[str]]
    spelling: Spelling

    def packed(self, examples: Sequence[Example]) -> Examples:
        """Put examples into arrays, as a training run has them."""
        return Examples.packed(examples, sorted(self.labels))


class Said(NamedTuple):
    """What a way of labelling says of all articles, of shape (articles, labels) each; None where it has no odds."""

    assigned: Bools
    probabilities: Floats | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One question that every way of labelling is put, with the same arrays to answer it from.

    Attributes:
        examples: judged articles, to learn from or to be asked about.
        unjudged: articles nobody has judged.
        known: labels and words.
        table: ``examples`` as arrays.
        splits: masks of the articles to learn from, and of those to answer then; of shape (articles,) each.
        folded: whether the splits are the folds of the table, so that each article is answered once.
    """

    examples: Sequence[Example]
    unjudged: Sequence[Example]
    known: Known
    table: Table
    splits: Sequence[tuple[Bools, Bools]]
    folded: bool

    @property
    def labels(self) -> list[str]:
        """Ids of all labels, sorted."""
        return sorted(self.known.labels)

    @property
    def asked(self) -> Bools:
        """Which articles are answered, of shape (articles,)."""
        return np.asarray(np.any([held for _, held in self.splits], axis=0))


def read(files: Sequence[Path], folder: Path) -> tuple[Sequence[Example], Known]:
    """Give the examples of all articles in the files, and what is known with the seeds in a folder."""
    known = seeds.load(folder)
    settings = Settings(folder, tuple(files), samples=False)
    read = corpus.read(settings, known, Finder.of(known), unseen, Skips())
    return read.examples, Known({id: label.words for id, label in known.labels.items()}, read.spelling)


def in_folds(examples: Sequence[Example], known: Known) -> Task:
    """Make the task to answer each judged article by what the other folds teach."""
    judged, unjudged = _parted(examples)
    _, _, table = prepare(known.packed([*judged, *unjudged]), *known)
    splits = [(table.folds != fold, table.folds == fold) for fold in range(FOLDS)]
    return Task(judged, unjudged, known, table, splits, folded=True)


def refolded(task: Task, salt: int) -> Task:
    """Give the same task in other folds; all else, hints too, stays as it is."""
    folds = table_of(salted(task.examples, salt), task.labels, task.table.words).folds
    splits = [(folds != fold, folds == fold) for fold in range(FOLDS)]
    return replace(task, table=replace(task.table, folds=folds), splits=splits)


def held_out(examples: Sequence[Example], test: Sequence[Example], known: Known) -> Task:
    """Make the task to answer judged articles of ``test`` by what ``examples`` teach, copies of them left out.

    Raises:
        InputError: nothing else is left to learn from.
    """
    asked = _parted(test)[0]
    groups = copies(example.terms for example in (*asked, *examples)).tolist()
    held = set(groups[: len(asked)])
    judged, unjudged = _parted([one for one, of in zip(examples, groups[len(asked) :], strict=True) if of not in held])
    if not judged:
        raise InputError("nothing is left to learn from: all labelled articles are copies of those of the test")
    vocabulary = vocabulary_of(known.packed([*judged, *unjudged]), known.spelling)
    both = known.packed([*judged, *asked])
    table = table_of(both, sorted(known.labels), values(vocabulary, both))
    learned = np.arange(len(judged) + len(asked)) < len(judged)
    return Task([*judged, *asked], unjudged, known, table, [(learned, ~learned)], folded=False)


def by_time(examples: Sequence[Example], share: float = 0.8) -> tuple[list[Example], list[Example]]:
    """Part articles so that about ``share`` of the dated judged ones are older than all others; days stay whole.

    Raises:
        InputError: the articles are of too few days.
    """
    dated = sorted(day(one.date) for one in examples if one.labels is not None and day(one.date))
    first = dated[int(len(dated) * share)] if dated else ""
    older = [one for one in examples if "" != day(one.date) < first]
    newer = [one for one in examples if one.labels is not None and day(one.date) >= first]
    if not (dated and first > dated[0]):
        raise InputError("the labelled articles are of fewer than two days; --by-time needs dates")
    return older, newer


def salted(examples: Sequence[Example], salt: int) -> list[Example]:
    """Give examples that fall into other folds together: their days and keys are others, alike ones still alike."""
    if not salt:
        return list(examples)
    return [replace(one, key=f"{salt}-{one.key}", date=_later(day(one.date), 1009 * salt)) for one in examples]


def _later(of: str, days: int) -> str | None:
    return (date.fromisoformat(of) + timedelta(days)).isoformat() if of else None


def _parted(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    judged = [one for one in examples if one.labels is not None]
    return judged, [one for one in examples if one.labels is None]

"""Many articles labelled on all cores, in the order of their rows.

::

    rows as they stand in a file -> pieces of some rows -> processes, each with its own Model -> lines, in order

This process only finds the rows; looking into them, labelling and writing answers is done where there is a core for it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from training import artifact, parallel
from training.article import Article
from training.errors import ArticleError
from training.model import Labelling, Model
from training.readers import Row, Skips

_TOGETHER = 64  # rows handed to a process at a time
_LARGE = 1 << 19  # bytes after which fewer are, so that long articles take no more memory than short ones
_FEW = 3  # pieces; fewer are labelled sooner than other processes start


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of every article.

    Attributes:
        folder: of the model's version.
        written: a function of a module; makes the bytes that tell a Labelling.
        evidence: whether to say what decided.
        all: whether to tell labels that scored but are not assigned.
    """

    folder: Path
    written: Callable[[Labelling], bytes]
    evidence: bool = True
    all: bool = False


_Piece = tuple[list[Row], ArticleError | None, int]
"""Rows, what ended them before their time, and how far the input was read after them."""
_Done = tuple[list[bytes], list[ArticleError], int, ArticleError | None]
"""What was written, what is wrong with rows that were skipped, the position, and what ends the work here."""


def label(
    rows: Iterable[Row],
    asked: Asked,
    skips: Skips | None = None,
    *,
    jobs: int | None = None,
    position: Callable[[], int] = lambda: 0,
) -> Generator[tuple[list[bytes], int], None, None]:
    """Label rows, on all cores or ``jobs`` of them where there are many.

    Gives what was written of some articles, and what ``position`` said when their rows had been read; and so on.

    Args:
        rows: read a little ahead only, in this thread.
        asked: what is asked of each article.
        skips: counts the rows that can't be read; without it the first of them is an error.
        jobs: how many processes.
        position: tells how far the input was read.

    Raises:
        ArticleError: a row is bad and not skipped, or ``rows`` raise it; what came before was given.
        ModelError: the model can't be used.
        WorkError: a process ended before its work did.
    """
    pieces = _pieces(rows, position)
    first = list(islice(pieces, _FEW))
    many = len(first) == _FEW
    for lines, bad, at, stopped in parallel.each(
        _label, chain(first, pieces), asked, skips is not None, when=many, jobs=jobs
    ):
        if skips is not None:
            for error in bad:
                skips.add(error)
        yield lines, at
        if stopped:
            raise stopped


def _pieces(rows: Iterable[Row], position: Callable[[], int]) -> Iterator[_Piece]:
    some: list[Row] = []
    size = 0
    failed = None
    try:
        for row in rows:
            some.append(row)
            size += row.size
            if len(some) == _TOGETHER or size >= _LARGE:
                yield some, None, position()
                some, size = [], 0
    except ArticleError as error:
        failed = error
    if some or failed:
        yield some, failed, position()


def _label(piece: _Piece, asked: Asked, skip_bad: bool) -> _Done:
    """Give what was written, what was skipped, the position, and what ends the work here."""
    rows, stopped, position = piece
    found: list[Article] = []
    bad: list[ArticleError] = []
    for row in rows:
        try:
            found.append(row.article())
        except ArticleError as error:
            if not skip_bad:
                stopped = error
                break
            bad.append(error)
    return answers(found, asked), bad, position, stopped


def answers(articles: Iterable[Article], asked: Asked) -> list[bytes]:
    """Label articles in this process, and write what was found."""
    model = _model(asked.folder)
    return [asked.written(model.label(article, evidence=asked.evidence, all=asked.all)) for article in articles]


@lru_cache(maxsize=1)
def _model(folder: Path) -> Model:
    """Load the model once in each process."""
    return artifact.load(folder)

"""What a run trains on of the store: its articles as they are judged at one moment, written into a file for the run."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from training import seeds, spool
from training.article import Article
from training.errors import InputError
from training.progress import Progress, unseen
from training.settings import Settings

if TYPE_CHECKING:
    from training.store import Store


@dataclass(frozen=True, slots=True)
class Collected:
    """What was taken from the store.

    Attributes:
        articles: how many, near-duplicates left out.
        judged: how many of them anybody has judged.
        unknown: labels that people gave and that seeds/ has not, with how many articles have them: they are left out.
    """

    articles: int = 0
    judged: int = 0
    unknown: dict[str, int] = field(default_factory=dict)


@contextmanager
def collected(
    settings: Settings, store: Store | None, progress: Progress = unseen, models: str = ""
) -> Iterator[tuple[Settings, Collected]]:
    """Give settings under which the articles of a store are trained on too, as they were at ``settings.until``, or now.

    The file that they are written to is gone afterwards; that of a run that was killed goes with the next one for the
    same ``models``, whose lock the caller holds.

    Raises:
        InputError: the moment is none.
        StoreError: the store can't be read.
        NoRoom: the disk is full.
    """
    if store is None:
        yield settings, Collected()
        return
    until = _moment(settings.until)
    with _folder(models) as folder:
        file = Path(folder) / "store.jsonl"
        known = frozenset(seeds.load(settings.seeds).labels)
        with spool.room():
            found = _write(file, store, until, known, progress)
        yield replace(settings, until=until.isoformat(), collected=file), found


@contextmanager
def _folder(models: str) -> Iterator[str]:
    """Give a temporary folder for the one run that is at work for some models."""
    prefix = f"desk-{hashlib.sha256(models.encode()).hexdigest()[:12]}-"
    with spool.room():
        made = tempfile.TemporaryDirectory(prefix=prefix)
    with made as folder:
        for left in Path(folder).parent.glob(f"{prefix}*") if models else ():
            if left != Path(folder):
                shutil.rmtree(left, ignore_errors=True)
        yield folder


def _moment(until: str | None) -> datetime:
    try:
        found = datetime.fromisoformat(until) if until else datetime.now(UTC)
    except ValueError:
        raise InputError(f"--until: {until!r} is no moment such as 2026-01-31T03:00:00+00:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _write(file: Path, store: Store, until: datetime, known: frozenset[str], progress: Progress) -> Collected:
    articles = judged = 0
    unknown: dict[str, int] = {}
    with open(file, "w", encoding="utf-8") as out:
        for one in progress(store.articles.read(until=until), "collecting"):
            article = _known(one.article, known, unknown)
            out.write(json.dumps(article.as_row(), ensure_ascii=False) + "\n")
            articles += 1
            judged += article.labels is not None
    return Collected(articles, judged, dict(sorted(unknown.items())))


def _known(article: Article, known: frozenset[str], unknown: dict[str, int]) -> Article:
    """Leave out the labels that are not known, and count them; one that has no others is as good as not judged."""
    if article.labels is None:
        return article
    said = article.labels | article.unsure | (article.judged or frozenset())
    if said <= known:
        return article
    for label in said - known:
        unknown[label] = unknown.get(label, 0) + 1
    judged = None if article.judged is None else article.judged & known
    labels = None if judged is not None and not judged else article.labels & known
    return replace(article, labels=labels, unsure=article.unsure & known, judged=judged)

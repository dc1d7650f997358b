"""Where the topics of a run start from: from yesterday's, or from nothing; and what comes of fitting them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from training.chronicle import Keys
from training.discovery import choosing, clusters, lda
from training.discovery.bags import FEW, Bags, Singles
from training.discovery.continuing import Column, Continuing, State, prior_of
from training.progress import Progress, unseen
from training.spool import Ragged
from training.topics import Topics

WANTED = 50  # topics of a large corpus, unless it is told otherwise
ARTICLES = 100  # for each topic of a smaller one
FEWER, MORE = 0.7, 1.5  # yesterday's topics by those wanted, between which they are gone on from
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        topics: how many; AUTO chooses by articles that were held out, None by how many articles there are.
        passes: over all articles, where topics start from nothing.
        seed: of what is random in the start.
        parent: yesterday's topics.
        themes: words of the themes that these were pinned to.
        afresh: whether topics start from nothing all the same; then ids and names alone are carried over.
        version: that is being made.
    """

    topics: int | str | None = None
    passes: int = lda.PASSES
    seed: int = 0
    parent: Topics | None = None
    themes: Mapping[str, Collection[str]] = field(default_factory=dict)
    afresh: bool = False
    version: str = ""


@dataclass(frozen=True)
class Found:
    """Words of articles to find topics in.

    Attributes:
        bags: of the articles that are fitted on.
        texts: the same as hashes.
        held: of articles that are held out.
        keys: of all articles of the run, fitted on or not.
        known: (rows of bags,) keys of those that are fitted on.
        themes: words of the themes that topics may be pinned to.
    """

    bags: Bags
    texts: Ragged
    held: Ragged
    keys: Keys
    known: Keys
    themes: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Topics in the making, the prior they were fitted under, and what their number was chosen from."""

    state: State
    prior: Singles
    chosen_from: list[dict[str, Any]] = field(default_factory=list)


def fitted(found: Found, wanted: Wanted, progress: Progress = unseen) -> Fitted:
    """Fit topics: nothing is fitted where nothing has changed since yesterday."""
    parent = wanted.parent
    if wanted.afresh or parent is None or not _goes_on(parent, found, wanted):
        return _from_nothing(found, wanted, progress)
    if _unchanged(parent, found, wanted.themes):
        columns = [Column(number, one.get("theme"), one.get("trend")) for number, one in enumerate(parent.about)]
        state = State(columns, parent.counts)
    else:
        new = ~np.isin(found.known, parent.chronicle.known)
        state = Continuing(found.bags, found.texts, new, parent, found.themes, wanted.seed, progress).run()
    return Fitted(state, prior_of(found.bags, state.columns, found.themes))


def _from_nothing(found: Found, wanted: Wanted, progress: Progress) -> Fitted:
    count, tried = wanted.topics or _by_size(found), []
    if count == AUTO:
        tried = choosing.tried(found.bags, found.texts, found.held, found.themes, wanted.seed, progress)
        count = choosing.best(tried)
    themes = list(found.themes)[: int(count)]
    columns = [Column(theme=theme) for theme in themes] + [Column()] * (int(count) - len(themes))
    prior = prior_of(found.bags, columns, found.themes)
    started = clusters.started(found.bags, prior, len(themes), wanted.seed)
    state = State(columns, lda.swept(found.bags, prior, started, wanted.passes, progress))
    return Fitted(state, prior, tried)


def _by_size(found: Found) -> int:
    articles, themes = len(found.keys), len(found.themes)
    few = themes and articles < FEW
    return themes if few else min(WANTED, max(themes + 10, articles // ARTICLES))


def _unchanged(parent: Topics, found: Found, themes: Mapping[str, Collection[str]]) -> bool:
    """Whether yesterday's topics were found in these very articles, words and themes."""
    return (
        np.array_equal(np.sort(found.keys), parent.chronicle.known)
        and list(parent.vocabulary.terms) == list(found.bags.vocabulary.terms)
        and list(themes.items()) == list(found.themes.items())
    )


def _goes_on(parent: Topics, found: Found, wanted: Wanted) -> bool:
    """Whether yesterday's topics are about as many as are wanted, and of a corpus of the same kind."""
    if (len(parent.chronicle.known) < FEW) != (len(found.keys) < FEW):
        return False
    count = len(parent) if wanted.topics == AUTO else int(wanted.topics or _by_size(found))
    return FEWER * count <= len(parent) <= MORE * count

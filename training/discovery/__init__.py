"""Topics of a corpus: words -> bags -> fit -> identity -> what is known of each -> Topics.

A run that knows yesterday's topics goes on from them, so that what a topic is about, its id and its name stay.

::

    phrases     which pairs of words count as one
    bags        the words that can make topics, and what each weighs in each article
    lda         the fit
    clusters    what it starts from when it starts from nothing
    quality     coherence, diversity, perplexity; which topics are junk
    continuing  yesterday's topics fitted on: new themes added, old ones dropped
    choosing    how many topics
    starting    from yesterday's topics or from nothing
    identity    which of today's topics is which of yesterday's
    naming      a short name
    recording   what articles had of topics: days, labels, typical articles
    describing  what is known of each topic
    reference   gensim's model of it all
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from training.discovery import identity, lda, quality, recording, reference
from training.discovery.bags import Bags, bags_of
from training.discovery.describing import described
from training.discovery.quality import Quality
from training.discovery.recording import Heads
from training.discovery.starting import Found, Wanted, fitted
from training.examples import Examples
from training.progress import Progress, unseen
from training.seeds import Seeds
from training.spelling import Spelling
from training.spool import Ragged
from training.topics import Topics

HELD = 20  # one article in so many is never fitted on
MOST_HELD = 1_000


@dataclass(frozen=True, slots=True)
class Articles:
    """The articles of a run.

    Attributes:
        examples: as the classifiers see them.
        words: in the same order, hashes of the words that can make topics.
        spelling: of all words.
        heads: who they are.
        labels: ids of all labels.
        labelled: gives the numbers of an article's labels, by the article's number.
    """

    examples: Examples
    words: Ragged
    spelling: Spelling
    heads: Heads
    labels: Sequence[str] = ()
    labelled: Callable[[int], Sequence[int]] = lambda number: ()


@dataclass(frozen=True, slots=True)
class Discovered:
    """Topics, gensim's ``LdaModel`` of them, and as plain data how they came to be and how good they are."""

    topics: Topics
    lda: Any
    about: dict[str, Any]


def discover(articles: Articles, known: Seeds, wanted: Wanted, progress: Progress = unseen) -> Discovered:
    """Find topics; the result is the same for any number of cores.

    Args:
        articles: to find them in.
        known: the seeds, with words that make no topics and themes that topics are pinned to.
        wanted: what is asked for.
        progress: wraps the passes, with the step's name; tqdm fits.

    Raises:
        InputError: no word stands in enough articles.
        NoRoom: the disk is full.
    """
    bags = bags_of(articles.words, articles.spelling, known.topicless, known.themes)
    found = _found(articles, bags, known)
    fit = fitted(found, wanted, progress)
    begun = [{"theme": column.theme, "trend": column.trend} for column in fit.state.columns]
    topics = lda.topics_of(bags.vocabulary, fit.state.counts, begun)
    shares = lda.shares_of(topics, bags)
    told = recording.chronicle_of(articles.examples, bags.articles, shares, articles.labels, articles.labelled)
    topics = replace(topics, chronicle=told)
    who = identity.identified(topics, wanted.parent, wanted.version)
    about = [{**one, **its} for one, its in zip(topics.about, who.about, strict=True)]
    topics = replace(topics, about=about, retired=who.retired)
    measured = quality.measured(topics, found.texts, found.held)
    topics = described(topics, bags, shares, measured, articles.examples, articles.heads, articles.labels)
    gensims = reference.as_gensim(found.bags, topics, fit.prior, wanted.seed)
    return Discovered(topics, gensims, _about(topics, measured, found, fit.chosen_from, who.changes))


def _found(articles: Articles, bags: Bags, known: Seeds) -> Found:
    """Hold some articles out, the same ones in every run that has them."""
    keys = recording.keys_of(articles.examples)
    held = np.flatnonzero(keys[bags.articles] % np.uint64(HELD) == 0)[:MOST_HELD]
    taught = np.setdiff1d(np.arange(len(bags)), held)
    some = bags.those(taught)
    texts, asked = (articles.words.those(part) for part in (some.articles, bags.articles[held]))
    return Found(some, texts, asked, keys, keys[some.articles], known.themes)


def _about(
    topics: Topics,
    measured: Quality,
    found: Found,
    chosen_from: list[dict[str, Any]],
    changes: dict[str, Any] | None,
) -> dict[str, Any]:
    names = dict(zip(topics.ids, topics.names, strict=True))
    for row in changes["new"] if changes else ():
        row["name"] = names[row["id"]]
    return {
        "number": len(topics),
        "junk": sum(topics.junk),
        "words": len(topics.vocabulary),
        "npmi": round(float(measured.npmi.mean()), 4),
        "diversity": round(measured.diversity, 4),
        "perplexity": None if measured.perplexity is None else round(measured.perplexity, 1),
        "held_out": len(found.held),
        "chosen_from": chosen_from,
        "changes": changes,
    }

"""Yesterday's topics fitted on: they start from what they were, themes that are new in the news are added, and those
that hardly an article is about any more are dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from training.chronicle import Trend
from training.discovery import lda
from training.discovery.bags import Bags, Singles
from training.discovery.lda import Doubles
from training.discovery.quality import FEWEST, INCOHERENT, MAIN, TEXTS, coherence, first_words
from training.progress import Progress, unseen
from training.spool import Ragged
from training.topics import Topics

ANCHOR = 0.25  # of what a topic had yesterday, that it is credited with beforehand
PASSES = 12  # over all articles after each change; what was there moves little
MOST_TRIED = 8  # words that a new topic is tried from in one run
BURST = 60.0  # log-likelihood ratio from which a word has become more frequent beyond doubt
TIMES = 3.0  # as frequent as it was
NEW_ARTICLES = 20  # that a new topic must be about
ALIKE = 0.7  # cosine from which a new topic is one that there is
SAME = 0.5  # cosine below which a topic is no longer what it was yesterday

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Column:
    """A topic in the making: the number it had yesterday, the theme it is pinned to, its trend if that is known."""

    old: int | None = None
    theme: str | None = None
    trend: Trend | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Topics in the making, and (words, topics) what they have of the words."""

    columns: list[Column]
    counts: Singles

    def without(self, gone: Collection[int]) -> State:
        """Give the same without some of the topics."""
        stays = [number for number in range(len(self.columns)) if number not in gone]
        return State([self.columns[number] for number in stays], np.ascontiguousarray(self.counts[:, stays]))


@dataclass(frozen=True)
class Continuing:
    """One run that goes on from yesterday's topics.

    Attributes:
        bags: the words of all articles.
        texts: the same as hashes, for coherence.
        new: (rows,) whether yesterday's topics did not know the article.
        parent: yesterday's topics.
        themes: words of the themes that topics are pinned to.
        seed, progress: see :func:`training.discovery.discover`.
    """

    bags: Bags
    texts: Ragged
    new: Bools
    parent: Topics
    themes: Mapping[str, Collection[str]]
    seed: int
    progress: Progress = unseen

    def run(self) -> State:
        """Give the topics."""
        state = self._fit(self._carried(), PASSES)
        untold, tried = self.new, set[str]()
        for _ in range(MOST_TRIED):
            word = next((word for word in self._bursting(untold) if word not in tried), None)
            if word is None:
                break
            tried.add(word)
            more = self._fit(self._with(state, word, untold), PASSES)
            if self._holds(more, untold):
                state, untold = more, untold & ~self._about(more)[:, -1]
        return self._fit(state.without(self._gone(state)), PASSES)

    def _gone(self, state: State) -> list[int]:
        """Give the topics that hardly an article is about any more, or that today's articles make another theme of."""
        about, today = self._about(state).sum(axis=0), state.counts - self._prior(state)
        gone = []
        for number, column in enumerate(state.columns):
            if column.theme is None and column.old is not None:
                alike = lda.cosines(today[:, [number]], self._yesterdays[:, [column.old]])[0, 0]
                if about[number] < FEWEST or alike * self._left[column.old] < SAME:
                    gone.append(number)
        return gone

    def _carried(self) -> State:
        """Give yesterday's topics in today's words, new ones anybody's, and a topic for each new theme."""
        pinned = [about.get("theme") for about in self.parent.about]
        columns = [Column(number, theme if theme in self.themes else None) for number, theme in enumerate(pinned)]
        columns += [Column(theme=theme) for theme in self.themes if theme not in pinned]
        has = np.zeros((len(self.bags.vocabulary), len(columns)))
        has[:, : len(pinned)] = self._yesterdays
        unknown = self._yesterdays.sum(axis=1) == 0
        has[unknown] = np.random.default_rng(self.seed).random((int(unknown.sum()), len(columns))) + 1
        has *= (self.bags.often()[1] / has.sum(axis=1))[:, None]
        return State(columns, has.astype(np.float32) + prior_of(self.bags, columns, self.themes))

    @cached_property
    def _left(self) -> Doubles:
        """The part of each of yesterday's topics, as a length, that is in words there are today."""
        of_all = np.linalg.norm(self.parent.counts, axis=0)
        left: Doubles = np.linalg.norm(self.parent.counts[self._back[self._back >= 0]], axis=0) / of_all
        return left

    @cached_property
    def _back(self) -> npt.NDArray[np.int64]:
        """Of each of today's words the column that it had yesterday, -1 for a new one."""
        return self.bags.vocabulary.columns_in(self.parent.vocabulary)

    @cached_property
    def _yesterdays(self) -> Singles:
        """What yesterday's topics had of today's words, scaled to today's articles, (words, topics)."""
        had = np.where((self._back >= 0)[:, None], self.parent.counts[self._back], np.float32(0))
        scaled: Singles = had * np.float32(self.bags.weights.sum(dtype=float) / had.sum(dtype=float))
        return scaled

    def _fit(self, state: State, passes: int) -> State:
        prior = self._prior(state)
        return replace(state, counts=lda.swept(self.bags, prior, state.counts, passes, self.progress))

    def _prior(self, state: State) -> Singles:
        """Give the prior of each word in each topic: that of themes, and a part of what topics were yesterday."""
        prior = prior_of(self.bags, state.columns, self.themes)
        for number, column in enumerate(state.columns):
            if column.old is not None:
                prior[:, number] += ANCHOR * self._yesterdays[:, column.old]
        return prior

    def _bursting(self, some: Bools) -> Iterator[str]:
        """Give words that stand in far more of some new articles than they used to, the clearest first.

        By the likelihood ratio of Dunning: Accurate methods for the statistics of surprise and coincidence.
        Computational Linguistics 19 (1993).
        """
        if not some.any():
            return
        terms, before = self.bags.vocabulary.terms, len(self.parent.chronicle.known)
        now, old = int(some.sum()), self.parent.vocabulary
        its = self.bags.often(np.flatnonzero(some))[0]
        had = dict(zip(old.terms, (before * np.exp(-old.idf.astype(float))).tolist(), strict=True))
        was = np.array([had.get(term, before / 2000) for term in terms])
        ratio = log_likelihood(its, now, was, before)
        grown = (its / now >= TIMES * was / max(1, before)) & (ratio >= BURST) & (its >= NEW_ARTICLES)
        for column in np.argsort(-ratio, kind="stable").tolist():
            if grown[column]:
                yield terms[column]

    def _with(self, state: State, word: str, some: Bools) -> State:
        """Add a topic that has half of what those of some articles say that have a word."""
        having = self.bags.having(self.bags.vocabulary.terms.index(word))
        has = self.bags.often(np.flatnonzero(having & some))[1] / 2
        added = np.hstack([state.counts, has.astype(np.float32)[:, None]])
        return State([*state.columns, Column(trend="emerging")], added)

    def _holds(self, state: State, untold: Bools) -> bool:
        """Whether the last topic is a theme of its own: coherent, unlike the others, and about enough new articles.

        Those that another new topic is about are not counted, lest each side of a story get a topic.
        """
        topics = lda.topics_of(self.bags.vocabulary, state.counts)
        its = self._about(state)[:, -1]
        words = first_words(topics, len(topics) - 1)
        return bool(
            (its & untold).sum() >= NEW_ARTICLES
            and 2 * (its & untold).sum() >= its.sum()
            and lda.cosines(state.counts, state.counts[:, -1:])[:-1].max() < ALIKE
            and coherence([words], self.texts.those(self._looked_at))[0] >= INCOHERENT
        )

    @property
    def _looked_at(self) -> npt.NDArray[np.int64]:
        """The rows that coherence is measured by: the new ones, and some that are evenly spread."""
        every = max(1, len(self.bags) // TEXTS)
        return np.union1d(np.flatnonzero(self.new), np.arange(0, len(self.bags), every))

    def _about(self, state: State) -> Bools:
        """Say which articles are about which topics, (rows, topics)."""
        shares = lda.shares_of(lda.topics_of(self.bags.vocabulary, state.counts), self.bags)
        about: Bools = shares >= MAIN
        return about


def prior_of(bags: Bags, columns: Sequence[Column], themes: Mapping[str, Collection[str]]) -> Singles:
    """Give the prior of each word in each topic, (words, topics), higher for the words of a theme."""
    return lda.prior_of(bags, [themes.get(column.theme or "", ()) for column in columns])


def log_likelihood(its: Doubles, now: int, was: Doubles, before: int) -> Doubles:
    """Give the log-likelihood ratio, twice, of ``its`` of ``now`` and ``was`` of ``before`` being one frequency."""
    both = (its + was) / (now + before)

    def part(often: Doubles, expected: Doubles) -> Doubles:
        some = often > 0
        told: Doubles = np.where(some, often, 0.0) * np.log(np.where(some, often, 1.0) / np.where(some, expected, 1.0))
        return told

    ratio = part(its, now * both) + part(now - its, now * (1 - both))
    ratio += part(was, before * both) + part(before - was, before * (1 - both))
    return 2 * ratio

"""Whether tonight's articles are written in other words than those before, and which words are tonight's.

How unusual an article's words are is the mean of their information, -log2 of the part of other nights' articles that
have the word. Tonight's articles are held against those before by it as by any other spread; words that are in none of
the others are counted apart. Tonight's own words are those whose articles have multiplied beyond chance; words of
mostly the same articles are one story.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.discovery.continuing import log_likelihood
from training.drift.reading import Head, Rows
from training.drift.spread import Bools, Night, beyond_chance, exact

BINS = 10  # of articles by how unusual their words are
FEWEST = 3  # articles of tonight that have a word
TIMES = 3.0  # as many articles as before, in proportion
STORIES, WORDS, TITLES = 12, 6, 2  # told: stories, words of one, articles of one
SAME = 0.6  # of the articles of a word that another has too, from which both are of one story
OWN = 0.5  # of one source's articles that have a word no other source has: its own furniture
_OWN = 4  # articles of a source from which that is judged

Numbers = npt.NDArray[np.integer[Any]]
Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the articles before and of tonight's.

    Attributes:
        hashes: (words,) of all different words.
        starts: (articles + 1,) where the words of each article start.
        words: of all articles one after the other, as columns of ``hashes``.
        night: how many articles are before, how many tonight's.
    """

    hashes: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    words: npt.NDArray[np.int32]
    night: Night

    @classmethod
    def of(cls, before: Rows, now: Rows) -> Wording:
        """Put the words of all articles into arrays."""
        rows = [*before.words, *now.words]
        hashes, words = np.unique(np.concatenate([np.empty(0, np.uint64), *rows]), return_inverse=True)
        starts = np.cumsum([0, *map(len, rows)], dtype=np.int64)
        return cls(hashes, starts, words.astype(np.int32), Night(len(before), len(now)))

    def often(self, first: int, end: int) -> Numbers:
        """Count for each word the articles from ``first`` to before ``end`` that have it."""
        return np.bincount(self.words[self.starts[first] : self.starts[end]], minlength=len(self.hashes))

    def kinds(self) -> Bools:
        """Say of each article how unusual its words are, (articles, BINS), in bins of equally many articles."""
        told = np.concatenate([self._information(first, end) for first, end in self._parts()])
        edges = np.quantile(told, np.arange(1, BINS) / BINS)
        return np.asarray(np.searchsorted(edges, told)[:, None] == np.arange(BINS))

    def unknown(self) -> tuple[float, tuple[float, float] | None]:
        """Give the part of tonight's different words that no article before has, and from what to what it was on the
        earlier nights, None where they are too few to say."""
        earlier = [self._unknown(its.start, its.stop) for its in self.night.nights]
        usual = (min(earlier), max(earlier)) if earlier else None
        return self._unknown(self.night.before, len(self.starts) - 1), usual

    def _parts(self) -> list[tuple[int, int]]:
        """Cut the articles into nights; what is older than the oldest of them is one more."""
        starts = [its.start for its in self.night.nights] or [0]
        ends = [*starts, self.night.before, self.night.before + self.night.now]
        return [(a, b) for a, b in zip([0, *ends], ends, strict=False) if b > a]

    def _others(self, first: int, end: int) -> tuple[Numbers, int]:
        """Count for each word the articles before tonight that have it and are none of these, and all of those."""
        night, of_before = self.night, self.often(0, self.night.before)
        return (
            (of_before, night.before)
            if first >= night.before
            else (
                of_before - self.often(first, end),
                night.before - (end - first),
            )
        )

    def _information(self, first: int, end: int) -> Floats:
        """Give the mean information of the words of some articles, in bits."""
        if not self.night.nights and first < self.night.before:  # no other nights: each article against all others
            often, articles = np.maximum(self.often(0, self.night.before) - 1, 0), self.night.before - 1
        else:
            often, articles = self._others(first, end)
        bits = -np.log2((often + 0.5) / (articles + 1))
        sizes = np.diff(self.starts[first : end + 1])
        row = np.repeat(np.arange(end - first), sizes)
        its = bits[self.words[self.starts[first] : self.starts[end]]]
        return np.bincount(row, its, minlength=end - first) / np.maximum(sizes, 1)

    def _unknown(self, first: int, end: int) -> float:
        its = self.often(first, end) > 0
        return float((its & (self._others(first, end)[0] == 0)).sum() / max(1, its.sum()))

    def risen(self) -> list[tuple[int, float]]:
        """Give the words that far more of tonight's articles have, with their log-likelihood ratio, the clearest first.

        Dunning: Accurate methods for the statistics of surprise and coincidence, 1993; a word counts once in an
        article, so that one article can't make a word. Which are beyond chance is said as in spread.changes.
        """
        night = self.night
        before, now = self.often(0, night.before), self.often(night.before, night.before + night.now)
        some = np.flatnonzero(now >= FEWEST)
        was, its = before[some], now[some]
        ratio = log_likelihood(its.astype(float), night.now, was.astype(float), night.before)
        tests = int((before + now >= FEWEST).sum())  # whatever tonight brings, so that it does not choose its tests
        good = beyond_chance(exact(was, its, night), tests) & (its / night.now >= TIMES * was / night.before)
        order = np.argsort(-ratio, kind="stable")
        return [(int(some[at]), float(ratio[at])) for at in order.tolist() if good[at]]

    def having(self, words: Sequence[int]) -> list[set[int]]:
        """Give for each of these words the articles of tonight that have it, by their number."""
        first, end = self.night.before, self.night.before + self.night.now
        place = {word: at for at, word in enumerate(words)}
        found: list[set[int]] = [set() for _ in words]
        its = self.words[self.starts[first] : self.starts[end]]
        row = np.repeat(np.arange(end - first), np.diff(self.starts[first : end + 1]))
        for at in np.flatnonzero(np.isin(its, np.array(words, np.int64))).tolist():
            found[place[int(its[at])]].add(int(row[at]))
        return found


def stories(wording: Wording, now: Rows) -> list[dict[str, Any]]:
    """Give tonight's words, those of one story together: ready for JSON, the clearest first.

    Each has its ``words``, the first of which all counts are of: ``articles`` of tonight that have it, its shares
    ``before`` and ``now``, whether it is ``new`` (in none of the articles before), and ``titles`` of some articles.
    """
    risen = wording.risen()
    articles = wording.having([word for word, _ in risen])
    sources = [head.source for head in now.heads]
    found: list[list[int]] = []  # places in risen
    for at, its in enumerate(articles):
        if not _own(its, sources):
            story = next((one for one in found if len(its & articles[one[0]]) >= SAME * len(its)), None)
            found.append([at]) if story is None else story.append(at)
    before, night = wording.often(0, wording.night.before), wording.night
    told = []
    for story in found[:STORIES]:
        first, its = risen[story[0]][0], articles[story[0]]
        told.append(
            {
                "words": [now.spelled[int(wording.hashes[risen[at][0]])] for at in story[:WORDS]],
                "articles": len(its),
                "before": round(float(before[first] / night.before), 5),
                "now": round(len(its) / night.now, 5),
                "new": not before[first],
                "g2": round(risen[story[0]][1], 1),
                "titles": _titles([articles[at] for at in story], now.heads),
            }
        )
    return told


def _own(its: set[int], sources: Sequence[str | None]) -> bool:
    """Whether a word is the furniture of one source among others: what half of its articles have, and nobody else's."""
    of = {sources[row] for row in its}
    if len(of) != 1 or None in of or len({*sources}) == 1:
        return False
    all = sources.count(sources[next(iter(its))])
    return all >= _OWN and len(its) >= OWN * all


def _titles(having: list[set[int]], heads: Sequence[Head]) -> list[dict[str, str | None]]:
    """Give the articles that have most of a story's words, no title twice."""
    often = {row: sum(row in its for its in having) for row in having[0]}
    titles: dict[str, dict[str, str | None]] = {}
    for row in sorted(often, key=lambda row: (-often[row], row)):
        titles.setdefault(heads[row].title, {"article": heads[row].id, "title": heads[row].title})
    return [*titles.values()][:TITLES]

"""Articles -> what is counted of each: its labels and its topic as a model gives them, and its words; on all cores.

Of more articles than MOST a sample is kept, the same part of those before and of tonight's: the articles whose digests
are lowest. So memory is bounded, and the same articles give the same sample.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from training import parallel, text
from training.article import Article
from training.chronicle import key_of
from training.kernels.bags import content
from training.kernels.hashing import BREAK, Hashes, Numbers
from training.kernels.judging import Tables, judge
from training.kernels.words import BARE, POSSESSIVE
from training.model import Model
from training.text import Reading
from training.tfidf import Floats, words_table

MOST = 20_000  # articles kept
MOST_WORDS = 8_000_000  # of these articles together, each word once in an article
FEW = 1_000  # articles; fewer are read sooner than other processes start
LEAD = 70  # characters that stand for a title
_TOGETHER = 50  # articles handed to another process at a time
_ALL = 1 << 64  # keys that there may be


class Head(NamedTuple):
    """Who an article of tonight is; without a title it has its first words."""

    id: str | None
    title: str
    source: str | None


@dataclass(slots=True)
class Rows:
    """Articles, one a row.

    Attributes:
        keys: of their digests.
        labels: the numbers of those assigned to each.
        topics: the number of the topic that each has most of; -1 where no word makes topics.
        words: hashes of the different words of each, ascending.
        heads: who they are; empty for articles of the days before.
        spelled: how their words are written, by hash; empty for articles of the days before.
    """

    keys: list[int] = field(default_factory=list)
    labels: list[Numbers] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)
    words: list[Hashes] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    spelled: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    def add(self, more: Rows) -> None:
        """Add rows at the end."""
        self.keys += more.keys
        self.labels += more.labels
        self.topics += more.topics
        self.words += more.words
        self.heads += more.heads
        self.spelled |= more.spelled

    def below(self, limit: int) -> Rows:
        """Give the rows whose key is lower."""
        stays = [row for row, key in enumerate(self.keys) if key < limit]
        if len(stays) == len(self):
            return self
        return Rows(
            [self.keys[row] for row in stays],
            [self.labels[row] for row in stays],
            [self.topics[row] for row in stays],
            [self.words[row] for row in stays],
            [self.heads[row] for row in stays] if self.heads else [],
            self.spelled,
        )


@dataclass(slots=True)
class Sample:
    """Articles of the days before and of tonight, as far as there is room for them.

    Attributes:
        limit: keys from which articles are left out.
        seen: how many articles there were before, and tonight.
    """

    most: int = MOST
    limit: int = _ALL
    before: Rows = field(default_factory=Rows)
    now: Rows = field(default_factory=Rows)
    seen: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, rows: Rows, is_now: bool) -> None:
        """Add rows; where they become too many, halve the keys that are kept."""
        (self.now if is_now else self.before).add(rows.below(self.limit))
        while len(self.before) + len(self.now) > self.most or self._words() > MOST_WORDS:
            self.limit //= 2
            self.before, self.now = self.before.below(self.limit), self.now.below(self.limit)

    def _words(self) -> int:
        return sum(map(len, self.before.words)) + sum(map(len, self.now.words))


class _Tools(NamedTuple):
    """What articles are read with.

    Attributes:
        tables, thresholds: of the model.
        plain_keys, plain_values: the table of words that tell nothing.
    """

    tables: Tables
    thresholds: Floats
    plain_keys: Hashes
    plain_values: Numbers


def sample(
    model: Model, before: Iterable[Article], now: Iterable[Article], most: int = MOST, jobs: int | None = None
) -> Sample:
    """Read articles.

    Args:
        model: that labels all of them.
        before, now: in the order in which they came; each is gone over once.
        most: how many are kept.
        jobs: how many processes; all cores, when it is not said.
    """
    kept = Sample(most)
    plain = words_table(model.seeds.topicless | CALENDAR)
    tools = _Tools(model.tables, model.classifier.thresholds, *plain)
    articles = chain(_kept(before, False, kept), _kept(now, True, kept))
    first = list(islice(articles, FEW))
    pieces = _pieces(chain(first, articles))
    for rows, is_now in parallel.each(_read, pieces, tools, when=len(first) == FEW, jobs=jobs):
        kept.add(rows, is_now)
    return kept


CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december".split()
)
"""Words that come and go with the days."""

_One = tuple[int, Article, bool]
"""The key of an article, the article, and whether it is of tonight."""


def _kept(articles: Iterable[Article], is_now: bool, kept: Sample) -> Iterator[_One]:
    """Give those that may stay; fewer and fewer as the sample fills."""
    for article in articles:
        kept.seen[is_now] += 1
        key = key_of(text.digest(article))
        if key < kept.limit:
            yield key, article, is_now


def _pieces(articles: Iterator[_One]) -> Iterator[list[_One]]:
    """Put articles together, those of tonight apart."""
    some: list[_One] = []
    for one in articles:
        if some and (len(some) == _TOGETHER or some[-1][2] != one[2]):
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _read(piece: list[_One], tools: _Tools) -> tuple[Rows, bool]:
    rows, is_now = Rows(), piece[0][2]
    for key, article, _ in piece:
        reading = text.read(article)
        judged = judge(reading.searched, tools.tables)
        plain = tools.plain_keys, tools.plain_values
        words = np.unique(content(reading.tokens.hashes, reading.tokens.shapes, *plain))
        rows.keys.append(key)
        rows.labels.append(np.flatnonzero(judged.scored.probabilities >= tools.thresholds).astype(np.int32))
        rows.topics.append(int(judged.shares.argmax()) if len(judged.shares) else -1)
        rows.words.append(words[words != BREAK])
        if is_now:
            rows.heads.append(_head(reading))
            _spell(reading, rows.words[-1], rows.spelled)
    return rows, is_now


def _head(reading: Reading) -> Head:
    article = reading.article
    opening = " ".join(reading.content[int(reading.fields[2]) :][: 4 * LEAD].split())
    lead = opening if len(opening) <= LEAD else opening[:LEAD].rsplit(" ", 1)[0] + " …"
    return Head(article.id, " ".join(article.title.split()) or lead, article.source)


def _spell(reading: Reading, words: Hashes, spelled: dict[int, str]) -> None:
    """Write down how words are written: as inside of a sentence, where any article so far has them there."""
    tokens, first = reading.tokens, np.empty(len(reading), bool)
    first[:1], first[1:] = True, tokens.sentences[1:] != tokens.sentences[:-1]
    odd = first | (tokens.shapes & (BARE | POSSESSIVE) > 0)
    odd[: reading.text_start] = True  # titles are often in capitals
    order = np.argsort(odd, kind="stable")
    hashes, at = np.unique(tokens.hashes[order], return_index=True)
    at = order[at[np.searchsorted(hashes, words)]]
    starts, ends = tokens.starts[at], tokens.ends[at]
    ends = np.where((tokens.shapes[at] & POSSESSIVE > 0) & (ends - starts > 2), ends - 2, ends)
    places = zip(words.tolist(), starts.tolist(), ends.tolist(), odd[at].tolist(), strict=True)
    for word, start, end, is_odd in places:
        if not is_odd or word not in spelled:
            spelled[word] = reading.content[start:end]

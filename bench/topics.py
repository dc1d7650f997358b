"""Fitting topics on the same words: ours, gensim's own fit, and tomotopy's.

Coherence is gensim's c_npmi of each topic's ten first words over the same texts; diversity is the share of different
words among all of them. Reading, counting and compiling are not timed; making gensim's model of ours is.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel, LdaModel

from bench.environments import Missing, interpreter, versions
from bench.machine import bandwidth
from bench.report import Section, figure, times
from bench.rounds import ratio
from bench.setting import TOPICS, Setting
from bench.workers import ROOT, environment
from training import seeds, text, topics
from training.article import Article
from training.bags import Bags, bags_of
from training.readers import read
from training.settings import default_seeds
from training.spelling import Spelling
from training.spool import Ragged
from training.topics import ALPHA, ETA, PASSES

ARTICLES = 8_000
ROUNDS = 2  # gensim and tomotopy take half a minute each
FIRST = 10  # words of each topic
GENSIM_PASSES, TOMOTOPY_ITERATIONS = 3, 300
OURS = f"ours, {PASSES} passes"
GENSIM = f"gensim LdaModel, {GENSIM_PASSES} passes"
TOMOTOPY = f"tomotopy, {TOMOTOPY_ITERATIONS} iterations"
HEADS = ("way", "seconds", "c_npmi", "diversity", "speed of ours against it", "c_npmi of ours beyond it")

Topics = list[list[str]]
"""The first words of each topic."""


@dataclass
class Fitted:
    """What one way of fitting came to, round by round; the topics are those of the last."""

    seconds: list[float] = field(default_factory=list)
    topics: Topics = field(default_factory=list)
    coherence: float = 0.0

    @property
    def diversity(self) -> float:
        """Give the share of different words."""
        return len({word for topic in self.topics for word in topic}) / sum(map(len, self.topics))


def measure(setting: Setting) -> Section:
    """Fit 50 topics on the first articles in each way, in turn."""
    texts = words_of(islice(read(setting.file), ARTICLES))
    bags = counted(texts)
    file = setting.folder / "bags.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(list(row)) + "\n" for row in _spelt(bags)), encoding="utf-8")
    topics.fit(bags, topics=TOPICS, themes={}, passes=2, seed=0)  # compiles
    ways: dict[str, Callable[[], tuple[float, Topics]]] = {OURS: lambda: _ours(bags), GENSIM: lambda: _gensim(bags)}
    notes = [f"{len(bags.ptr) - 1:,} articles, {len(bags.vocabulary):,} different words, {TOPICS} topics."]
    try:
        python = interpreter("tomotopy")
        ways[TOMOTOPY] = lambda: _tomotopy(python, file)
        notes.append(f"{versions(python)}, on all cores")
    except Missing as why:
        notes.append(f"tomotopy can't be installed here: {why}")
    found = {name: Fitted() for name in ways}
    for _ in range(min(ROUNDS, setting.rounds)):
        for name, way in ways.items():
            seconds, found[name].topics = way()
            found[name].seconds.append(seconds)
    for one in found.values():
        one.coherence = _coherence(one.topics, texts)
    notes.append(floor(bags, statistics.median(found[OURS].seconds)))
    return Section("topics", HEADS, list(rows(found)), notes)


def words_of(articles: Iterable[Article]) -> list[list[str]]:
    """Give the words of each article that can tell topics apart."""
    stop_words = seeds.load(default_seeds()).stop_words
    read = (text.read(article).words for article in articles)
    return [[word for word in words if len(word) > 2 and word.isalpha() and word not in stop_words] for words in read]


def counted(texts: Sequence[Sequence[str]]) -> Bags:
    """Count the words of articles as a training run does."""
    hashes = {word: text.hashed(word) for word in {word for words in texts for word in words}}
    packed = Ragged.packed([[hashes[word] for word in words] for words in texts], np.uint64)
    return bags_of(packed, Spelling.packed({hash: word for word, hash in hashes.items()}), (), {})


def rows(found: Mapping[str, Fitted]) -> Iterator[list[str]]:
    """Give a line of the table a way."""
    ours = found[OURS]
    for name, one in found.items():
        against = ["", ""]
        if one is not ours:
            against = [times(ratio(one.seconds, ours.seconds)), f"{ours.coherence - one.coherence:+.3f}"]
        seconds = figure(statistics.median(one.seconds))
        yield [name, seconds, f"{one.coherence:.3f}", f"{one.diversity:.2f}", *against]


def floor(bags: Bags, seconds: float) -> str:
    """Say what reading the rows of words alone would take: a row of 4 bytes a topic, a word of an article, a pass."""
    sizes = len(bags.ids) * TOPICS * 4 * PASSES
    least = sizes / bandwidth(threads=2)
    return (
        f"The floor of ours is to read the row of each word of each article once a pass: {sizes / 1e9:.0f} GB, "
        f"{least:.1f} s from memory on two cores; ours takes {seconds / least:.1f} times that. Rows that stay in a "
        "cache can be read faster."
    )


def _ours(bags: Bags) -> tuple[float, Topics]:
    start = time.perf_counter()
    fitted, _ = topics.fit(bags, topics=TOPICS, themes={}, passes=PASSES, seed=0)
    seconds = time.perf_counter() - start
    return seconds, [[word for word, _ in fitted.top_words(topic, FIRST)] for topic in range(TOPICS)]


def _gensim(bags: Bags) -> tuple[float, Topics]:
    counted = [list(row.items()) for row in _rows(bags)]
    words = dict(enumerate(bags.vocabulary))
    start = time.perf_counter()
    lda = LdaModel(
        counted, id2word=words, num_topics=TOPICS, passes=GENSIM_PASSES, random_state=0, alpha=ALPHA, eta=ETA
    )
    seconds = time.perf_counter() - start
    return seconds, [[word for word, _ in lda.show_topic(topic, FIRST)] for topic in range(TOPICS)]


def _tomotopy(python: Path, file: Path) -> tuple[float, Topics]:
    told = {"topics": TOPICS, "alpha": ALPHA, "eta": ETA, "iterations": TOMOTOPY_ITERATIONS, "first": FIRST}
    command = [str(python), "-m", "bench.peers.tomotopy", str(file.absolute()), json.dumps(told)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said["seconds"], said["topics"]


def _rows(bags: Bags) -> Iterator[Mapping[int, int]]:
    for start, end in pairwise(bags.ptr):
        yield dict(zip(bags.ids[start:end].tolist(), bags.counts[start:end].astype(int).tolist(), strict=True))


def _spelt(bags: Bags) -> Iterator[Iterator[str]]:
    """Give the words of each article, each as often as it stands there."""
    for row in _rows(bags):
        yield (bags.vocabulary[column] for column, count in row.items() for _ in range(count))


def _coherence(found: Topics, texts: Sequence[Sequence[str]]) -> float:
    dictionary = Dictionary(texts)
    model = CoherenceModel(
        topics=found, texts=texts, dictionary=dictionary, coherence="c_npmi", topn=FIRST, processes=1
    )
    return float(model.get_coherence())

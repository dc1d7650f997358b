"""Fitting topics on the same words: ours, gensim's own fit, and tomotopy where it is installed.

    python -m bench.topics news.jsonl.gz [--articles 8000] [--topics 50]

Coherence is gensim's c_npmi of each topic's ten first words over the same texts; diversity is the share of different
words among all of them. Reading, counting and compiling are not timed; making gensim's model of ours is.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from gensim.corpora import Dictionary
from gensim.models import CoherenceModel, LdaModel

from training import seeds, text, topics
from training.readers import read
from training.settings import default_seeds
from training.topics import ALPHA, ETA, PASSES, Bags

FIRST = 10  # words of each topic
GENSIM_PASSES, TOMOTOPY_ITERATIONS = 3, 300


@dataclass(frozen=True, slots=True)
class Fitted:
    """What one way of fitting came to; ``seconds`` is None where it is not installed."""

    name: str
    seconds: float | None = None
    coherence: float = 0.0
    diversity: float = 0.0

    def against(self, other: Fitted) -> str:
        """Say how much faster and clearer this one is than another."""
        if self.seconds is None or other.seconds is None:
            return "not installed"
        return f"{other.seconds / self.seconds:.1f} times as fast, c_npmi {self.coherence - other.coherence:+.3f}"


def measure(file: Path, articles: int = 8000, count: int = 50) -> Iterator[Fitted]:
    """Fit ``count`` topics on the first articles of a file in each way, ours first."""
    stop_words = seeds.load(Path(default_seeds())).stop_words
    texts = [text.read(article).words for article in islice(read(file), articles)]
    texts = [[word for word in words if len(word) > 2 and word.isalpha() and word not in stop_words] for words in texts]
    spelled = {text.hashed(word): word for words in texts for word in words}
    hashes = (np.array([text.hashed(word) for word in words], dtype=np.uint64) for words in texts)
    bags = topics.bags_of(hashes, spelled, stop_words, {})
    topics.fit(bags, topics=count, themes={}, passes=2, seed=0)  # compiles
    ways = {
        f"ours, {PASSES} passes": _ours,
        f"gensim LdaModel, {GENSIM_PASSES} passes": _gensim,
        f"tomotopy, {TOMOTOPY_ITERATIONS} iterations": _tomotopy,
    }
    for name, way in ways.items():
        try:
            seconds, found = way(bags, count)
        except ModuleNotFoundError:
            yield Fitted(name)
        else:
            diversity = len({word for topic in found for word in topic}) / sum(map(len, found))
            yield Fitted(name, seconds, _coherence(found, texts), diversity)


def _ours(bags: Bags, count: int) -> tuple[float, list[list[str]]]:
    start = time.perf_counter()
    fitted, _ = topics.fit(bags, topics=count, themes={}, passes=PASSES, seed=0)
    seconds = time.perf_counter() - start
    return seconds, [[word for word, _ in fitted.top_words(topic, FIRST)] for topic in range(count)]


def _gensim(bags: Bags, count: int) -> tuple[float, list[list[str]]]:
    rows = [list(row.items()) for row in _rows(bags)]
    words = dict(enumerate(bags.vocabulary))
    start = time.perf_counter()
    lda = LdaModel(rows, id2word=words, num_topics=count, passes=GENSIM_PASSES, random_state=0, alpha=ALPHA, eta=ETA)
    seconds = time.perf_counter() - start
    return seconds, [[word for word, _ in lda.show_topic(topic, FIRST)] for topic in range(count)]


def _tomotopy(bags: Bags, count: int) -> tuple[float, list[list[str]]]:
    lda: Any = import_module("tomotopy").LDAModel(k=count, alpha=ALPHA, eta=ETA, seed=0)
    for row in _rows(bags):
        lda.add_doc([bags.vocabulary[column] for column, times in row.items() for _ in range(times)])
    start = time.perf_counter()
    with warnings.catch_warnings(action="ignore"):  # that it may differ from run to run
        lda.train(TOMOTOPY_ITERATIONS, workers=0)
    seconds = time.perf_counter() - start
    return seconds, [[word for word, _ in lda.get_topic_words(topic, FIRST)] for topic in range(count)]


def _rows(bags: Bags) -> Iterator[Mapping[int, int]]:
    for start, end in pairwise(bags.ptr):
        yield dict(zip(bags.ids[start:end].tolist(), bags.counts[start:end].astype(int).tolist(), strict=True))


def _coherence(found: list[list[str]], texts: Sequence[Sequence[str]]) -> float:
    dictionary = Dictionary(texts)
    model = CoherenceModel(
        topics=found, texts=texts, dictionary=dictionary, coherence="c_npmi", topn=FIRST, processes=1
    )
    return float(model.get_coherence())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.topics", description="Measure how topics are fitted.")
    parser.add_argument("file", type=Path, help="articles, as JSONL")
    parser.add_argument("--articles", type=int, default=8000, help="how many of them, from the first on")
    parser.add_argument("--topics", type=int, default=50, help="how many to find")
    asked = parser.parse_args()
    print("| topics | seconds | c_npmi | diversity | ours against it |")
    print("|---|---|---|---|---|")
    ours = None
    for one in measure(asked.file, asked.articles, asked.topics):
        ours = ours or one
        figures = f"{one.seconds:.1f} | {one.coherence:.3f} | {one.diversity:.2f}" if one.seconds else "- | - | -"
        print(f"| {one.name} | {figures} | {'' if one is ours else ours.against(one)} |", flush=True)


if __name__ == "__main__":
    main()

"""Whether topics stay when they are trained again, and a story that is new is told: python -m bench.identity FILE.

Topics are found in the first articles, and gone on from with the same ones, with more, and with a real story that the
first were kept without: articles that name it several times. Only topics are trained, as a run trains them.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.report import Section
from training import corpus, seeds
from training.corpus import Corpus
from training.discovery import Articles, Discovered, discover
from training.discovery.recording import Heads
from training.discovery.starting import Wanted
from training.mentions import Finder
from training.progress import unseen
from training.readers import Skips
from training.seeds import Seeds
from training.settings import Settings, default_seeds
from training.text import hashed

FIRST, MORE = 20_000, 1_000  # articles
STORY, NAMED, TOLD = "coronavirus", 3, 300  # a word; how often an article about it has it; so many articles
HEADS = ("trained again on", "seconds", "kept", "median cosine", "least", "of articles", "new", "retired")


@dataclass(frozen=True, slots=True)
class Parts:
    """Numbers of the articles of a corpus: the first, more of them, and those of a story that neither tells."""

    first: list[int]
    more: list[int]
    story: list[int]


def parts(read: Corpus, word: str, first: int, more: int, told: int) -> Parts:
    """Take a corpus apart."""
    named = [int((words == np.uint64(hashed(word))).sum()) for words in read.words]
    about = [number for number, times in enumerate(named) if times >= NAMED]
    others = [number for number, times in enumerate(named) if not times]
    return Parts(others[:first], others[first : first + more], about[:told])


def compare(read: Corpus, known: Seeds, its: Parts) -> Iterator[list[str]]:
    """Train on the first, then go on in each way; give a line of the table each."""
    before, seconds = _found(read, known, its.first, Wanted(version="first"))
    yield [f"{len(its.first):,} articles, from nothing", f"{seconds:.0f}", str(len(before.topics)), *[""] * 5]
    ways = {
        "the same": its.first,
        f"and {len(its.more):,} more": its.first + its.more,
        f"and {len(its.story):,} on a story": its.first + its.story,
        "and both": its.first + its.more + its.story,
    }
    for name, rows in ways.items():
        after, seconds = _found(read, known, rows, Wanted(parent=before.topics, themes=known.themes, version=name))
        yield [name, f"{seconds:.0f}", *_told(before, after)]
    after, seconds = _found(read, known, its.first + its.more, Wanted(parent=before.topics, afresh=True, version="new"))
    yield [f"and {len(its.more):,} more, from nothing", f"{seconds:.0f}", *_told(before, after)]


def _told(before: Discovered, after: Discovered) -> list[str]:
    changes = after.about["changes"]
    kept, words = changes["kept"], [row["words"] for row in changes["kept"]]
    trends = dict(zip(after.topics.ids, (one["trend"] for one in after.topics.about), strict=True))
    new = [f"{row['name']} ({trends[row['id']] or 'steady'})" for row in changes["new"]]
    return [
        f"{len(kept)} of {len(before.topics)}",
        f"{statistics.median(words):.3f}",
        f"{min(words):.3f}",
        f"{statistics.median(row['articles'] for row in kept):.3f}",
        "; ".join(new[:3]) + (f" and {len(new) - 3} more" if len(new) > 3 else ""),
        str(len(changes["retired"])),
    ]


def _found(read: Corpus, known: Seeds, rows: Sequence[int], wanted: Wanted) -> tuple[Discovered, float]:
    articles = Articles(read.examples.those(rows), read.words.those(rows), read.spelling, Heads(read.heads.those(rows)))
    start = time.perf_counter()
    return discover(articles, known, wanted), time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.identity", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="articles, labelled or not")
    parser.add_argument("--first", metavar="N", type=int, default=FIRST, help="articles of the first training")
    parser.add_argument("--more", metavar="N", type=int, default=MORE, help="articles that come later")
    parser.add_argument("--story", metavar="WORD", default=STORY, help="that the first articles were kept without")
    told = parser.parse_args(arguments)
    known = seeds.load(default_seeds())
    read = corpus.read(Settings(default_seeds(), (told.file,)), known, Finder.of(known), unseen, Skips())
    its = parts(read, told.story, told.first, told.more, TOLD)
    print(Section("identity", HEADS, list(compare(read, known, its))).markdown())


if __name__ == "__main__":
    main()

"""Memory and time of training against the size of the corpus (Linux): python -m bench.growth FILE [--times 1 2 4].

Corpora of other sizes are varied from a real one: half of an article's sentences give way to sentences of another, and
every fiftieth word to one that stands nowhere else, so that none is a copy and new words keep coming as in real news.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bench.memory import processes
from bench.report import Section, figure
from bench.running import DESK
from bench.setting import Setting
from training.article import Article
from training.readers import read

TIMES = (1, 2, 4)  # as many articles as the file has
OWN = 0.5  # share of an article's sentences that stay
RARE = 50  # words, of which one stands nowhere else
OFTEN = 0.05  # seconds between two looks at a process
HEADS = ("articles", "seconds", "own memory at most, MB", "more an article, KB", "of the processes that read, MB")
NOTES = (
    "Own memory is RssAnon, what the system can't take back: of the process that trains, looked at "
    f"{1 / OFTEN:.0f} times a second. More an article: than the corpus before.",
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """One training: articles, seconds, and the most memory of its own that it and all its processes held, in MB."""

    articles: int
    seconds: float
    memory: float
    others: float


def measure(setting: Setting) -> Section:
    """Measure for the page."""
    return Section("growth", HEADS, list(cells(runs(setting.file, TIMES))), NOTES)


def runs(file: Path, times: Iterable[int]) -> Iterator[Run]:
    """Train on so many times as many articles as a file has."""
    articles = list(read(file))
    for several in times:
        with TemporaryDirectory() as folder:
            corpus = Path(folder) / "corpus.jsonl"
            with corpus.open("w", encoding="utf-8") as rows:
                for one in varied(articles, several * len(articles)):
                    rows.write(json.dumps(one.as_row()) + "\n")
            yield trained(corpus, Path(folder) / "models", several * len(articles))


def varied(articles: Sequence[Article], count: int, seed: int = 0) -> Iterator[Article]:
    """Give ``count`` articles, none of them a copy of another, made of the sentences of real ones."""
    random = Random(seed)
    for number in range(count):
        one, other = articles[number % len(articles)], random.choice(articles)
        sentences, others = _SENTENCE.split(one.text), _SENTENCE.split(other.text)
        for place in range(len(sentences)):
            if random.random() > OWN:
                sentences[place] = random.choice(others)
        words = " ".join(sentences).split(" ")
        for place in range(random.randrange(RARE), len(words), RARE):
            words[place] = _rare(random)
        yield replace(one, id=str(number), text=" ".join(words))


def trained(corpus: Path, models: Path, articles: int) -> Run:
    """Train by the command line and watch what it holds.

    Raises:
        RuntimeError: it did not end well.
    """
    start, memory, others = time.perf_counter(), 0.0, 0.0
    command = [str(DESK), "train", "--corpus", str(corpus), "--models", str(models)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            memory = max(memory, anonymous(process.pid))
            others = max(others, sum(anonymous(pid) for pid in list(processes(process.pid))[1:]))
            time.sleep(OFTEN)
    if process.returncode:
        raise RuntimeError(f"desk train --corpus {corpus} ended with {process.returncode}")
    return Run(articles, time.perf_counter() - start, memory, others)


def anonymous(pid: int) -> float:
    """Give what a process holds that is in no file, in MB; 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.M)
    return int(found[1]) / 1024 if found else 0.0


def cells(runs: Iterable[Run]) -> Iterator[list[str]]:
    """Give the lines of the table.

    >>> list(cells([Run(1000, 10.0, 200.0, 300.0), Run(3000, 30.0, 204.0, 300.0)]))
    [['1,000', '10', '200', '', '300'], ['3,000', '30', '204', '2', '300']]
    """
    before: Run | None = None
    for run in runs:
        more = 1024 * (run.memory - before.memory) / (run.articles - before.articles) if before else None
        shown = "" if more is None else figure(more)
        yield [f"{run.articles:,}", figure(run.seconds), figure(run.memory), shown, figure(run.others)]
        before = run


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="articles, labelled or not")
    parser.add_argument("--times", metavar="N", type=int, nargs="+", default=TIMES, help="as many as the file has")
    told = parser.parse_args(arguments)
    print(Section("growth", HEADS, list(cells(runs(told.file, told.times))), NOTES).markdown())


def _rare(random: Random) -> str:
    return "".join(random.choices("abdefgiklmnoprstuvz", k=9))


if __name__ == "__main__":
    main()

"""What a night takes, step by step, and what it need not do again: python -m bench.nights FILE.

Articles are imported into a store, and nights are run on it: the first after the default model, one on which nothing
has come, one with new articles, and one that finds its topics from nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.report import Section
from training.night import Outcome
from training.readers import read
from training.registry import Registry
from training.retrain import retrain
from training.settings import Settings, default_seeds
from training.store import Store
from training.train import train

NEW = 500  # articles of a night
STEPS = ("collect", "train", "evaluate", "gate", "promote", "report")
HEADS = ("night", "outcome", *STEPS, "seconds in all")


def nights(file: Path, new: int, settings: Settings) -> Iterator[list[str]]:
    """Run nights in a folder that is gone afterwards; give a line of the table each."""
    with TemporaryDirectory() as folder, Store(f"sqlite:///{folder}/store.sqlite3") as store:
        registry = Registry(Path(folder) / "models")
        registry.publish(train(settings))
        articles = list(read(file))
        start = time.perf_counter()
        store.articles.add_many(articles[:-new])
        yield [f"importing {len(articles) - new:,} articles", *[""] * 7, f"{time.perf_counter() - start:.0f}"]
        yield _line("the first, after the default model", retrain(settings, registry, store))
        yield _line("nothing has come", retrain(settings, registry, store))
        store.articles.add_many(islice(articles, len(articles) - new, None))
        yield _line(f"{new:,} new articles", retrain(settings, registry, store))
        yield _line("topics from nothing", retrain(replace(settings, afresh=True), registry, store))


def _line(name: str, outcome: Outcome) -> list[str]:
    steps = [f"{outcome.seconds[step]:.1f}" for step in STEPS]
    return [name, "promoted" if outcome.promoted else "refused", *steps, f"{sum(outcome.seconds.values()):.0f}"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.nights", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="articles, labelled or not")
    parser.add_argument("--new", metavar="N", type=int, default=NEW, help="how many of them come on the last night")
    told = parser.parse_args(arguments)
    print(Section("nights", HEADS, list(nights(told.file, told.new, Settings(default_seeds())))).markdown())


if __name__ == "__main__":
    main()

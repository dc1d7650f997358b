"""Articles labelled over HTTP against the floor: the same server, the same checks, an answer that is ready.

python -m bench.http FILE --models DIR [--workers N] [--seconds S] [--rounds N]
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import orjson

from bench.load import Load, load, posts
from bench.report import Section
from bench.running import answers, desk, running
from bench.setting import Setting
from training.article import Article
from training.readers import read

HEADS = ("call", "calls/s", "of the floor's", "ms, median", "ms, 99th percentile", "times the floor's")
ONE, BATCH = "/v1/label", "/v1/label/batch"
FIXED = [sys.executable, "-m", "bench.fixed"]


class Row(NamedTuple):
    """One line of the table: medians over rounds, of ours and of the endpoint whose answer is ready."""

    name: str
    ours: Load
    fixed: Load


def bodies(articles: Sequence[Article]) -> list[bytes]:
    """Give each article as one call sends it."""
    return [orjson.dumps({"text": one.text, "title": one.title}) for one in articles]


def batches(articles: Sequence[Article], size: int) -> list[bytes]:
    """Give articles as calls send them, so many at a time; what is left over is left out."""
    whole = [bodies(articles[at : at + size]) for at in range(0, len(articles) - size + 1, size)]
    return [b'{"articles": [' + b",".join(some) + b"]}" for some in whole]


def measure(setting: Setting) -> Section:
    """Measure for the page."""
    setting.model  # noqa: B018  # trained before it is served
    found = against_fixed(
        setting.articles,
        setting.models,
        workers=2,
        connections=8,
        seconds=2.0,
        rounds=setting.rounds,
        batch=100,
    )
    return Section("http", HEADS, [cells(row) for row in found])


def cells(row: Row) -> list[str]:
    """Give one line of the table."""
    name, ours, fixed = row
    rate, worst = ours.rate / fixed.rate, ours.worst / fixed.worst
    shares = [f"{rate:.0%} of {fixed.rate:,.0f}", f"{ours.middle:.2f}", f"{ours.worst:.2f}"]
    return [name, f"{ours.rate:,.0f}", *shares, f"{worst:.1f} x {fixed.worst:.2f}"]


def against_fixed(
    articles: Sequence[Article],
    models: Path,
    *,
    workers: int,
    connections: int,
    seconds: float,
    rounds: int,
    batch: int,
) -> Iterator[Row]:
    """Measure one article a call, without and with evidence, and batches; both sides in turn."""
    ways = {
        "one article, without evidence": (f"{ONE}?evidence=false", bodies(articles), connections),
        "one article, with evidence": (ONE, bodies(articles), connections),
        f"{batch} articles, without evidence": (f"{BATCH}?evidence=false", batches(articles, batch), workers),
    }
    with running(desk(models, workers), ONE, bodies(articles)[0]) as ours:
        for name, (path, sent, several) in ways.items():
            size = statistics.mean(len(answers(ours.port, path, body)) for body in sent[:50])
            variables = {"FIXED_BYTES": str(int(size)), "FIXED_WORKERS": str(workers)}
            with running(FIXED, path, sent[0], variables) as fixed:
                requests, done = posts(path, sent), []
                for _ in range(rounds):
                    for server in (ours, fixed):
                        done.append(load(server.port, requests, connections=several, seconds=seconds))
            yield Row(name, _median(done[::2]), _median(done[1::2]))


def _median(loads: Sequence[Load]) -> Load:
    return Load(*map(statistics.median, zip(*loads, strict=True)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.http", description=__doc__)
    parser.add_argument("file", type=Path, help="articles to send")
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--articles", type=int, default=1_000, help="how many of the file")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--batch", type=int, default=100, help="articles in a batch")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    told = vars(parser.parse_args())
    articles = list(itertools.islice(read(told.pop("file")), told.pop("articles")))
    print(Section("http", HEADS, [cells(row) for row in against_fixed(articles, **told)]).markdown())


if __name__ == "__main__":
    main()

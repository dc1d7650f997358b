"""Cost against size: how long an article is, how many labels there are, how many topics; as a picture too.

Models of fewer labels are trained on the samples with seeds cut down, once each, and kept. Other numbers of topics are
found in articles that the peers learn from and put in the place of the model's own.
"""

from __future__ import annotations

import re
import shutil
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from bench.environments import Missing
from bench.report import Section, figure
from bench.rounds import Way, interleave, per_unit
from bench.setting import TOPICS, TWO, Setting, for_peers, labels, trained, written
from bench.topic_fits import found
from bench.topic_words import Words
from bench.workers import Worker
from training.article import Article
from training.model import Model
from training.readers import read
from training.seeds import load
from training.settings import SAMPLES, default_seeds

OURS, HAND_MADE = "Foreign Desk", "hand-made service"
LENGTH, LABELS, TOPIC_COUNT = PANELS = ("length of an article, KB", "labels", "topics")
KILOBYTES = (1, 2, 4, 8, 16, 32)
OUR_SIZES = ((LABELS, (2, 10, 50, 250)), (TOPIC_COUNT, (10, 50, 100, 200)))
PEER_SIZES = ((LABELS, (2, 10, 50)), (TOPIC_COUNT, (10, 50, 200)))  # more take the peer minutes to fit
ARTICLES = 100  # of each size
LEARNED = 1_000  # articles that a peer learns from, and that topics are found in
SWEEPS = 20  # enough for topics that only have to cost what others do


class Key(NamedTuple):
    """What is measured: which growth, who, and at which size."""

    panel: str
    way: str
    size: int


Points = dict[Key, float]
"""Microseconds an article."""


def measure(setting: Setting) -> Section:
    """Measure all sizes in turn, and draw them."""
    from bench.picture import PICTURE, save

    notes = ["Microseconds an article, without evidence.", f"![What one article costs]({PICTURE.name})"]
    with ExitStack() as stack:
        ways = dict(_ours(setting))
        try:
            ways.update(_hand_made(setting, stack))
        except Missing as why:
            notes.append(f"hand_made can't be installed here: {why}")
        taken = interleave(ways, setting.rounds)
    points = {key: 1e6 * statistics.median(seconds) for key, seconds in taken.items()}
    save(points, setting.folder / PICTURE.name)
    return Section("sizes", ("what grows", "to", OURS, HAND_MADE), list(rows(points)), notes)


def rows(points: Points) -> Iterator[list[str]]:
    """Give a row a size, with a cell for each way; what was not measured stays empty."""
    for panel in PANELS:
        for size in sorted({key.size for key in points if key.panel == panel}):
            cells = [points.get(Key(panel, way, size)) for way in (OURS, HAND_MADE)]
            yield [panel, str(size), *("" if cell is None else figure(cell) for cell in cells)]


def of_length(articles: Iterable[Article], kilobytes: int, count: int) -> list[Article]:
    """Make articles of a length: others strung together, and cut after a word."""
    texts, length = cycle([article.text for article in articles]), 1_000 * kilobytes
    made = []
    for _ in range(count):
        text = ""
        while len(text) < length:
            text += next(texts) + "\n\n"
        made.append(Article(text[:length].rpartition(" ")[0]))
    return made


def fewer(seeds: Path, to: Path, ids: Sequence[str]) -> Path:
    """Copy a folder of seeds with these countries alone."""
    shutil.copytree(seeds, to, dirs_exist_ok=True)
    file = to / "countries.toml"
    head, *tables = re.split(r"^(?=\[\w+\]$)", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    kept = [table for table in tables if table[1 : table.index("]")] in ids]
    file.write_text(head + "".join(kept), encoding="utf-8")
    return to


def _ours(setting: Setting) -> Iterator[tuple[Key, Way]]:
    for kilobytes in KILOBYTES:
        yield Key(LENGTH, OURS, kilobytes), _labelling(setting.model, of_length(setting.articles, kilobytes, ARTICLES))
    make = {LABELS: _of_labels, TOPIC_COUNT: _of_topics}
    for panel, sizes in OUR_SIZES:
        for size in sizes:
            yield Key(panel, OURS, size), _labelling(make[panel](setting, size), setting.articles[:ARTICLES])


def _labelling(model: Model, articles: Sequence[Article]) -> Way:
    def work() -> None:
        for article in articles:
            model.label(article, evidence=False)

    return per_unit(work, len(articles))


def _of_labels(setting: Setting, count: int) -> Model:
    """Give a model of so many labels: those of which most samples are first."""
    folder, samples = setting.folder / "models" / f"{count}-labels", list(read(default_seeds() / SAMPLES))
    ids = _commonest((article.labels or () for article in samples), count)
    judged = ({**one.as_row(), "labels": sorted((one.labels or frozenset()) & set(ids))} for one in samples)
    seeds, corpus = fewer(default_seeds(), folder / "seeds", ids), written(folder / "judged.jsonl", judged)
    return trained(folder, "--seeds", str(seeds), "--no-samples", "--corpus", str(corpus))


def _of_topics(setting: Setting, count: int) -> Model:
    """Give the model with so many topics instead of its own."""
    bags = Words.of(setting.taught[:LEARNED], load(default_seeds())).bags()
    return replace(setting.model, topics=found(bags, count, SWEEPS)[0])


def _commonest(labels: Iterable[Iterable[str]], count: int) -> tuple[str, ...]:
    """Give that many ids, those of most articles first, and the two of the hand-made service in any case."""
    found = Counter(id for ids in labels for id in ids)
    others = (id for id, _ in found.most_common() if id not in TWO)
    return (*TWO, *others)[:count]


def _hand_made(setting: Setting, stack: ExitStack) -> Iterator[tuple[Key, Way]]:
    taught, asked = setting.taught[:LEARNED], setting.articles[:ARTICLES]
    truth = labels(setting.model, taught)
    file = written(setting.folder / "taught-sizes.jsonl", for_peers(taught, truth))

    @cache
    def learned(ids: tuple[str, ...], themes: int) -> Worker:
        worker = stack.enter_context(Worker("hand_made"))
        worker.ask("learn", file=file, labels=ids, topics=themes)
        return worker

    def way(worker: Worker, articles: Sequence[Article], name: str) -> Way:
        put = written(setting.folder / f"asked-{name}.jsonl", for_peers(articles, [()] * len(articles)))
        return lambda: float(worker.ask("measure", file=put)["seconds"])

    for kilobytes in KILOBYTES:
        articles = of_length(setting.articles, kilobytes, ARTICLES)
        yield Key(LENGTH, HAND_MADE, kilobytes), way(learned(TWO, TOPICS), articles, f"{kilobytes}-kb")
    for panel, sizes in PEER_SIZES:
        for size in sizes:
            ids, themes = (_commonest(truth, size), TOPICS) if panel == LABELS else (TWO, size)
            yield Key(panel, HAND_MADE, size), way(learned(ids, themes), asked, "sizes")

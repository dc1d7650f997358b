"""What judgments teach that the queue asks for, beside those drawn at random: python -m bench.judgments FILE.

FILE holds labelled articles, such as corpora/reuters21578.train.jsonl.gz. Some of them, without their labels, are what
is asked about; their labels answer. The model of the samples learns from the answers, round after round, and is scored
on others of the file. Both ways ask about the same questions, those that the queue could ask: labels of which a model
thinks FLOOR or more.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from bench.report import Section
from training.article import Article
from training.evaluate import answer, evaluate
from training.model import Model
from training.readers import read
from training.settings import Settings, default_seeds
from training.store import Said, Stored
from training.teaching import queue
from training.train import train
from training.worth import Candidate

POOL, TEST, EACH, ROUNDS, SEEDS = 3_000, 2_500, 100, 3, 3
HEADS = ("judgments", *(f"{score} F1, {way}" for score in ("micro", "macro") for way in ("the queue", "at random")))
Answers = dict[str, dict[str, bool]]  # by article and label
Ask = Callable[[Model, list[Stored], int], list[Candidate]]


def at_random(seed: int) -> Ask:
    """Give what draws questions among those that the queue could ask."""
    dice = random.Random(seed)

    def drawn(model: Model, pool: list[Stored], most: int) -> list[Candidate]:
        every = sorted(queue(model, pool, 10 * len(pool)), key=lambda one: (one.article.id or "", one.label))
        return dice.sample(every, min(most, len(every)))

    return drawn


def rounds(
    base: Model, pool: Sequence[Article], test: Sequence[Article], ask: Ask, each: int, count: int
) -> Iterator[tuple[float, float]]:
    """Give micro and macro F1 of the base, and after each round of questions."""
    truth = {str(one.id): one.labels or frozenset() for one in pool}
    given: Answers = {}
    model = base
    yield scores(model, test)
    for _ in range(count):
        for one in ask(model, [_stored(article, given) for article in pool], each):
            id = str(one.article.id)
            given.setdefault(id, {})[one.label] = one.label in truth[id]
        model = _taught(pool, given)
        yield scores(model, test)


def scores(model: Model, test: Sequence[Article]) -> tuple[float, float]:
    """Give micro and macro F1 on judged articles."""
    found = evaluate([(one.labels or frozenset(), one.unsure) for one in test], [answer(model, one) for one in test])
    return found.micro.f1, found.macro_f1


def _told(article: Article, given: Mapping[str, Mapping[str, bool]]) -> Article:
    """Give an article with the labels that were asked about, and no others."""
    said = given.get(str(article.id))
    if said is None:
        return replace(article, labels=None, unsure=frozenset())
    yes = frozenset(label for label, value in said.items() if value)
    return replace(article, labels=yes, unsure=frozenset(), judged=frozenset(said))


def _stored(article: Article, given: Answers) -> Stored:
    said = {
        label: Said({"the file": "yes" if value else "no"}) for label, value in given.get(str(article.id), {}).items()
    }
    return Stored(_told(article, given), 0, datetime.now(UTC), None, None, said)


def _taught(pool: Sequence[Article], given: Answers) -> Model:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "judged.jsonl"
        rows = (_told(article, given).as_row() for article in pool if str(article.id) in given)
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return train(Settings(default_seeds(), (file,), topics=2, passes=1))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.judgments", description=__doc__)
    parser.add_argument("file", metavar="FILE", type=Path, help="labelled articles")
    parser.add_argument("--pool", metavar="N", type=int, default=POOL, help="articles that are asked about")
    parser.add_argument("--test", metavar="N", type=int, default=TEST, help="articles that models are scored on")
    parser.add_argument("--each", metavar="N", type=int, default=EACH, help="questions in a round")
    parser.add_argument("--rounds", metavar="N", type=int, default=ROUNDS, help="rounds")
    parser.add_argument("--seeds", metavar="N", type=int, default=SEEDS, help="times that all is drawn anew")
    told = parser.parse_args(arguments)
    every = [replace(one, id=str(number)) for number, one in enumerate(read(told.file)) if one.labels is not None]
    base = train(Settings(default_seeds(), topics=2, passes=1))
    by_way: dict[str, list[list[tuple[float, float]]]] = {"the queue": [], "at random": []}
    for seed in range(told.seeds):
        drawn = random.Random(seed).sample(every, min(len(every), told.pool + told.test))
        pool, test = drawn[: told.pool], drawn[told.pool :]
        for way, ask in (("the queue", queue), ("at random", at_random(seed))):
            by_way[way].append(list(rounds(base, pool, test, ask, told.each, told.rounds)))
    rows = [
        [str(number * told.each)]
        + [f"{mean(run[number][score] for run in by_way[way]):.3f}" for score in (0, 1) for way in by_way]
        for number in range(told.rounds + 1)
    ]
    print(Section("judgments", HEADS, rows).markdown())


if __name__ == "__main__":
    main()

"""How good labels are, ours and those of what one would use instead, side by side: python -m bench.quality FILE...

Labelled articles are answered in grouped folds, or all of FILEs taught and those of --test asked. Rows without labels
are news that nobody has judged.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np

from bench import alternatives, ours
from bench.task import Said, Task, by_time, held_out, in_folds, read, refolded
from training.errors import DeskError
from training.evaluate import LEAST, Answer, evaluate
from training.fitting.calibration import Bools
from training.fitting.folds import day
from training.settings import SAMPLES, default_seeds

ENOUGH = 7  # articles about a label that counts in the macro average
PEERS: dict[str, Callable[[Task], Said]] = {
    "most named country (CLIFF)": alternatives.most_named,
    "a fifth of all mentions": alternatives.fifth_of_mentions,
    "any mention": alternatives.any_mention,
    "words around seeds, one country (Newsmap)": alternatives.word_association,
    "TF-IDF + linear SVM": alternatives.words_alone,
    "TF-IDF and focus + linear SVM": alternatives.words_and_focus,
}


@dataclass(frozen=True, slots=True)
class Row:
    """F1 and expected calibration error of one way to label; None where there is nothing to measure.

    ``spread`` is the standard deviation of ``micro`` over several makings of the folds.
    """

    way: str
    SY: float | None
    LY: float | None
    micro: float
    macro: float
    ece: float | None
    spread: float | None = None


def compare(task: Task, which: Bools) -> Iterator[Row]:
    """Score all ways to label on some of the articles."""
    for name, way in PEERS.items():
        yield score(name, task, way(task), which)
    for name, said in ours.ways(task):
        yield score(name, task, said, which)


def ablate(task: Task, which: Bools, salts: int) -> Iterator[Row]:
    """Score Foreign Desk whole and with parts left out, each the mean over several makings of the folds."""
    found: dict[str, list[Row]] = {}
    for salt in range(salts):
        again = refolded(task, salt) if salt else task
        for name, said in ours.ablations(again):
            found.setdefault(name, []).append(score(name, again, said, which))
    for rows in found.values():
        yield _mean(rows)


def forward(older_and_newer: Task, task: Task, without: Collection[str]) -> Iterator[Row]:
    """Score what the older articles teach on the newer ones, beside answers out of fold."""
    newer = older_and_newer.asked
    yield from compare(older_and_newer, counted(older_and_newer, None, without))
    asked = {one.key for one, use in zip(older_and_newer.examples, newer, strict=True) if use}
    said = dict(ours.ways(task))[ours.NESTED]
    everything = counted(task, None, without)
    yield score(f"{ours.NESTED}, out of fold, the same articles", task, said, everything & _keyed(task, asked))
    yield score(f"{ours.NESTED}, out of fold, all articles", task, said, everything)


def score(name: str, task: Task, said: Said, which: Bools) -> Row:
    """Score answers to some of the articles, of shape (articles,)."""
    ids = task.labels
    rows = np.flatnonzero(which).tolist()
    truths = [(task.examples[row].labels or frozenset(), task.examples[row].unsure) for row in rows]
    found = evaluate(truths, (_answer(ids, said, row) for row in rows))
    f1 = {label: counts.f1 for label, counts in found.labels.items() if counts.support}
    enough = [counts.f1 for counts in found.labels.values() if counts.support >= ENOUGH]
    return Row(
        name,
        f1.get("SY"),
        f1.get("LY"),
        found.micro.f1,
        statistics.fmean(enough) if enough else 0.0,
        None if said.probabilities is None else found.reliability.error,
    )


def counted(task: Task, only: Path | None, without: Collection[str]) -> Bools:
    """Say which articles are scored: of those asked the ones from one file, and not of some days."""
    fits = [
        (only is None or one.corpus == str(only)) and (not without or day(one.date) not in without)
        for one in task.examples
    ]
    return np.asarray(task.asked & np.array(fits))


def table(rows: Sequence[Row]) -> str:
    """Give rows as a table in Markdown; a column that no row has is left out.

    >>> print(table([Row("any mention", 0.5, None, 0.25, 1.0, None)]))
    | way | SY | micro | macro |
    |---|---|---|---|
    | any mention | .500 | .250 | 1.000 |
    """
    names = [field.name for field in fields(Row) if any(getattr(row, field.name) is not None for row in rows)]
    lines = [names, ["---"] * len(names), *([_shown(getattr(row, name)) for name in names] for row in rows)]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    text[1] = text[1].replace(" ", "")
    return "\n".join(text)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="articles; the samples by default")
    parser.add_argument("--test", metavar="FILE", type=Path, help="labelled articles to ask about, not to learn from")
    parser.add_argument("--only", metavar="FILE", type=Path, help="the one of FILEs whose articles are scored")
    parser.add_argument("--without", metavar="DAY", action="append", default=[], help="day that is not scored")
    parser.add_argument("--seeds", metavar="DIR", type=Path, default=default_seeds())
    parser.add_argument("--salts", metavar="N", type=int, default=1, help="times folds are made, with --ablate")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--ablate", action="store_true", help="leave out parts of Foreign Desk instead")
    what.add_argument("--by-time", action="store_true", help="learn from the older 80 %%, ask about the newest 20 %%")
    told = parser.parse_args(arguments)
    try:
        rows = list(_measured(told))
    except DeskError as error:
        sys.exit(f"error: {error}")
    print(json.dumps([asdict(row) for row in rows], indent=1) if told.format == "json" else table(rows))


def _measured(told: argparse.Namespace) -> Iterator[Row]:
    examples, known = read(told.files or [told.seeds / SAMPLES], told.seeds)
    if told.by_time:
        yield from forward(held_out(*by_time(examples), known), in_folds(examples, known), told.without)
    elif told.test:
        task = held_out(examples, read([told.test], told.seeds)[0], known)
        yield from compare(task, counted(task, None, told.without))
    else:
        task = in_folds(examples, known)
        which = counted(task, told.only, told.without)
        yield from ablate(task, which, told.salts) if told.ablate else compare(task, which)


def _answer(ids: Sequence[str], said: Said, row: int) -> Answer:
    assigned = frozenset(ids[label] for label in np.flatnonzero(said.assigned[row]).tolist())
    if said.probabilities is None:
        return Answer(assigned, {})
    chances = said.probabilities[row]
    return Answer(assigned, {ids[label]: float(chances[label]) for label in np.flatnonzero(chances >= LEAST).tolist()})


def _keyed(task: Task, keys: Collection[str]) -> Bools:
    return np.array([one.key in keys for one in task.examples])


def _mean(rows: Sequence[Row]) -> Row:
    def mean(name: str) -> float | None:
        values = [value for row in rows if (value := getattr(row, name)) is not None]
        return statistics.fmean(values) if values else None

    micro = [row.micro for row in rows]
    return replace(
        rows[0],
        SY=mean("SY"),
        LY=mean("LY"),
        micro=statistics.fmean(micro),
        macro=statistics.fmean(row.macro for row in rows),
        ece=mean("ece"),
        spread=statistics.stdev(micro) if len(micro) > 1 else None,
    )


def _shown(value: str | float | None) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.3f}"


if __name__ == "__main__":
    main()

"""Labelling over HTTP: ours, the hand-made service and Annif, two workers each, beside endpoints that do nothing."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import orjson

from bench import annif
from bench.environments import Missing, interpreter, versions
from bench.http import BATCH, FIXED, ONE, batches, bodies
from bench.labelling import AGREEING, f1
from bench.load import Load, load, posts
from bench.report import Section, figure, times
from bench.rounds import Way, interleave, ratio
from bench.running import Running, answers, desk, running
from bench.setting import TOPICS, TWO, Setting, whole
from bench.workers import ROOT, Worker, environment

PATH, MODEL = "/label", "HAND_MADE_MODEL"  # of the hand-made service and of the empty endpoints

WORKERS, CONNECTIONS, SECONDS = 2, 8, 2.0
BATCHED = 100  # articles in one of our batches
EMPTY = [sys.executable, "-m", "bench.empty"]
HAND_MADE = "hand-made, one article a call"
HEADS = ("call", "articles/s", "against hand-made", "ms, median", "ms, 99th percentile")


@dataclass
class Calls:
    """Calls of one kind on one server.

    Attributes:
        requests: as they are sent.
        articles: in each.
        connections: that send them.
        loads: what was found, round by round.
    """

    server: Running
    requests: Sequence[bytes]
    articles: int = 1
    connections: int = CONNECTIONS
    loads: list[Load] = field(default_factory=list)

    def once(self) -> float:
        """Send them for a while and give the seconds of one article."""
        self.loads.append(load(self.server.port, self.requests, connections=self.connections, seconds=SECONDS))
        return 1 / (self.loads[-1].rate * self.articles)


def measure(setting: Setting) -> Section:
    """Start all servers, see that they answer well, and load one after the other."""
    notes = [
        f"{WORKERS} workers each, {CONNECTIONS} connections; as many as workers where a call has several articles."
    ]
    with ExitStack() as stack:
        calls = _ours(setting, stack)
        for of in (_hand_made, _annif):
            try:
                calls |= of(setting, stack, notes)
            except Missing as why:
                notes.append(f"{of.__name__.strip('_')} can't be installed here: {why}")
        ways: dict[str, Way] = {name: one.once for name, one in calls.items()}
        taken = interleave(ways, setting.rounds)
    return Section("serving", HEADS, [row(name, calls[name].loads[1:], taken) for name in calls], notes)


def row(name: str, loads: Sequence[Load], taken: Mapping[str, Sequence[float]]) -> list[str]:
    """Give one line of the table."""
    middle, worst = (statistics.median(of) for of in zip(*((one.middle, one.worst) for one in loads), strict=True))
    against = times(ratio(taken[HAND_MADE], taken[name])) if HAND_MADE in taken else ""
    return [name, figure(1 / statistics.median(taken[name])), against, f"{middle:.2f}", f"{worst:.2f}"]


def _ours(setting: Setting, stack: ExitStack) -> dict[str, Calls]:
    sent, quick = bodies(setting.articles), f"{ONE}?evidence=false"
    server = stack.enter_context(running(desk(setting.models, WORKERS), ONE, sent[0]))
    said = [answers(server.port, quick, body) for body in sent]
    for article, answer in zip(setting.articles, said, strict=True):
        row = setting.model.label(article, evidence=False).as_row()
        assert orjson.loads(answer) == orjson.loads(orjson.dumps(row)), "HTTP changes the answer"
    size = statistics.mean(map(len, said))
    variables = {"FIXED_BYTES": f"{size:.0f}", "FIXED_WORKERS": str(WORKERS)}
    fixed = stack.enter_context(running(FIXED, ONE, sent[0], variables))
    empty = stack.enter_context(running(EMPTY, PATH, sent[0]))
    many = posts(f"{BATCH}?evidence=false", batches(setting.articles, BATCHED))
    return {
        "ours, one article a call": Calls(server, posts(quick, sent)),
        "ours, with evidence": Calls(server, posts(ONE, sent)),
        f"ours, {BATCHED} articles a call": Calls(server, many, BATCHED, WORKERS),
        "floor: same server, same checks, a fixed answer of that size": Calls(fixed, posts(quick, sent)),
        "floor: same server, an empty Flask endpoint": Calls(empty, posts(PATH, sent)),
    }


def _hand_made(setting: Setting, stack: ExitStack, notes: list[str]) -> dict[str, Calls]:
    python = interpreter("hand_made")
    file = python.parent.parent / f"{setting.digest}.joblib"  # goes with the versions that wrote it
    if not file.exists():
        with Worker("hand_made") as worker:
            worker.ask("learn", file=setting.taught_file, labels=TWO, topics=TOPICS)
            worker.ask("save", to=file)
    served = [str(python), "-m", "bench.peers.served"]
    variables = environment(**{MODEL: str(file), "PYTHONPATH": str(ROOT)})
    sent = [orjson.dumps({"text": whole(article)}) for article in setting.articles]
    server = stack.enter_context(running([*served, "bench.peers.hand_made:create_app()"], PATH, sent[0], variables))
    said = [orjson.loads(answers(server.port, PATH, body)) for body in sent]
    agreed = f1(
        [[label["id"] for label in one["labels"]] for one in said], [sorted({*ids} & {*TWO}) for ids in setting.truth]
    )
    assert agreed >= AGREEING, f"the hand-made service did not learn: F1 {agreed:.2f}"
    empty = stack.enter_context(running([*served, "bench.empty:app"], PATH, sent[0], variables))
    notes.append(f"{versions(python)}, sync workers: agrees with us with F1 {agreed:.2f}")
    return {
        HAND_MADE: Calls(server, posts(PATH, sent)),
        "floor of that: an empty endpoint under gunicorn": Calls(empty, posts(PATH, sent)),
    }


def _annif(setting: Setting, stack: ExitStack, notes: list[str]) -> dict[str, Calls]:
    project = annif.Project(setting)
    documents = annif.bodies(map(whole, setting.articles))
    one, many = (annif.calls(documents, size) for size in (1, annif.AT_A_TIME))
    server = stack.enter_context(running(project.command, annif.PATH, one[0], project.variables))
    first = [label for body in many for label in annif.suggested(answers(server.port, annif.PATH, body))]
    named = [label in ids for label, ids in zip(first, setting.truth, strict=False) if ids]
    assert statistics.mean(named) >= AGREEING, "Annif did not learn"
    notes.append(
        f"{versions(project.python)}: what it suggests first is a label of ours for {statistics.mean(named):.0%}"
    )
    return {
        "Annif (TF-IDF), one article a call": Calls(server, posts(annif.PATH, one)),
        f"Annif (TF-IDF), {annif.AT_A_TIME} articles a call": Calls(
            server, posts(annif.PATH, many), annif.AT_A_TIME, WORKERS
        ),
    }

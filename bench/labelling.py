"""Labelling in one process: ours with all labels and topics, the hand-made service's work, fastText's predict.

Peers are taught the labels that our model gives, so it can be seen that they do their work: they have to agree with it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from bench.environments import Missing, versions
from bench.machine import bandwidth
from bench.report import Section, figure, times
from bench.rounds import Way, interleave, per_unit, ratio
from bench.setting import TOPICS, TWO, Setting
from bench.workers import Worker
from training.article import Article
from training.model import Labelling, Model

HAND_MADE = "hand-made: TF-IDF + logistic regression (2 labels) + gensim (50 topics)"
FAST_TEXT = "fastText: predict, one thread"
FAST_TEXT_TWO = "fastText: predict, two processes"
AGREEING = 0.3  # F1 against our labels that a peer has to reach; by chance it would be below .05
HEADS = ("what", "us an article", "MB/s of text", "against hand-made", "against fastText", "times the floor")


def measure(setting: Setting) -> Section:
    """Measure all ways, round by round."""
    check(setting.model, setting.articles)
    with ExitStack() as stack:
        peers, notes = _peers(setting, stack)
        taken = interleave(ours(setting.model, setting.articles) | peers, setting.rounds)
    floor = setting.bytes / bandwidth()
    notes.append(
        f"{len(setting.articles)} articles of {setting.bytes:,.0f} bytes on average; the floor is to read them from "
        f"memory once: {1e6 * floor:.2f} us an article."
    )
    return Section("labelling", HEADS, [_row(name, taken, setting.bytes, floor) for name in taken], notes)


def ours(model: Model, articles: Sequence[Article]) -> dict[str, Way]:
    """Give our ways to label."""

    def one_by_one(evidence: bool) -> Way:
        return per_unit(lambda: [model.label(article, evidence=evidence) for article in articles], len(articles))

    def together(threads: int) -> Way:
        return per_unit(lambda: model.label_many(articles, threads=threads, evidence=False), len(articles))

    return {
        "ours: all labels and topics, one by one": one_by_one(evidence=False),
        "ours: with evidence, one by one": one_by_one(evidence=True),
        "ours: many together, one thread": together(1),
        "ours: many together, two threads": together(2),
    }


def check(model: Model, articles: Sequence[Article]) -> None:
    """See that all of our ways give the same answers: what is fast must not be something else.

    Raises:
        AssertionError: they don't.
    """
    plain = [essence(model.label(article, evidence=False)) for article in articles]
    told = [essence(model.label(article)) for article in articles]
    assert plain == told, "evidence changes an answer"
    for threads in (1, 2):
        many = model.label_many(articles[::-1], threads=threads, evidence=False)
        assert plain == [essence(answer) for answer in many[::-1]], f"{threads} threads change an answer"


def essence(labelling: Labelling) -> tuple[object, ...]:
    """Give what an answer says, without the evidence."""
    labels = [(label.id, label.probability, label.assigned) for label in labelling.labels]
    return labels, labelling.topics, labelling.language, labelling.removed


def f1(said: Sequence[Sequence[str]], truth: Sequence[Sequence[str]]) -> float:
    """Give micro F1 of labels.

    >>> f1([["SY"], ["LY", "EG"]], [["SY"], ["LY"]])
    0.8
    """
    right = sum(len(set(one) & set(other)) for one, other in zip(said, truth, strict=True))
    return 2 * right / max(sum(map(len, said)) + sum(map(len, truth)), 1)


def _peers(setting: Setting, stack: ExitStack) -> tuple[dict[str, Way], list[str]]:
    """Start the peers, have them learn, see that they did; give their ways and notes about them."""
    ways: dict[str, Way] = {}
    notes = []
    for peer, names, told in (
        ("hand_made", [HAND_MADE], {"labels": TWO, "topics": TOPICS}),
        ("fast_text", [FAST_TEXT, FAST_TEXT_TWO], {}),
    ):
        try:
            workers = [stack.enter_context(Worker(peer)) for _ in names]
        except Missing as why:
            notes.append(f"{peer} can't be installed here: {why}")
            continue
        notes.append(f"{versions(workers[0].python)}: {_taught(workers, setting, told)}")
        ways |= {name: _asking(workers[: number + 1], setting) for number, name in enumerate(names)}
    return ways, notes


def _taught(workers: Sequence[Worker], setting: Setting, told: Mapping[str, Any]) -> str:
    """Teach a peer and see that it agrees with its teacher."""
    for worker in workers:
        worker.ask("learn", file=setting.taught_file, **told)
    said = workers[0].ask("answer", file=setting.asked_file)["answers"]
    known = set(told.get("labels", ())) or {id for ids in setting.truth for id in ids}
    agreed = f1(said, [sorted(known & set(ids)) for ids in setting.truth])
    assert agreed >= AGREEING, f"a peer did not learn: F1 {agreed:.2f}"
    return f"learned from {len(setting.taught):,} articles, agrees with us on those measured with F1 {agreed:.2f}"


def _asking(workers: Sequence[Worker], setting: Setting) -> Way:
    """Make the way of one worker, or of several that share the articles."""
    if len(workers) == 1:
        return lambda: float(workers[0].ask("measure", file=setting.asked_file)["seconds"])

    def together() -> float:
        start = time.perf_counter()
        for number, worker in enumerate(workers):
            worker.tell("measure", file=setting.asked_file, part=number, parts=len(workers))
        for worker in workers:
            worker.hear()
        return (time.perf_counter() - start) / len(setting.articles)

    return together


def _row(name: str, taken: Mapping[str, Sequence[float]], size: float, floor: float) -> list[str]:
    seconds = statistics.median(taken[name])
    against = [times(ratio(taken[peer], taken[name])) if peer in taken else "" for peer in (HAND_MADE, FAST_TEXT)]
    return [name, figure(1e6 * seconds), figure(size / seconds / 1e6), *against, figure(seconds / floor)]

"""Where the time of labelling goes: each step timed where ``Model.label`` calls it, apart from steps within it.

What one compiled call does is timed once more, loop by loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import orjson

from bench.report import Section, figure
from bench.setting import Setting
from training import focus, language, leftovers, text
from training import model as whole
from training.article import Article
from training.classifier import Classifier, Example
from training.mentions import Finder
from training.model import Model
from training.text import Reading
from training.topics import Topics

STEPS: dict[str, tuple[Any, str]] = {
    "clean: what is no part of the article": (leftovers, "find"),
    "read: words, offsets, sentences": (text, "read"),
    "judge: mentions, focus, labels, topics": (whole, "judge"),
    "language": (language, "detect"),
}
LOOPS: dict[str, tuple[Any, str]] = {
    "mentions": (Finder, "find"),
    "where they stand": (focus, "places"),
    "terms and focus features": (Example, "read"),
    "labels": (Classifier, "predict"),
    "topics": (Topics, "infer"),
}
REST, WHOLE = "what is in no step above: the answer", "all of it, without evidence"
EVIDENCE, JSON = "evidence comes on top of that", "and the answer as JSON, with evidence"


def measure(setting: Setting) -> Section:
    """Time the steps over all articles, in the fastest of several rounds."""
    rounds = [timed(setting.model, setting.articles) for _ in range(setting.rounds + 1)]
    fastest = min(rounds, key=lambda seconds: seconds[WHOLE])
    best = {step: seconds / len(setting.articles) for step, seconds in fastest.items()}
    rows = [[step, figure(1e6 * seconds), f"{100 * seconds / best[WHOLE]:.0f} %"] for step, seconds in best.items()]
    readings = [text.read(article) for article in setting.articles]
    alone = min((by_loop(setting.model, readings) for _ in rounds), key=lambda seconds: sum(seconds.values()))
    loops = ", ".join(f"{name} {figure(1e6 * seconds / len(readings))}" for name, seconds in alone.items())
    notes = [
        f"The fastest of {len(rounds)} rounds over {len(setting.articles)} articles, one thread.",
        f"The loops of judge, called one by one: {loops} us.",
    ]
    return Section("steps", ("step", "us an article", "of all without evidence"), rows, notes)


def by_loop(model: Model, readings: Sequence[Reading]) -> dict[str, float]:
    """Give the seconds of each loop over all articles when they are called one by one."""
    with watched(LOOPS) as seconds:
        for reading in readings:
            mentions = model.finder.find(reading)
            made = Example.read(reading, mentions, focus.places(reading, mentions), model.stop_words)
            model.classifier.predict(made)
            model.topics.infer(reading.tokens.hashes)
    return seconds


def timed(model: Model, articles: Sequence[Article]) -> dict[str, float]:
    """Give the seconds of each step over all articles."""
    with watched(STEPS) as seconds:
        whole = _passed(lambda: [model.label(article, evidence=False) for article in articles])[0]
    bare = _passed(lambda: [model.label(article, evidence=False) for article in articles])[0]
    told, answers = _passed(lambda: [model.label(article) for article in articles])
    written = _passed(lambda: [orjson.dumps(answer.as_row()) for answer in answers])[0]
    rest = max(0.0, whole - sum(seconds.values()))
    return {**seconds, REST: rest, WHOLE: whole, EVIDENCE: max(0.0, told - bare), JSON: written}


@contextmanager
def watched(places: dict[str, tuple[Any, str]]) -> Iterator[dict[str, float]]:
    """Time functions while the block runs, by the name of their step; a step within another counts for itself alone.

    Args:
        places: of each step, the module or class it belongs to and its name there.
    """
    seconds, within = dict.fromkeys(places, 0.0), [0.0]

    def watching(step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            within.append(0.0)
            start = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                took = time.perf_counter() - start
                seconds[step] += took - within.pop()
                within[-1] += took

        return call

    with ExitStack() as stack:
        for step, (owner, name) in places.items():
            function = vars(owner)[name]
            of_class = isinstance(function, classmethod)
            call = watching(step, function.__func__ if of_class else function)
            stack.enter_context(patch.object(owner, name, classmethod(call) if of_class else call))
        yield seconds


def _passed(work: Callable[[], list[Any]]) -> tuple[float, list[Any]]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done

"""Where the time of labelling goes: the steps of ``Model.label``, called in turn and timed apart."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence

import orjson

from bench.report import Section, figure
from bench.setting import Setting
from training import explain, language, leftovers, text
from training.article import Article
from training.classifier import Example
from training.model import Model

WHOLE = "all of label(article, evidence=False)"
ANSWER = "building the answer, and what is in no step above"
AFTER = ("evidence, where it is asked for", "the answer as JSON, with evidence")


class Clock:
    """Adds up what each step takes; a step begins where the one before ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._last = time.perf_counter()

    def start(self) -> None:
        """Let what went before count for nothing."""
        self._last = time.perf_counter()

    def end(self, step: str) -> None:
        """Count what passed since the last step for this one."""
        self.seconds[step] += time.perf_counter() - self._last
        self._last = time.perf_counter()


def measure(setting: Setting) -> Section:
    """Time the steps of all articles, the fastest of several rounds."""
    rounds = [timed(setting.model, setting.articles) for _ in range(setting.rounds + 1)]
    best = {step: min(seconds[step] for seconds in rounds) / len(setting.articles) for step in rounds[0]}
    rows = [[step, figure(1e6 * seconds), f"{100 * seconds / best[WHOLE]:.0f} %"] for step, seconds in best.items()]
    return Section(
        "steps",
        ("step", "us an article", "of labelling without evidence"),
        rows,
        [f"The fastest of {len(rounds)} rounds over {len(setting.articles)} articles, one thread."],
    )


def timed(model: Model, articles: Sequence[Article]) -> dict[str, float]:
    """Give the seconds of each step over all articles, in the order of ``Model.label``, what comes on top last."""
    clock = Clock()
    for article in articles:
        answer = model.label(article, evidence=False)
        clock.start()
        steps(model, article, [label.id for label in answer.labels], clock)
    last = {step: clock.seconds.pop(step) for step in (WHOLE, *AFTER)}
    return {**clock.seconds, ANSWER: max(0.0, last[WHOLE] - sum(clock.seconds.values())), **last}


def steps(model: Model, article: Article, assigned: Sequence[str], clock: Clock) -> None:
    """Do one step after the other for one article."""
    removed = leftovers.find(article.text)
    spans = leftovers.kept(article.text, removed)
    clock.end("clean: find leftovers")
    text.tokenise(article.title), text.tokenise(article.text, spans)
    clock.end("tokenise: words, offsets, sentences")
    reading = text.read(article)
    clock.start()
    mentions = model.finder.find(reading)
    clock.end("mentions")
    example = Example.of(reading, mentions, model.seeds.stop_words)
    clock.end("focus features and terms")
    model.classifier.predict(example)
    clock.end("labels: focus and words")
    model.topics.infer(reading.tokens.words)
    clock.end("topics")
    language.detect(reading)
    clock.end("language")
    for label in assigned:
        explain.telling(explain.evidence(model.classifier, reading, mentions, example, label))
    clock.end(AFTER[0])
    told = model.label(article)
    clock.start()
    orjson.dumps(told.as_row())
    clock.end(AFTER[1])
    model.label(article, evidence=False)
    clock.end(WHOLE)

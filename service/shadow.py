"""A version that labels in the shadow of the model in use: every article again, off the request path.

Articles wait in a queue that is bounded; when it is full they are dropped and counted, so that a request never waits.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Any, NamedTuple

import structlog
from flask import current_app

from service.metrics import DIFFERENCES, SHADOW, Metrics
from training.article import Article
from training.model import Labelling, Model

MOST, MOST_CHARACTERS = 1_000, 10_000_000  # articles that wait, and what they hold at most together

log = structlog.get_logger(__name__)


class _Waiting(NamedTuple):
    article: Article
    assigned: frozenset[str]
    model: str


class Shadow:
    """Labels what is offered, by a thread of its own, and counts where its labels differ from those that were given.

    Attributes:
        version: that labels.
    """

    def __init__(self, model: Model, metrics: Metrics) -> None:
        self.version = model.version
        self._model, self._metrics = model, metrics
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._turn = threading.Lock()
        self._taken = self._done = 0  # characters; each is written by one side alone

    def offer(self, article: Article, answer: Labelling) -> None:
        """Have an article labelled that was answered, unless too much is waiting."""
        model, size = answer.model["version"], len(article.text)
        with self._turn:
            full = self._queue.qsize() >= MOST or self.waiting + size > MOST_CHARACTERS
            if not full:
                self._taken += size
                self._queue.put(_Waiting(article, _assigned(answer), model))
        if full:
            self._metrics.dropped(model, self.version)

    @property
    def waiting(self) -> int:
        """Characters of the articles that wait, or are being labelled."""
        return self._taken - self._done

    def start(self) -> None:
        """Begin to label, in a thread that ends with the process."""
        threading.Thread(target=self._work, name="shadow", daemon=True).start()

    def stop(self) -> None:
        """End when what is waiting now is labelled."""
        self._queue.put(None)

    def _work(self) -> None:
        while (waiting := self._queue.get()) is not None:
            try:
                self._compare(*waiting)
            except Exception:  # whatever it can't label, it goes on with the next
                self._metrics.broken(waiting.model, self.version)
                log.exception("the shadow failed", shadow=self.version, id=waiting.article.id)
            self._done += len(waiting.article.text)

    def _compare(self, article: Article, assigned: frozenset[str], model: str) -> None:
        found = _assigned(self._model.label(article, evidence=False))
        added, lost = found - assigned, assigned - found
        self._metrics.compared(model, self.version, added, lost)
        if added or lost:
            told = {"added": sorted(added), "lost": sorted(lost)}
            log.debug("the shadow differs", shadow=self.version, model=model, id=article.id, **told)

    def told(self, model: Model) -> dict[str, Any]:
        """Say how it differed from the model in use, over all workers."""
        totals = dict.fromkeys(("articles", "differing", "dropped", "failures"), 0)
        kinds: defaultdict[str, dict[str, int]] = defaultdict(lambda: {"added": 0, "lost": 0})
        for name, its, value in self._metrics.having(model=model.version, shadow=self.version):
            if name == DIFFERENCES:
                kinds[its["label"]][its["kind"]] = int(value)
            else:
                totals[name.removeprefix(SHADOW).removesuffix("_total")] = int(value)
        ours, theirs = self._model.seeds.labels, model.seeds.labels
        most_first = sorted(kinds.items(), key=lambda one: (-sum(one[1].values()), one[0]))
        rows = [{"id": id, "name": (ours if id in ours else theirs)[id].name, **counts} for id, counts in most_first]
        return {"version": self.version, "model": model.version, **totals, "labels": rows}


def offer(articles: Sequence[Article], answers: Sequence[Labelling]) -> None:
    """Offer articles that were answered to the shadow of this application, where it has one."""
    shadow: Shadow | None = current_app.extensions["shadow"]
    if shadow is not None:
        for article, answer in zip(articles, answers, strict=True):
            shadow.offer(article, answer)


def _assigned(answer: Labelling) -> frozenset[str]:
    return frozenset(label.id for label in answer.labels if label.assigned)

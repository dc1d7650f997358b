"""What the morning report tells beyond the models: what the news did, and what people should look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from training import drift, teaching
from training.article import Article
from training.feeds import silent
from training.model import Model

if TYPE_CHECKING:
    from training.store import Store

POOL = 3_000  # articles among which those to review are looked for, the newest
ASKED = 8
DISPUTED = 8


def questions(store: Store, model: Model) -> dict[str, Any]:
    """Give what to review, what people disagree on, and the feeds that fell silent, as the report takes them."""
    pool = store.articles.read(judged=False, newest_first=True, most=POOL)
    names = {id: label.name for id, label in model.seeds.labels.items()}
    review = []
    for one in teaching.queue(model, pool, ASKED):
        row = one.as_row()
        told = {key: row[key] for key in ("article", "title", "label", "probability")}
        review.append({**told, "name": names[one.label], "why": one.reason})
    disputed = []
    for article, label, said in store.judgments.disputed(DISPUTED):
        found = store.articles.get(article)
        title = found.article.title if found else ""
        disputed.append({"article": article, "title": title, "label": label, "name": names.get(label), "by": said.by})
    fallen = [
        {"url": one.feed.url, "title": one.feed.title, "told": one.why}
        for one in silent(store.feeds.all(), datetime.now(UTC))
    ]
    return {"review": review, "disputed": disputed, "silent_feeds": fallen}


def drifted(store: Store, model: Model, last: datetime | None, until: datetime) -> dict[str, Any]:
    """Hold the articles that came since the night before against those of the days before that."""
    if last is None:
        return {"told": "there was no night before"}
    since = last - timedelta(days=drift.DAYS)
    return drift.drift(model, _read(store, since, last), _read(store, last, until))


def _read(store: Store, since: datetime, until: datetime) -> Iterator[Article]:
    return (one.article for one in store.articles.read(since=since, until=until))

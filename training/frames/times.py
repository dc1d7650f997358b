"""Topics over time, and the topics of two versions side by side, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from training.discovery.identity import kin
from training.model import Model

if TYPE_CHECKING:
    from pandas import DataFrame

PERIODS = ("D", "W", "M", "Q", "Y")  # pandas' names, from days to years
POINTS = 150  # periods, at most, where the period is chosen
ARTICLES = 20  # that a period must have on average, lest chance be all that is seen


def volume_table(model: Model, period: str | None = None, junk: bool = False) -> DataFrame:
    """Give how much of each topic there was over time, as the model's own dated articles tell.

    Columns: date (the first day of the period), topic (its id), name, volume (articles' worth of the topic), articles
    (all of that period), share (volume by articles). A period without articles has no row.

    Args:
        model: whose topics.
        period: "D", "W", "M", "Q" or "Y": days to years; when it is not said, the shortest one that gives at most
            POINTS points with ARTICLES articles each on average.
        junk: see :func:`training.frames.topics.topics_table`.
    """
    from pandas import DataFrame, PeriodIndex, to_datetime

    topics, told = model.topics, model.topics.chronicle
    days = to_datetime(told.dates)
    if period is None:
        counts = {one: days.to_period(one).nunique() for one in PERIODS}
        most = min(POINTS, told.articles.sum() / ARTICLES)
        period = next((one for one in PERIODS if counts[one] <= most), PERIODS[-1])
    periods = PeriodIndex(days.to_period(period))
    starts = periods.unique()
    place = starts.get_indexer(periods)
    articles = np.bincount(place, told.articles, len(starts))
    rows = []
    for number in topics.shown(junk):
        volume = np.bincount(place, told.volume[:, number], len(starts))
        its = zip(starts.to_timestamp(), volume.tolist(), articles.astype(int).tolist(), strict=True)
        rows += [(date, topics.ids[number], topics.names[number], much, all) for date, much, all in its]
    table = DataFrame(rows, columns=["date", "topic", "name", "volume", "articles"])
    return table.assign(share=table["volume"] / table["articles"])


def compare_table(old: Model, new: Model) -> DataFrame:
    """Give the topics of two versions side by side, by id: first those that both have, the largest first.

    Columns: status ("kept", "new" or "retired"), name (the newer one), cosine (between its words in both versions, 1
    where they are the same), share_before and share_after (of all articles), other (of a new topic the id of the old
    one that most of it came out of, of a retired one that of the new one that most of it went into; missing where there
    is none).
    """
    from pandas import DataFrame

    before, after, found = old.topics, new.topics, kin(old.topics, new.topics)
    rows: list[tuple[Any, ...]] = []
    for b in after.shown(junk=True):
        id, share = after.ids[b], after.about[b].get("share")
        a = before.number(id)
        if a is None:
            origin = found.origin(b)
            rows.append((id, "new", after.names[b], None, None, share, None if origin is None else before.ids[origin]))
        else:
            cosine = float(found.words[a, b])
            rows.append((id, "kept", after.names[b], cosine, before.about[a].get("share"), share, None))
    for a in before.shown(junk=True):
        if before.ids[a] not in after.ids:
            end = found.end(a)
            share, other = before.about[a].get("share"), None if end is None else after.ids[end]
            rows.append((before.ids[a], "retired", before.names[a], None, share, None, other))
    columns = ["id", "status", "name", "cosine", "share_before", "share_after", "other"]
    table = DataFrame(rows, columns=columns).set_index("id")
    table = table.astype({"cosine": float, "share_before": float, "share_after": float, "other": object})
    return table.sort_values("status", kind="stable")

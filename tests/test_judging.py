"""One call says what its loops say one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from training.article import Article
from training.classifier import Example
from training.focus import places
from training.kernels.judging import Judged, judge
from training.model import Model
from training.text import read


def one_by_one(model: Model, article: Article) -> Judged:
    reading = read(article)
    mentions = model.finder.find(reading)
    at = places(reading, mentions)
    made = Example.read(reading, mentions, at, model.stop_words)
    shares = model.topics.infer(reading.tokens.hashes)
    scored = model.classifier.predict(made)
    told = np.empty(0) if shares is None else shares
    return Judged(mentions.found, at, made.terms, made.tokens, made.columns, made.focus, scored, told)


def flat(told: Any) -> list[bytes]:
    return [told.tobytes()] if isinstance(told, np.ndarray) else [one for part in told for one in flat(part)]


def test_of_the_samples(worded: Model, samples: list[Article]) -> None:
    for article in samples[::9]:
        assert flat(judge(read(article).searched, worded.tables)) == flat(one_by_one(worded, article))


@pytest.mark.parametrize(
    "article",
    [Article(""), Article("", "Syria"), Article("qqqq"), Article("Rain.", dateline="TRIPOLI, Libya"), Article("\n\n—")],
    ids=["nothing", "title alone", "unknown words", "dateline", "signs"],
)
def test_of_next_to_nothing(worded: Model, article: Article) -> None:
    assert flat(judge(read(article).searched, worded.tables)) == flat(one_by_one(worded, article))

"""The chronicle: volumes, days and labels add up; what grows and what shrinks is told, and chance is not."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from tests.making import FARM, SPORT, articles_of, written
from training.chronicle import Chronicle, Trend, day_of, empty, key_of
from training.discovery import recording

DAY = date(2024, 5, 1)


def of(days: list[int], *volumes: list[float], articles: int = 100) -> Chronicle:
    """Make the chronicle of topics that had such volumes on such days, of so many articles each."""
    found = empty(len(volumes))
    return Chronicle(
        np.array(days, np.int32),
        np.full(len(days), articles, np.int32),
        np.array(volumes, np.float32).T,
        *(getattr(found, name) for name in ("known", "sample", "shares", "labelled", "label_volume")),
    )


@pytest.mark.parametrize(
    "volumes, expected",
    [
        ([2.0] * 9 + [20.0], "emerging"),
        ([20.0] * 9 + [2.0], "fading"),
        ([10.0] * 10, None),
        ([10.0] * 9 + [14.0], None),
        ([0.1] * 9 + [0.5], None),
        ([0.0] * 9 + [30.0], "emerging"),
        ([30.0] * 9 + [0.0], "fading"),
    ],
    ids=["grows", "shrinks", "stays", "by less than twice", "by chance", "from nothing", "to nothing"],
)
def test_trends_are_told_where_they_are_large_and_clear(volumes: list[float], expected: Trend | None) -> None:
    assert of(list(range(10)), volumes).trends == [expected]


@pytest.mark.parametrize("days", [0, 1], ids=["no day", "one day"])
def test_without_a_past_there_are_no_trends(days: int) -> None:
    assert of(list(range(days)), [5.0] * days, [1.0] * days).trends == [None, None]


def test_few_articles_tell_no_trend() -> None:
    assert of(list(range(10)), [0.0] * 9 + [2.0], articles=2).trends == [None]


@pytest.mark.parametrize(
    "text, days",
    [
        ("1970-01-01", 0),
        ("2024-05-01T10:00:00Z", 19844),
        (None, None),
        ("", None),
        ("9/5/18", None),
        ("0001-11-30", None),
    ],
)
def test_days_are_counted_where_a_date_is_one(text: str | None, days: int | None) -> None:
    assert day_of(text) == days


def test_a_key_is_the_same_for_text_and_bytes() -> None:
    assert key_of("ffeeddccbbaa99887766554433221100") == key_of(b"ffeeddccbbaa9988") == 0xFFEEDDCCBBAA9988


def test_volumes_and_labels_are_the_shares_of_articles_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "SAMPLE", 12)
    texts = {number: written(number, FARM if number % 2 else SPORT) for number in range(30)}
    dates = {number: (DAY + timedelta(days=number % 3)).isoformat() for number in range(24)}
    articles = articles_of(texts, dates)
    rows = np.array([number for number in range(30) if number not in (3, 4)])
    shares = np.random.default_rng(1).random((28, 2)).astype(np.float32)
    found = recording.chronicle_of(articles.examples, rows, shares, ["LY", "SY"], lambda number: [number % 2])
    assert found.dates == [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    assert found.articles.tolist() == [8, 8, 8]
    for place, day in enumerate(range(3)):
        its = [row for row, number in enumerate(rows.tolist()) if number < 24 and number % 3 == day]
        np.testing.assert_allclose(found.volume[place], shares[its].sum(axis=0), rtol=1e-5)
    keys = recording.keys_of(articles.examples)
    assert found.known.tolist() == sorted(keys.tolist())
    assert found.sample.tolist() == sorted(keys[rows].tolist())[:12]
    sampled = [rows.tolist().index(keys.tolist().index(key)) for key in found.sample.tolist()]
    np.testing.assert_array_equal(found.shares, shares[sampled])
    for label in range(2):
        its = [row for row in sampled if rows[row] % 2 == label]
        assert found.labelled[label] == len(its)
        np.testing.assert_allclose(found.label_volume[label], shares[its].sum(axis=0), rtol=1e-5)

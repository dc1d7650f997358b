"""Counts: those of a Counter, however small the table is that they are made in."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from training import counts
from training.counts import counted
from training.kernels.hashing import BREAK
from training.kernels.weighing import grams_of
from training.spool import Ragged


def texts(count: int = 200, words: int = 40) -> Ragged:
    """Make texts of words some of which are much more frequent than others; a few texts are empty."""
    random = np.random.default_rng(3)
    hashes = random.integers(1, 1 << 64, 2000, dtype=np.uint64)
    return Ragged.packed([hashes[random.zipf(1.3, words * (n % 10 > 0)) % 2000] for n in range(count)], np.uint64)


def expected(texts: Ragged, fewest: int, pairs: bool) -> dict[int, tuple[int, int]]:
    grams = [(grams_of(text) if pairs else text).tolist() for text in texts]
    articles = Counter(gram for text in grams for gram in {*text})
    times = Counter(gram for text in grams for gram in text)
    return {gram: (count, times[gram]) for gram, count in articles.items() if count >= fewest}


@pytest.mark.parametrize("places", [1 << 6, 1 << 12, 1 << 21], ids=["many ranges", "some ranges", "one range"])
@pytest.mark.parametrize("fewest", [1, 3])
@pytest.mark.parametrize("pairs", [True, False], ids=["pairs too", "single words"])
def test_counts_are_those_of_a_counter(places: int, fewest: int, pairs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "PLACES", places)
    some = texts()
    found = counted(some, fewest, pairs=pairs)
    keys = found.keys.tolist()
    assert len(set(keys)) == len(keys)
    assert dict(zip(keys, zip(found.articles.tolist(), found.times.tolist(), strict=True), strict=True)) == expected(
        some, fewest, pairs
    )


def test_every_term_is_found_where_it_is_said_to_stand() -> None:
    some = texts()
    found = counted(some, 1, pairs=True)
    for key, place in zip(found.keys.tolist(), found.places.tolist(), strict=True):
        assert key in grams_of(some.values[place : place + 2])


def test_texts_count_once_in_whatever_order_they_stand() -> None:
    some = texts()
    mixed = some.those(np.random.default_rng(1).permutation(len(some)))
    one, other = counted(some, 2, pairs=True), counted(mixed, 2, pairs=True)
    for a, b in ((one.keys, other.keys), (one.articles, other.articles), (one.times, other.times)):
        assert sorted(a.tolist()) == sorted(b.tolist())
    half = counted(some.those(slice(0, 100)), 1)
    assert sorted(half.keys.tolist()) == sorted(expected(some[:100], 1, False))


def test_words_of_two_texts_are_no_pair() -> None:
    found = counted(Ragged.packed([[5, 6], [7], [5, 6]], np.uint64), 2, pairs=True)
    assert sorted(found.articles.tolist()) == [2, 2, 2]  # 5, 6, and the two as a pair


def test_what_was_left_out_is_no_word_and_makes_no_pair() -> None:
    gap = int(BREAK)
    found = counted(Ragged.packed([[5, gap, 6, 7], [gap, 5, 6, gap], [gap]], np.uint64), 1, pairs=True)
    assert {5, 6, 7} < set(found.keys.tolist()) and gap not in found.keys
    assert len(found.keys) == 5  # the three, and 6 7 and 5 6 as pairs


def test_nothing_is_nothing() -> None:
    assert [len(column) for column in counted(Ragged.packed([], np.uint64), 1)] == [0] * 4

"""How often numbers come: what a Counter says, in the order in which they first do, and sorted."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.helping import called
from training.kernels import tallies

NUMBERS = st.lists(st.integers(-1, 40) | st.integers(-1, 1 << 30), max_size=300)
tally, sort = called(tallies.tally), called(tallies.sort)


@given(NUMBERS, NUMBERS)
def test_numbers_are_counted_as_a_counter_does(first: list[int], more: list[int]) -> None:
    room = len(first) + len(more)
    different, times = np.empty(room, np.int32), np.empty(room, np.int32)
    places, count = tallies.places_for(room), 0
    for numbers in (first, more):
        among = np.empty(len(numbers), np.int32)
        count = tally(np.array(numbers, np.int32), different, times, count, places, among)
        assert [different[at] if at >= 0 else -1 for at in among] == numbers
    wanted = Counter(number for number in (*first, *more) if number >= 0)
    assert list(zip(different[:count].tolist(), times[:count].tolist(), strict=True)) == list(wanted.items())


@given(st.lists(st.integers(-5, 1 << 30), unique=True, max_size=300))
def test_numbers_are_sorted_and_what_goes_along_with_them(numbers: list[int]) -> None:
    mixed, along = np.array(numbers, np.int32), np.arange(len(numbers), dtype=np.int32)
    sort(mixed, along)
    assert mixed.tolist() == sorted(numbers) == [numbers[at] for at in along]


def test_many_numbers_are_sorted() -> None:
    mixed, along = np.random.default_rng(3).permutation(5000).astype(np.int32), np.zeros(5000, np.int32)
    sort(mixed, along)
    assert mixed.tolist() == list(range(5000))

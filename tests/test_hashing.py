"""Hashes of words and the tables that hold them."""

from __future__ import annotations

import numpy as np
import pytest

from training.kernels import hashing


@pytest.mark.parametrize("count", [0, 1, 3, 1000], ids=["none", "one", "three", "many"])
def test_a_table_finds_what_it_holds_and_nothing_else(count: int) -> None:
    new = np.unique(np.random.default_rng(1).integers(1, 2**63, count, dtype=np.uint64))
    keys, values = hashing.table(new)
    assert [int(hashing.found(keys, values, key)) for key in new] == list(range(len(new)))
    others = np.random.default_rng(2).integers(1, 2**63, 200, dtype=np.uint64)
    assert {int(hashing.found(keys, values, key)) for key in others} == {-1}


def test_keys_that_want_the_same_place_are_all_found() -> None:
    new = (np.arange(1, 6, dtype=np.uint64) << np.uint64(32)) + np.uint64(5)
    keys, values = hashing.table(new)
    assert [int(hashing.found(keys, values, key)) for key in new] == [0, 1, 2, 3, 4]


def test_a_hash_is_never_0_which_marks_a_free_place() -> None:
    assert hashing.mixed(np.uint64(0)) == 1


def test_the_order_of_words_counts() -> None:
    a, b = np.uint64(7), np.uint64(8)
    assert hashing.joined(a, b) != hashing.joined(b, a)

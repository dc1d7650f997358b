"""Hashes of words and the tables that hold them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.helping import called
from training.kernels import hashing, weighing
from training.kernels.words import hash_of
from training.text import hashed

found, mixed = called(hashing.found), called(hashing.mixed)
joined, may_have = called(hashing.joined), called(hashing.may_have)


@pytest.mark.parametrize("count", [0, 1, 3, 1000], ids=["none", "one", "three", "many"])
def test_a_table_finds_what_it_holds_and_nothing_else(count: int) -> None:
    new = np.unique(np.random.default_rng(1).integers(1, 2**63, count, dtype=np.uint64))
    keys, values = hashing.table(new)
    assert [int(found(keys, values, key)) for key in new] == list(range(len(new)))
    others = np.random.default_rng(2).integers(1, 2**63, 200, dtype=np.uint64)
    assert {int(found(keys, values, key)) for key in others} == {-1}


def test_keys_that_want_the_same_place_are_all_found() -> None:
    new = (np.arange(1, 6, dtype=np.uint64) << np.uint64(32)) + np.uint64(5)
    keys, values = hashing.table(new)
    assert [int(found(keys, values, key)) for key in new] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("count", [0, 1, 3, 1000], ids=["none", "one", "three", "many"])
def test_many_keys_are_found_as_each_alone(count: int) -> None:
    new = np.unique(np.random.default_rng(1).integers(1, 2**63, count, dtype=np.uint64))
    crowded = new & np.uint64(2**63 - 256) | np.uint64(5)  # all want one place
    keys, values = hashing.table(np.unique(np.concatenate([new, crowded])))
    wanted = np.concatenate([new, crowded, crowded + np.uint64(1), new])
    values_found, met = np.empty(len(wanted), np.int32), np.empty(len(wanted), np.uint64)
    called(hashing.find_all)(keys, values, wanted, met, values_found)
    assert values_found.tolist() == [int(found(keys, values, key)) for key in wanted]


@pytest.mark.parametrize("count", [0, 1, 3, 1000], ids=["none", "one", "three", "many"])
def test_a_sieve_lets_its_keys_pass_and_few_others(count: int) -> None:
    keys = np.random.default_rng(1).integers(1, 2**63, count, dtype=np.uint64)
    sieve = hashing.sieve(keys)
    assert all(may_have(sieve, key) for key in keys)
    others = np.random.default_rng(2).integers(1, 2**63, 2000, dtype=np.uint64)
    assert sum(map(bool, (may_have(sieve, key) for key in others))) < 0.15 * len(others)


def test_a_hash_is_never_0_which_marks_a_free_place() -> None:
    assert mixed(np.uint64(0)) == 1


def test_the_order_of_words_counts() -> None:
    a, b = np.uint64(7), np.uint64(8)
    assert joined(a, b) != joined(b, a)


def row(*words: int) -> int:
    return int(hashing.row_hash(np.array(words, dtype=np.uint64)))


def test_a_row_of_words_is_hashed_word_after_word() -> None:
    one = int(mixed(np.uint64(7)))
    two = int(joined(np.uint64(one), np.uint64(8)))
    assert [row(7), row(7, 8), row(7, 8, 9)] == [one, two, int(joined(np.uint64(two), np.uint64(9)))]
    assert len({row(7), row(8), row(7, 8), row(8, 7), row(7, 8, 9), row(7, 9, 8)}) == 6


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_grams_are_single_terms_and_then_pairs(count: int) -> None:
    terms = np.arange(1, count + 1, dtype=np.uint64)
    pairs = [int(joined(a, b)) for a, b in zip(terms, terms[1:], strict=False)]
    assert weighing.grams_of(terms).tolist() == [*terms.tolist(), *pairs]


def test_a_word_is_hashed_by_fowler_noll_and_vo_and_then_mixed() -> None:
    for word in ("", "a", "syria", "u.s.", "東京", "\U00010400"):
        state = 0xCBF29CE484222325
        for char in word:
            state = (state ^ ord(char)) * 0x100000001B3 % 2**64
        assert hash_of(np.array([*map(ord, word)], dtype=np.uint32)) == mixed(np.uint64(state)) == hashed(word)


def test_short_words_that_are_alike_share_no_hash() -> None:
    words = {f"{a}{b}{c}" for a in "abcdefghijklmnopqrstuvwxyz" for b in "aeiouy" for c in ("", *"bdklmnrstw")}
    assert len({hashed(word) for word in words}) == len(words)

"""Words as 64-bit hashes, and tables of them in arrays: open addressing, linear probing, 0 marks a free place.

A table of a million terms has a chance of 1 in 30 million that two of them share a hash (n squared over 2 to the 65th).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_bare, inlined

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]

START = np.uint64(0xCBF29CE484222325)  # of Fowler, Noll and Vo's FNV-1a, which takes one code point after the other
PRIME = np.uint64(0x100000001B3)
BREAK = np.uint64(1)
"""Stands in a row of words where others were left out, so that those on both sides are no neighbours."""
_ONE = np.uint64(1)


@inlined
def mixed(state: np.uint64) -> np.uint64:
    """Spread what tells words apart over all bits; never 0. The finaliser of Appleby's MurmurHash3, 64 bits."""
    state ^= state >> np.uint64(33)
    state *= np.uint64(0xFF51AFD7ED558CCD)
    state ^= state >> np.uint64(33)
    state *= np.uint64(0xC4CEB9FE1A85EC53)
    state ^= state >> np.uint64(33)
    return state if state != np.uint64(0) else np.uint64(1)


@inlined
def joined(first: np.uint64, second: np.uint64) -> np.uint64:
    """Give the hash of two words in a row, or of a row of words and one more; the order counts."""
    return mixed(first * np.uint64(31) + second)


@inlined
def phrase(words: Hashes, first: int, end: int) -> np.uint64:
    """Give the hash of the words from ``first`` to before ``end``."""
    state = mixed(words[first])
    for at in range(first + 1, end):
        state = joined(state, words[at])
    return state


@compiled
def row_hash(words: Hashes) -> np.uint64:
    """Give the hash of a row of words."""
    return phrase(words, 0, len(words))


@inlined
def found(keys: Hashes, values: Numbers, key: np.uint64) -> int:
    """Give the value of a key, -1 where the table has none."""
    mask = np.uint64(len(keys) - 1)
    place = key & mask
    while keys[place] != key:
        if keys[place] == 0:
            return -1
        place = (place + _ONE) & mask
    return int(values[place])


@compiled_bare
def find_all(keys: Hashes, values: Numbers, wanted: Hashes, met: Hashes, found: Numbers) -> None:
    """Find the values of many keys, -1 for those that the table has not.

    What is looked at first is fetched for all of them before any is judged: so memory is waited for once and for all.

    Args:
        keys, values: the table.
        wanted: the keys.
        met: room for as many.
        found: their values.
    """
    mask = np.uint64(len(keys) - 1)
    for at in range(len(wanted)):
        met[at], found[at] = keys[wanted[at] & mask], values[wanted[at] & mask]
    for at in range(len(wanted)):
        place = wanted[at] & mask
        if met[at] == wanted[at]:
            continue
        while keys[place] != wanted[at] and keys[place] != 0:
            place = (place + _ONE) & mask
        found[at] = values[place] if keys[place] != 0 else -1


@inlined
def may_have(sieve: Hashes, key: np.uint64) -> bool:
    """Whether a key may be one of those that a sieve was made of; one that is not seldom passes."""
    place = key & np.uint64(64 * len(sieve) - 1)
    return bool((sieve[place >> np.uint64(6)] >> (place & np.uint64(63))) & _ONE)


@compiled
def fill(keys: Hashes, values: Numbers, new: Hashes) -> None:
    """Number the ``new`` keys from 0 in an empty table of a power of two of places, more than there are keys."""
    mask = np.uint64(len(keys) - 1)
    for number in range(len(new)):
        place = new[number] & mask
        while keys[place] != 0 and keys[place] != new[number]:
            place = (place + _ONE) & mask
        keys[place], values[place] = new[number], number


def table(new: Hashes) -> tuple[Hashes, Numbers]:
    """Make the table that numbers the ``new`` keys, which are all different, from 0: its keys and values."""
    size = 1 << max(3, int(2 * len(new)).bit_length())
    keys, values = np.zeros(size, dtype=np.uint64), np.zeros(size, dtype=np.int32)
    fill(keys, values, new)
    return keys, values


def sieve(keys: Hashes) -> Hashes:
    """Make a sieve of keys, a power of two of bits: so small that most others are told apart without a look elsewhere.

    Bloom: Space/time trade-offs in hash coding with allowable errors, 1970; with one hash function.
    """
    bits = np.zeros(1 << max(6, int(12 * len(keys)).bit_length()), dtype=bool)
    bits[keys & np.uint64(len(bits) - 1)] = True
    return np.packbits(bits, bitorder="little").view("<u8")

"""Signatures of texts by which near-duplicates are found.

Broder: On the resemblance and containment of documents, 1997: MinHash over three-word sequences.
"""

from __future__ import annotations

from training.kernels.hashing import Hashes

HASHES = 128  # numbers in a signature; equal ones are the part of the sequences that two texts have in common
SHORT = 10  # words; fewer are alike by chance


def signature(words: Hashes) -> list[int] | None:
    """Give the signature of a text, HASHES numbers of 32 bits; None for one that is too short to tell.

    Args:
        words: hashes of its words, in order.
    """
    if len(words) < SHORT:
        return None
    from rensa import RMinHash

    given = words.tolist()
    made = RMinHash(num_perm=HASHES, seed=1)
    made.update([f"{a} {b} {c}" for a, b, c in zip(given, given[1:], given[2:], strict=False)])
    numbers: list[int] = made.digest()
    return numbers

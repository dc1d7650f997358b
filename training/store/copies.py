"""Which stored article a new one is a near-duplicate of: the same wire story, lightly edited.

Candidates are found by locality-sensitive hashing: what two signatures have in common in any of BANDS bands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, insert, select, update

from training import minhash, text
from training.article import Article
from training.store.tables import articles, bands

ALIKE = 0.7  # share of three-word sequences that two articles have in common from which one is a copy
BANDS, _WIDTH = 20, 6  # finds 92 % of the pairs that are just alike, 99.8 % of those at .8
_SOME = 5_000  # hashes asked for in one go

Signature = npt.NDArray[np.uint32]


def signature(article: Article) -> bytes | None:
    """Give the signature of an article as it is kept; None for one that is too short to tell."""
    found = minhash.signature(text.read(article).tokens.hashes)
    return None if found is None else np.array(found, "<u4").tobytes()


def hashes(signature: bytes) -> list[int]:
    """Give the hash of each band of a signature, (BANDS,), as signed numbers of 64 bits."""
    width = 4 * _WIDTH
    return [
        int.from_bytes(
            hashlib.blake2b(signature[band * width : (band + 1) * width], digest_size=8, salt=bytes([band])).digest(),
            "little",
            signed=True,
        )
        for band in range(BANDS)
    ]


def banded(number: int, signature: bytes) -> list[dict[str, int]]:
    """Give the rows by which an article is found as the original of others."""
    return [{"hash": hash, "article": number} for hash in sorted({*hashes(signature)})]


class Originals:
    """Articles that others may be copies of: those stored that have a band in common with new ones, and these."""

    def __init__(self, connection: Connection, signatures: Iterable[bytes]) -> None:
        self._numbers: dict[int, list[int]] = {}
        self._signatures: dict[int, Signature] = {}
        wanted = sorted({hash for one in signatures for hash in hashes(one)})
        found: set[int] = set()
        for first in range(0, len(wanted), _SOME):
            some = wanted[first : first + _SOME]
            for hash, number in connection.execute(select(bands).where(bands.c.hash.in_(some))):
                self._numbers.setdefault(hash, []).append(number)
                found.add(number)
        self._signatures.update(_signatures(connection, found))

    def find(self, signature: bytes) -> int | None:
        """Give the number of the article that one is a copy of: the most alike, the oldest of these."""
        mine = np.frombuffer(signature, "<u4")
        candidates = {number for hash in hashes(signature) for number in self._numbers.get(hash, ())}
        there = candidates & self._signatures.keys()
        alike = {number: float((self._signatures[number] == mine).mean()) for number in there}
        best = min(alike, key=lambda number: (-alike[number], number), default=None)
        return best if best is not None and alike[best] >= ALIKE else None

    def add(self, number: int, signature: bytes) -> None:
        """Let later articles be copies of this one too."""
        self._signatures[number] = np.frombuffer(signature, "<u4")
        for hash in hashes(signature):
            self._numbers.setdefault(hash, []).append(number)

    def forget(self, number: int) -> None:
        """Let no later article be a copy of this one."""
        self._signatures.pop(number, None)


def released(connection: Connection, number: int, signature: bytes | None) -> list[tuple[int, bytes]]:
    """Let go of the copies of an article that are not like it any more; give the heirs of these."""
    wanted = select(articles.c.number, articles.c.copy_of, articles.c.signature).where(articles.c.copy_of == number)
    every = connection.execute(wanted.order_by(articles.c.number)).all()
    return heirs(connection, [one for one in every if not _alike(one.signature, signature)])


def heirs(connection: Connection, orphans: Iterable[Any]) -> list[tuple[int, bytes]]:
    """Let the oldest of the copies of an article take its place; give the numbers and signatures of those that do.

    Args:
        connection: where they are.
        orphans: number, number of the original, and signature of each copy, the oldest first.
    """
    found: dict[int, int] = {}
    leading = []
    for number, original, signature in orphans:
        heir = number if signature is None else found.setdefault(original, number)
        own = articles.c.number == number
        connection.execute(update(articles).where(own).values(copy_of=None if heir == number else heir))
        if heir == number and signature is not None:
            connection.execute(insert(bands), banded(number, signature))
            leading.append((number, signature))
    return leading


def _alike(one: bytes | None, other: bytes | None) -> bool:
    if one is None or other is None:
        return False
    return float((np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")).mean()) >= ALIKE


def _signatures(connection: Connection, numbers: Collection[int]) -> Mapping[int, Signature]:
    ordered = sorted(numbers)
    found: dict[int, Signature] = {}
    for first in range(0, len(ordered), _SOME):
        some = ordered[first : first + _SOME]
        rows = connection.execute(select(articles.c.number, articles.c.signature).where(articles.c.number.in_(some)))
        found |= {number: np.frombuffer(kept, "<u4") for number, kept in rows if kept is not None}
    return found

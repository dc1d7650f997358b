"""Examples made by hand, for tests of what is fitted on them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from training.classifier import Example, Floats
from training.examples import Examples
from training.focus import FEATURES
from training.kernels.hashing import Hashes
from training.spelling import Spelling
from training.text import hashed

WORDS = "bread fuel clinic bridge harvest court ledger quartet striker mask tunnel ballot".split()
SPELLED: dict[int, str] = {}
"""The words of all hashes in the examples made so far."""


def hashes(words: Iterable[str]) -> Hashes:
    """Give the hashes of words, which are remembered in SPELLED."""
    found = [(hashed(word), word) for word in words]
    SPELLED.update(found)
    return np.array([hash for hash, _ in found], dtype=np.uint64)


def central(strength: float) -> Floats:
    """Give focus features that say, the more the greater `strength`, that a label is what the article is about."""
    row = np.zeros(len(FEATURES))
    row[FEATURES.index("in headline")] = row[FEATURES.index("share")] = strength
    return row


def example(
    number: int,
    terms: str,
    named: dict[str, float],
    labels: str | None,
    unsure: str = "",
    of: Sequence[str] = ("LY", "SY"),
) -> Example:
    """Make an article of these terms that names labels, some of those that there are (`of`), so centrally."""
    found = hashes(terms.split())
    named = dict(sorted(named.items()))
    return Example(
        found,
        np.arange(len(found), dtype=np.int32),
        np.array([of.index(label) for label in named], dtype=np.int32),
        np.array([central(strength) for strength in named.values()]).reshape(len(named), len(FEATURES)),
        of,
        hashlib.sha256(str(number).encode()).hexdigest()[:24],
        None if labels is None else frozenset(labels.split()),
        frozenset(unsure.split()),
    )


def spelling() -> Spelling:
    """Give the words of all hashes in the examples made so far."""
    return Spelling.packed(SPELLED)


def packed(examples: Sequence[Example]) -> Examples:
    """Put examples into arrays, as a run has them."""
    return Examples.packed(examples, examples[0].of if examples else ())


def words(one: Example) -> list[str]:
    """Give the terms of an example that was made here."""
    return [SPELLED[term] for term in one.terms.tolist()]


def corpus(
    change: Callable[[int, Example], Example] = lambda _, one: one, count: int = 60, of: Sequence[str] = ("LY", "SY")
) -> list[Example]:
    """Make articles about SY and LY in turn: focus tells them apart with some noise, words do too."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(count):
        label, other = ("SY", "LY") if number % 2 else ("LY", "SY")
        terms = " ".join(rng.choice(WORDS[:9] if number % 2 else WORDS[3:], 6))
        focus = {label: float(rng.uniform(1, 3)), other: float(rng.uniform(0, 2))}
        made.append(change(number, example(number, terms, focus, label, of=of)))
    return made

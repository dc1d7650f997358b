"""Examples made by hand, for tests of what is fitted on them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

import numpy as np

from training.classifier import Example, Floats
from training.discovery import Articles
from training.discovery.recording import Heads
from training.examples import Examples
from training.focus import FEATURES
from training.kernels.hashing import BREAK, Hashes
from training.spelling import Spelling
from training.spool import Ragged
from training.text import hashed

FARM = "wheat barley tractor harvest plough orchard fodder meadow sheep pasture".split()
SPORT = "striker goalkeeper penalty referee stadium midfield offside trophy coach league".split()
COURT = "verdict judge jury lawyer witness appeal prosecutor bail evidence trial".split()
OIL = "crude refinery barrel pipeline drilling tanker petrol wells gas exports".split()
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


def in_rows(texts: Iterable[Iterable[str]]) -> Ragged:
    """Give the words of texts as topics take them; "-" stands where others were left out."""
    return Ragged.packed([hashes_of(text) for text in texts], np.uint64)


def hashes_of(text: Iterable[str]) -> Hashes:
    """Give hashes of words, and a BREAK for each dash."""
    found = [(hashes([word])[0] if word != "-" else BREAK) for word in text]
    return np.array(found, dtype=np.uint64)


def written(number: int, *themes: Sequence[str], length: int = 40) -> list[str]:
    """Write an article of words of themes, the same one for the same number."""
    random = Random(number)
    return [random.choice(random.choice(themes)) for _ in range(length)]


def articles_of(texts: Mapping[int, Sequence[str]], dates: Mapping[int, str] | None = None) -> Articles:
    """Make the articles of a run, by their number; the number is the key."""
    some = [replace(example(number, "", {}, None), date=(dates or {}).get(number)) for number in texts]
    heads = [(str(number), f"Title {number}", "Gazette", " ".join(text)) for number, text in texts.items()]
    return Articles(packed(some), in_rows(texts.values()), spelling(), Heads(Heads.packed(heads)))


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

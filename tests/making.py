"""Examples made by hand, for tests of what is fitted on them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np

from training.classifier import Example, Floats
from training.focus import FEATURES

WORDS = "bread fuel clinic bridge harvest court ledger quartet striker mask tunnel ballot".split()


def central(strength: float) -> Floats:
    """Give focus features that say, the more the greater `strength`, that a label is what the article is about."""
    row = np.zeros(len(FEATURES))
    row[FEATURES.index("in headline")] = row[FEATURES.index("share")] = strength
    return row


def example(number: int, terms: str, named: dict[str, float], labels: str | None, unsure: str = "") -> Example:
    return Example(
        terms.split(),
        list(range(len(terms.split()))),
        list(named),
        np.array([central(strength) for strength in named.values()]).reshape(len(named), len(FEATURES)),
        hashlib.sha256(str(number).encode()).hexdigest()[:24],
        None if labels is None else frozenset(labels.split()),
        frozenset(unsure.split()),
    )


def corpus(change: Callable[[int, Example], Example] = lambda _, one: one, count: int = 60) -> list[Example]:
    """Make articles about SY and LY in turn: focus tells them apart with some noise, words do too."""
    rng = np.random.default_rng(5)
    made = []
    for number in range(count):
        label, other = ("SY", "LY") if number % 2 else ("LY", "SY")
        words = " ".join(rng.choice(WORDS[:9] if number % 2 else WORDS[3:], 6))
        focus = {label: float(rng.uniform(1, 3)), other: float(rng.uniform(0, 2))}
        made.append(change(number, example(number, words, dict(sorted(focus.items())), label)))
    return made

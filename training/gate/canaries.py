"""Canaries: a few articles that a model must get right, whatever else it learned; none is trained on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from training.article import Article
from training.gate.bounds import Gate
from training.gate.verdict import Check
from training.model import Model


def canaries_right(gate: Gate, canaries: Sequence[Article], said: Sequence[frozenset[str]], file: Path) -> Check:
    """The canaries must have exactly the labels that they are known to have."""
    if not canaries:
        return Check("canaries", True, None, None, f"the canaries are left out: there are none in {file}")
    wrong = []
    for one, given in zip(canaries, said, strict=True):
        right = one.labels or frozenset()
        untold = one.untold(right | given)
        if given - untold != right - untold:
            wrong.append(f"{one.id or one.title} must be {_named(right - untold)} and is {_named(given - untold)}")
    told = f"{len(canaries) - len(wrong)} of {len(canaries)} canaries are right"
    if wrong:
        told += f": {'; '.join(wrong)}"
    return Check("canaries", len(wrong) <= gate.canaries, len(wrong), gate.canaries, told)


def assigned(model: Model, article: Article) -> frozenset[str]:
    """Give the labels that a model assigns to an article."""
    return frozenset(label.id for label in model.label(article, evidence=False).labels)


def _named(labels: Collection[str]) -> str:
    return ", ".join(sorted(labels)) or "nothing"

"""Which words and mentions decided: a label's score taken apart and pinned to places in the text as sent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from training import focus
from training.classifier import Classifier
from training.kernels import evidence as kernel
from training.kernels.judging import Judged
from training.seeds import KINDS
from training.text import Reading

LEAST = 0.1  # log-odds; what adds less moves no probability that a person could tell
WORD = "word"

_ALL = 1 << 30


class Evidence(NamedTuple):
    """One stretch that spoke for a label, or against it.

    ``start`` and ``end`` count characters of ``field`` (text, title or dateline) as sent; ``kind`` is the kind of seed,
    or "word"; ``weight`` is what it added to the label's score, in log-odds, beyond what a mention in passing would.
    """

    start: int
    end: int
    text: str
    kind: str
    weight: float
    field: str = "text"


@dataclass(frozen=True)
class Explainer:
    """Takes the scores of one article apart."""

    classifier: Classifier
    reading: Reading
    judged: Judged

    @cached_property
    def _lift(self) -> focus.Floats:
        return self.classifier.focus.lift(self.judged.features)

    def evidence(self, label: int, most: int | None = None) -> list[Evidence]:
        """Give the mentions and words that moved the score of a label, heaviest first.

        What the weights leave of the score is what the label starts from: the classifier's bias, a mention in passing,
        what the article's length and its other labels add, and what its mentions lack, such as a place in the headline.

        Args:
            label: its number.
            most: how many to give, without those too light to tell; None gives all there are.
        """
        light, most = (0.0, _ALL) if most is None else (LEAST, most)
        tokens, learned = self.reading.tokens, self.classifier.learned
        found = kernel.decided(self.judged, label, self._lift, learned, tokens, light, most)
        columns = (column.tolist() for column in found)
        return [self._pinned(*stretch) for stretch in zip(*columns, strict=True)]

    def _pinned(self, start: int, end: int, kind: int, weight: float) -> Evidence:
        field, base = self.reading.field(start)
        words = self.reading.content[start:end]
        return Evidence(start - base, end - base, words, KINDS[kind] if kind >= 0 else WORD, weight, field)


def telling(found: list[Evidence]) -> list[Evidence]:
    """Leave out stretches too light to tell."""
    least = _least(max((abs(stretch.weight) for stretch in found), default=0.0))
    return [stretch for stretch in found if abs(stretch.weight) >= least]


def _least(heaviest: float) -> float:
    """Give the weight below which nothing is told: LEAST, unless all are as light: many can decide too."""
    return min(LEAST, heaviest / 2)


def as_row(evidence: Evidence) -> dict[str, Any]:
    """Give evidence as the object the interface shows; ``field`` only where it is not the text."""
    start, end, text, kind, weight, field = evidence
    row = {"start": start, "end": end, "text": text, "kind": kind, "weight": weight}
    return row if field == "text" else {**row, "field": field}

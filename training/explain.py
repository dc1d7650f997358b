"""Which words and mentions decided: a label's score taken apart and pinned to places in the text as sent."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from training.classifier import Classifier, Example, grams
from training.focus import FEATURES, LEAD
from training.mentions import Mention
from training.text import Reading

_CONTEXT = {
    "starts at",
    "ends at",
    "labels named",
    "labels in lead",
    "length",
}  # features of the article rather than of any one mention


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


def evidence(
    classifier: Classifier,
    reading: Reading,
    mentions: list[Mention],
    example: Example,
    label: str,
) -> list[Evidence]:
    """Give every mention and word that moved the score of ``label``, heaviest first.

    What the weights leave of the score is what every article starts from: the classifier's bias, a mention in passing,
    and what the article's length and its other labels add.
    """
    weights: dict[tuple[int, int, str], float] = defaultdict(float)
    row = classifier.rows.get(label)
    mine = [mention for mention in mentions if mention.label == label]
    if mine:
        gain = float(classifier.gains[row]) if row is not None else 1.0
        for mention, weight in zip(mine, _mention_weights(classifier, reading, mine, example, label), strict=True):
            weights[mention.first, mention.end, mention.kind] += gain * weight
    if row is not None and (mine or not np.isnan(classifier.unnamed[row])):
        for (first, end), weight in _word_weights(classifier, reading, example, row).items():
            seed = next(
                ((m.first, m.end, m.kind) for m in mine if m.first <= first and end <= m.end), (first, end, "word")
            )
            weights[seed] += weight
    found = [_pinned(reading, *place, weight) for place, weight in weights.items()]
    return sorted(found, key=lambda e: (-abs(e.weight), e.field != "title", e.start))


def _mention_weights(
    classifier: Classifier, reading: Reading, mine: list[Mention], example: Example, label: str
) -> list[float]:
    """Share what each focus feature added, beyond a mention in passing, among the mentions it is owed to."""
    lead_start = max(reading.text_start, reading.headline_end)
    dateline = reading.dateline_tokens
    owed: dict[str, list[bool]] = {
        "in headline": [mention.first < reading.headline_end for mention in mine],
        "news peg": [mention.first < reading.headline_end for mention in mine],
        "peg alone": [mention.first < reading.headline_end for mention in mine],
        "in lead": [
            lead_start <= mention.first < lead_start + LEAD and mention.first not in dateline for mention in mine
        ],
        "in dateline": [mention.first in dateline for mention in mine],
    }
    shares = np.zeros(len(mine))
    contributions = classifier.focus.lift(example.focus)[example.named.index(label)]
    for feature, contribution in zip(FEATURES, contributions, strict=True):
        if feature in _CONTEXT:
            continue
        which = np.array(owed.get(feature, [True] * len(mine)))
        if which.any():
            shares[which] += contribution / which.sum()
    return shares.tolist()


def _word_weights(classifier: Classifier, reading: Reading, example: Example, row: int) -> dict[tuple[int, int], float]:
    """Share what each 1-2-gram added to the score among the places where it stands, as first and end token."""
    columns, values = classifier.tfidf(example.terms)
    added = dict(zip(columns.tolist(), (classifier.weights[row, columns] * values).tolist(), strict=True))
    tokens = example.tokens
    places = [(number, number + 1) for number in tokens]
    places += [(a, b + 1) for a, b in zip(tokens, tokens[1:], strict=False)]
    by_gram: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for gram, place in zip(grams(example.terms), places, strict=True):
        if (column := classifier.vocabulary.get(gram)) is not None:
            by_gram[column].append(place)
    weights: dict[tuple[int, int], float] = defaultdict(float)
    for column, at in by_gram.items():
        for first, end in at:
            apart = reading.tokens.sentences[first] != reading.tokens.sentences[end - 1]
            weights[(end - 1, end) if apart else (first, end)] += added[column] / len(at)
    return weights


def _pinned(reading: Reading, first: int, end: int, kind: str, weight: float) -> Evidence:
    name, content = reading.field(first)
    start, stop = reading.tokens.starts[first], reading.tokens.ends[end - 1]
    return Evidence(start, stop, content[start:stop], kind, round(weight, 4), name)


def as_row(evidence: Evidence) -> dict[str, Any]:
    """Give evidence as the object the interface shows; ``field`` only where it is not the text."""
    row = evidence._asdict()
    if evidence.field == "text":
        del row["field"]
    return row

"""Which words and mentions decided: a label's score taken apart and pinned to places in the text as sent."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

import numpy as np

from training.classifier import Classifier, Example, grams
from training.focus import FEATURES, Bools, Floats, Ints, Places, places
from training.mentions import Mention
from training.text import Reading

LEAST = 0.1  # log-odds; what adds less moves no probability that a person could tell

_OF_THE_ARTICLE = ("labels named", "labels in lead", "length")  # features that no one mention is owed


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

    What the weights leave of the score is what the label starts from: the classifier's bias, a mention in passing, what
    the article's length and its other labels add, and what its mentions lack, such as a place in the headline.
    """
    weights: dict[tuple[int, int, str], float] = defaultdict(float)
    row = classifier.rows.get(label)
    mine = [mention for mention in mentions if mention.label == label]
    if mine:
        gain = float(classifier.gains[row]) if row is not None else 1.0
        for mention, weight in zip(mine, _mention_weights(classifier, reading, mentions, example, label), strict=True):
            weights[mention.first, mention.end, mention.kind] += gain * weight
    if row is not None and (mine or not np.isnan(classifier.unnamed[row])):
        for (first, end), weight in _word_weights(classifier, reading, example, row).items():
            seed = next(
                ((m.first, m.end, m.kind) for m in mine if m.first <= first and end <= m.end), (first, end, "word")
            )
            weights[seed] += weight
    found = [_pinned(reading, *place, weight) for place, weight in weights.items()]
    moved = [stretch for stretch in found if stretch.weight]
    return sorted(moved, key=lambda e: (-abs(e.weight), e.field != "title", e.start))


def telling(found: list[Evidence]) -> list[Evidence]:
    """Leave out stretches that moved the score by less than LEAST, unless all are as light: many can decide too."""
    heaviest = max((abs(stretch.weight) for stretch in found), default=0.0)
    return [stretch for stretch in found if abs(stretch.weight) >= min(LEAST, heaviest / 2)]


def _mention_weights(
    classifier: Classifier, reading: Reading, mentions: list[Mention], example: Example, label: str
) -> Floats:
    """Share what each focus feature added, beyond a mention in passing, among the mentions of the label it is owed to.

    What no mention is owed, because none stands there, is left out. Gives one weight for each mention of the label.
    """
    mine = np.array([mention.label == label for mention in mentions])
    owed = _owed(Places(*(column[mine] for column in places(reading, mentions))))
    everyone = np.ones(mine.sum())
    weights = np.zeros(mine.sum())
    contributions = classifier.focus.lift(example.focus)[example.named.index(label)]
    for feature, contribution in zip(FEATURES, contributions, strict=True):
        shares = owed.get(feature, everyone)
        if feature not in _OF_THE_ARTICLE and shares.any():
            weights += contribution * shares / shares.sum()
    return weights


def _owed(at: Places) -> dict[str, Floats]:
    """Say which mentions of a label each feature is owed to, and in what proportion; all others to all alike."""
    owed = {
        "in headline": at.in_headline,
        "news peg": at.in_headline | at.in_opening,
        "peg alone": at.in_headline | at.in_opening,
        "in lead": at.in_lead,
        "lead share": at.in_lead,
        "in dateline": at.in_dateline,
        "dateline only": at.in_dateline,
        "sentences": _firsts(at.sentence),
        "spread": _firsts(at.fifth),
        "distinct seeds": _firsts(at.term),
        "by name": at.by_name,
        "starts at": at.first == at.first.min(),
        "ends at": at.first == at.first.max(),
        "text held": at.held,
    }
    return {feature: shares.astype(float) for feature, shares in owed.items()}


def _firsts(key: Ints) -> Bools:
    """Mark the first of each kind."""
    firsts = np.zeros(len(key), dtype=bool)
    firsts[np.unique(key, return_index=True)[1]] = True
    return firsts


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
    return Evidence(start, stop, content[start:stop], kind, round(float(weight), 4), name)


def as_row(evidence: Evidence) -> dict[str, Any]:
    """Give evidence as the object the interface shows; ``field`` only where it is not the text."""
    start, end, text, kind, weight, field = evidence
    row = {"start": start, "end": end, "text": text, "kind": kind, "weight": weight}
    return row if field == "text" else {**row, "field": field}

"""Where the mentions of labels stand in an article, and what is measured by it; see :mod:`training.focus`."""

from __future__ import annotations

from math import log, log1p
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled
from training.kernels.hashing import Hashes, Numbers, phrase
from training.kernels.search import DEMONYMS, NAMES, Found
from training.kernels.words import Offsets

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]

FEATURES = 22


class Places(NamedTuple):
    """Where mentions stand in an article; of shape (mentions,) each.

    Attributes:
        first: number of the first token.
        in_opening: in the first two sentences of the text.
        fifth: of the text, counted from 0; the headline counts as the first.
        term: a number for each different seed.
        held: words of the text until the next mention, as many as hold at most; 0 outside the text.
        by_name: by the label's own name or demonym.
    """

    first: Offsets
    in_headline: Bools
    in_dateline: Bools
    in_lead: Bools
    in_opening: Bools
    sentence: Offsets
    fifth: Offsets
    term: Offsets
    held: Floats
    by_name: Bools


@compiled
def place(found: Found, words: Hashes, sentences: Offsets, marks: Offsets, lead: int, hold: int) -> Places:
    """Say where mentions stand.

    Args:
        found: all mentions of an article, in order.
        words: hashes of its words.
        sentences: of each word.
        marks: (4,) token numbers: where the headline ends, where the text starts, where the dateline starts and ends.
        lead: words of the text that count as its lead.
        hold: words that a mention holds the text at most.
    """
    n, m = len(words), len(found.first)
    headline_end, start = marks[0], max(marks[0], marks[1])
    opening = sentences[min(start, n - 1)] if n else 0
    at = Places(
        found.first,
        np.empty(m, np.bool_),
        np.empty(m, np.bool_),
        np.empty(m, np.bool_),
        np.empty(m, np.bool_),
        np.empty(m, np.int32),
        np.empty(m, np.int32),
        np.empty(m, np.int32),
        np.zeros(m, np.float64),
        np.empty(m, np.bool_),
    )
    terms, seen, following = np.empty(m, np.uint64), 0, n
    for mention in range(m):
        first = found.first[mention]
        in_dateline = marks[2] <= first < marks[3]
        in_body = first >= start and not in_dateline
        at.in_headline[mention], at.in_dateline[mention] = first < headline_end, in_dateline
        at.in_lead[mention] = in_body and first < start + lead
        at.sentence[mention] = sentences[first]
        at.in_opening[mention] = in_body and sentences[first] <= opening + 1
        at.fifth[mention] = min(max(5 * (first - start) // max(1, n - start), 0), 4)
        at.by_name[mention] = found.kinds[mention] == NAMES or found.kinds[mention] == DEMONYMS
        term, number = phrase(words, first, found.end[mention]), 0
        while number < seen and terms[number] != term:
            number += 1
        if number == seen:
            terms[seen] = term
            seen += 1
        at.term[mention] = number
    for mention in range(m - 1, -1, -1):
        if at.first[mention] >= start and not at.in_dateline[mention]:
            at.held[mention] = min(hold, following - at.first[mention])
            following = at.first[mention]
    return at


@compiled
def _numbered(labels: Numbers) -> tuple[Numbers, Numbers]:
    """Give the different labels, sorted, and for each mention the number of its label among them."""
    different = np.unique(labels)
    return different, np.searchsorted(different, labels).astype(np.int32)


@compiled
def measure(labels: Numbers, at: Places, words: int, start: int, sentences: int) -> tuple[Numbers, Any]:
    """Measure how central each mentioned label is.

    Args:
        labels: of each mention.
        at: where they stand.
        words: of the article.
        start: where its text starts, after the headline.
        sentences: how many the article has.

    Returns:
        The mentioned labels, sorted, and an array of shape (labels, FEATURES).
    """
    columns, of = _numbered(labels)
    n, m = len(columns), len(labels)
    features = np.zeros((n, FEATURES))
    counts = np.zeros(
        (n, 10)
    )  # mentions; in headline, opening, lead, dateline; sentences; fifths; terms; by name; held
    starts, ends, last = np.full(n, words), np.zeros(n), np.full((n, 2), -1)
    for mention in range(m):
        label, count = of[mention], counts[of[mention]]
        count[0] += 1
        count[1] += at.in_headline[mention]
        count[2] += at.in_opening[mention]
        count[3] += at.in_lead[mention]
        count[4] += at.in_dateline[mention]
        count[5] += last[label, 0] != at.sentence[mention]  # mentions are in order, and so are sentences and fifths
        count[6] += last[label, 1] != at.fifth[mention]
        last[label, 0], last[label, 1] = at.sentence[mention], at.fifth[mention]
        new = True
        for before in range(mention):
            new = new and not (of[before] == label and at.term[before] == at.term[mention])
        count[7] += new
        count[8] += at.by_name[mention]
        count[9] += at.held[mention]
        starts[label] = min(starts[label], at.first[mention])
        ends[label] = max(ends[label], at.first[mention])
    most, in_lead, led = counts[:, 0].max() if n else 0.0, counts[:, 3].sum(), 0
    for label in range(n):
        led += counts[label, 3] > 0
    for label in range(n):
        count, row = counts[label], features[label]
        share = count[0] / m
        row[0] = min(1.0, count[1])
        row[1] = row[0] * min(1.0, count[2])  # the headline's news opens the text
        row[2] = row[1] * max(0.0, 1 - share / 0.2)  # ... and then gives way to background about others
        row[3] = min(3.0, count[3])
        row[4] = min(1.0, count[4])
        row[5] = log1p(count[0])
        row[6] = min(3.0, 100 * count[0] / max(words, 50))
        row[7] = share
        row[8] = count[0] / most
        row[9] = count[0] == most
        row[10] = count[5] / sentences
        row[11] = count[6] / 5
        row[12] = log1p(count[7])
        row[13] = count[8] / count[0]
        row[14] = starts[label] / words
        row[15] = log(n)
        row[16] = log1p(words)
        row[17] = count[9] / max(1, words - start)
        row[18] = count[3] / max(1.0, in_lead)
        row[19] = ends[label] / words
        row[20] = count[0] == count[4]
        row[21] = log1p(led)
    return columns, features


@compiled
def effects(features: Floats, knots: Floats, slopes: Floats) -> Floats:
    """Give what each feature adds to the score by its broken line, (labels, FEATURES); see training.focus."""
    n, width = features.shape
    added = np.empty((n, width))
    for label in range(n):
        for feature in range(width):
            value = features[label, feature]
            total = value * slopes[feature, 0]
            for knot in range(knots.shape[1]):
                total += min(value, knots[feature, knot]) * slopes[feature, knot + 1]
            added[label, feature] = total
    return added

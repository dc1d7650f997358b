"""Where the mentions of labels stand in an article, and what is measured by it; see :mod:`training.focus`."""

from __future__ import annotations

from math import log, log1p
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_bare, inlined
from training.kernels.hashing import Hashes, Numbers, phrase
from training.kernels.search import DEMONYMS, NAMES, Found
from training.kernels.words import Offsets

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.floating[Any]]

FEATURES = 22
_COUNTS = 10


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
        marks: see :class:`training.kernels.beside.Text`.
        lead: words of the text that count as its lead.
        hold: words that a mention holds the text at most.
    """
    m = len(found.first)
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
    _place(found, words, sentences, marks, lead, hold, np.empty(m, np.uint64), at)
    return at


@compiled_bare
def _place(
    found: Found, words: Hashes, sentences: Offsets, marks: Offsets, lead: int, hold: int, terms: Hashes, at: Places
) -> None:
    n, m, seen, following = len(words), len(found.first), 0, len(words)
    headline_end, start = marks[2], max(marks[1], marks[2])
    opening = sentences[min(start, n - 1)] if n else 0
    for mention in range(m):
        first = found.first[mention]
        in_dateline = marks[3] <= first < marks[4]
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


@inlined
def different(terms: Offsets) -> int:
    """Give how many different terms there are, as they are numbered."""
    count = 0
    for term in terms:
        count = max(count, term + 1)
    return count


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
    columns, of = np.empty(len(labels), np.int32), np.empty(len(labels), np.int32)
    n = _distinct(labels, columns, of)
    counts, ends, last = np.zeros((n, _COUNTS)), np.zeros((n, 2)), np.full((n, 2), -1)
    ends[:, 0] = words
    _count(of, at, counts, ends, last, np.zeros((n, different(at.term)), np.bool_))
    features = np.zeros((n, FEATURES))
    _measure(counts, ends, len(labels), words, start, sentences, features)
    return columns[:n], features


@compiled_bare
def _distinct(labels: Numbers, columns: Numbers, of: Numbers) -> int:
    """Sort the different ``labels``, and note which of them each is; counts them."""
    n = 0
    for label in labels:
        at = n
        while at > 0 and columns[at - 1] > label:
            at -= 1
        if at == 0 or columns[at - 1] != label:
            for place in range(n, at, -1):
                columns[place] = columns[place - 1]
            columns[at] = label
            n += 1
    for mention in range(len(labels)):
        of[mention] = 0
        while columns[of[mention]] != labels[mention]:
            of[mention] += 1
    return n


@compiled_bare
def _count(of: Numbers, at: Places, counts: Floats, ends: Floats, last: Any, met: Any) -> None:
    """Count the mentions of each label, and note where the first and the last one stand.

    Args:
        of: which label each is of.
        at: where they stand.
        counts: (labels, _COUNTS) mentions; in headline, opening, lead, dateline; sentences; fifths; different terms; by
            name; words held.
        ends: (labels, 2).
        last: (labels, 2) sentence and fifth of the mention before.
        met: (labels, terms) false; which terms each was named by.
    """
    for mention in range(len(of)):
        label, count = of[mention], counts[of[mention]]
        count[0] += 1
        count[1] += at.in_headline[mention]
        count[2] += at.in_opening[mention]
        count[3] += at.in_lead[mention]
        count[4] += at.in_dateline[mention]
        count[5] += last[label, 0] != at.sentence[mention]  # mentions are in order, and so are sentences and fifths
        count[6] += last[label, 1] != at.fifth[mention]
        last[label, 0], last[label, 1] = at.sentence[mention], at.fifth[mention]
        count[7] += not met[label, at.term[mention]]
        met[label, at.term[mention]] = True
        count[8] += at.by_name[mention]
        count[9] += at.held[mention]
        ends[label, 0] = min(ends[label, 0], at.first[mention])
        ends[label, 1] = max(ends[label, 1], at.first[mention])


@compiled_bare
def _measure(
    counts: Floats, ends: Floats, mentions: int, words: int, start: int, sentences: int, features: Floats
) -> None:
    n, most, in_lead, led = len(counts), 0.0, 0.0, 0
    for label in range(n):
        most, in_lead, led = max(most, counts[label, 0]), in_lead + counts[label, 3], led + (counts[label, 3] > 0)
    for label in range(n):
        count, row = counts[label], features[label]
        share = count[0] / mentions
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
        row[14] = ends[label, 0] / words
        row[15] = log(n)
        row[16] = log1p(words)
        row[17] = count[9] / max(1, words - start)
        row[18] = count[3] / max(1.0, in_lead)
        row[19] = ends[label, 1] / words
        row[20] = count[0] == count[4]
        row[21] = log1p(led)


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

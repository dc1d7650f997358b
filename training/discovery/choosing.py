"""How many topics: by what they say of articles that were held out, and by how well their words belong together."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from training.discovery import clusters, lda, quality
from training.discovery.bags import Bags
from training.discovery.continuing import Column, prior_of
from training.progress import Progress, unseen
from training.spool import Ragged

NUMBERS = (10, 15, 20, 30, 40, 50, 65, 80, 100)
ARTICLES = 50  # that there must be for each topic
ROWS = 8_000  # tried on at most
PASSES = 25
NEAR = 1.05  # times the least perplexity, from which a number is out


def tried(
    bags: Bags,
    texts: Ragged,
    held: Ragged,
    themes: Mapping[str, Collection[str]],
    seed: int,
    progress: Progress = unseen,
) -> list[dict[str, Any]]:
    """Fit several numbers of topics in short: ``topics``, ``perplexity``, ``npmi`` and ``diversity`` of each.

    Args:
        bags, texts: of the articles that are fitted on.
        held: of those held out.
        themes: words of themes that the first topics are pinned to.
        seed: of the random start.
        progress: wraps the numbers, with the step's name.
    """
    every = -(-len(bags) // ROWS)
    some = bags.those(np.arange(0, len(bags), every)) if every > 1 else bags
    least = len(themes) + 2
    counts = sorted({max(least, count) for count in NUMBERS if count == NUMBERS[0] or count * ARTICLES <= len(some)})
    rows = []
    for count in progress(counts, "number of topics"):
        prior = prior_of(some, [Column(theme=theme) for theme in themes] + [Column()] * (count - len(themes)), themes)
        fitted = lda.swept(some, prior, clusters.started(some, prior, len(themes), seed), PASSES)
        found = quality.measured(lda.topics_of(some.vocabulary, fitted), texts, held)
        rows.append(
            {
                "topics": count,
                "perplexity": None if found.perplexity is None else round(found.perplexity, 1),
                "npmi": round(float(found.npmi.mean()), 4),
                "diversity": round(found.diversity, 4),
            }
        )
    return rows


def best(rows: list[dict[str, Any]]) -> int:
    """Choose: of the numbers whose perplexity is near the least, the one of most coherence times diversity.

    >>> rows = ((10, 99, 0.3, 1), (20, 50, 0.1, 0.9), (30, 51, 0.2, 0.8))
    >>> best([dict(zip(("topics", "perplexity", "npmi", "diversity"), row)) for row in rows])
    30
    """
    least = min((row["perplexity"] for row in rows if row["perplexity"]), default=None)
    near = [row for row in rows if least is None or (row["perplexity"] or np.inf) <= NEAR * least]
    return int(max(near, key=lambda row: (row["npmi"] * row["diversity"], -row["topics"]))["topics"])

"""The gate: whether a challenger may take the champion's place, and each reason why not.

::

    bounds    what a challenger may lose
    verdict   what was found, a row for each criterion
    heldout   champion and challenger on the same articles
    scores    F1 and Brier score may not fall; labels may not contradict the champion
    topics    topics keep their identity
    canaries  a few articles must be right
    cost      size and speed
"""

from __future__ import annotations

from collections.abc import Sequence

from training import corpus
from training.gate.bounds import Gate
from training.gate.canaries import assigned, canaries_right
from training.gate.cost import bytes_of, fast_enough, pace, small_enough, some
from training.gate.heldout import Comparison, compare
from training.gate.scores import no_surprise, no_worse
from training.gate.topics import topics_stay
from training.gate.verdict import Check, Verdict
from training.model import Model
from training.settings import Settings

__all__ = ["Check", "Comparison", "Gate", "Verdict", "bytes_of", "compare", "judge"]


def judge(
    gate: Gate,
    champion: Model,
    challenger: Model,
    comparisons: Sequence[Comparison],
    settings: Settings,
    sizes: tuple[int, int],
) -> Verdict:
    """Judge a challenger.

    Args:
        gate: what it may lose.
        champion: the current model.
        challenger: that was trained under ``settings`` and goes on from the champion's topics.
        comparisons: of the two on held-out articles.
        settings: of the run.
        sizes: bytes of the folder of each.
    """
    canaries = corpus.canaries(settings)
    return Verdict(
        [
            *no_worse(gate, comparisons),
            *no_surprise(gate, comparisons, champion.about),
            *topics_stay(gate, champion.topics, challenger.topics, settings.afresh),
            canaries_right(gate, canaries, [assigned(challenger, canary) for canary in canaries], settings.canaries),
            small_enough(gate, *sizes),
            fast_enough(gate, *pace(gate, champion, challenger, [*canaries, *some(settings)])),
        ]
    )

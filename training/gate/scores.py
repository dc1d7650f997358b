"""Scores on held-out articles: none may fall clearly beyond chance, and new labels may not contradict the champion.

The paired bootstrap gives the standard error of each difference (Efron, Tibshirani: An introduction to the bootstrap,
1993, chapters 6 and 13). A night asks about a hundred labels, so each is asked at its part of the risk (Bonferroni;
Dunn: Multiple comparisons among means, 1961): by 95 % intervals an unchanged model would be refused on most nights.
Percentiles of so small a risk would need a million draws, and the greatest of all studentised differences of a draw is
governed by labels on which the two differ once or twice, so that nothing else would stand out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Any

from training.bootstrap import BRIER, MACRO, MICRO, Difference
from training.evaluate import Counts
from training.gate.bounds import Gate
from training.gate.heldout import KNOWN, NEW, PARTLY, Comparison
from training.gate.verdict import Check


def no_worse(gate: Gate, comparisons: Sequence[Comparison]) -> Iterator[Check]:
    """Each score of each group, new articles first, may not fall clearly beyond chance and by more than is allowed."""
    slack = {MICRO: gate.micro, MACRO: gate.macro, BRIER: gate.brier}
    asked = [
        (comparison, one)
        for comparison in comparisons
        for one in comparison.differences
        if _support(comparison, one.score) >= gate.support
    ]
    overall = [(comparison, one) for comparison, one in asked if one.score in slack]
    labels = [(comparison, one) for comparison, one in asked if one.score not in slack]
    for family in (overall, labels):
        errors = _errors(gate.risk / 2, len(family))
        for comparison, one in family:
            yield _no_worse(one, comparison.name, max(slack.get(one.score, gate.label), errors * one.spread))


def _no_worse(one: Difference, group: str, allowed: float) -> Check:
    """Hold a difference, champion less challenger, against how much worse the challenger may be."""
    better_is_less = one.score == BRIER
    worse = -one.difference if better_is_less else one.difference
    score = {BRIER: "the Brier score", MICRO: MICRO, MACRO: MACRO}.get(one.score, f"F1 of {one.score}")
    goes = ("rises" if better_is_less else "falls") if worse > 0 else "goes"
    was, now = f"{one.ours:.3f}", f"{one.theirs:.3f}"
    told = f"{score} on {group} articles {f'stays at {was}' if was == now else f'{goes} from {was} to {now}'}"
    return Check(f"{score}, {group} articles", worse <= allowed, worse, allowed, told)


def _support(comparison: Comparison, score: str) -> int:
    """Give how many articles bear on a score."""
    if score == BRIER:
        return comparison.articles
    counts = comparison.champion.micro if score in (MICRO, MACRO) else comparison.champion.labels.get(score)
    return counts.support if counts else 0


def _errors(risk: float, asked: int) -> float:
    """Give how many standard errors chance exceeds at a risk that is shared out among all that is asked."""
    return -NormalDist().inv_cdf(risk / max(1, asked))


def no_surprise(gate: Gate, comparisons: Sequence[Comparison], about: Mapping[str, Any]) -> Iterator[Check]:
    """The labels of new articles may not contradict a champion that is right on those it knows.

    Where the run has none that it knows, what the champion said of itself when it was trained is what it is right on.
    """
    found = {one.name: one for one in comparisons}
    if KNOWN in found:
        known, where = found[KNOWN].champion.micro.f1, "on articles it knows"
    elif "out_of_fold" in about:
        known, where = float(about["out_of_fold"]["micro"]["f1"]), "when it was trained"
    else:
        return
    for name, least, most in ((NEW, gate.support, gate.surprise), (PARTLY, gate.bulk, gate.reversal)):
        new = found.get(name)
        if new is None or new.articles < least or _given(new.champion.micro) < gate.support:
            continue
        there, what = new.champion.micro.f1, f"{new.articles} {'new' if name == NEW else 'new, partly judged'} articles"
        told = f"the current model's micro F1 is {there:.3f} on {what}, {known:.3f} {where}"
        if known - there > most:
            told = (
                f"the labels of the {what} contradict the current model (its micro F1 is {there:.3f} there, "
                f"{known:.3f} {where}): look at them, and if they are right, use desk train"
            )
        yield Check(f"labels of {name} articles", known - there <= most, known - there, most, told)


def _given(counts: Counts) -> int:
    """Give how many labels were given or missed; where these are few, as in articles about nothing, F1 says little."""
    return counts.right + counts.wrong + counts.missed

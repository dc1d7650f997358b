"""Models of four folds answer the fifth; by their answers is chosen what the final models are fitted with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from training import parallel
from training.fitting.calibration import Floats, platt
from training.fitting.folds import FOLDS
from training.fitting.parts import fit_focus, fit_shared, fit_words
from training.fitting.table import Table

STRENGTHS = (3.0, 10.0, 30.0)  # inverse L2 penalties that the word classifiers are tried with


@dataclass(frozen=True, slots=True)
class Trial:
    """What models answered to articles they had not seen, and what was chosen by it.

    Attributes:
        candidates: numbers of the labels that word classifiers were tried for.
        trusted: whether hints made answers better.
        strength: the one of STRENGTHS with the least loss.
        shared, words: (articles, labels) log-odds by what all labels share, and by words; nan where there are none.
        losses: mean log loss of all that was tried.
    """

    candidates: list[int]
    trusted: bool
    strength: float
    shared: Floats
    words: Floats
    losses: dict[str, float]


def attempt(table: Table, min_examples: int) -> Trial:
    """Let models of four folds answer the fifth, and choose by their answers."""
    pairs = list(parallel.each(_held_out_focus, range(FOLDS), table, when=table.big))
    alone, hinted = (_gathered(table, [pair[which] for pair in pairs]) for which in (0, 1))
    losses = {"focus": _loss(alone, table), "focus and hints": _loss(hinted, table)}
    trusted = bool(table.hints) and losses["focus and hints"] < losses["focus"]
    candidates = _candidates(table, min_examples)
    tried = list(parallel.each(_held_out_words, range(FOLDS), table, candidates, trusted, when=table.big))
    by_words = {strength: _gathered(table, [scores[strength] for scores in tried]) for strength in STRENGTHS}
    for strength in STRENGTHS:
        losses[f"words, strength {strength:g}"] = _loss(by_words[strength], table)
    strength = min(STRENGTHS, key=lambda strength: losses[f"words, strength {strength:g}"])
    return Trial(candidates, trusted, strength, hinted if trusted else alone, by_words[strength], losses)


def _candidates(table: Table, min_examples: int) -> list[int]:
    """Give the labels that enough articles are about, and others are not."""
    about = (table.truth & table.known).sum(axis=0)
    return [int(c) for c in np.flatnonzero((about >= min_examples) & (about < table.known.sum(axis=0)))]


def _held_out_focus(fold: int, table: Table) -> tuple[Floats, Floats]:
    """Give log-odds of the fold's articles by focus, and by focus and hints, from models of the other folds."""
    rest, held = table.folds != fold, table.folds == fold
    shared = fit_shared(table, rest, trusted=True)
    return replace(shared, trust=None).scores(table)[held], shared.scores(table)[held]


def _held_out_words(fold: int, table: Table, candidates: Sequence[int], trusted: bool) -> dict[float, Floats]:
    """Give log-odds of the fold's articles by words with each of STRENGTHS, from models of the other folds."""
    rest, held = table.folds != fold, table.folds == fold
    focus = table.focus(fit_focus(table, rest))
    scores = {strength: np.full((held.sum(), table.truth.shape[1]), np.nan) for strength in STRENGTHS}
    words = table.words[held]
    for label in candidates:
        for strength in STRENGTHS:
            made = fit_words(label, table, focus, rest, strength, trusted)
            hints = table.hints[label][held] if made.hint else 0.0
            scores[strength][:, label] = made.scores(words, focus[held, label], hints)
    return scores


def _gathered(table: Table, parts: Sequence[Floats]) -> Floats:
    """Put the answers of all folds in the order of the articles."""
    together = np.full(table.truth.shape, np.nan)
    for fold, part in enumerate(parts):
        together[table.folds == fold] = part
    return together


def _loss(scores: Floats, table: Table) -> float:
    """Give the mean log loss of calibrated log-odds, over what has been judged."""
    use = ~np.isnan(scores) & table.known
    weights = np.broadcast_to(table.weights[:, None], use.shape)[use]
    scale, shift = platt(scores[use], table.truth[use], weights)
    margins = (scale * scores[use] + shift) * np.where(table.truth[use], 1, -1)
    return float(np.average(np.logaddexp(0.0, -margins), weights=weights)) if len(margins) else 0.0

"""Models of four folds answer the fifth; by their answers is chosen what the final models are fitted with.

The final word classifiers are fitted on all articles beside those of the folds, as it costs hardly more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from training import spool
from training.fitting import threads
from training.fitting.calibration import Bools, Floats, platt
from training.fitting.folds import FOLDS
from training.fitting.parts import Shared, fit_shared
from training.fitting.table import Table
from training.fitting.words import Learned, learn
from training.focus import FocusModel
from training.progress import Progress, unseen

STRENGTHS = (3.0, 10.0, 30.0)  # inverse L2 penalties that the word classifiers are tried with
EVERYTHING = FOLDS  # the number of the part that is no fold's rest but all articles


@dataclass(frozen=True, slots=True)
class Trial:
    """What models answered to articles they had not seen, and what was chosen by it.

    Attributes:
        candidates: numbers of the labels that word classifiers were tried for.
        trusted: whether hints made answers better.
        strength: the one of STRENGTHS with the least loss.
        shared, words: (articles, labels) log-odds by what all labels share, and by words; nan where there are none.
        losses: mean log loss of all that was tried.
        final: what all labels share, fitted on EVERYTHING.
        learned: word classifiers of each candidate, by its number, on the rest of each fold and on EVERYTHING.
    """

    candidates: list[int]
    trusted: bool
    strength: float
    shared: Floats
    words: Floats
    losses: dict[str, float]
    final: Shared
    learned: Mapping[int, Learned]


def attempt(table: Table, min_examples: int, progress: Progress = unseen) -> Trial:
    """Let models of four folds answer the fifth, and choose by their answers; ``progress`` wraps the labels."""
    parts = np.array([table.folds != number for number in (*range(FOLDS), EVERYTHING)])
    hinted = threads.each(lambda which: fit_shared(table, which, trusted=True), list(parts))
    alone = [replace(shared, trust=None) for shared in hinted]
    said = {False: _answered(table, alone), True: _answered(table, hinted)}
    losses = {"focus": _loss(said[False], table), "focus and hints": _loss(said[True], table)}
    trusted = bool(table.hints) and losses["focus and hints"] < losses["focus"]
    candidates, models = _candidates(table, min_examples), [shared.focus for shared in alone]
    learned = try_words(table, candidates, models, parts, trusted, progress)
    answers = {strength: _answers(table, learned, number) for number, strength in enumerate(STRENGTHS)}
    for strength in STRENGTHS:
        losses[f"words, strength {strength:g}"] = _loss(answers[strength], table)
    strength = min(STRENGTHS, key=lambda strength: losses[f"words, strength {strength:g}"])
    final = (hinted if trusted else alone)[EVERYTHING]
    return Trial(list(learned), trusted, strength, said[trusted], answers[strength], losses, final, learned)


def try_words(
    table: Table,
    candidates: Sequence[int],
    models: Sequence[FocusModel],
    parts: Bools,
    trusted: bool,
    progress: Progress = unseen,
) -> dict[int, Learned]:
    """Fit word classifiers of labels on parts of the articles, (parts, articles), each with its focus model."""
    focus = np.stack([table.scored(model) for model in models])
    tried = partial(learn, table=table, focus=focus, parts=parts, strengths=STRENGTHS, trusted=trusted)
    named = np.bincount(table.columns, minlength=table.truth.shape[1])
    found = threads.each(
        tried, candidates, lambda label: int(named[label]), lambda order: progress(order, "word classifiers")
    )
    return dict(zip(candidates, found, strict=True))


def _candidates(table: Table, min_examples: int) -> list[int]:
    """Give the labels that enough articles are about, and others are not."""
    about = (table.truth & table.known).sum(axis=0)
    return [int(c) for c in np.flatnonzero((about >= min_examples) & (about < table.known.sum(axis=0)))]


def _answered(table: Table, parts: Sequence[Shared]) -> Floats:
    """Give log-odds of all articles by what labels share, each fold's by the model of the others."""
    answers = spool.full(table.truth.shape, np.nan)
    for fold in range(FOLDS):
        held = table.folds == fold
        answers[held] = parts[fold].scores(table)[held]
    return answers


def _answers(table: Table, learned: Mapping[int, Learned], number: int) -> Floats:
    """Give the same by words with one of STRENGTHS."""
    answers = spool.full(table.truth.shape, np.nan)
    for label, found in learned.items():
        answers[found.rows, label] = found.scores[table.folds[found.rows], number, np.arange(len(found.rows))]
    return answers


def _loss(scores: Floats, table: Table) -> float:
    """Give the mean log loss of calibrated log-odds, over what has been judged."""
    use = ~np.isnan(scores) & table.known
    weights = np.broadcast_to(table.weights[:, None], use.shape)[use]
    scale, shift = platt(scores[use], table.truth[use], weights)
    margins = (scale * scores[use] + shift) * np.where(table.truth[use], 1, -1)
    return float(np.average(np.logaddexp(0.0, -margins), weights=weights)) if len(margins) else 0.0

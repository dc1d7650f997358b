"""How log-odds become answers: calibration, thresholds, and which labels keep their words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training import spool
from training.classifier import UNNAMED
from training.fitting.calibration import Bools, Floats, Tally, log_loss, platt, sigmoid
from training.fitting.folds import FOLDS
from training.fitting.table import Table
from training.fitting.trial import Trial
from training.spool import Spool

_TOGETHER = 1000  # articles looked at together


@dataclass(frozen=True, slots=True)
class Decided:
    """How log-odds become answers.

    Attributes:
        probabilities: (articles, labels) out of fold, calibrated on other folds.
        thresholds: (labels,).
        kept: numbers of the labels whose words do no worse than focus alone.
        fallen: of the other candidates, F1 by focus and by words.
        shared_scale, words_scale: scale and shift that calibrate log-odds.
    """

    probabilities: Floats
    thresholds: Floats
    kept: list[int]
    fallen: dict[int, tuple[float, float]]
    shared_scale: tuple[float, float]
    words_scale: tuple[float, float]


def decide(table: Table, trial: Trial, target_precision: float | None) -> Decided:
    """Calibrate, choose thresholds, and keep words where they do no worse than focus alone."""
    by_shared, shared_scale = _calibrated(trial.shared, table)
    by_words, words_scale = _calibrated(trial.words, table)
    together = Tally(*_all_answers(by_shared, table))
    thresholds = np.full(table.truth.shape[1], _threshold(together, together, target_precision))
    probabilities = by_shared  # a label's are looked at before they are replaced
    kept: list[int] = []
    fallen: dict[int, tuple[float, float]] = {}
    for label in trial.candidates:  # thresholds chosen on fewer articles flatter more than they help
        tallies = [Tally(*_answers(by, table, label)) for by in (by_shared, by_words)]
        chosen = [_threshold(tally, together, target_precision) for tally in tallies]
        before, after = (tally.f1_at(threshold) for tally, threshold in zip(tallies, chosen, strict=True))
        losses = [log_loss(*_answers(by, table, label)) for by in (by_shared, by_words)]
        if after >= before and losses[1] < losses[0]:
            kept.append(label)
            thresholds[label], probabilities[:, label] = chosen[1], by_words[:, label]
        else:
            fallen[label] = before, after
            thresholds[label] = chosen[0]
    return Decided(probabilities, thresholds, kept, fallen, shared_scale, words_scale)


def _threshold(tally: Tally, together: Tally, target_precision: float | None) -> float:
    """Give a label's threshold; a target precision must be reached by its own answers, too."""
    joined = tally.joined(together)
    return joined.best() if target_precision is None else joined.lowest(target_precision, tally)


def _calibrated(scores: Floats, table: Table) -> tuple[Floats, tuple[float, float]]:
    """Give probabilities, each fold's calibrated on the others, and the scale and shift that all together ask for."""
    probabilities = spool.full(scores.shape, float(sigmoid(np.array(UNNAMED))))
    rows, columns = np.nonzero(table.known & ~np.isnan(scores))
    said, truth, weights = scores[rows, columns], table.truth[rows, columns], table.weights[rows]
    for fold in range(FOLDS):
        others = table.folds[rows] != fold
        scale, shift = platt(said[others], truth[others], weights[others])
        there = ~np.isnan(scores) & (table.folds == fold)[:, None]
        probabilities[there] = sigmoid(scale * scores[there] + shift)
    return probabilities, platt(said, truth, weights)


def _answers(probabilities: Floats, table: Table, label: int) -> tuple[Floats, Bools, Floats]:
    """Give probabilities, truth and weights of all that has been judged of a label."""
    use = table.known[:, label]
    return probabilities[use, label], table.truth[use, label], table.weights[use]


def _all_answers(probabilities: Floats, table: Table) -> tuple[Floats, Bools, Floats]:
    """Give the same of all labels, article by article, mapped."""
    said, truth, weights = Spool(np.float64), Spool(bool), Spool(np.float64)
    for start in range(0, len(probabilities), _TOGETHER):
        some = slice(start, start + _TOGETHER)
        use = table.known[some]
        said.add(probabilities[some][use])
        truth.add(table.truth[some][use])
        weights.add(np.broadcast_to(table.weights[some, None], use.shape)[use])
    return said.array(), truth.array(), weights.array()

"""Foreign Desk's answers to articles it has not seen, whole and with a part left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from bench.task import Said, Task
from training.classifier import UNNAMED, Classifier
from training.fitting import fit
from training.fitting.calibration import Bools, Floats, Tally, sigmoid
from training.fitting.decision import Decided, decide
from training.fitting.folds import FOLDS
from training.fitting.table import Table
from training.fitting.trial import Trial, attempt

MIN_EXAMPLES = 20
NESTED, REPORTED = "Foreign Desk", "Foreign Desk, as a run reports itself"


def ways(task: Task) -> Iterator[tuple[str, Said]]:
    """Give Foreign Desk's answers with their name."""
    with threadpool_limits(1):
        if not task.folded:
            yield NESTED, _fitted(task)
            return
        trial = attempt(task.table, MIN_EXAMPLES)
        yield NESTED, nested(task.table, trial)
        decided = decide(task.table, trial, None)
        yield REPORTED, Said(decided.probabilities >= decided.thresholds, decided.probabilities)


def ablations(task: Task) -> Iterator[tuple[str, Said]]:
    """Give Foreign Desk's answers, and those it would give without one of its parts."""
    with threadpool_limits(1):
        table = task.table
        trial = attempt(table, MIN_EXAMPLES)
        yield NESTED, nested(table, trial)
        yield "without word classifiers", nested(table, replace(trial, words=trial.shared))
        if table.hints:
            bare = replace(table, hints={})
            yield "without hints of unjudged news", nested(bare, attempt(bare, MIN_EXAMPLES))
        yield "with one threshold for all labels", nested(table, trial, one=True)
        yield "without calibration", nested(table, trial, calibrated=False)


def nested(table: Table, trial: Trial, *, one: bool = False, calibrated: bool = True) -> Said:
    """Answer each fold with calibration, thresholds and words decided on the other folds.

    A run itself decides them on all folds, which flatters.

    Args:
        table: judged articles.
        trial: scores of models that had not seen them.
        one: whether all labels share a threshold.
        calibrated: whether probabilities are calibrated; what is assigned stays the same.
    """
    assigned, probabilities = np.zeros(table.truth.shape, dtype=bool), np.zeros(table.truth.shape)
    for fold in range(FOLDS):
        rest, held = table.folds != fold, table.folds == fold
        others = some(table, rest)
        decided = decide(others, _some_of(trial, rest), None)
        thresholds = _shared_threshold(decided, others) if one else decided.thresholds
        answers = _some_of(trial, held)
        chances = _chances(decided, answers, decided.shared_scale, decided.words_scale)
        assigned[held] = chances >= thresholds
        probabilities[held] = chances if calibrated else _chances(decided, answers, (1.0, 0.0), (1.0, 0.0))
    return Said(assigned, probabilities)


def some(table: Table, which: Bools) -> Table:
    """Give the table of some of the articles."""
    places, pairs = np.cumsum(which) - 1, which[table.rows]
    return Table(
        words=table.words[which],
        rows=places[table.rows[pairs]],
        columns=table.columns[pairs],
        features=table.features[pairs],
        truth=table.truth[which],
        known=table.known[which],
        weights=table.weights[which],
        folds=table.folds[which],
        hints={label: scores[which] for label, scores in table.hints.items()},
    )


def _some_of(trial: Trial, which: Bools) -> Trial:
    return replace(trial, shared=trial.shared[which], words=trial.words[which])


def _chances(decided: Decided, scores: Trial, shared: tuple[float, float], words: tuple[float, float]) -> Floats:
    """Give probabilities of scores by scale and shift."""
    chances = shared[0] * scores.shared + shared[1]
    chances[:, decided.kept] = words[0] * scores.words[:, decided.kept] + words[1]
    return sigmoid(np.nan_to_num(chances, nan=UNNAMED))


def _shared_threshold(decided: Decided, table: Table) -> float:
    use = table.known
    weights = np.broadcast_to(table.weights[:, None], use.shape)[use]
    return Tally(decided.probabilities[use], table.truth[use], weights).best()


def _fitted(task: Task) -> Said:
    """Train as `desk train` does and answer what was held out."""
    [(learned, held)] = task.splits
    examples = [one for one, use in zip(task.examples, learned, strict=True) if use]
    known = task.known
    fitted = fit(known.packed([*examples, *task.unjudged]), *known, min_examples=MIN_EXAMPLES)
    classifier: Classifier = fitted.classifier
    probabilities = np.zeros(task.table.truth.shape)
    for row in np.flatnonzero(held).tolist():
        probabilities[row] = classifier.predict(task.examples[row]).probabilities
    return Said(probabilities >= classifier.thresholds, probabilities)

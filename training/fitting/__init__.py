"""Fit the classifier: table -> trial -> final models -> decision -> Classifier.

Everything that is chosen (regularisation, whether hints are trusted, whether a label keeps its words, calibration,
thresholds) is chosen on answers that models gave to articles they had not seen.

::

    folds        which articles are held out together
    vocabulary   which terms count, and their TF-IDF in all articles
    calibration  from scores to probabilities, from probabilities to thresholds
    table        judged articles as arrays
    threads      work spread over threads
    gathering    some rows of TF-IDF values as columns
    weak         hints: what goes with a label, learned from unjudged news
    parts        what all labels share, fitted on some of the articles
    words        the words of one label, fitted on several parts of the articles
    trial        five folds: what is chosen by answers to articles not seen
    decision     calibration, thresholds, and which labels keep their words
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from training import spool
from training.classifier import Classifier
from training.examples import Examples
from training.fitting import weak
from training.fitting.calibration import Floats
from training.fitting.decision import Decided, decide
from training.fitting.parts import Shared, fit_focus
from training.fitting.table import Table, table_of
from training.fitting.trial import EVERYTHING, Trial, attempt
from training.fitting.vocabulary import as_vectorizer, values, vocabulary_of
from training.fitting.weak import Hints, Named
from training.fitting.words import Words
from training.progress import Progress, unseen
from training.spelling import Spelling
from training.spool import Spool
from training.tfidf import Vocabulary

_TOGETHER = 1000  # articles looked at together


@dataclass(frozen=True, slots=True)
class Fitted:
    """A classifier, and what came of fitting it.

    Attributes:
        classifier: with thresholds.
        out_of_fold: by the key of each judged example, its probabilities by models that had not seen it, (labels,).
        reference: the fitted scikit-learn objects, for notebooks.
        choices: what was chosen and why, as plain data.
    """

    classifier: Classifier
    out_of_fold: dict[str, Floats]
    reference: dict[str, Any]
    choices: dict[str, Any] = field(default_factory=dict)


def fit(
    examples: Examples,
    labels: Mapping[str, Collection[str]],
    spelling: Spelling,
    *,
    min_examples: int = 10,
    target_precision: float | None = None,
    seed: int = 0,
    progress: Progress = unseen,
) -> Fitted:
    """Fit on judged examples, with hints from unjudged ones.

    Args:
        examples: of all articles of the run.
        labels: ids of all labels that may be assigned, and the words of their seeds.
        spelling: the words of all hashes.
        min_examples: judged articles about a label from which it gets a word classifier and a threshold of its own.
        target_precision: thresholds are the lowest that reach it; by default they are those of best F1.
        seed: of everything random.
        progress: wraps the labels of slow steps, with the step's name.

    Raises:
        InputError: there is too little to learn from.
    """
    ids = sorted(labels)
    with threadpool_limits(1):  # threads of BLAS slow each other down on arrays this small
        vocabulary, hints, table = prepare(examples, labels, spelling, seed, progress)
        trial = attempt(table, min_examples, progress)
        decided = decide(table, trial, target_precision)
    found = {label: trial.learned[label].words(table.words, EVERYTHING, trial.strength) for label in decided.kept}
    classifier = _assemble(ids, vocabulary, hints, trial.final, found, decided)
    return Fitted(
        classifier,
        {key.decode(): row for key, row in zip(examples.keys[examples.judged], decided.probabilities, strict=True)},
        {"vectorizer": as_vectorizer(vocabulary), "classifiers": {ids[c]: found[c].estimator for c in decided.kept}},
        _choices(ids, table, trial, decided),
    )


def prepare(
    examples: Examples,
    labels: Mapping[str, Collection[str]],
    spelling: Spelling,
    seed: int = 0,
    progress: Progress = unseen,
) -> tuple[Vocabulary, Hints, Table]:
    """Give the vocabulary, the hints of unjudged articles, and the table of the judged ones."""
    ids = sorted(labels)
    judged, unjudged = examples.those(examples.judged), examples.those(~examples.judged)
    vocabulary = vocabulary_of(examples, spelling)
    table = table_of(judged, ids, values(vocabulary, judged))
    hidden = weak.hide(vocabulary.terms, [labels[id] for id in ids])
    hints = weak.learn(values(vocabulary, unjudged), _by_focus(table, unjudged), hidden, seed, progress)
    return vocabulary, hints, replace(table, hints=hints.scores(table.words))


def _by_focus(table: Table, unjudged: Examples) -> Named:
    """Give log-odds of the labels that unjudged articles name, by a focus model of the judged ones."""
    rows, labels, scores = Spool(np.int32), Spool(np.int32), Spool(np.float64)
    if len(unjudged) >= weak.FEWEST:
        model = fit_focus(table, np.ones(len(table.weights), dtype=bool))
        for start in range(0, len(unjudged), _TOGETHER):
            some = unjudged[start : start + _TOGETHER]
            rows.add(start + np.repeat(np.arange(len(some)), some.columns.sizes))
            labels.add(some.columns.flat)
            scores.add(model.score(some.focus.flat))
    return Named(len(unjudged), rows.array(), labels.array(), scores.array())


def _assemble(
    ids: list[str], vocabulary: Vocabulary, hints: Hints, shared: Shared, words: Mapping[int, Words], decided: Decided
) -> Classifier:
    """Put weights, hints and calibration together, so that predicting is one sum."""
    scale, shift = decided.shared_scale
    labels = [label for label in range(len(ids)) if label in decided.kept or (label in hints.rows and shared.trust)]
    weights = spool.empty((len(vocabulary), len(labels)), np.float32)
    gains, biases, unnamed = [], [], []
    none = np.zeros(len(vocabulary))
    for row, label in enumerate(labels):
        hinted = hints.rows.get(label)
        hint, hint_bias = (hints.weights[hinted], hints.biases[hinted]) if hinted is not None else (none, 0.0)
        if label in decided.kept:
            made, (gain, bias) = words[label], decided.words_scale
            weights[:, row] = gain * (made.weights + made.hint * hint)
            gains.append(gain * made.gain / scale)
            ends = made.bias, made.unnamed
            biases.append(gain * (ends[0] + made.hint * hint_bias) + bias - gains[-1] * shift)
            unnamed.append(gain * (ends[1] + made.hint * hint_bias) + bias)
        elif shared.trust:
            gains.append(shared.trust[0])
            weights[:, row] = scale * shared.trust[1] * hint
            biases.append(scale * (shared.trust[1] * hint_bias + shared.trust[2]) + shift - gains[-1] * shift)
            unnamed.append(np.nan)
    return Classifier(
        labels=ids,
        focus=shared.focus.scaled(scale, shift),
        vocabulary=vocabulary,
        rows={ids[label]: row for row, label in enumerate(labels)},
        weights=weights,
        gains=np.array(gains),
        biases=np.array(biases),
        unnamed=np.array(unnamed),
        thresholds=decided.thresholds,
        judged=[ids[label] for label in decided.kept],
    )


def _choices(ids: list[str], table: Table, trial: Trial, decided: Decided) -> dict[str, Any]:
    """Give what was chosen, for the model card."""
    return {
        "log_loss": {name: round(loss, 5) for name, loss in trial.losses.items()},
        "strength": trial.strength,
        "hints": {"labels": [ids[label] for label in sorted(table.hints)], "trusted": trial.trusted},
        "words": [ids[label] for label in decided.kept],
        "fallen_back": {
            ids[label]: {"f1_by_focus": round(before, 4), "f1_by_words": round(after, 4)}
            for label, (before, after) in sorted(decided.fallen.items())
        },
    }

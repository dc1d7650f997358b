"""Fit the classifier: table -> hints -> five folds -> what is kept -> calibration and thresholds -> Classifier.

Everything that is chosen (regularisation, whether hints are trusted, whether a label keeps its words, calibration,
thresholds) is chosen on answers that models gave to articles they had not seen: see :mod:`training.folds`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from training import focus, parallel, weak
from training.calibration import Bools, Floats, Tally, platt, sigmoid
from training.classifier import UNNAMED, Classifier, Example
from training.errors import InputError
from training.focus import FocusModel
from training.folds import FOLDS, folds
from training.weak import Hints

STRENGTHS = (3.0, 10.0, 30.0)  # inverse L2 penalties that the word classifiers are tried with
UNNAMED_EXAMPLES = 10  # judged articles about a label that do not name it, from which words alone may assign it
TEMPERED = 1 / 3  # an article of a corpus of n counts as n to the minus this: large corpora do not drown small ones
TERMS = 150_000  # at most; the most frequent are kept
MANY = 2000  # judged articles from which processes are worth starting


@dataclass(frozen=True, slots=True)
class Table:
    """Judged articles as arrays.

    Attributes:
        words: sparse, (articles, terms), TF-IDF values.
        rows, columns: (pairs,) article and label of each named label.
        features: (pairs, features) of focus.
        truth: (articles, labels), which labels each article is about.
        known: (articles, labels), for which labels it says so at all.
        weights: (articles,), how much each counts.
        folds: (articles,).
        hints: (articles,) log-odds by hints for each hinted label, by its number.
    """

    words: Any
    rows: npt.NDArray[np.intp]
    columns: npt.NDArray[np.intp]
    features: Floats
    truth: Bools
    known: Bools
    weights: Floats
    folds: npt.NDArray[np.intp]
    hints: Mapping[int, Floats]

    def focus(self, model: FocusModel) -> Floats:
        """Give log-odds by focus, of shape (articles, labels); nan where a label is not named."""
        scores = np.full(self.truth.shape, np.nan)
        scores[self.rows, self.columns] = model.score(self.features)
        return scores


@dataclass(frozen=True, slots=True)
class Shared:
    """What all labels share: the focus model, and the trust in hints: gain of focus, gain of hints, bias."""

    focus: FocusModel
    trust: tuple[float, float, float] | None

    def scores(self, table: Table) -> Floats:
        """Give log-odds of shape (articles, labels); nan where a label is not named."""
        scores = table.focus(self.focus)
        if self.trust:
            gain, hint, bias = self.trust
            for column, hints in table.hints.items():
                scores[:, column] = gain * scores[:, column] + hint * hints + bias
        return scores


@dataclass(frozen=True, slots=True)
class Words:
    """The word classifier of one label.

    Log-odds are ``values @ weights + hint * hints``, plus ``gain * focus + bias`` where the article names the label,
    plus ``unnamed`` where it does not; they are nan there when ``unnamed`` is: words alone are not trusted.
    """

    weights: Floats
    hint: float
    gain: float
    bias: float
    unnamed: float
    estimator: Any

    def scores(self, words: Any, focus: Floats, hints: Floats | float) -> Floats:
        """Give log-odds of shape (articles,)."""
        named = np.where(np.isnan(focus), self.unnamed, self.gain * focus + self.bias)
        return np.asarray(words @ self.weights + self.hint * hints + named)


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
    examples: Sequence[Example],
    labels: Mapping[str, Collection[str]],
    *,
    min_examples: int = 20,
    target_precision: float | None = None,
    seed: int = 0,
) -> Fitted:
    """Fit on judged examples, with hints from unjudged ones.

    Args:
        examples: of all articles of the run.
        labels: ids of all labels that may be assigned, and the words of their seeds.
        min_examples: judged articles about a label from which it gets a word classifier and a threshold of its own.
        target_precision: thresholds are the lowest that reach it; by default they are those of best F1.
        seed: of everything random.

    Raises:
        InputError: there is too little to learn from.
    """
    ids = sorted(labels)
    judged = [example for example in examples if example.labels is not None]
    with threadpool_limits(1):  # threads of BLAS slow each other down on arrays this small
        vectorizer = _vectorizer(examples)
        hints = _hints(examples, labels, vectorizer, seed)
        table = _table(judged, ids, vectorizer, hints)
        trial = _try(table, min_examples)
        shared, words = _fit_all(table, trial)
    decided = _decide(table, trial, target_precision)
    classifier = _assemble(ids, vectorizer, hints, shared, words, decided)
    return Fitted(
        classifier,
        {example.key: row for example, row in zip(judged, decided.probabilities, strict=True)},
        {"vectorizer": vectorizer, "classifiers": {ids[c]: words[c].estimator for c in decided.kept}},
        _choices(ids, table, trial, decided),
    )


# -- what is fitted on


def _vectorizer(examples: Sequence[Example]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=max(2, len(examples) // 4000),
        max_features=TERMS,
        lowercase=False,
        token_pattern=r"\S+",
    )
    return vectorizer.fit(" ".join(example.terms) for example in examples)


def _hints(examples: Sequence[Example], labels: Mapping[str, Collection[str]], vectorizer: Any, seed: int) -> Hints:
    """Learn hints from the unjudged examples, labelled by a focus model of the judged ones."""
    unjudged = [example for example in examples if example.labels is None]
    if len(unjudged) < weak.FEWEST:
        return Hints({}, np.empty((0, len(vectorizer.vocabulary_))), np.empty(0))
    table = _table([example for example in examples if example.labels is not None], sorted(labels), vectorizer, None)
    model = _fit_focus(table, np.ones(len(table.weights), dtype=bool))
    columns = {id: column for column, id in enumerate(sorted(labels))}
    scores = np.full((len(unjudged), len(columns)), np.nan)
    for row, example in enumerate(unjudged):
        scores[row, [columns[id] for id in example.named]] = model.score(example.focus)
    words = vectorizer.transform(" ".join(example.terms) for example in unjudged)
    hidden = weak.hide(vectorizer.vocabulary_, [labels[id] for id in sorted(labels)])
    return weak.learn(words, scores, hidden, seed)


def _table(judged: Sequence[Example], ids: Sequence[str], vectorizer: Any, hints: Hints | None) -> Table:
    columns = {id: column for column, id in enumerate(ids)}
    named = [(row, columns[id]) for row, example in enumerate(judged) for id in example.named]
    if not named:
        raise InputError("no labelled article names any label; add some with --corpus, or leave out --no-samples")
    pairs = np.array(named, dtype=np.intp)
    words = vectorizer.transform(" ".join(example.terms) for example in judged)
    sizes = Counter(example.corpus for example in judged)
    weights = np.array([sizes[example.corpus] ** -TEMPERED for example in judged])
    return Table(
        words=words,
        rows=pairs[:, 0],
        columns=pairs[:, 1],
        features=np.concatenate([example.focus for example in judged]),
        truth=np.array([[id in (example.labels or ()) for id in ids] for example in judged]),
        known=np.array([[id not in example.unsure for id in ids] for example in judged]),
        weights=weights / weights.mean(),
        folds=folds(judged),
        hints=hints.scores(words) if hints else {},
    )


# -- models of some of the articles, and their answers to the others


def _try(table: Table, min_examples: int) -> Trial:
    """Let models of four folds answer the fifth, and choose by their answers."""
    big = len(table.weights) >= MANY
    pairs = list(parallel.each(_held_out_focus, range(FOLDS), table, when=big))
    alone, hinted = (_gathered(table, [pair[which] for pair in pairs]) for which in (0, 1))
    losses = {"focus": _loss(alone, table), "focus and hints": _loss(hinted, table)}
    trusted = bool(table.hints) and losses["focus and hints"] < losses["focus"]
    candidates = _candidates(table, min_examples)
    tried = list(parallel.each(_held_out_words, range(FOLDS), table, candidates, trusted, when=big))
    by_words = {strength: _gathered(table, [scores[strength] for scores in tried]) for strength in STRENGTHS}
    for strength in STRENGTHS:
        losses[f"words, strength {strength:g}"] = _loss(by_words[strength], table)
    strength = min(STRENGTHS, key=lambda strength: losses[f"words, strength {strength:g}"])
    return Trial(candidates, trusted, strength, hinted if trusted else alone, by_words[strength], losses)


def _candidates(table: Table, min_examples: int) -> list[int]:
    """Give the labels that enough articles are about, and others are not."""
    about = (table.truth & table.known).sum(axis=0)
    return [int(c) for c in np.flatnonzero((about >= min_examples) & (about < table.known.sum(axis=0)))]


def _fit_all(table: Table, trial: Trial) -> tuple[Shared, dict[int, Words]]:
    everything = np.ones(len(table.weights), dtype=bool)
    shared = _fit_shared(table, everything, trial.trusted)
    scores = table.focus(shared.focus)
    big = len(table.weights) >= MANY
    found = parallel.each(
        _fit_words, trial.candidates, table, scores, everything, trial.strength, trial.trusted, when=big
    )
    return shared, dict(zip(trial.candidates, found, strict=True))


def _held_out_focus(fold: int, table: Table) -> tuple[Floats, Floats]:
    """Give log-odds of the fold's articles by focus, and by focus and hints, from models of the other folds."""
    rest, held = table.folds != fold, table.folds == fold
    shared = _fit_shared(table, rest, trusted=True)
    return replace(shared, trust=None).scores(table)[held], shared.scores(table)[held]


def _held_out_words(fold: int, table: Table, candidates: Sequence[int], trusted: bool) -> dict[float, Floats]:
    """Give log-odds of the fold's articles by words with each of STRENGTHS, from models of the other folds."""
    rest, held = table.folds != fold, table.folds == fold
    focus = table.focus(_fit_focus(table, rest))
    scores = {strength: np.full((held.sum(), table.truth.shape[1]), np.nan) for strength in STRENGTHS}
    words = table.words[held]
    for label in candidates:
        for strength in STRENGTHS:
            made = _fit_words(label, table, focus, rest, strength, trusted)
            hints = table.hints[label][held] if made.hint else 0.0
            scores[strength][:, label] = made.scores(words, focus[held, label], hints)
    return scores


def _fit_shared(table: Table, which: Bools, trusted: bool) -> Shared:
    from sklearn.linear_model import LogisticRegression

    model = _fit_focus(table, which)
    if not (trusted and table.hints):
        return Shared(model, None)
    scores = table.focus(model)
    hints = np.full_like(scores, np.nan)
    for label, log_odds in table.hints.items():
        hints[:, label] = log_odds
    use = which[:, None] & table.known & ~np.isnan(scores) & ~np.isnan(hints)
    if not 0 < table.truth[use].sum() < use.sum():
        return Shared(model, None)
    trust = LogisticRegression(C=100.0).fit(
        np.stack([scores[use], hints[use]], axis=1),
        table.truth[use],
        np.broadcast_to(table.weights[:, None], use.shape)[use],
    )
    gain, hint = trust.coef_[0]
    return Shared(model, (float(gain), float(hint), float(trust.intercept_[0])) if min(gain, hint) > 0 else None)


def _fit_focus(table: Table, which: Bools) -> FocusModel:
    use = which[table.rows] & table.known[table.rows, table.columns]
    rows, columns = table.rows[use], table.columns[use]
    central = table.truth[rows, columns]
    if not 0 < central.sum() < len(central):
        raise InputError(
            "the labelled articles must name labels both as their subject and in passing, to learn the difference; "
            "add some with --corpus, or leave out --no-samples"
        )
    return focus.fit(table.features[use], central, table.weights[rows])


def _fit_words(label: int, table: Table, focus: Floats, which: Bools, strength: float, trusted: bool) -> Words:
    """Fit the word classifier of one label on some of the articles, as far as they say anything of the label."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    score, truth = focus[:, label], table.truth[:, label]
    use = which & table.known[:, label]
    named = ~np.isnan(score)
    alone = (truth & use & ~named).sum() >= UNNAMED_EXAMPLES
    if not alone and 0 < truth[use & named].sum() < (use & named).sum():
        use &= named
    # Each column is scaled so that its weight is hardly held back by the penalty.
    columns = [np.where(named, 2 * np.nan_to_num(score), 0.0), np.where(named, 0.0, 4.0)]
    hinted = trusted and label in table.hints
    if hinted:
        columns.append(table.hints[label])
    seen = sparse.hstack([table.words[use], np.stack(columns, axis=1)[use]], format="csr")
    if not 0 < truth[use].sum() < use.sum():
        return Words(np.zeros(table.words.shape[1]), 0.0, 1.0, 0.0, np.nan, None)
    model = LogisticRegression(C=strength, solver="liblinear").fit(seen, truth[use], table.weights[use])
    terms, bias = table.words.shape[1], float(model.intercept_[0])
    weights, others = model.coef_[0, :terms], model.coef_[0, terms:]
    return Words(
        weights=weights,
        hint=float(others[2]) if hinted else 0.0,
        gain=2 * float(others[0]),
        bias=bias,
        unnamed=bias + 4 * float(others[1]) if alone else np.nan,
        estimator=model,
    )


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


# -- decisions, and the classifier that carries them


def _decide(table: Table, trial: Trial, target_precision: float | None) -> Decided:
    """Calibrate, choose thresholds, and keep words where they do no worse than focus alone."""
    by_shared, shared_scale = _calibrated(trial.shared, table)
    by_words, words_scale = _calibrated(trial.words, table)
    together = Tally(*_answers(by_shared, table, slice(None)))
    thresholds = np.full(table.truth.shape[1], together.threshold(target_precision))
    probabilities = by_shared.copy()
    kept: list[int] = []
    fallen: dict[int, tuple[float, float]] = {}
    for label in trial.candidates:  # thresholds chosen on fewer articles flatter more than they help
        tallies = [Tally(*_answers(by, table, label)) for by in (by_shared, by_words)]
        chosen = [tally.joined(together).threshold(target_precision) for tally in tallies]
        before, after = (tally.f1_at(threshold) for tally, threshold in zip(tallies, chosen, strict=True))
        if after >= before:
            kept.append(label)
            thresholds[label], probabilities[:, label] = chosen[1], by_words[:, label]
        else:
            fallen[label] = before, after
            thresholds[label] = chosen[0]
    return Decided(probabilities, thresholds, kept, fallen, shared_scale, words_scale)


def _calibrated(scores: Floats, table: Table) -> tuple[Floats, tuple[float, float]]:
    """Give probabilities, each fold's calibrated on the others, and the scale and shift that all together ask for."""
    probabilities = np.full_like(scores, sigmoid(np.array(UNNAMED)))
    use = table.known & ~np.isnan(scores)
    weights = np.broadcast_to(table.weights[:, None], use.shape)

    def fitted(which: Bools) -> tuple[float, float]:
        chosen = use & which[:, None]
        return platt(scores[chosen], table.truth[chosen], weights[chosen])

    for fold in range(FOLDS):
        scale, shift = fitted(table.folds != fold)
        held = ~np.isnan(scores) & (table.folds == fold)[:, None]
        probabilities[held] = sigmoid(scale * scores[held] + shift)
    return probabilities, fitted(np.ones(len(table.weights), dtype=bool))


def _answers(probabilities: Floats, table: Table, label: int | slice) -> tuple[Floats, Bools, Floats]:
    """Give probabilities, truth and weights of all that has been judged of a label, or of all."""
    use = table.known[:, label]
    weights = np.broadcast_to(table.weights.reshape(-1, *[1] * (use.ndim - 1)), use.shape)
    return probabilities[:, label][use], table.truth[:, label][use], weights[use]


def _assemble(
    ids: list[str], vectorizer: Any, hints: Hints, shared: Shared, words: Mapping[int, Words], decided: Decided
) -> Classifier:
    """Put weights, hints and calibration together, so that predicting is one sum."""
    scale, shift = decided.shared_scale
    rows: dict[str, int] = {}
    weights: list[Floats] = []
    gains, biases, unnamed = [], [], []
    none = np.zeros(len(vectorizer.vocabulary_))
    for label, id in enumerate(ids):
        row = hints.rows.get(label)
        hint, hint_bias = (hints.weights[row], hints.biases[row]) if row is not None else (none, 0.0)
        if label in decided.kept:
            made, (gain, bias) = words[label], decided.words_scale
            weights.append(gain * (made.weights + made.hint * hint))
            gains.append(gain * made.gain / scale)
            ends = made.bias, made.unnamed
            biases.append(gain * (ends[0] + made.hint * hint_bias) + bias - gains[-1] * shift)
            unnamed.append(gain * (ends[1] + made.hint * hint_bias) + bias)
        elif row is not None and shared.trust:
            gains.append(shared.trust[0])
            weights.append(scale * shared.trust[1] * hint)
            biases.append(scale * (shared.trust[1] * hint_bias + shared.trust[2]) + shift - gains[-1] * shift)
            unnamed.append(np.nan)
        else:
            continue
        rows[id] = len(rows)
    return Classifier(
        labels=ids,
        focus=shared.focus.scaled(scale, shift),
        vocabulary={term: int(column) for term, column in vectorizer.vocabulary_.items()},
        idf=vectorizer.idf_,
        rows=rows,
        weights=np.array(weights, dtype=np.float32).reshape(len(rows), len(vectorizer.vocabulary_)),
        gains=np.array(gains),
        biases=np.array(biases),
        unnamed=np.array(unnamed),
        thresholds=decided.thresholds,
        judged=frozenset(ids[label] for label in decided.kept),
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

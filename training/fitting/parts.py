"""The two parts of a classifier, each fitted on some of the articles: what all labels share, and a label's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from training import focus
from training.errors import InputError
from training.fitting.calibration import Bools, Floats
from training.fitting.table import Table
from training.focus import FocusModel

UNNAMED_EXAMPLES = 10  # judged articles about a label that do not name it, from which words alone may assign it


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


def fit_focus(table: Table, which: Bools) -> FocusModel:
    """Fit the focus model on some of the articles."""
    use = which[table.rows] & table.known[table.rows, table.columns]
    rows, columns = table.rows[use], table.columns[use]
    central = table.truth[rows, columns]
    if not 0 < central.sum() < len(central):
        raise InputError(
            "the labelled articles must name labels both as their subject and in passing, to learn the difference; "
            "add some with --corpus, or leave out --no-samples"
        )
    return focus.fit(table.features[use], central, table.weights[rows])


def fit_shared(table: Table, which: Bools, trusted: bool) -> Shared:
    """Fit the focus model and, if hints are trusted, how far; hints that speak against their label are not."""
    from sklearn.linear_model import LogisticRegression

    model = fit_focus(table, which)
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


def fit_words(label: int, table: Table, focus: Floats, which: Bools, strength: float, trusted: bool) -> Words:
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

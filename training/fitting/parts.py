"""What all labels share, fitted on some of the articles: the focus model, and how far hints are trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training import focus, spool
from training.errors import InputError
from training.fitting.calibration import Bools, Floats
from training.fitting.table import Table
from training.focus import FocusModel

MOST = 100_000  # named labels that the focus model learns from; it has some 150 numbers to learn


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


def fit_focus(table: Table, which: Bools) -> FocusModel:
    """Fit the focus model on some of the articles."""
    use = np.flatnonzero(which[table.rows] & table.known[table.rows, table.columns])
    use = use[:: -(-len(use) // MOST) or 1]
    rows, columns = table.rows[use], table.columns[use]
    central = table.truth[rows, columns]
    if not 0 < central.sum() < len(central):
        raise InputError(
            "the labelled articles must name labels both as their subject and in passing, to learn the difference; "
            "add some with --corpus, or leave out --no-samples"
        )
    features = spool.empty((len(use), table.features.shape[1]))
    np.take(table.features, use, axis=0, out=features, mode="clip")
    return focus.fit(features, central, table.weights[rows])


def fit_shared(table: Table, which: Bools, trusted: bool) -> Shared:
    """Fit the focus model and, if hints are trusted, how far; hints that speak against their label are not."""
    from sklearn.linear_model import LogisticRegression

    model = fit_focus(table, which)
    if not (trusted and table.hints):
        return Shared(model, None)
    scores = table.focus(model)
    hints = spool.full(scores.shape, np.nan)
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

"""What all labels share, fitted on some of the articles: the focus model, and how far hints are trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training import focus, spool
from training.errors import InputError
from training.fitting.calibration import Bools, Floats
from training.fitting.table import Table
from training.focus import FocusModel

MOST = 100_000  # named labels that the focus model learns from; it has some 150 numbers to learn
SAY = 0.1  # share of the judgments of single labels that one label has in what all of them share, at most
OWN = 10  # articles about a label from which it can learn words of its own


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
    return focus.fit(features, central, table.weights[rows] * says(table, rows, columns))


def says(table: Table, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> Floats:
    """Give how much pairs of an article and a label count in what all labels share, (pairs,), 0 to 1.

    It is 1 but in articles that were judged in part: these were asked for where a model is wrong. Many of one label are
    about its own trouble (a horse that is called Damascus), which its own words can learn; without a bound they would
    teach all labels that what is named first is a horse. Where they are of many labels they are about what all share.
    """
    part = 2 * table.known.sum(axis=1) < table.known.shape[1]
    told = table.known[part].sum(axis=0)
    own = (table.truth & table.known).sum(axis=0) >= OWN if part.any() else np.zeros(len(told), dtype=bool)
    of = np.where(own, np.minimum(1.0, SAY * told.sum() / np.maximum(told, 1)), 1.0)
    return np.where(part[rows], of[columns], 1.0)


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

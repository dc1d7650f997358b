"""Sums over rows for each of many problems, whose numbers of a row lie side by side: arrays of (rows, problems)."""

from __future__ import annotations

import numpy as np

from training.kernels.columns import Bools, Floats
from training.kernels.compiling import compiled


@compiled
def scaled_add(factors: Floats, x: Floats, out: Floats) -> None:
    """Add ``factors * x`` to ``out``, both (rows, problems)."""
    for i in range(len(out)):
        for p in range(out.shape[1]):
            out[i, p] += factors[p] * x[i, p]


@compiled
def dots(one: Floats, other: Floats) -> Floats:
    """Give for each problem the sum of the products over rows."""
    sums = np.zeros(one.shape[1])
    for i in range(len(one)):
        for p in range(one.shape[1]):
            sums[p] += one[i, p] * other[i, p]
    return sums


@compiled
def along(dense: Floats, x: Floats, out: Floats) -> None:
    """Write for each dense column its sum of products with ``x`` over rows, (columns, problems)."""
    for d in range(len(dense)):
        for p in range(x.shape[1]):
            out[d, p] = 0.0
        for i in range(len(x)):
            for p in range(x.shape[1]):
                out[d, p] += dense[d, i, p] * x[i, p]


@compiled
def factored(dense: Floats, counts: Floats, penalties: Floats) -> Floats:
    """Give the Cholesky factors, (columns, columns, problems), of products of columns that count ``counts`` by rows."""
    width = counts.shape[1]
    factors = np.zeros((len(dense), len(dense), width))
    for d in range(len(dense)):
        for e in range(d + 1):
            for i in range(len(counts)):
                for p in range(width):
                    factors[d, e, p] += dense[d, i, p] * dense[e, i, p] * counts[i, p]
    for p in range(width):
        for d in range(len(dense)):
            factors[d, d, p] += penalties[d]
            for e in range(d + 1):
                for before in range(e):
                    factors[d, e, p] -= factors[d, before, p] * factors[e, before, p]
                if d > e:
                    factors[d, e, p] /= factors[e, e, p]
            factors[d, d, p] = np.sqrt(max(factors[d, d, p], 1e-10))
    return factors


@compiled
def back(factors: Floats, right: Floats) -> Floats:
    """Solve by the factors for the weights of dense columns, (columns, problems)."""
    found = np.empty(right.shape)
    for p in range(right.shape[1]):
        for d in range(len(right)):
            found[d, p] = right[d, p]
            for before in range(d):
                found[d, p] -= factors[d, before, p] * found[before, p]
            found[d, p] /= factors[d, d, p]
        for d in range(len(right) - 1, -1, -1):
            for after in range(d + 1, len(right)):
                found[d, p] -= factors[after, d, p] * found[after, p]
            found[d, p] /= factors[d, d, p]
    return found


@compiled
def shared(one: Floats, other: Floats, going: Bools) -> Floats:
    """Divide where a problem is going on; give 0 elsewhere. All are (problems,)."""
    parts = np.zeros(len(one))
    for p in range(len(one)):
        if going[p] and other[p] > 0:
            parts[p] = one[p] / other[p]
    return parts


@compiled
def both(one: Floats, one_more: Floats, other: Floats, other_more: Floats) -> Floats:
    """Give the sums of products of a pair of arrays and of another pair, (problems,)."""
    sums, more = dots(one, one_more), dots(other, other_more)
    for p in range(len(sums)):
        sums[p] += more[p]
    return sums

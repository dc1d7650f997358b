"""Words of some rows as sparse columns, and the products of rows with each other.

Weights of words that are sums of rows, ``w = sum of shares * x``, never need to be written out while they are sought:
all there is to do with them is to multiply by ``X @ X.T``. That takes one pass over columns, which reads and writes
arrays of (rows, problems) where the problems of a row lie side by side for vector units; in single precision, which
moves a margin by some millionths of itself. A column that one row alone has becomes a number of that row.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from training.kernels.compiling import compiled, compiled_loosely

Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.integer[Any]]


class Columns(NamedTuple):
    """Words of some rows: those of column j are at ``starts[j]:starts[j + 1]`` of ``rows`` and ``values``.

    ``alone``, (rows,), is the sum of the squares of the values in columns that no other row has.
    """

    starts: Ints
    rows: Ints
    values: Floats
    alone: Floats


@compiled
def numbered(starts: Ints, terms: Ints, chosen: Ints, shown: Bools) -> tuple[Ints, Ints]:
    """Number the columns that more than one of the chosen rows of a sparse matrix have.

    Args:
        starts, terms: of the matrix, in rows.
        chosen: numbers of rows.
        shown: (terms,), leaves out the others.

    Returns:
        The number of each term, (terms,), -1 for none; and where each column starts, (columns + 1,).
    """
    counts = np.zeros(len(shown), dtype=np.int64)
    for row in chosen:
        for place in range(starts[row], starts[row + 1]):
            if shown[terms[place]]:
                counts[terms[place]] += 1
    numbers = np.full(len(shown), -1, dtype=np.int32)
    new_starts = np.zeros(np.count_nonzero(counts > 1) + 1, dtype=np.int64)
    columns = 0
    for term in range(len(shown)):
        if counts[term] > 1:
            numbers[term] = columns
            columns += 1
            new_starts[columns] = new_starts[columns - 1] + counts[term]
    return numbers, new_starts


@compiled
def fill(
    starts: Ints, terms: Ints, values: Floats, chosen: Ints, shown: Bools, numbers: Ints, columns: Columns
) -> None:
    """Write the chosen rows of a sparse matrix into columns that were :func:`numbered`."""
    free = columns.starts.copy()
    for new, row in enumerate(chosen):
        columns.alone[new] = 0.0
        for place in range(starts[row], starts[row + 1]):
            term, value = terms[place], np.float64(values[place])
            if numbers[term] >= 0:
                at = free[numbers[term]]
                columns.rows[at], columns.values[at] = new, value
                free[numbers[term]] += 1
            elif shown[term]:
                columns.alone[new] += value * value


@compiled
def weights_of(starts: Ints, terms: Ints, values: Floats, chosen: Ints, shown: Bools, shares: Floats) -> Floats:
    """Give the weights of words, (terms,), that ``shares``, (chosen,), of rows make."""
    weights = np.zeros(len(shown))
    for number, row in enumerate(chosen):
        for place in range(starts[row], starts[row + 1]):
            if shown[terms[place]]:
                weights[terms[place]] += values[place] * shares[number]
    return weights


@compiled_loosely
def products(columns: Columns, x: Floats, out: Floats, halves: Floats) -> None:
    """Write ``X @ X.T @ x`` to ``out``, both (rows, problems); ``halves``, (2, rows, problems), is to work with."""
    width = x.shape[1]
    if width == 1:
        products_of_one(columns, x[:, 0], out[:, 0])
        return
    given, made = halves[0], halves[1]
    for i in range(len(x)):
        for p in range(width):
            given[i, p], made[i, p] = x[i, p], 0.0
    sums = np.empty(width, dtype=np.float32)
    for column in range(len(columns.starts) - 1):
        for p in range(width):
            sums[p] = 0.0
        for place in range(columns.starts[column], columns.starts[column + 1]):
            row, value = columns.rows[place], columns.values[place]
            for p in range(width):
                sums[p] += value * given[row, p]
        for place in range(columns.starts[column], columns.starts[column + 1]):
            row, value = columns.rows[place], columns.values[place]
            for p in range(width):
                made[row, p] += value * sums[p]
    for i in range(len(x)):
        for p in range(width):
            out[i, p] = columns.alone[i] * x[i, p] + made[i, p]


@compiled_loosely
def products_of_one(columns: Columns, x: Floats, out: Floats) -> None:
    """Write the same of a single problem, without the loops over problems; both (rows,)."""
    for i in range(len(x)):
        out[i] = columns.alone[i] * x[i]
    for column in range(len(columns.starts) - 1):
        total = 0.0
        for place in range(columns.starts[column], columns.starts[column + 1]):
            total += columns.values[place] * x[columns.rows[place]]
        for place in range(columns.starts[column], columns.starts[column + 1]):
            out[columns.rows[place]] += columns.values[place] * total

"""Some rows of a sparse matrix as sparse columns, mapped: they are gone over in order, again and again."""

from __future__ import annotations

from typing import Any

import numpy as np

from training import spool
from training.kernels import columns
from training.kernels.columns import Bools, Columns, Ints


def gathered(matrix: Any, chosen: Ints, shown: Bools | None = None) -> Columns:
    """Give the columns of some rows of a sparse matrix in rows.

    Args:
        matrix: (rows, terms).
        chosen: numbers of rows.
        shown: (terms,), leaves out the others; all are shown by default.

    Raises:
        NoRoom: the disk is full.
    """
    shown = np.ones(matrix.shape[1], dtype=bool) if shown is None else shown
    numbers, starts = columns.numbered(matrix.indptr, matrix.indices, chosen, shown)
    size = (int(starts[-1]),)
    made = Columns(starts, spool.empty(size, np.int32), spool.empty(size, np.float32), np.empty(len(chosen)))
    columns.fill(matrix.indptr, matrix.indices, matrix.data, chosen, shown, numbers, made)
    return made

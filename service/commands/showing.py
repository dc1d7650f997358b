"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows in columns; numbers to the right."""
    cells = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(head), *cells]) for column in range(len(head))]
    right = [all(isinstance(row[column], int | float) for row in rows) and bool(rows) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()

    return "\n".join([line(head), "  ".join("-" * width for width in widths), *map(line, cells)])


def score_table(scores: Mapping[str, Any], names: Mapping[str, str], most: int = 15) -> str:
    """Lay out an evaluation: the labels with most articles, then the averages."""
    shown = list(scores["labels"].items())[:most]
    rows = [
        [f"{id}  {names.get(id, '')}".rstrip(), s["precision"], s["recall"], s["f1"], s["support"]] for id, s in shown
    ]
    rest = len(scores["labels"]) - len(shown)
    if rest > 0:
        rows.append([f"... {rest} more", "", "", "", ""])
    micro = scores["micro"]
    rows.append(["micro average", micro["precision"], micro["recall"], micro["f1"], micro["support"]])
    rows.append(["macro average", "", "", scores["macro_f1"], ""])
    return table(["label", "precision", "recall", "F1", "articles"], rows)

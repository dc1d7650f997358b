"""Figures as tables in Markdown, printed or put between a page's marker comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "performance.md"


@dataclass(frozen=True)
class Section:
    """What one measurement found.

    Attributes:
        name: of the measurement, as ``--only`` and the page's markers know it.
        heads: of the columns.
        rows: a cell a column each.
        notes: what has to be known to read it, a line each.
    """

    name: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default=())

    def markdown(self) -> str:
        """Give the table and the notes below it.

        >>> print(Section("x", ["what", "us"], [["ours", "3"]], ["Warm."]).markdown())
        | what | us |
        |---|---|
        | ours | 3 |
        <BLANKLINE>
        - Warm.
        """
        lines = [list(self.heads), *(list(row) for row in self.rows)]
        table = ["| " + " | ".join(line) + " |" for line in lines]
        table.insert(1, "|---" * len(self.heads) + "|")
        return "\n".join(table) + ("\n\n" + "\n".join(f"- {note}" for note in self.notes) if self.notes else "")


def put(page: str, name: str, text: str) -> str:
    """Put a text into a page, in the place of what stands between the two markers of its name.

    Raises:
        ValueError: the page has no such markers.
    """
    markers = re.compile(rf"(<!-- bench: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
    if not markers.search(page):
        raise ValueError(f"the page has no place for {name!r}")
    return markers.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page)


def figure(value: float) -> str:
    """Give a figure with as many digits as can be believed.

    >>> [figure(value) for value in (12345.6, 123.4, 12.34, 1.234, 0.0123)]
    ['12,300', '123', '12', '1.2', '0.012']
    """
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}") if value >= 100 else float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"


def times(ratio: float) -> str:
    """Give a ratio as one reads it."""
    return f"{figure(ratio)}x"

"""Rows of CSV and Parquet: columns are named as the fields of a row of JSONL, those of other names are ignored.

A cell of ``labels``, ``unsure`` or ``judged`` holds codes between blanks, commas, semicolons or bars, in brackets and
quotes or not: ``SY LY``, ``SY|LY``, ``["SY", "LY"]``. Nobody has judged a row whose cell of ``labels`` is empty, as a
row without the column; ``[]`` says that it was judged, and is about nothing.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, BinaryIO, cast

from training.article import Article
from training.errors import ArticleError
from training.readers.rows import Rows

COLUMNS = ("text", "title", "id", "date", "source", "dateline", "labels", "unsure", "judged")
CELL = 1 << 24  # characters in one cell of CSV; a quote that is never closed is noticed there at the latest
_DELIMITERS = ",;\t|"
_BETWEEN = re.compile(r"[\s,;|]+")
_BATCH = 256  # rows of Parquet at a time


def from_csv(file: BinaryIO) -> Rows:
    """Read a CSV with a header row, whatever its delimiter. Rows are numbered by the line they begin on.

    Raises:
        ArticleError: there is no header that names a column "text".
    """
    csv.field_size_limit(max(CELL, csv.field_size_limit()))
    with io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="") as text:
        lines = _Lines(text)
        header, delimiter = _header(next(lines, ""))
        for cells in _cells(lines, delimiter):
            if isinstance(cells, ArticleError):
                yield lines.row, cells
            elif any(cell.strip() for cell in cells):
                yield lines.row, _of_cells(header, cells)


class _Lines:
    """The lines of a CSV, of which those of the row at hand can be read again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: list[str] = []
        self._taken: list[str] = []
        self.row = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self._taken.append(line)
        return line

    def end_row(self, lines: int | None = None) -> None:
        """Let the row end here, or after so many of the lines taken for it."""
        rest = [] if lines is None else self._taken[lines:]
        self._again += reversed(rest)
        self.row += len(self._taken) - len(rest)
        self._taken = []


def _cells(lines: _Lines, delimiter: str) -> Iterator[list[str] | ArticleError]:
    """Split rows into cells. After a broken one the next line is a row again, even if a quote had swallowed it."""
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.end_row()
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield ArticleError(_complaint(str(error)))
            lines.end_row(1)


def _complaint(error: str) -> str:
    if "unexpected end of data" in error or "field larger" in error:
        return "a quote that opens here is never closed"
    return f"not CSV: {error}"


def _header(line: str) -> tuple[list[str], str]:
    for delimiter in _DELIMITERS:
        names = [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter), [])]
        if "text" not in names:
            continue
        twice = [name for name in COLUMNS if names.count(name) > 1]
        if twice:
            raise ArticleError(f'the header names "{twice[0]}" twice')
        return names, delimiter
    _check_text(line)
    raise ArticleError(f'the first line must name the columns, one of them "text"; found {line.strip()[:60]!r}')


def _of_cells(header: list[str], cells: list[str]) -> Article | ArticleError:
    try:
        if len(cells) != len(header):
            raise ArticleError(
                f"{len(cells)} cells where the header names {len(header)}; "
                "a cell that holds the delimiter or a line break must stand in quotes"
            )
        row = {name: cell for name, cell in zip(header, cells, strict=True) if name in COLUMNS}
        for cell in row.values():
            _check_text(cell)
        return of_row({name: cell for name, cell in row.items() if cell or name == "text"})
    except ArticleError as error:
        return error


def _check_text(cell: str) -> None:
    try:
        cell.encode()
    except UnicodeEncodeError:
        raise ArticleError("no UTF-8 text; save it as UTF-8") from None


def of_row(row: dict[str, Any]) -> Article:
    """Make an article of one row of a table, whose labels may be written into one cell.

    Raises:
        ArticleError: a field is missing or of the wrong type.
    """
    codes = {key: _codes(row.get(key)) for key in ("labels", "unsure", "judged")}
    return Article.from_row({**row, **codes})


def _codes(cell: object) -> object:
    """Split a cell of codes; None for an empty one. What is no string comes back as it is."""
    if not isinstance(cell, str):
        return cell
    cell = cell.strip()
    if not cell:
        return None
    if cell.startswith("[") and cell.endswith("]"):
        return [code for part in _BETWEEN.split(cell[1:-1]) if (code := part.strip("'\""))]
    return [code for code in _BETWEEN.split(cell) if code]


def from_parquet(file: BinaryIO) -> Rows:
    """Read a Parquet file a few rows at a time; rows are numbered from 1.

    Raises:
        ArticleError: it is no Parquet file, has no column "text", or pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ArticleError(
            'reading Parquet needs pyarrow; install it with: pip install "foreign-desk[parquet]"'
        ) from None
    number = 0
    try:
        with _seekable(file) as seekable:
            table = parquet.ParquetFile(seekable)
            names = table.schema_arrow.names
            if "text" not in names:
                raise ArticleError(f'no column "text"; there are {", ".join(names)[:200] or "none"}')
            columns = [name for name in COLUMNS if name in names]
            for batch in table.iter_batches(_BATCH, columns=columns, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield number, _of_values(row)
    except pyarrow.ArrowException as error:
        raise ArticleError(f"no Parquet, or damaged: {str(error).splitlines()[0]}") from None


@contextmanager
def _seekable(file: BinaryIO) -> Iterator[BinaryIO]:
    """Give a file in which one can jump about: Parquet keeps its table of contents at the end."""
    if isinstance(getattr(file, "raw", None), io.FileIO):
        yield file
        return
    with tempfile.TemporaryFile() as unpacked:
        shutil.copyfileobj(file, unpacked)
        yield cast(BinaryIO, unpacked)


def _of_values(row: dict[str, Any]) -> Article | ArticleError:
    try:
        day = row.get("date")
        return of_row({**row, "date": day.isoformat() if isinstance(day, date) else day})
    except ArticleError as error:
        return error

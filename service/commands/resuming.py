"""The file that `desk label --output` writes, and how it goes on with one that was not finished.

Rows are written whole and in order, so the file itself says how far it came: nothing beside it can be lost or mixed up.
Before going on, every row in it is held against the article at its place, and the last ones are made anew: they must
come out the same, byte for byte.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from training.article import Article
from training.errors import InputError

AGAIN = 64  # rows at the end that are made anew
_BEGIN = b'{"id":'
_PACKED = (".gz", ".zst")


class Output:
    """A file of results, or standard output; a context manager.

    Raises:
        InputError: the file can't be written, would be read as input, or another run is writing it.
    """

    def __init__(self, path: Path | None, inputs: Iterable[Path] = ()) -> None:
        self.path = path
        self._file: BinaryIO = sys.stdout.buffer
        if path is None:
            return
        _refuse(path, inputs)
        try:
            self._file = open(path, "ab")  # noqa: SIM115  # closed by __exit__
        except OSError as error:
            raise self._unwritable(error) from None
        try:
            _lock(path, self._file)
        except InputError:
            self._file.close()
            raise

    def __enter__(self) -> Output:
        return self

    def __exit__(self, *_: object) -> None:
        if self.path is not None:
            try:
                self._file.close()
            except OSError as error:
                raise self._unwritable(error) from None

    def begin(self) -> None:
        """Begin an empty file.

        Raises:
            InputError: there is something in it.
        """
        if self.path and self.path.is_file() and self.path.stat().st_size:
            raise InputError(f"{self.path}: is there already; go on with it by --resume, or remove it to start anew")

    def go_on(self, articles: Iterator[Article], version: str, answers: Callable[[list[Article]], list[bytes]]) -> int:
        """Take as many articles as there are rows, cut off a torn last row, and give how many there are.

        Args:
            articles: of the input, from its beginning.
            version: of the model.
            answers: makes the rows of articles.

        Raises:
            InputError: a row is not what would be written at its place; the file stays as it was.
        """
        if self.path is None or not self.path.is_file():
            raise InputError(f"{self.path}: is no file that --resume could go on with")
        size, count = _held(self.path, articles, version, answers)
        self._file.truncate(size)
        return count

    def write(self, lines: list[bytes]) -> None:
        """Write lines, and let them be seen."""
        if self.path is None:
            self._file.writelines(lines)
            self._file.flush()
            return
        try:
            self._file.writelines(lines)
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from None

    def finish(self) -> None:
        """Wait until all that was written is on the disk."""
        if self.path and self.path.is_file():
            os.fsync(self._file.fileno())

    def _unwritable(self, error: OSError) -> InputError:
        return InputError(
            f"{self.path}: can't be written: {error.strerror}; rows of JSONL there can be gone on with by --resume"
        )


def _refuse(path: Path, inputs: Iterable[Path]) -> None:
    if path.suffix.lower() in _PACKED:
        raise InputError(f"{path}: results are written unpacked, so that --resume can go on with them; pack them later")
    if any(path.resolve().is_relative_to(one.resolve()) for one in inputs if one.is_dir()):
        raise InputError(f"{path}: is in a folder that is read; write it elsewhere")


def _lock(path: Path, file: BinaryIO) -> None:
    """Keep a second run from writing the same file until this one ends."""
    try:
        import fcntl
    except ImportError:  # not everywhere
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(f"{path}: another run is writing it; wait for it, or write elsewhere") from None
    except OSError:  # a kind of file that can't be locked
        return


def _held(
    path: Path, articles: Iterator[Article], version: str, answers: Callable[[list[Article]], list[bytes]]
) -> tuple[int, int]:
    """Check the whole rows of a file against their articles; give their bytes and how many they are."""
    last: deque[tuple[Article, bytes]] = deque(maxlen=AGAIN)
    size = count = 0
    for count, line in enumerate(_whole_rows(path), 1):
        row = _row(f"{path}:{count}", line, version)
        last.append((_same(f"{path}:{count}", row, next(articles, None)), line))
        size += len(line)
    again = answers([article for article, _ in last]) if last else []
    for number, (made, (article, line)) in enumerate(zip(again, last, strict=True), count - len(last) + 1):
        if made != line:
            raise InputError(
                f"{path}:{number}: is not what model {version} says of article {article.id!r} now; its text was "
                "changed, or --all, --no-evidence or Foreign Desk itself are not as they were; "
                f"go on as it was begun, or remove {path} to start anew"
            )
    return size, count


def _whole_rows(path: Path) -> Iterator[bytes]:
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                yield line
            elif line[: len(_BEGIN)] != _BEGIN[: len(line)]:
                raise _foreign(f"{path}:{number}")


def _row(where: str, line: bytes, version: str) -> dict[str, Any]:
    try:
        row: dict[str, Any] = orjson.loads(line)
        by = row["model"]["version"]
    except (ValueError, KeyError, TypeError):
        raise _foreign(where) from None
    if by != version:
        raise InputError(
            f"{where}: was written by model {by}, this is {version}; go on with --model {by}, "
            "or remove the file to start anew"
        )
    return row


def _same(where: str, row: dict[str, Any], article: Article | None) -> Article:
    if article is None:
        raise InputError(f"{where}: the input has no article here; it is shorter than it was, or another one")
    if row.get("id") != article.id:
        raise InputError(
            f"{where}: is about article {row.get('id')!r}, the input has {article.id!r} here; "
            "go on with the input as it was, or remove the file to start anew"
        )
    return article


def _foreign(where: str) -> InputError:
    return InputError(f"{where}: is no row that desk label --format jsonl wrote; name another file")

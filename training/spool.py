"""Arrays in temporary files, mapped: what grows with a corpus stands on disk, and the system takes its pages back.

The files have no names, so they are gone with the process, however it ends. They are made in the folder for temporary
files, which ``TMPDIR`` names; one that is itself kept in memory saves none.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import IO, Any, overload

import numpy as np
import numpy.typing as npt

from training.errors import NoRoom

Array = npt.NDArray[Any]
Numbers = npt.NDArray[np.integer[Any]]

BUFFER = 1 << 18  # bytes written at a time


class Spool:
    """Rows of one kind, written one after the other and then mapped."""

    def __init__(self, kind: npt.DTypeLike, *shape: int) -> None:
        """Begin an array of such numbers; each row has ``shape``, a single number by default."""
        self._kind, self._shape = np.dtype(kind), shape
        self._file = _opened()

    def add(self, rows: npt.ArrayLike) -> None:
        """Write more rows, of shape (rows, *shape).

        Raises:
            NoRoom: the disk is full.
        """
        with room():
            self._file.write(np.ascontiguousarray(rows, self._kind).tobytes())

    def array(self) -> Array:
        """Map all that was written; no more can be."""
        with room():
            self._file.flush()
        row = self._kind.itemsize * int(np.prod(self._shape, dtype=int))
        return _mapped(self._file, self._kind, (os.fstat(self._file.fileno()).st_size // row, *self._shape))

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            _close(self._file)


@dataclass(frozen=True, slots=True)
class Ragged(Sequence[Array]):
    """Rows of different length, one after the other in one array.

    Attributes:
        starts: (written + 1,) int64, where each row starts.
        values: all rows, of shape (values, ...).
        rows: (rows,) int32, which of those written there are, in order.
    """

    starts: Numbers
    values: Array
    rows: Numbers

    @classmethod
    def packed(cls, rows: Sequence[npt.ArrayLike], kind: npt.DTypeLike, *shape: int) -> Ragged:
        """Put rows, each of shape (any, *shape), into an array in memory.

        >>> [row.tolist() for row in Ragged.packed([[1, 2], [], [3]], "i4").those([2, 0])]
        [[3], [1, 2]]
        """
        parts = [np.asarray(row, kind) for row in rows]
        starts = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64)
        values = np.concatenate(parts) if parts else np.empty((0, *shape), kind)
        return cls(starts, values, np.arange(len(parts), dtype=np.int32))

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, number: int) -> Array: ...
    @overload
    def __getitem__(self, number: slice) -> Ragged: ...
    def __getitem__(self, number: int | slice) -> Array | Ragged:
        if isinstance(number, slice):
            return self.those(number)
        row = self.rows[number]
        return self.values[self.starts[row] : self.starts[row + 1]]

    def those(self, which: Any) -> Ragged:
        """Give some of the rows, by their numbers or as a mask; nothing is copied."""
        return replace(self, rows=self.rows[which])

    @property
    def sizes(self) -> Numbers:
        """How long each row is, (rows,)."""
        return np.asarray(self.starts[self.rows + 1] - self.starts[self.rows])

    @property
    def flat(self) -> Array:
        """The values of all rows in memory, in their order, (values, ...)."""
        sizes = self.sizes
        before = np.cumsum(sizes) - sizes
        return np.asarray(self.values[np.repeat(self.starts[self.rows] - before, sizes) + np.arange(sizes.sum())])


class RaggedSpool:
    """Rows of different length, written one after the other and then mapped."""

    def __init__(self, kind: npt.DTypeLike, *shape: int) -> None:
        """Begin rows of such numbers, each row of shape (any, *shape)."""
        self._values, self._sizes = Spool(kind, *shape), Spool(np.int64)

    def add(self, rows: Ragged) -> None:
        """Write more rows, which must be few enough for memory.

        Raises:
            NoRoom: the disk is full.
        """
        self._values.add(rows.flat)
        self._sizes.add(rows.sizes)

    def append(self, row: Array) -> None:
        """Write one more row, (any, *shape)."""
        self._values.add(row)
        self._sizes.add(len(row))

    def ragged(self) -> Ragged:
        """Map all that was written; no more can be."""
        sizes = self._sizes.array()
        starts = empty((len(sizes) + 1,), np.int64)
        np.cumsum(sizes, out=starts[1:])
        return Ragged(starts, self._values.array(), np.arange(len(sizes), dtype=np.int32))


def empty(shape: Sequence[int], kind: npt.DTypeLike = float) -> Array:
    """Give a mapped array of zeros that can be written to.

    Raises:
        NoRoom: the disk is full.
    """
    kind = np.dtype(kind)
    size = int(np.prod(shape, dtype=int)) * kind.itemsize
    with file() as made:
        with room():
            if size and hasattr(os, "posix_fallocate"):
                os.posix_fallocate(made.fileno(), 0, size)  # a full disk is told now, not by a signal at some write
            else:
                made.truncate(size)
        return _mapped(made, kind, tuple(shape))


def full(shape: Sequence[int], value: float) -> Array:
    """Give a mapped array of one number."""
    made = empty(shape)
    made[...] = value
    return made


def kept(array: Array) -> Array:
    """Give a mapped copy of an array that is in memory."""
    made = empty(array.shape, array.dtype)
    made[...] = array
    return made


@contextmanager
def file() -> Iterator[IO[bytes]]:
    """Open a temporary file without a name; what is in it is only sure to be written once it was flushed.

    Raises:
        NoRoom: there is no folder to write to.
    """
    opened = _opened()
    try:
        yield opened
    finally:
        _close(opened)


@contextmanager
def room() -> Iterator[None]:
    """Say where room is missing when the system says that it is."""
    try:
        yield
    except OSError as error:
        raise NoRoom(
            f"no room for temporary files ({error.strerror or error}); "
            "make some, or name a folder that has it in TMPDIR"
        ) from error


def _opened() -> IO[bytes]:
    with room():
        return tempfile.TemporaryFile(buffering=BUFFER)


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):  # what there was no room for is not asked for any more
        file.close()


def _mapped(file: IO[bytes], kind: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    return np.frombuffer(mmap.mmap(file.fileno(), 0), kind).reshape(shape) if all(shape) else np.empty(shape, kind)

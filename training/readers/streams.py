"""Files as streams of bytes, unpacked on the way where they are .gz or .zst."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

PACKED = (".gz", ".zst")
BROKEN = (OSError, EOFError, zlib.error, zstandard.ZstdError)
"""What reading a stream raises when the file can't be opened, is cut off or damaged."""

_CHUNK = 1 << 14


class Meter:
    """Counts the bytes that were read of files one after the other, packed as they are."""

    def __init__(self) -> None:
        self._before = 0
        self._file: BinaryIO | None = None

    @property
    def bytes(self) -> int:
        """How many were read so far."""
        return self._before + (self._file.tell() if self._file and not self._file.closed else 0)

    @contextmanager
    def reading(self, file: BinaryIO) -> Iterator[None]:
        """Count a file that can be asked where it stands, to its end when it is left."""
        size = os.fstat(file.fileno()).st_size
        self._file = file
        try:
            yield
        finally:
            self._file, self._before = None, self._before + size


@contextmanager
def opened(path: Path, meter: Meter | None = None) -> Iterator[BinaryIO]:
    """Open a file for reading, line by line or whole; its memory does not grow with the file."""
    packing = path.suffix.lower()
    with open(path, "rb") as file, meter.reading(file) if meter else nullcontext():
        if packing == ".gz":
            with gzip.open(file) as unpacked:
                yield cast(BinaryIO, unpacked)
        elif packing == ".zst":
            with io.BufferedReader(_Zst(file), _CHUNK) as unpacked:
                yield unpacked
        else:
            yield file


class _Zst(io.RawIOBase):
    """The frames of a .zst one after the other; unlike zstandard's own reader it tells a file that was cut off."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._packed, self._unpacked = b"", memoryview(b"")
        self._begun = False

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is 3.12's
        """Fill ``buffer`` with what comes next; 0 at the end."""
        while not self._unpacked and self._more():
            pass
        given = self._unpacked[: len(buffer)]
        self._unpacked = self._unpacked[len(given) :]
        buffer[: len(given)] = given
        return len(given)

    def _more(self) -> bool:
        self._packed = self._packed or self._file.read(_CHUNK)
        if not self._packed:
            if self._begun or self._file.tell() == 0:
                raise EOFError("the compressed file ends before its end was marked")
            return False
        self._begun = True
        self._unpacked = memoryview(self._frame.decompress(self._packed))
        self._packed = self._frame.unused_data
        if self._frame.eof:
            self._frame, self._begun = zstandard.ZstdDecompressor().decompressobj(), False
        return True

"""Files as streams of bytes, unpacked on the way where they are .gz or .zst."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

PACKED = (".gz", ".zst")
BROKEN = (OSError, EOFError, zlib.error, zstandard.ZstdError)
"""What reading a stream raises when the file can't be opened, is cut off or damaged."""

_CHUNK = 1 << 14


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading, line by line or whole; its memory does not grow with the file."""
    packing = path.suffix.lower()
    with open(path, "rb") as file:
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

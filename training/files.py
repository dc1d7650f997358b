"""Where versions lie: what a registry does with files, and how it is done in a folder of this machine.

::

    Files        what a registry asks for; nothing in it knows what a version holds
    LocalFiles   a folder
    replace      write a file in one step
    room         a full disk, told

A version is written under a hidden name and renamed, so it is there whole or not at all.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

from training import artifact
from training.errors import InputError, NoRoom, Unreachable
from training.lock import held

CURRENT = "current"  # the small file that names the version in use
UNFINISHED = ".unfinished-"
ABANDONED = 24 * 3600  # seconds after which what is unfinished is nobody's any more, whoever is at work
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_WRITTEN = 60  # seconds after which a single file is so: many a command writes one, and it takes no time


class Files(Protocol):
    """What a registry asks of the place where its versions lie.

    Attributes:
        name: what messages call the place.
        folder: where versions lie on this machine, once they are there.
    """

    name: str
    folder: Path

    @property
    def address(self) -> str:
        """What names the place from whatever folder one stands in."""

    def read(self, name: str) -> bytes | None:
        """Give what is in a small file, None where there is none."""

    def write(self, name: str, content: str) -> None:
        """Write a small file in one step."""

    def append(self, name: str, line: str) -> None:
        """Add a line to a small file."""

    def versions(self) -> list[str]:
        """Give the names of the versions that are there whole, sorted."""

    def has(self, version: str) -> bool:
        """Say whether anything is there under that name."""

    def inside(self, name: str, holding: str) -> list[str]:
        """Give the names of the folders in a folder that hold a certain file, sorted."""

    def file(self, name: str) -> Path | None:
        """Give where a file that never changes is on this machine, None where there is none."""

    def share(self, name: str) -> None:
        """Let whoever uses the place have a folder that was written below ``folder``."""

    def bring(self, version: str, *, anew: bool = False) -> Path | None:
        """Give the folder of a version on this machine, None where there is none; ``anew`` trusts no copy of it."""

    def manifest(self, version: str) -> dict[str, Any] | None:
        """Give the manifest of a version, checked as far as it costs little; None where there is none."""

    def put(self, version: str, save: Callable[[Path], None]) -> None:
        """Publish what ``save`` writes into an empty folder."""

    def take(self, version: str) -> None:
        """Take a version away, so that nobody finds half of it."""

    def hold(self) -> AbstractContextManager[None]:
        """Be the one run at work."""

    def sweep(self, *, alone: bool) -> None:
        """Take away what killed runs left; where the caller is the one run at work, what is unfinished is nobody's."""


class LocalFiles:
    """Versions in a folder; see :class:`Files`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    @property
    def address(self) -> str:
        """The whole path."""
        return str(self.folder.resolve())

    def read(self, name: str) -> bytes | None:
        """Give what is in a file, None where there is none.

        Raises:
            Unreachable: it can't be read.
        """
        file = self.folder / name
        try:
            if not stat.S_ISREG(file.stat().st_mode):  # whoever opens a pipe may wait for ever
                raise OSError(errno.EINVAL, "it is no file")
            return file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreachable(f"{file}: can't be read ({error.strerror}); mend it or take it away") from None

    def write(self, name: str, content: str) -> None:
        """Write a file in one step."""
        with room(self.name):
            replace(self.folder / name, content.encode())

    def append(self, name: str, line: str) -> None:
        """Add a line to a file; of several at once each is added."""
        with room(self.name), open(self.folder / name, "a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def versions(self) -> list[str]:
        """Give the names of the folders that hold a manifest, sorted."""
        return self.inside("", artifact.MANIFEST)

    def has(self, version: str) -> bool:
        """Say whether anything is there under that name."""
        return (self.folder / version).exists()

    def inside(self, name: str, holding: str) -> list[str]:
        """Give the names of the folders in a folder that hold a certain file, sorted."""
        found = (path.parent.name for path in (self.folder / name).glob(f"*/{holding}"))
        return sorted(name for name in found if not name.startswith("."))

    def file(self, name: str) -> Path | None:
        """Give where a file is, None where there is none."""
        path = self.folder / name
        return path if path.is_file() else None

    def share(self, name: str) -> None:
        """Do nothing: what is in the folder is there for all."""

    def bring(self, version: str, *, anew: bool = False) -> Path | None:
        """Give the folder of a version, None where there is none."""
        place = self.folder / version
        return place if place.is_dir() else None

    def manifest(self, version: str) -> dict[str, Any] | None:
        """Verify a version and give its manifest, None where there is none."""
        place = self.bring(version)
        return artifact.verify(place) if place else None

    def put(self, version: str, save: Callable[[Path], None]) -> None:
        """Publish what ``save`` writes into a folder."""
        with room(self.name):
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=self.folder))
            self._put(unfinished, version, save)
        _sync(self.folder)

    def _put(self, unfinished: Path, version: str, save: Callable[[Path], None]) -> None:
        try:
            save(unfinished)
            for path in (*unfinished.iterdir(), unfinished):
                _sync(path)
            unfinished.chmod(0o755)
            unfinished.rename(self.folder / version)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    def take(self, version: str) -> None:
        """Take a version away."""
        with room(self.name):
            remove(self.folder / version)

    def hold(self) -> AbstractContextManager[None]:
        """Be the one run at work in the folder."""
        return held(self.folder)

    def sweep(self, *, alone: bool) -> None:
        """Take away what is unfinished: at once when ``alone``, else after a day."""
        with room(self.name):
            sweep(self.folder, alone=alone)


@contextmanager
def room(name: str) -> Iterator[None]:
    """Say that there is no room in a folder, or that it can't be written to, when the system says so.

    Raises:
        NoRoom: the disk is full.
        InputError: nothing can be written there.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise InputError(
                f"{name}: can't be written to ({error.strerror or error}); see who may write there, and what is there"
            ) from error
        raise NoRoom(
            f"{name}: no room for what is written there ({error.strerror}); make some, by desk models prune perhaps"
        ) from error


def replace(file: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it reads what was, or what is."""
    descriptor, unfinished = tempfile.mkstemp(prefix=UNFINISHED, dir=file.parent)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.chmod(unfinished, 0o644)
        os.replace(unfinished, file)
    except BaseException:
        os.unlink(unfinished)
        raise
    _sync(file.parent)


def remove(folder: Path) -> None:
    """Take a folder away in one step, so that nobody finds half of it; somebody else may do so at the same time."""
    hidden = folder.with_name(f"{UNFINISHED}{folder.name}-{secrets.token_hex(4)}")
    with suppress(FileNotFoundError):
        folder.rename(hidden)
        shutil.rmtree(hidden, ignore_errors=True)


def sweep(folder: Path, *, alone: bool) -> None:
    """Take away what is unfinished in a folder; others may be at the same.

    All of it goes after a day; when ``alone``, folders go at once, and single files after a minute.
    """
    for left in folder.glob(f"{UNFINISHED}*"):
        with suppress(FileNotFoundError):
            whole, age = left.is_dir(), time.time() - left.stat().st_mtime
            if whole and (alone or age > ABANDONED):
                shutil.rmtree(left, ignore_errors=True)
            elif not whole and age > (_WRITTEN if alone else ABANDONED):
                left.unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""An object store by its fsspec URL: the few things that are done with objects, and one error for whatever goes wrong.

The store is opened anew for each (fsspec keeps what is costly), since a worker is forked after its parent has used it.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training import files
from training.errors import DeskError, InputError, NoRoom, Unreachable

_CREDENTIALS = re.compile(r"(?<=//)[^/@]*@")


class Objects:
    """The objects below a URL, by names with slashes.

    Every method raises Unreachable where the store can't be reached or says no, and NoRoom where a disk is full.

    Attributes:
        url: as it was given.
        name: what messages call it: the URL without credentials.

    Raises:
        InputError: nothing that is installed reads the URL.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self.name = _CREDENTIALS.sub("", self.url)
        with self._opened():
            pass

    def get(self, name: str) -> bytes | None:
        """Give a small object that is not empty, None where there is none: one request."""
        with self._opened() as (store, root):
            try:
                return bytes(store.cat_file(f"{root}/{name}", start=0))  # else some stores ask for its size first
            except FileNotFoundError:
                return None

    def put(self, name: str, content: bytes) -> None:
        """Write an object in one step, as a store does, and a folder does not."""
        from fsspec.implementations.local import LocalFileSystem

        with self._opened() as (store, root):
            path = f"{root}/{name}"
            store.makedirs(path.rpartition("/")[0], exist_ok=True)
            if isinstance(store, LocalFileSystem):
                files.replace(Path(path), content)
            else:
                store.pipe_file(path, content)

    def pull(self, name: str, file: Path) -> bool:
        """Copy an object into a file, and say whether there is one."""
        with self._opened() as (store, root):
            try:
                store.get_file(f"{root}/{name}", str(file))
            except FileNotFoundError:
                return False
            return True

    def push(self, file: Path, name: str) -> None:
        """Copy a file into an object; whoever reads it meanwhile may read half of it."""
        with self._opened() as (store, root):
            path = f"{root}/{name}"
            store.makedirs(path.rpartition("/")[0], exist_ok=True)
            store.put_file(str(file), path)

    def has(self, name: str) -> bool:
        """Say whether there is an object of that name, or any below it."""
        with self._opened() as (store, root):
            try:
                store.info(f"{root}/{name}")  # exists() says no as well where it can't know
            except FileNotFoundError:
                return False
            return True

    def folders(self, below: str = "") -> dict[str, list[str]]:
        """Give the names one slash deep, below a name: those after the slash, by those before it."""
        found: dict[str, list[str]] = {}
        with self._opened() as (store, root), suppress(FileNotFoundError):
            top = f"{root}/{below}".rstrip("/")
            for path in store.find(top, maxdepth=2):
                folder, slash, name = path.removeprefix(top).strip("/").partition("/")
                if slash:
                    found.setdefault(folder, []).append(name)
        return found

    def written(self, name: str) -> datetime:
        """Say when an object was written; now, where the store does not tell."""
        with self._opened() as (store, root):
            try:
                found: datetime = store.modified(f"{root}/{name}")
            except (NotImplementedError, FileNotFoundError):
                return datetime.now(UTC)
            return found if found.tzinfo else found.replace(tzinfo=UTC)

    def remove(self, name: str) -> None:
        """Take away an object, or all below a name; it is no matter when there is none."""
        with self._opened() as (store, root), suppress(FileNotFoundError):
            store.rm(f"{root}/{name}", recursive=True)

    @contextmanager
    def _opened(self) -> Iterator[tuple[Any, str]]:
        """Give the file system, as it is now, and the path in it."""
        try:
            store, path = self._found()
            store.invalidate_cache()
            yield store, path.rstrip("/")
        except DeskError:
            raise
        except Exception as error:  # every store has errors of its own
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise NoRoom(f"{self.name}: no room for a copy on a disk ({error}); make some") from None
            raise Unreachable(
                f"{self.name}: can't be reached ({str(error) or type(error).__name__}); see whether it is there, "
                "and whether this machine may read and write it"
            ) from error

    def _found(self) -> tuple[Any, str]:
        try:
            import fsspec
        except ImportError:
            wanted = 'install it with: pip install "foreign-desk[object-store]"'
            raise InputError(f"{self.name}: models in an object store need fsspec; {wanted}") from None
        try:
            found: tuple[Any, str] = fsspec.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise InputError(
                f"{self.name}: can't be opened ({error}); install what reads it, or mend the URL"
            ) from None
        return found

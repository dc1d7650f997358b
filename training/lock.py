"""One run at a time for a folder: the kernel holds the lock, so that of a killed run is free at once.

::

    .lock        what is locked; the file itself stays
    .lock.json   who holds it: only ever read to tell others, so what a killed run left there is no matter
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from training.errors import Busy, InputError

LOCK, HOLDER = ".lock", ".lock.json"


@contextmanager
def held(folder: Path, name: str | None = None) -> Iterator[None]:
    """Hold a folder, which is made where there is none.

    Args:
        folder: what to hold; its parent must be one that can be written to.
        name: what to call it in messages, where it is not its path.

    Raises:
        Busy: another run holds it.
        InputError: nothing can be written there.
    """
    from filelock import FileLock, Timeout

    name = name or str(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, timeout=0).acquire()
    except Timeout:
        raise Busy(f"{name}: another run is at work{_holder(folder)}; wait until it ends, or end it") from None
    except OSError as error:
        raise InputError(f"{name}: can't be written to ({error.strerror}); name another folder") from None
    with lock:
        with suppress(OSError):  # whoever comes second is told less
            (folder / HOLDER).write_text(json.dumps(_me()) + "\n", encoding="utf-8")
        try:
            yield
        finally:
            with suppress(OSError):  # the lock itself is the kernel's
                (folder / HOLDER).unlink()


@contextmanager
def turn(file: Path) -> Iterator[None]:
    """Wait for one's turn at what takes others a moment; a killed process holds nobody up.

    Raises:
        InputError: nothing can be written there.
    """
    from filelock import FileLock

    try:
        lock = FileLock(file).acquire()
    except OSError as error:
        raise InputError(f"{file.parent}: can't be written to ({error.strerror}); name another folder") from None
    with lock:
        yield


@contextmanager
def moment(folder: Path) -> Iterator[None]:
    """Wait for one's turn at changing which versions a folder has or uses; where it can't be locked, do without."""
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _me() -> dict[str, object]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": platform.node(), "since": now}


def _holder(folder: Path) -> str:
    """Say who holds a folder, '' where that can't be known: a run that has only just begun has not written it yet."""
    try:
        found = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return f" (process {found['pid']} on {found['host']}, since {found['since']})"
    except (OSError, ValueError, TypeError, KeyError):
        return ""

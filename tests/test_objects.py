"""Objects of a store: given and written whole, with one error for whatever goes wrong there."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from training.errors import InputError, NoRoom, Unreachable
from training.objects import Objects


@pytest.fixture(params=["memory", "file"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    """An empty store."""
    url = f"memory://desk{tmp_path}" if request.param == "memory" else f"file://{tmp_path}/store"
    yield Objects(f"{url}/")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def test_what_is_put_is_given_until_it_is_removed(objects: Objects, tmp_path: Path) -> None:
    assert objects.get("a") is None and objects.folders() == {} and not objects.has("a")
    (tmp_path / "big").write_bytes(b"big" * 1000)
    objects.put("a", b"one")
    objects.put("a", b"1")
    objects.put("v1/manifest", b"two")
    objects.push(tmp_path / "big", "v1/big")
    objects.put("v1/deeper/one", b"three")
    assert objects.get("a") == b"1" and objects.get("v1/manifest") == b"two" and objects.get("v1/none") is None
    assert {name: sorted(parts) for name, parts in objects.folders().items()} == {"v1": ["big", "manifest"]}
    assert objects.has("v1") and objects.has("v1/big") and not objects.has("v") and not objects.has("v1/b")
    assert objects.pull("v1/big", tmp_path / "copy") and not objects.pull("v1/none", tmp_path / "none")
    assert (tmp_path / "copy").read_bytes() == b"big" * 1000 and not (tmp_path / "none").exists()
    assert abs((datetime.now(UTC) - objects.written("v1/big")).total_seconds()) < 600
    objects.remove("v1/manifest")
    assert objects.get("v1/manifest") is None and objects.has("v1/big")
    objects.remove("v1")
    objects.remove("v1")
    assert objects.folders() == {} and not objects.has("v1") and objects.get("a") == b"1"


def test_a_store_that_does_not_tell_when_counts_as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(*_: object) -> Any:
        raise NotImplementedError

    monkeypatch.setattr(MemoryFileSystem, "modified", told)
    assert abs((datetime.now(UTC) - Objects("memory://desk").written("a")).total_seconds()) < 600
    monkeypatch.setattr(MemoryFileSystem, "modified", lambda *_: datetime(2001, 2, 3))
    assert Objects("memory://desk").written("a") == datetime(2001, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "raised, error, said",
    [
        (PermissionError("Access Denied"), Unreachable, "can't be reached .Access Denied.; see whether it is there"),
        (RuntimeError(), Unreachable, "can't be reached .RuntimeError."),
        (OSError(errno.ENOSPC, "No space left"), NoRoom, "no room for a copy on a disk .*No space left.*make some"),
    ],
    ids=["refused", "an error of its own", "disk full"],
)
def test_whatever_goes_wrong_is_one_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raised: Exception, error: type[Exception], said: str
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise raised

    for name in ("cat_file", "pipe_file", "get_file", "put_file", "info", "find", "rm", "modified"):
        monkeypatch.setattr(MemoryFileSystem, name, fail)
    (tmp_path / "file").touch()
    objects = Objects("memory://user:secret@desk")
    for use in (
        lambda: objects.get("a"),
        lambda: objects.put("a", b""),
        lambda: objects.pull("a", tmp_path / "b"),
        lambda: objects.push(tmp_path / "file", "a"),
        lambda: objects.has("a"),
        objects.folders,
        lambda: objects.written("a"),
        lambda: objects.remove("a"),
    ):
        with pytest.raises(error, match=f"^memory://desk: {said}"):
            use()


@pytest.mark.parametrize("url", ["nonsense://bucket/desk", "s3://bucket/desk"])
def test_a_url_that_nothing_reads_is_an_error_that_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(InputError, match=rf"^{re.escape(url)}: can't be opened .*install what reads it, or mend"):
        Objects(url)


def test_without_fsspec_one_is_told_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError, match=re.escape('install it with: pip install "foreign-desk[object-store]"')):
        Objects("memory://desk")


_FORKED = """if True:
    import os, sys
    import fsspec
    from fsspec.asyn import AsyncFileSystem
    from training.objects import Objects

    class Slow(AsyncFileSystem):
        protocol = "slow"
        cachable = True
        async def _cat_file(self, path, **_):
            return str(os.getpid()).encode()

    fsspec.register_implementation("slow", Slow)
    objects = Objects("slow://desk")
    assert objects.get("a") == str(os.getpid()).encode()
    child = os.fork()
    if not child:
        os._exit(0 if objects.get("a") == str(os.getpid()).encode() else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")
def test_a_store_is_reached_from_a_worker_that_was_forked_after_it_was_used() -> None:
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", _FORKED]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_what_others_did_meanwhile_is_seen(tmp_path: Path) -> None:
    """A file system may keep what it listed; nothing here goes by that."""
    objects = Objects(f"file://{tmp_path}/store")
    forgotten = []
    filesystem = type(fsspec.filesystem("file"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filesystem, "invalidate_cache", lambda *_: forgotten.append(1))
        objects.folders()
        objects.has("a")
    assert len(forgotten) == 2

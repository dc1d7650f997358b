"""Versions in an object store; they are used from copies in a cache on this machine.

::

    publish   the files are pushed, the manifest last: what has no manifest is no version
    use       a version is pulled under a hidden name, verified, and renamed; it is never pulled again
    current   one small object; what it said last is remembered, for a start without the store

No lock is known to every store, so one run at a time is one on this machine. Whoever writes a small object last is
right.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training import artifact, files
from training.errors import DamagedModel, DeskError, InputError, MismatchedModel, Unreachable
from training.files import ABANDONED, CURRENT, UNFINISHED
from training.lock import held, turn
from training.objects import Objects

CACHE = "DESK_CACHE"
_PULLING = ".pulling-"
_TURN = ".turn"  # whoever changes the copies in the cache holds it
_UNPUSHED = re.compile(rf"{re.escape(UNFINISHED)}(.+)-[^-]+")  # the version that an unfinished folder was to become

log = logging.getLogger(__name__)


class RemoteFiles:
    """Versions in an object store; see :class:`training.files.Files`.

    Every method that asks the store raises Unreachable where it can't be reached.

    Raises:
        InputError: nothing that is installed reads the URL, or the cache can't be written to.
    """

    def __init__(self, url: str) -> None:
        self._store = Objects(url)
        self.name = self._store.name
        self.folder = _cache(self._store.url, self.name)
        self._sound: set[str] = set()  # copies that this process has verified
        self._stale: set[str] = set()  # small objects known only from the cache
        self._known: dict[str, bytes | None] = {}
        self._reached = False

    @property
    def address(self) -> str:
        """The URL."""
        return self._store.url

    def read(self, name: str) -> bytes | None:
        """Give a small object, None where there is none.

        Until the store is first reached, what it said last is good enough to start with; later it is not, for whoever
        asks again and again has something to go on with, and wants to know.
        """
        try:
            content = self._store.get(name)
        except Unreachable as error:
            copy = self.folder / name
            if self._reached or not copy.exists():
                raise
            if name not in self._stale:
                log.warning("%s; going on with what it said last (%s)", error, name)
            self._stale.add(name)
            return copy.read_bytes()
        self._reached = True
        self._stale.discard(name)
        self._remember(name, content)
        return content

    def write(self, name: str, content: str) -> None:
        """Write a small object."""
        self._refuse_stale()
        self._store.put(name, content.encode())
        self._remember(name, content.encode())

    def append(self, name: str, line: str) -> None:
        """Add a line to a small object; of two that do so at once one may be lost."""
        self.write(name, (self.read(name) or b"").decode(errors="replace") + line)

    def versions(self) -> list[str]:
        """Give the names of the versions whose manifest is there, sorted."""
        return self.inside("", artifact.MANIFEST)

    def has(self, version: str) -> bool:
        """Say whether anything is there under that name."""
        return self._store.has(version)

    def inside(self, name: str, holding: str) -> list[str]:
        """Give the names one slash below a name that have a certain object below them, sorted."""
        found = self._store.folders(name).items()
        return sorted(folder for folder, parts in found if holding in parts and not folder.startswith("."))

    def file(self, name: str) -> Path | None:
        """Give the copy of an object that never changes, pulled where there is none; None where there is no object."""
        copy = self.folder / name
        if not copy.is_file():
            with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=self.folder) as hidden:
                pulled = Path(hidden) / copy.name
                if not self._store.pull(name, pulled):
                    return None
                copy.parent.mkdir(parents=True, exist_ok=True)
                pulled.replace(copy)
        return copy

    def share(self, name: str) -> None:
        """Push the files of a folder in the cache."""
        for file in sorted((self.folder / name).iterdir()):
            self._store.push(file, f"{name}/{file.name}")

    def bring(self, version: str, *, anew: bool = False) -> Path | None:
        """Give the folder of a copy, pulled where there is none that is sound; None where there is no such version.

        Raises:
            DamagedModel, MismatchedModel: what the store has can't be used; it leaves no copy.
        """
        copy = self.folder / version
        if not anew and self._is_sound(copy):
            return copy
        with turn(self.folder / _TURN):
            if not anew and self._is_sound(copy):
                return copy  # another process has pulled it meanwhile
            pulled = self._pull(version)
        with suppress(Unreachable):
            self._tidy()
        return pulled

    def manifest(self, version: str) -> dict[str, Any] | None:
        """Give the manifest of a version, None where there is none; all is verified only where there is a copy."""
        copy, name = self.folder / version, f"{self.name}/{version}"
        if self._is_sound(copy):
            return artifact.checked_manifest(copy, name)
        with tempfile.TemporaryDirectory() as folder:
            there = self._pull_manifest(version, Path(folder))
            return artifact.checked_manifest(Path(folder), name) if there else None

    def put(self, version: str, save: Callable[[Path], None]) -> None:
        """Publish what ``save`` writes into a folder, which is the first copy.

        The folder's name says what it is to become, so that whoever finds it knows what was being pushed.
        """
        unfinished = Path(tempfile.mkdtemp(prefix=f"{UNFINISHED}{version}-", dir=self.folder))
        try:
            save(unfinished)
            for file in sorted(unfinished.iterdir(), key=lambda file: (file.name == artifact.MANIFEST, file.name)):
                name = f"{version}/{file.name}"
                if file.name == artifact.MANIFEST:
                    self._store.put(name, file.read_bytes())
                else:
                    self._store.push(file, name)
            with turn(self.folder / _TURN):
                self._keep(unfinished, version)
        except BaseException:
            with suppress(DeskError):
                self._withdraw(version, unfinished)
            raise

    def take(self, version: str) -> None:
        """Take a version away, its manifest first; its copy goes when what is left is swept."""
        self._refuse_stale()
        self._store.remove(f"{version}/{artifact.MANIFEST}")
        self._store.remove(version)

    def hold(self) -> AbstractContextManager[None]:
        """Be the one run at work on this machine."""
        return held(self.folder, self.name)

    def sweep(self, *, alone: bool) -> None:
        """Take away what killed runs left: of this machine when ``alone``, of others after a day; and old copies."""
        for unfinished in self.folder.glob(f"{UNFINISHED}*-*") if alone else ():
            if found := _UNPUSHED.fullmatch(unfinished.name):
                self._withdraw(found[1], unfinished)
        files.sweep(self.folder, alone=alone)
        self._take_orphans()
        self._tidy()

    def _remember(self, name: str, content: bytes | None) -> None:
        """Keep what a small object says for a start without the store."""
        if name in self._known and self._known[name] == content:
            return
        self._known[name] = content
        with suppress(OSError):
            if content is None:
                (self.folder / name).unlink(missing_ok=True)
            else:
                (self.folder / name).parent.mkdir(exist_ok=True)
                files.replace(self.folder / name, content)

    def _refuse_stale(self) -> None:
        """Change nothing by what was only remembered."""
        if self._stale:
            raise Unreachable(f"{self.name}: could not be reached a moment ago, so nothing is changed; try again")

    def _is_sound(self, copy: Path) -> bool:
        """Say whether there is a copy that is as it was pulled, be it of use here or not."""
        if copy.name not in self._sound and copy.is_dir():
            with suppress(DamagedModel):
                with suppress(MismatchedModel):
                    artifact.verify(copy)
                self._sound.add(copy.name)
        return copy.name in self._sound and copy.is_dir()

    def _pull(self, version: str) -> Path | None:
        """Pull a version into the cache. The caller has the turn, so what else is being pulled is nobody's."""
        for left in self.folder.glob(f"{_PULLING}*"):
            shutil.rmtree(left, ignore_errors=True)
        hidden, name = Path(tempfile.mkdtemp(prefix=_PULLING, dir=self.folder)), f"{self.name}/{version}"
        try:
            if not self._pull_manifest(version, hidden):
                return None
            for file in artifact.checked_manifest(hidden, name)["files"]:
                if Path(file).name == file:  # a manifest may say anything
                    self._store.pull(f"{version}/{file}", hidden / file)
            artifact.verify(hidden, name)
            return self._keep(hidden, version)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)

    def _pull_manifest(self, version: str, folder: Path) -> bool:
        """Pull what tells of a version, and say whether there is any."""
        there = self._store.pull(f"{version}/{artifact.MANIFEST}", folder / artifact.MANIFEST)
        if there:
            self._store.pull(f"{version}/{artifact.SIGNATURE}", folder / artifact.SIGNATURE)
        return there

    def _keep(self, hidden: Path, version: str) -> Path:
        """Make a whole version the copy that is used. The caller has the turn."""
        copy = self.folder / version
        if copy.exists():
            files.remove(copy)
        hidden.rename(copy)
        self._sound.add(version)
        return copy

    def _withdraw(self, version: str, unfinished: Path) -> None:
        """Take away what was pushed of a version that was not pushed whole, and then what tells of it here."""
        if not self._store.has(f"{version}/{artifact.MANIFEST}"):
            self._store.remove(version)
        shutil.rmtree(unfinished, ignore_errors=True)

    def _take_orphans(self) -> None:
        """Take away what other machines left a day ago or earlier: some files of a version, and nothing else."""
        for version, parts in self._store.folders().items():
            if artifact.MANIFEST not in parts and artifact.FILES.issuperset(parts):
                newest = max(self._store.written(f"{version}/{part}") for part in parts)
                if (datetime.now(UTC) - newest).total_seconds() > ABANDONED:
                    self._store.remove(version)

    def _tidy(self) -> None:
        """Take away copies of versions that are gone."""
        copies = files.LocalFiles(self.folder).versions()
        there = {*self.versions(), (self.read(CURRENT) or b"").decode(errors="replace").strip()}
        with turn(self.folder / _TURN):
            for copy in copies:
                if copy not in there:
                    files.remove(self.folder / copy)


def _cache(url: str, name: str) -> Path:
    """Make the folder for copies of what a URL has, each of its own."""
    from platformdirs import user_cache_path

    above = Path(os.environ.get(CACHE) or user_cache_path("foreign-desk")).absolute()
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", name).strip("-.")[-60:]
    folder = above / f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:12]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{above}: can't be written to ({error.strerror}); name another folder in {CACHE}") from None
    return folder

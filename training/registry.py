"""Versions of the model in one folder, and which of them is current.

::

    models/
      current              a line of text: the name of the version in use
      promotions.jsonl     what was promoted and when, a line each, the newest last
      pinned.json          versions that are never pruned
      topic_names.json     names that people gave topics, by id
      20251122T031500123/   one version, never changed once published

A version is written under a hidden name and renamed, so it is there whole or not at all; `current` is replaced in one
step.
"""

from __future__ import annotations

import json
import math
import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from training import artifact
from training.errors import InputError, NoModel
from training.lock import held
from training.model import Model

CURRENT = "current"
PROMOTIONS, PINNED, TOPIC_NAMES = "promotions.jsonl", "pinned.json", "topic_names.json"
LONGEST = 80  # characters of a topic's name
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_UNFINISHED = ".unfinished-"
_ABANDONED = 24 * 3600  # seconds after which what is unfinished is nobody's any more, whoever is at work
_WRITTEN = 60  # seconds after which a single file is so: many a command writes one, and it takes no time


class Registry:
    """The versions in one folder of models."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def versions(self) -> list[str]:
        """Give the names of all published versions, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(
            path.parent.name
            for path in self.folder.glob(f"*/{artifact.MANIFEST}")
            if not path.parent.name.startswith(".")
        )

    def current(self) -> str | None:
        """Give the name of the version in use, None when there is none."""
        return self._text(CURRENT).strip() or None

    def path(self, version: str | None = None) -> Path:
        """Give the folder of a version, or of the current one.

        Raises:
            NoModel: there is none, or none of that name.
        """
        if version is None:
            version = self.current()
            if version is None:
                raise NoModel(f"{self.folder}: no model yet; train one with: desk train --models {self.folder}")
        path = self.folder / version
        if not _NAME.fullmatch(version) or not path.is_dir():
            names = self.versions()
            known = f"there are {', '.join(names)}" if names else f"train one with: desk train --models {self.folder}"
            raise NoModel(f"{self.folder}: no model {version!r}; {known}")
        return path

    def load(self, version: str | None = None, names: Mapping[str, str] | None = None) -> Model:
        """Verify and load a version, or the current one; its topics have the names that people gave them, or these."""
        model = artifact.load(self.path(version))
        return replace(model, topics=model.topics.renamed(self.topic_names() if names is None else names))

    def topic_names(self) -> dict[str, str]:
        """Give the names that people gave topics, by id.

        Raises:
            InputError: the file does not hold what it should.
        """
        try:
            names = json.loads((self.folder / TOPIC_NAMES).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise InputError(f"{self.folder / TOPIC_NAMES}: can't be read ({error}); mend it or take it away") from None
        if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
            raise InputError(f"{self.folder / TOPIC_NAMES}: must hold names by id; mend it or take it away")
        return names

    def rename_topic(self, id: str, name: str) -> str:
        """Give a topic of the current version a name that stays, in this version and those trained after it.

        Returns:
            The name that it had.

        Raises:
            InputError: there is no such topic, or the name is none.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST or not name.isprintable():
            raise InputError(f"a topic's name has 1 to {LONGEST} characters")
        topics = self.load().topics
        number = topics.number(id)
        if number is None:
            raise InputError(f"there is no topic {id!r}; desk topics lists those that there are")
        names = {**self.topic_names(), id: name}
        self._write(TOPIC_NAMES, json.dumps(names, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        return topics.names[number]

    def about(self, version: str | None = None) -> dict[str, Any]:
        """Verify a version, or the current one, and give what it says of itself."""
        return dict(artifact.verify(self.path(version))["about"])

    def publish(self, model: Model, *, promote: bool = True) -> str:
        """Write a model as a new version, make it current unless told otherwise, and give the version's name."""
        version = model.version
        if not _NAME.fullmatch(version) or version == CURRENT or (self.folder / version).exists():
            raise InputError(
                f"{self.folder}: version {version!r} can't be published: it has no name or is there already"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.folder))
        try:
            artifact.save(model, unfinished)
            for path in (*unfinished.iterdir(), unfinished):
                _sync(path)
            unfinished.chmod(0o755)
            unfinished.rename(self.folder / version)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        _sync(self.folder)
        if promote:
            self.promote(version)
        return version

    def promote(self, version: str) -> None:
        """Verify a version and make it the current one."""
        artifact.verify(self.path(version))
        told = {"version": version, "at": datetime.now(UTC).isoformat(timespec="seconds")}
        with open(self.folder / PROMOTIONS, "a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self._write(CURRENT, version + "\n")

    def previous(self) -> str | None:
        """Give the version that was current before, of those that are still there; None when there is none."""
        there = {*self.versions()} - {self.current()}
        before = [version for version in self._promoted() if version in there]
        return before[-1] if before else None

    def rollback(self) -> str:
        """Make the version current that was so before, and give its name.

        Raises:
            NoModel: there is none.
            DamagedModel, MismatchedModel: it can't be used any more.
        """
        version = self.previous()
        if version is None:
            raise NoModel(f"{self.folder}: no version was current before; take one with: desk models promote VERSION")
        self.promote(version)
        return version

    def pinned(self) -> list[str]:
        """Give the versions that are never pruned, sorted.

        Raises:
            InputError: the file does not hold what it should.
        """
        try:
            found = json.loads(self._text(PINNED) or "[]")
        except ValueError as error:
            raise InputError(f"{self.folder / PINNED}: can't be read ({error}); mend it or take it away") from None
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise InputError(f"{self.folder / PINNED}: must hold a list of versions; mend it or take it away")
        return sorted(found)

    def pin(self, version: str, *, keep: bool = True) -> None:
        """Keep a version from being pruned, or no longer."""
        self.path(version)
        pinned = {*self.pinned(), version} if keep else {*self.pinned()} - {version}
        self._write(PINNED, json.dumps(sorted(pinned)) + "\n")

    def lock(self) -> AbstractContextManager[None]:
        """Be the one run that trains models for this folder; a killed one no longer is.

        Raises:
            Busy: another run is at work.
            InputError: nothing can be written to the folder.
        """
        return held(self.folder)

    def sweep(self) -> None:
        """Take away what killed runs left unfinished. The caller holds the lock, so no other run is at work."""
        self._sweep(folders=-math.inf, files=_WRITTEN)

    def prunable(self, keep: int) -> list[str]:
        """Give the versions that pruning takes away, oldest first.

        The current one stays, the one before it, the pinned ones, and the newest ``keep`` of all.
        """
        versions = self.versions()
        stays = {self.current(), self.previous(), *self.pinned(), *(versions[-keep:] if keep else ())}
        return [version for version in versions if version not in stays]

    def prune(self, keep: int) -> list[str]:
        """Take away old versions, and what killed runs left unfinished a day ago or earlier; give the versions."""
        gone = self.prunable(keep)
        for version in gone:
            hidden = self.folder / f"{_UNFINISHED}{version}-{secrets.token_hex(4)}"
            self.path(version).rename(hidden)  # in one step, so that nobody finds half a version
            shutil.rmtree(hidden, ignore_errors=True)
        self._sweep(folders=_ABANDONED, files=_ABANDONED)
        return gone

    def _sweep(self, folders: float, files: float) -> None:
        """Take away what is unfinished and older than so many seconds; others may be at the same."""
        for left in self.folder.glob(f"{_UNFINISHED}*"):
            with suppress(FileNotFoundError):
                whole, age = left.is_dir(), time.time() - left.stat().st_mtime
                if whole and age >= folders:
                    shutil.rmtree(left, ignore_errors=True)
                elif not whole and age >= files:
                    left.unlink()

    def _promoted(self) -> list[str]:
        """Give what was promoted, the newest last; a line that tells of no promotion is passed over."""
        found = []
        for line in self._text(PROMOTIONS).splitlines():
            with suppress(ValueError, TypeError, KeyError):
                found.append(str(json.loads(line)["version"]))
        return found

    def _text(self, name: str) -> str:
        """Give what is in a file of the folder, '' where there is none."""
        try:
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def _write(self, name: str, content: str) -> None:
        """Write a file of the folder in one step."""
        descriptor, unfinished = tempfile.mkstemp(prefix=_UNFINISHED, dir=self.folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(unfinished, 0o644)
        os.replace(unfinished, self.folder / name)
        _sync(self.folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

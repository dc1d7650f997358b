"""Versions of the model, and which of them is current.

::

    models/                  a folder, or an object store by its URL
      current                a line of text: the name of the version in use
      promotions.jsonl       what was promoted and when, a line each, the newest last
      pinned.json            versions that are never pruned
      topic_names.json       names that people gave topics, by id
      20251122T031500123/    one version, never changed once published

A version is there whole or not at all, and `current` is replaced in one step: see :mod:`training.files` for a folder,
and :mod:`training.remote` for an object store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from training import artifact
from training.errors import DamagedModel, InputError, NoModel
from training.files import CURRENT, Files, LocalFiles
from training.lock import moment
from training.model import Model

PROMOTIONS, PINNED, TOPIC_NAMES = "promotions.jsonl", "pinned.json", "topic_names.json"
KEPT = 10  # versions that pruning leaves, besides the current, the previous and the pinned ones
LONGEST = 80  # characters of a topic's name
T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{,50}")  # as a hidden name it is longer, and a system has its bounds


def place(models: str | Path) -> str | Path:
    """Give where models lie as a path, or as text where it is the URL of an object store, which is no path."""
    return str(models) if "://" in str(models) else Path(models)


class Registry:
    """The versions in one place: a folder, or an object store by its URL.

    Attributes:
        files: what is there, the reports of nights among it.
    """

    def __init__(self, models: str | Path) -> None:
        self.files = _files(place(models))

    @property
    def folder(self) -> Path:
        """Where the versions lie on this machine: those of an object store once they are used."""
        return self.files.folder

    @property
    def name(self) -> str:
        """What messages call the place: the path as it was given, or the URL."""
        return self.files.name

    @property
    def address(self) -> str:
        """What names the place from whatever folder one stands in."""
        return self.files.address

    @property
    def told(self) -> str:
        """What commands that people are told name the place by: from whatever folder, and without credentials."""
        return self.name if self.is_remote else self.address

    @property
    def is_remote(self) -> bool:
        """Whether they lie in an object store."""
        return "://" in self.address

    def versions(self) -> list[str]:
        """Give the names of all published versions, oldest first."""
        return [name for name in self.files.versions() if _is_name(name)]

    def current(self) -> str | None:
        """Give the name of the version in use, None when there is none."""
        return self._text(CURRENT).strip() or None

    def path(self, version: str | None = None, *, anew: bool = False) -> Path:
        """Give the folder of a version, or of the current one, on this machine.

        Args:
            version: its name.
            anew: bring it from an object store though there is a copy on this machine.

        Raises:
            NoModel: there is none, or none of that name.
            DamagedModel, MismatchedModel: what an object store has of it can't be used.
            Unreachable: an object store can't be reached, and there is no copy on this machine.
        """
        version = self._named(version)
        return self._there(version, self.files.bring(version, anew=anew))

    def load(self, version: str | None = None, names: Mapping[str, str] | None = None) -> Model:
        """Verify and load a version, or the current one; its topics have the names that people gave them, or these."""
        path = self.path(version)
        model = artifact.load(path, f"{self.name}/{path.name}")
        self._itself(path.name, model.about)
        return replace(model, topics=model.topics.renamed(self.topic_names() if names is None else names))

    def topic_names(self) -> dict[str, str]:
        """Give the names that people gave topics, by id.

        Raises:
            InputError: the file does not hold what it should.
        """
        try:
            found = self.files.read(TOPIC_NAMES)
            names = {} if found is None else json.loads(found.decode())
        except (ValueError, RecursionError) as error:
            raise InputError(f"{self.name}/{TOPIC_NAMES}: can't be read ({error}); mend it or take it away") from None
        if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
            raise InputError(f"{self.name}/{TOPIC_NAMES}: must hold names by id; mend it or take it away")
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
        self.files.write(TOPIC_NAMES, json.dumps(names, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        return topics.names[number]

    def about(self, version: str | None = None) -> dict[str, Any]:
        """Verify a version, or the current one, and give what it says of itself."""
        return dict(self.verify(version)["about"])

    def verify(self, version: str | None = None, *, anew: bool = False) -> dict[str, Any]:
        """Verify a version, or the current one, and give its manifest; see :meth:`path`."""
        path = self.path(version, anew=anew)
        manifest = artifact.verify(path, f"{self.name}/{path.name}")
        self._itself(path.name, manifest["about"])
        return manifest

    def manifest(self, version: str | None = None) -> dict[str, Any]:
        """Give a version's manifest, verified as far as it costs little: in an object store, without its large files.

        Raises:
            NoModel: there is none, or none of that name.
            DamagedModel, MismatchedModel: it can't be used.
        """
        version = self._named(version)
        manifest = self._there(version, self.files.manifest(version))
        self._itself(version, manifest["about"])
        return manifest

    def publish(self, model: Model, *, promote: bool = True) -> str:
        """Write a model as a new version, make it current unless told otherwise, and give the version's name."""
        version = model.version
        if not _is_name(version) or self.files.has(version):
            raise InputError(f"{self.name}: version {version!r} can't be published: it has no name or is there already")
        self.files.put(version, partial(artifact.save, model))
        if promote:
            self.promote(version)
        return version

    def promote(self, version: str) -> None:
        """Verify a version and make it the current one."""
        self.verify(version)
        with moment(self.folder):
            self._published(version)
            was = self.current()
            if was and was not in [name for name, _ in self.promotions()[-1:]]:
                self._tell(was)  # a promotion was killed before it could say so, or somebody wrote the file
            self.files.write(CURRENT, version + "\n")
            self._tell(version, datetime.now(UTC).isoformat(timespec="seconds"))

    def promotions(self) -> list[tuple[str, str]]:
        """Give what was promoted and when ('' where nobody knows), the newest last; other lines are passed over."""
        found = []
        for line in self._text(PROMOTIONS).splitlines():
            with suppress(ValueError, TypeError, KeyError, RecursionError):
                told = json.loads(line)
                found.append((str(told["version"]), str(told.get("at", ""))))
        return found

    def previous(self) -> str | None:
        """Give the version that was current before, of those that are still there; None when there is none."""
        there = {*self.versions()} - {self.current()}
        before = [version for version, _ in self.promotions() if version in there]
        return before[-1] if before else None

    def rollback(self) -> str:
        """Make the version current that was so before, and give its name.

        Raises:
            NoModel: there is none.
            DamagedModel, MismatchedModel: it can't be used any more.
        """
        version = self.previous()
        if version is None:
            raise NoModel(f"{self.name}: no version was current before; take one with: desk models promote VERSION")
        self.promote(version)
        return version

    def pinned(self) -> list[str]:
        """Give the versions that are never pruned, sorted.

        Raises:
            InputError: the file does not hold what it should.
        """
        try:
            found = json.loads(self._text(PINNED) or "[]")
        except (ValueError, RecursionError) as error:
            raise InputError(f"{self.name}/{PINNED}: can't be read ({error}); mend it or take it away") from None
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise InputError(f"{self.name}/{PINNED}: must hold a list of versions; mend it or take it away")
        return sorted(found)

    def pin(self, version: str, *, keep: bool = True) -> None:
        """Keep a version from being pruned, or no longer."""
        self._published(version)
        pinned = {*self.pinned(), version} if keep else {*self.pinned()} - {version}
        self.files.write(PINNED, json.dumps(sorted(pinned)) + "\n")

    def lock(self) -> AbstractContextManager[None]:
        """Be the one run that trains models for this folder; a killed one no longer is.

        Raises:
            Busy: another run is at work.
            InputError: nothing can be written to the folder.
        """
        return self.files.hold()

    def sweep(self) -> None:
        """Take away what killed runs left unfinished. The caller holds the lock, so no other run is at work."""
        self.files.sweep(alone=True)

    def prunable(self, keep: int) -> list[str]:
        """Give the versions that pruning takes away, oldest first.

        The current one stays, the one before it, the pinned ones, and the newest ``keep`` of all.

        Raises:
            NoModel: the current one is none of those that are there, so nobody knows which is in use.
        """
        versions, current = self.versions(), self.current()
        if current is not None:
            self._published(current)
        stays = {current, self.previous(), *self.pinned(), *(versions[-keep:] if keep else ())}
        return [version for version in versions if version not in stays]

    def prune(self, keep: int) -> list[str]:
        """Take away old versions, and what killed runs left unfinished a day ago or earlier; give the versions."""
        gone = []
        for version in self.prunable(keep):
            with moment(self.folder):
                if version in self.prunable(keep):  # somebody may have promoted or pinned it meanwhile
                    self.files.take(version)
                    gone.append(version)
        self.files.sweep(alone=False)
        return gone

    def _tell(self, version: str, at: str = "") -> None:
        self.files.append(PROMOTIONS, json.dumps({"version": version, "at": at}) + "\n")

    def _text(self, name: str) -> str:
        """Give what is in a small file, '' where there is none."""
        return (self.files.read(name) or b"").decode(errors="replace")

    def _named(self, version: str | None) -> str:
        """Give a version's name, by default that of the current one."""
        if version is None:
            version = self.current()
            if version is None:
                raise NoModel(f"{self.name}: no model yet; train one with: desk train --models {self.name}")
        return self._there(version, version if _is_name(version) else None)

    def _published(self, version: str) -> str:
        """Give the name of a version where it is published; a copy on this machine may be of one that is gone."""
        return self._there(version, version if version in self.versions() else None)

    def _itself(self, version: str, about: Mapping[str, Any]) -> None:
        """Refuse a version, signed perhaps, that somebody put in the place of another."""
        if (found := about.get("version")) != version:
            raise DamagedModel(
                f"{self.name}/{version}: holds version {found!r}; give it back that name, or take it away"
            )

    def _there(self, version: str, found: T | None) -> T:
        """Give what was found of a version; where it is nothing, say which versions there are."""
        if found is not None:
            return found
        names = self.versions()
        known = f"there are {', '.join(names)}" if names else f"train one with: desk train --models {self.name}"
        raise NoModel(f"{self.name}: no model {version!r}; {known}")


def _is_name(version: str) -> bool:
    return _NAME.fullmatch(version) is not None and version not in (CURRENT, PROMOTIONS, PINNED, TOPIC_NAMES)


def _files(models: str | Path) -> Files:
    if isinstance(models, Path):
        return LocalFiles(models)
    from training.remote import RemoteFiles

    return RemoteFiles(models)

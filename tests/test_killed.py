"""A night that is killed, or finds the disk full, at every step: the champion stays, and the next is as any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.helping import tiny_rows
from training.article import Article
from training.gate import Gate
from training.lock import HOLDER
from training.model import Model
from training.night import Outcome
from training.registry import Registry
from training.retrain import retrain
from training.settings import Settings
from training.store import Store, url_of

NIGHT = """
import json, os, resource, signal, sys
from importlib import import_module
from pathlib import Path
import training.retrain
from tests.test_killed import again, night
from training.errors import NoRoom
from training.registry import Registry
from training.store import Store, url_of
seeds, models, place, when, room = sys.argv[1:]
if int(room) == 0 and "corpus" not in place:
    training.retrain.train = again  # what was trained before is as good here, and sooner made
if place:
    module, *names = place.split(":")
    owner = import_module(module)
    for name in names[:-1]:
        owner = getattr(owner, name)
    original = getattr(owner, names[-1])
    def dying(*given, **named):
        if when == "after":
            original(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(owner, names[-1], dying)
with Store(url_of(models)) as store:
    if int(room):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(room), int(room)))
    try:
        print(night(Path(seeds), Registry(models), store).promoted)
    except NoRoom as error:
        print(error)
"""


def again(settings: Settings, progress: object, skips: object, parent: Model | None) -> Model:
    """Give the model that is there, as if it had been trained anew."""
    assert parent is not None
    version = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"[:-3]
    return replace(parent, about={**parent.about, "version": version, "parent": parent.version})


def night(seeds: Path, registry: Registry, store: Store | None = None) -> Outcome:
    """Run a night; so few articles do not keep their topics."""
    return retrain(Settings(seeds, topics=3, passes=1, min_examples=12), registry, store, Gate(kept=0, likeness=0))


@pytest.fixture
def seeds(quick: Settings) -> Path:
    return quick.seeds


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nights in this process go without training, as others do."""
    monkeypatch.setattr("training.retrain.train", again)


@pytest.fixture(autouse=True)
def filled(registry: Registry) -> None:
    """Keep a few articles in a store beside the champion."""
    with Store(url_of(registry.folder)) as store:
        store.articles.add([Article(f"{row['text']} Again.", id=f"{row['id']}-again") for row in tiny_rows()[:12]])


def elsewhere(
    seeds: Path, registry: Registry, place: str = "", when: str = "", room: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run a night in a process of its own, which kills itself before or after a function, or has so much room."""
    temporary = registry.folder.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    command = [sys.executable, "-c", NIGHT, str(seeds), str(registry.folder), place, when, str(room)]
    environment = {**os.environ, "TMPDIR": str(temporary)}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=ROOT, env=environment)


STEPS = [
    ("training.registry:Registry:sweep", "before"),
    ("training.collect:_write", "after"),
    ("training.train:corpus:read", "after"),
    ("training.retrain:train", "after"),
    ("training.artifact:joblib:dump", "after"),
    ("training.artifact:save", "after"),
    ("training.registry:Registry:publish", "after"),
    ("training.retrain:compare", "before"),
    ("training.retrain:judge", "after"),
    ("training.registry:Registry:promote", "before"),
    ("training.files:os:replace", "before"),
]


@pytest.mark.parametrize(("place", "when"), STEPS, ids=[f"{when} {place.split(':')[-1]}" for place, when in STEPS])
def test_a_night_that_is_killed_leaves_the_champion_and_the_next_one_cleans_up(
    seeds: Path, champion: Model, registry: Registry, place: str, when: str
) -> None:
    killed = elsewhere(seeds, registry, place, when)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert registry.current() == champion.version
    assert registry.load().version == champion.version
    assert [version for version in registry.versions() if not registry.verify(version)] == []
    after = night(seeds, registry)
    assert after.promoted and registry.current() == after.version
    assert [path.name for path in registry.folder.glob(".unfinished*") if path.is_dir()] == []
    assert not (registry.folder / HOLDER).exists()


def test_killed_between_promoting_and_telling_the_new_version_is_current_and_the_old_one_is_known(
    seeds: Path, champion: Model, registry: Registry
) -> None:
    assert elsewhere(seeds, registry, "training.files:os:replace", "after").returncode == -signal.SIGKILL
    current = registry.current()
    assert current != champion.version and registry.load().version == current
    after = night(seeds, registry)
    assert registry.previous() == current and after.promoted


@pytest.mark.parametrize("room", [500, 3_000, 20_000])
def test_a_full_disk_at_any_step_leaves_the_champion(
    seeds: Path, champion: Model, registry: Registry, room: int
) -> None:
    before = registry.versions()
    done = elsewhere(seeds, registry, room=room)
    assert done.returncode == 0 and done.stderr == "" and "no room" in done.stdout, done.stdout + done.stderr
    assert (registry.current(), registry.versions()) == (champion.version, before)
    assert list((registry.folder.parent / "temporary").iterdir()) == []
    assert [path.name for path in registry.folder.glob(".unfinished*")] == []
    assert night(seeds, registry).promoted

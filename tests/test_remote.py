"""Versions in an object store: whole there, whole in the cache, and nothing in between is ever used."""

from __future__ import annotations

import hashlib
import json
import logging
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fsspec.implementations.memory import MemoryFileSystem

from service.app import create_app
from service.cli import desk
from service.config import Config
from service.live import Live
from tests.helping import tiny_model, wait_for
from tests.test_artifact import COMMAND, FILES, tiny
from tests.test_serve import serving
from training import artifact, report
from training.errors import Busy, DamagedModel, InputError, MismatchedModel, NoModel, Unreachable
from training.night import Night
from training.registry import Registry
from training.report import keeping

ROOT = Path(__file__).resolve().parent.parent
MEMORY = "memory://desk/models"
WRITES = ("pipe_file", "put_file")
OPERATIONS = ("cat_file", "info", "find", "get_file", "rm", *WRITES)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The cache of this machine, and an empty store in memory."""
    monkeypatch.setenv("DESK_CACHE", str(tmp_path / "cache"))
    yield tmp_path / "cache"
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


@pytest.fixture(params=["folder", "memory", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where models lie, in every way that they can."""
    folder = str(tmp_path / "store")
    return {"folder": folder, "memory": MEMORY, "file": f"file://{folder}"}[request.param]


@dataclass
class Store:
    """What is done with the store in memory, and what goes wrong there."""

    done: list[tuple[str, str]] = field(default_factory=list)
    wrong: Callable[[str, str], bool] = lambda operation, path: False

    def paths(self, *operations: str) -> list[str]:
        """Give what operations were done on, below the URL, and forget it."""
        found = [path for operation, path in self.done if operation in operations]
        self.done.clear()
        return found

    def has(self) -> list[str]:
        """Give all objects there."""
        return sorted(path.removeprefix("/desk/models/") for path in MemoryFileSystem.store)

    def down(self) -> None:
        """Let nobody reach it any more."""
        self.wrong = lambda operation, path: True

    def up(self) -> None:
        """Let it be reached again."""
        self.wrong = lambda operation, path: False


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store in memory, watched; what goes wrong with a file does so when half of it is there."""
    watched = Store()

    def watch(operation: str) -> None:
        real = getattr(MemoryFileSystem, operation)

        def do(self: MemoryFileSystem, first: str, *others: Any, **named: Any) -> Any:
            path = str(others[0] if operation == "put_file" else first).partition("/desk/models/")[2]
            watched.done.append((operation, path))
            if watched.wrong(operation, path):
                if operation == "put_file":
                    MemoryFileSystem.store["/desk/models/" + path] = MemoryFileSystem().open("/half", "wb")
                    del MemoryFileSystem.store["/half"]
                if operation == "get_file":
                    Path(others[0]).write_bytes(b"half")
                raise ConnectionError("line cut")
            return real(self, first, *others, **named)

        monkeypatch.setattr(MemoryFileSystem, operation, do)

    for operation in OPERATIONS:
        watch(operation)
    return watched


def machine(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str = MEMORY) -> Registry:
    """Give the registry of another machine: with a cache of its own."""
    monkeypatch.setenv("DESK_CACHE", str(tmp_path / name))
    return Registry(url)


def copies(registry: Registry) -> list[str]:
    """Give the versions in the cache, and whatever else but small files and locks is there."""
    return sorted(path.name for path in registry.folder.iterdir() if path.is_dir() or path.name.startswith(".unf"))


# what a registry does, wherever it is


def test_a_registry_does_the_same_wherever_it_is(place: str) -> None:
    registry = Registry(place)
    assert (registry.versions(), registry.current(), registry.pinned(), registry.topic_names()) == ([], None, [], {})
    reading: list[Callable[..., object]] = [registry.load, registry.path, registry.about, registry.manifest]
    for use in reading:
        with pytest.raises(NoModel, match="no model yet; train one with: desk train --models "):
            use()
        with pytest.raises(NoModel, match="no model 'v1'; train one with"):
            use("v1")
    for version in ("v1", "v2", "v3", "v4"):
        assert registry.publish(tiny(version), promote=version != "v4") == version
    assert registry.versions() == ["v1", "v2", "v3", "v4"]
    assert registry.current() == registry.load().version == registry.about()["version"] == "v3"
    assert registry.path("v4").name == "v4" and registry.path("v4").parent == registry.folder
    assert registry.manifest("v1") == registry.verify("v1") == registry.verify("v1", anew=True)
    assert registry.previous() == registry.rollback() == "v2"
    assert [version for version, _ in registry.promotions()] == ["v1", "v2", "v3", "v2"]
    with pytest.raises(InputError, match="version 'v1' can't be published"):
        registry.publish(tiny("v1"))
    for use in (*reading, registry.promote, registry.pin):
        for name in ("v9", "../v1", ".", "current"):
            with pytest.raises(NoModel, match="there are v1, v2, v3, v4"):
                use(name)
    registry.pin("v1")
    assert registry.rename_topic("t1", "Loaves") == "bread" and "Loaves" in registry.load().topics.names
    assert registry.prunable(0) == registry.prune(0) == ["v4"]
    registry.pin("v1", keep=False)
    again = Registry(place)
    assert again.prune(0) == ["v1"] and again.versions() == ["v2", "v3"] and again.load().version == "v2"
    with again.lock():
        again.sweep()
        with pytest.raises(Busy), Registry(place).lock():
            raise AssertionError("two at once")
    assert copies(again) == ["v2", "v3"]


def test_an_address_holds_from_every_folder(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(place)
    registry.publish(tiny("v1"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert Registry(registry.address).current() == "v1" and registry.name in (registry.address, place)


# pulling


def test_what_one_machine_promotes_another_sees_and_pulls_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here, there = (machine(name, monkeypatch, tmp_path) for name in ("here", "there"))
    here.publish(tiny("v1"))
    assert store.paths(*WRITES)[:7] == [f"v1/{name}" for name in [*sorted(set(FILES) - {"manifest.json"})]] + [
        "v1/manifest.json",
        "current",
    ], "the manifest comes last"
    assert there.load().version == "v1"
    assert sorted(store.paths("get_file")) == sorted(f"v1/{name}" for name in [*FILES, "signature"])
    assert there.load().version == here.load().version == "v1" and store.paths("get_file") == []
    here.publish(tiny("v2"))
    assert there.current() == "v2" and there.load().version == "v2"
    assert copies(there) == ["v1", "v2"] and machine("there", monkeypatch, tmp_path).load().version == "v2"
    assert not [path for path in store.paths("get_file") if not path.startswith("v2/")]
    there.promote("v1")
    assert here.current() == "v1" and here.previous() == "v2"


def test_asking_for_the_current_version_is_one_small_read(store: Store) -> None:
    registry = Registry(MEMORY)
    registry.publish(tiny("v1"))
    store.done.clear()
    for _ in range(3):
        assert registry.current() == "v1"
    assert store.done == [("cat_file", "current")] * 3


def test_several_that_want_a_version_pull_it_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine("here", monkeypatch, tmp_path).publish(tiny("v1"))
    registries = [machine("there", monkeypatch, tmp_path) for _ in range(4)]
    store.done.clear()
    with ThreadPoolExecutor(4) as threads:
        loaded = list(threads.map(lambda one: one.load().version, registries, timeout=120))
    assert loaded == ["v1"] * 4 and store.paths("get_file").count("v1/serving.joblib") == 1


@pytest.mark.parametrize("name", [*FILES, "signature"])
def test_a_pull_that_is_cut_off_leaves_nothing_and_the_next_one_is_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    machine("here", monkeypatch, tmp_path).publish(tiny("v1"))
    there = machine("there", monkeypatch, tmp_path)
    store.wrong = lambda operation, path: (operation, path) == ("get_file", f"v1/{name}")
    with pytest.raises(Unreachable, match="memory://desk/models: can't be reached .line cut"):
        there.load()
    assert copies(there) == []
    store.up()
    assert there.load().version == "v1" and copies(there) == ["v1"]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["altered", "cut short", "gone"])
def test_what_was_altered_in_the_store_is_refused_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, how: str
) -> None:
    machine("here", monkeypatch, tmp_path).publish(tiny("v1"))
    there, path = machine("there", monkeypatch, tmp_path), f"/desk/models/v1/{name}"
    content = MemoryFileSystem.store[path].getvalue()
    if how == "gone":
        del MemoryFileSystem.store[path]
    else:
        changed = content[: len(content) // 2] if how == "cut short" else b" " + content
        MemoryFileSystem().pipe_file(path, changed)
    if name == "manifest.json" and how == "altered":
        assert there.load().version == "v1", "a space more in it means the same"
        return
    with pytest.raises(NoModel if (name, how) == ("manifest.json", "gone") else DamagedModel) as refused:
        there.load()
    assert str(refused.value).startswith(MEMORY) and "with: desk train" in str(refused.value)
    assert copies(there) == []


def test_a_manifest_that_names_files_elsewhere_writes_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine("here", monkeypatch, tmp_path).publish(tiny("v1"))
    there = machine("there", monkeypatch, tmp_path)
    path = "/desk/models/v1/manifest.json"
    manifest = json.loads(MemoryFileSystem.store[path].getvalue())
    for name in ("../evil", "/tmp/evil", "..", "", "a/b"):
        manifest["files"][name] = hashlib.sha256(b"evil").hexdigest()
    MemoryFileSystem().pipe_file(path, json.dumps(manifest).encode())
    for place in ("/desk/models/evil", "/desk/models/v1/a/b"):
        MemoryFileSystem().pipe_file(place, b"evil")
    with pytest.raises(DamagedModel, match="missing or not in the manifest"):
        there.load()
    assert not list(tmp_path.rglob("*evil*")) and copies(there) == []


def test_a_version_of_another_make_is_refused_by_its_manifest_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine("here", monkeypatch, tmp_path).publish(tiny("v1"))
    there = machine("there", monkeypatch, tmp_path)
    path = "/desk/models/v1/manifest.json"
    manifest = json.loads(MemoryFileSystem.store[path].getvalue())
    MemoryFileSystem().pipe_file(
        path, json.dumps({**manifest, "libraries": {**manifest["libraries"], "numpy": "0.1"}}).encode()
    )
    store.done.clear()
    for use in (there.load, there.verify, there.manifest, lambda: there.promote("v1")):
        with pytest.raises(MismatchedModel) as refused:
            use()
        assert str(refused.value).startswith(f"{MEMORY}/v1: was written with numpy 0.1, installed is ")
        assert str(refused.value).endswith(f"retrain with: {COMMAND} --models {MEMORY}")
    assert {*store.paths("get_file")} == {"v1/manifest.json", "v1/signature"} and copies(there) == []


def test_a_copy_that_was_damaged_is_pulled_anew(store: Store) -> None:
    Registry(MEMORY).publish(tiny("v1"))
    registry = Registry(MEMORY)
    (registry.folder / "v1" / "serving.joblib").write_bytes(b"damaged")
    store.done.clear()
    assert registry.load().version == "v1" and "v1/serving.joblib" in store.paths("get_file")
    assert copies(registry) == ["v1"]


def test_verifying_looks_at_what_the_store_has(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(MEMORY)
    registry.publish(tiny("v1"))
    MemoryFileSystem().pipe_file("/desk/models/v1/serving.joblib", b"damaged")
    assert registry.verify("v1") and registry.load().version == "v1", "the copy is good"
    with pytest.raises(DamagedModel, match=rf"^{MEMORY}/v1: serving.joblib is not as it was written"):
        registry.verify("v1", anew=True)
    assert registry.load().version == "v1" and copies(registry) == ["v1"]


def test_a_signed_version_is_pulled_with_its_signature(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine("here", monkeypatch, tmp_path).publish(tiny("v1"))
    monkeypatch.setenv(artifact.SIGNING_KEY, "secret")
    there = machine("there", monkeypatch, tmp_path)
    with pytest.raises(DamagedModel, match="v1: is not signed"):
        there.load()
    there.publish(tiny("v2"))
    assert machine("third", monkeypatch, tmp_path).load().version == "v2"


# publishing


@pytest.mark.parametrize("name", FILES)
def test_a_push_that_is_cut_off_leaves_nothing_and_the_next_one_is_whole(store: Store, name: str) -> None:
    registry = Registry(MEMORY)
    registry.publish(tiny("v1"))
    before = store.has()
    store.wrong = lambda operation, path: operation in WRITES and path == f"v2/{name}"
    with pytest.raises(Unreachable, match="line cut"):
        registry.publish(tiny("v2"))
    assert store.has() == before and copies(registry) == ["v1"]
    assert registry.versions() == ["v1"] and registry.load().version == "v1"
    store.up()
    assert registry.publish(tiny("v2")) == "v2" == registry.load().version


def test_what_a_lost_line_left_in_the_store_goes_with_the_next_run(store: Store) -> None:
    registry = Registry(MEMORY)
    registry.publish(tiny("v1"))
    before = store.has()

    def wrong(operation: str, path: str) -> bool:
        if operation in WRITES and path == "v2/serving.joblib":
            store.down()
            return True
        return False

    store.wrong = wrong
    with pytest.raises(Unreachable):
        registry.publish(tiny("v2"))
    store.up()
    assert "v2/serving.joblib" in store.has() and registry.versions() == ["v1"]
    with pytest.raises(NoModel):
        Registry(MEMORY).load("v2")
    with registry.lock():
        registry.sweep()
    assert store.has() == before and copies(registry) == ["v1"]


def test_a_version_that_was_pushed_whole_stays_though_its_folder_was_left(store: Store) -> None:
    registry = Registry(MEMORY)
    registry.publish(tiny("v1"))
    (registry.folder / "v1").rename(registry.folder / ".unfinished-v1-abc")
    registry.sweep()
    assert registry.versions() == ["v1"] and copies(registry) == [] and registry.load().version == "v1"


def test_a_save_that_fails_leaves_nothing(store: Store) -> None:
    registry = Registry(MEMORY)
    with pytest.raises(TypeError):
        registry.publish(replace(tiny("v2"), about={"version": "v2", "trained_at": object()}))
    assert store.has() == [] and copies(registry) == []


@pytest.mark.parametrize("hours, gone", [(25, True), (23, False)])
def test_what_another_machine_left_goes_after_a_day_and_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch, hours: int, gone: bool
) -> None:
    registry = Registry(MEMORY)
    registry.publish(tiny("v1"))
    for name in ("left/serving.joblib", "left/card.json", "data/serving.joblib", "data/mine.csv", "v1x/y/card.json"):
        MemoryFileSystem().pipe_file(f"/desk/models/{name}", b"")
    old = datetime.now(UTC) - timedelta(hours=hours)
    monkeypatch.setattr(MemoryFileSystem, "modified", lambda *_: old)
    for sweep in (registry.sweep, lambda: registry.prune(0)):
        sweep()
        left = {path.split("/")[3] for path in MemoryFileSystem.store if path.count("/") > 3}
        assert left == {"v1", "data", "v1x"} | (set() if gone else {"left"})


def test_copies_of_versions_that_are_gone_go_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here, there = (machine(name, monkeypatch, tmp_path) for name in ("here", "there"))
    for version in ("v1", "v2", "v3", "v4"):
        here.publish(tiny(version))
        there.load()
    assert here.prune(0) == ["v1", "v2"] and copies(here) == ["v3", "v4"]
    assert copies(there) == ["v1", "v2", "v3", "v4"]
    assert there.prune(0) == [] and copies(there) == ["v3", "v4"]
    here.publish(tiny("v5"))
    here.prune(0)
    assert there.load().version == "v5" and copies(there) == ["v4", "v5"], "pulling tidies"


def test_a_version_that_is_gone_is_not_promoted_from_a_copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here, there = (machine(name, monkeypatch, tmp_path) for name in ("here", "there"))
    for version in ("v1", "v2", "v3"):
        here.publish(tiny(version))
    there.path("v1")
    here.prune(0)
    for use in (there.promote, there.pin):
        with pytest.raises(NoModel, match="no model 'v1'; there are v2, v3"):
            use("v1")
    assert there.current() == "v3"


# a store that can't be reached


def test_a_running_service_keeps_its_model_and_goes_on_when_the_store_is_back(store: Store) -> None:
    model, registry = tiny_model(), Registry(MEMORY)
    registry.publish(model)
    live = Live(registry)
    store.down()
    for _ in range(2):
        live.refresh()
        assert live.model.version == model.version and "can't be reached" in str(live.state.problem)
    store.up()
    live.refresh()
    assert live.model.version == model.version


def test_a_start_without_the_store_uses_what_current_said_last(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    Registry(MEMORY).publish(tiny("v1"))
    Registry(MEMORY).rename_topic("t1", "Loaves")
    store.down()
    registry = Registry(MEMORY)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert registry.load().topics.names[0] == "Loaves" and registry.current() == "v1"
    assert [record.message.split("; ")[-1] for record in caplog.records] == [
        "going on with what it said last (current)",
        "going on with what it said last (topic_names.json)",
    ]
    for change in (lambda: registry.promote("v1"), lambda: registry.rename_topic("t1", "Bread"), registry.versions):
        with pytest.raises(Unreachable):
            change()


def test_nothing_is_changed_by_what_was_only_remembered(store: Store) -> None:
    registry = Registry(MEMORY)
    for version in ("v1", "v2", "v3"):
        registry.publish(tiny(version))
    Registry(MEMORY).pin("v1")
    before = {path: file.getvalue() for path, file in MemoryFileSystem.store.items()}
    changes: list[Callable[[Registry], object]] = [
        lambda one: one.pin("v2"),
        lambda one: one.prune(0),
        lambda one: one.promote("v1"),
    ]
    for change in changes:
        store.wrong = lambda operation, path: path in ("pinned.json", "current", "promotions.jsonl")
        late = Registry(MEMORY)
        with suppress(Unreachable):
            late.pinned()
            late.current()
            late.promotions()
        store.wrong = lambda operation, path: path == "current"
        with pytest.raises(Unreachable):
            change(late)
            raise AssertionError("changed")
        store.up()
        assert {path: file.getvalue() for path, file in MemoryFileSystem.store.items()} == before


def test_a_start_without_the_store_and_without_a_copy_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    machine("here", monkeypatch, tmp_path).publish(tiny("v1"))
    there = machine("there", monkeypatch, tmp_path)
    assert there.current() == "v1", "it has seen which, and pulled nothing"
    store.down()
    for name in ("there", "third"):
        with pytest.raises(Unreachable, match="can't be reached .line cut.; see whether it is there"):
            machine(name, monkeypatch, tmp_path).load()


def test_a_cache_that_can_not_be_written_to_is_an_error_that_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file: can't be written to .*name another folder in DESK_CACHE"):
        machine("file", monkeypatch, tmp_path)


def test_every_url_has_a_cache_of_its_own_and_no_credentials_show(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    urls = ["memory://a/b", "memory://a-b", "memory://user:secret@a/b", "memory://a/b/c"]
    registries = [Registry(url) for url in urls]
    assert len({one.folder for one in registries}) == 4 and Registry("memory://a/b/").folder == registries[0].folder
    assert "secret" not in f"{registries[2].name} {registries[2].folder}" and registries[2].address == urls[2]
    monkeypatch.delenv("DESK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tmp_path in Registry("memory://a/b").folder.parents


# killed

_KILLED = """if True:
    import os, shutil, signal, sys
    from fsspec.implementations.local import LocalFileSystem
    from tests.test_artifact import tiny
    from training.registry import Registry

    operation, name = sys.argv[2:4]
    real = getattr(LocalFileSystem, operation)

    def half(self, source, target, *others, **named):
        if str(target).endswith(name):
            content = open(source, "rb").read()
            with open(target, "wb") as file:
                file.write(content[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(self, source, target, *others, **named)

    setattr(LocalFileSystem, operation, half)
    registry = Registry(sys.argv[1])
    with registry.lock():
        registry.publish(tiny("v2")) if operation == "put_file" else registry.load()
"""


@pytest.mark.parametrize("operation", ["put_file", "get_file"], ids=["publishing", "pulling"])
@pytest.mark.parametrize("name", ["card.html", "serving.joblib", "out_of_fold.json"])
def test_killed_midway_the_current_version_serves_on_and_the_next_run_cleans_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, name: str
) -> None:
    url = f"file://{tmp_path}/store"
    machine("first", monkeypatch, tmp_path, url).publish(tiny("v1"))
    registry = machine("cache", monkeypatch, tmp_path, url)
    done = subprocess.run([sys.executable, "-c", _KILLED, url, operation, name], cwd=ROOT, timeout=120)
    assert done.returncode == -signal.SIGKILL
    left = sorted(path.name for path in (tmp_path / "store").iterdir())
    assert left == ["current", "promotions.jsonl", "v1", *(["v2"] if operation == "put_file" else [])]
    assert [path for path in registry.folder.iterdir() if path.name.startswith((".unfinished-", ".pulling-"))]
    assert registry.versions() == ["v1"] and registry.load().version == "v1"
    with pytest.raises(NoModel, match="no model 'v2'; there are v1"):
        registry.load("v2")
    with registry.lock():
        registry.sweep()
        assert registry.publish(tiny("v2")) == "v2" == registry.load().version
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["current", "promotions.jsonl", "v1", "v2"]
    assert copies(registry) == ["v1", "v2"]
    assert machine("third", monkeypatch, tmp_path, url).load().version == "v2"


# reports


def night(number: int) -> dict[str, Any]:
    """Give what is told of a night."""
    scores = {"micro": {"f1": 0.5 + number / 100, "precision": 0.5, "recall": 0.6}, "macro_f1": 0.5}
    return {"started_at": f"2026-11-01T00:0{number}:00+00:00", "outcome": "promoted", "scores": scores}


def test_reports_are_where_the_models_are(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here, there = (machine(name, monkeypatch, tmp_path) for name in ("here", "there"))
    assert report.latest(there.files) is None
    first, second = (report.write(night(number), here.files) for number in (1, 2))
    found = report.latest(there.files)
    assert found == there.folder / "reports" / second.name
    assert [(found / name).read_bytes() for name in (report.PAGE, report.DATA, report.TEXT)] == [
        (second / name).read_bytes() for name in (report.PAGE, report.DATA, report.TEXT)
    ]
    third = report.write(night(3), there.files)  # another machine's night goes on from there
    trend = json.loads((third / report.DATA).read_text())["trend"]
    assert [one["micro"] for one in trend] == [0.51, 0.52, 0.53]
    assert report.latest(here.files) == here.folder / "reports" / third.name
    store.done.clear()
    assert report.latest(here.files) and store.paths("get_file") == []  # a report never changes
    for registry in (here, there):
        registry.publish(tiny(registry.folder.parent.name))
        with registry.lock():
            registry.sweep()
    assert first.is_dir() and second.is_dir() and third.is_dir() and here.versions() == ["here", "there"]


def test_without_the_store_the_newest_report_seen_is_shown(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here, there = (machine(name, monkeypatch, tmp_path) for name in ("here", "there"))
    seen = report.write(night(1), here.files)
    assert report.latest(here.files) == seen
    report.write(night(2), there.files)
    store.down()
    assert report.latest(here.files) == seen
    with pytest.raises(Unreachable):
        report.write(night(3), here.files)
    store.up()
    assert str(report.latest(here.files)).endswith("20261101T000200000")


@pytest.mark.parametrize("file", [report.DATA, report.PAGE, report.TEXT, "latest"])
def test_a_report_that_was_not_pushed_whole_is_not_the_newest(
    file: str, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here, there = (machine(name, monkeypatch, tmp_path) for name in ("here", "there"))
    before = report.write(night(1), here.files)
    store.wrong = lambda operation, path: operation in ("put_file", "pipe_file") and path.endswith(file)
    with pytest.raises(Unreachable):
        report.write(night(2), here.files)
    store.up()
    assert str(report.latest(there.files)).endswith(before.name)
    assert report.write(night(2), here.files).name == "20261101T000200000-2"  # this one is there already


def test_no_report_tells_the_credentials_of_the_store(monkeypatch: pytest.MonkeyPatch, runner: CliRunner) -> None:
    monkeypatch.setenv("DESK_MODELS", "memory://user:secret@desk/models")
    registry = Registry("memory://user:secret@desk/models")
    with pytest.raises(NoModel), Night(registry) as night:
        raise NoModel("none")
    assert isinstance(runner.invoke(desk, ["retrain", "--gate", "nowhere.toml"]).exception, InputError)
    written = [night.report, report.latest(registry.files)]
    assert None not in written and written[0] != written[1]
    for folder in filter(None, written):
        for file in folder.iterdir():
            assert "secret" not in file.read_text() and "memory://desk/models" in file.read_text()


def test_old_reports_go_in_the_store_and_in_the_cache(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(keeping, "KEPT", 2)
    here = machine("here", monkeypatch, tmp_path)
    written = [report.write(night(number), here.files) for number in range(4)]
    assert [path.is_dir() for path in written] == [False, False, True, True]
    assert {name.split("/")[1] for name in store.has() if name.startswith("reports/")} == {
        *("latest", written[2].name, written[3].name)
    }


# the command line


def test_the_verbs_take_a_url_and_list_pulls_no_version(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runner: CliRunner
) -> None:
    one, two = (
        replace(tiny_model(), about={**tiny_model().about, "version": version, "parent": parent})
        for version, parent in (("20250101T000000000", None), ("20250102T000000000", "20250101T000000000"))
    )
    here = machine("here", monkeypatch, tmp_path)
    here.publish(one)
    here.publish(two)
    there = machine("there", monkeypatch, tmp_path)

    def said(*words: str) -> str:
        done = runner.invoke(desk, [*words, "--models", MEMORY])
        assert done.exit_code == 0, done.output
        return done.stdout

    listed = said("models", "list")
    assert one.version in listed and f"{two.version}  " in listed and copies(there) == []
    assert {path.split("/")[-1] for path in store.paths("get_file")} == {"manifest.json", "signature"}
    assert str(there.folder / two.version) in said("models", "show") and copies(there) == [two.version]
    assert f"A {one.version}" in said("models", "diff", one.version)
    assert said("models", "rollback") == f"Model {one.version} is current in {MEMORY} again.\n"
    assert said("models", "promote", two.version) == f"Model {two.version} is current in {MEMORY}.\n"
    said("models", "pin", one.version)
    assert here.pinned() == [one.version]
    assert said("models", "verify").split() == [one.version, "good", two.version, "good"]
    report.write(night(1), here.files)
    assert "Promoted" in said("report") and str(there.folder / "reports") in said("report", "--page")
    assert said("models", "prune", "--keep", "0") == f"2 versions in {MEMORY}.\n"
    assert json.loads(said("topics", "--format", "json")) == []
    article = tmp_path / "article.txt"
    article.write_text("Rain fell on Damascus, Syria.", encoding="utf-8")
    assert two.version in said("label", str(article), "--format", "jsonl")


def test_workers_serve_what_another_machine_promotes_and_go_on_without_the_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url, cache = f"file://{tmp_path}/store", str(tmp_path / "cache")
    there = machine("there", monkeypatch, tmp_path, url)
    old, new = (replace(tiny_model(), about={**tiny_model().about, "version": name}) for name in ("v1", "v2"))
    there.publish(old)
    options = ["--models", url, "--workers", "2"]
    with serving(tmp_path / "models", *options, DESK_CACHE=cache, DESK_WATCH_SECONDS="0.2") as server:
        assert server.version() == "v1"
        there.publish(new)
        assert wait_for(lambda: {server.version() for _ in range(8)} == {"v2"})
        (tmp_path / "store").rename(tmp_path / "gone")
        for _ in range(8):
            assert server.version() == "v2"
        assert copies(machine("cache", monkeypatch, tmp_path, url)) == ["v1", "v2"]


def test_the_card_of_a_version_from_a_store_is_shown(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Registry(MEMORY).publish(tiny_model())
    app = create_app(Config(models=MEMORY, log_level="error"), watch=False)
    answer = app.test_client().get("/model")
    assert answer.status_code == 200 and answer.text.startswith("<!doctype html>")
    answer.close()


def test_the_service_is_told_by_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DESK_MODELS", "s3://bucket/desk")
    assert Config().models == "s3://bucket/desk"
    monkeypatch.setenv("DESK_MODELS", str(tmp_path))
    assert Config().models == tmp_path

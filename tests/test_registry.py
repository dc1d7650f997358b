"""The folder of models: a version is there whole or not at all, and `current` always names one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.test_artifact import tiny
from training import artifact
from training.errors import DamagedModel, InputError, NoModel, Unreachable
from training.registry import Registry

BAD_NAMES = ["../x", ".hidden", "..", ".", "/", "a/b", "current", "", "a b", "x" * 300]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A registry with version v1, which is current."""
    registry = Registry(tmp_path / "models")
    registry.publish(tiny("v1"))
    return registry


def listing(registry: Registry) -> list[str]:
    return sorted(path.name for path in registry.folder.iterdir())


def test_without_a_folder_there_is_nothing(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    assert (registry.versions(), registry.current()) == ([], None)
    with pytest.raises(NoModel, match="no model yet; train one with: desk train --models .*models"):
        registry.load()
    with pytest.raises(NoModel, match="no model 'v1'; train one with: desk train --models .*models"):
        registry.load("v1")


def test_a_published_model_is_current_and_can_be_loaded(registry: Registry) -> None:
    assert registry.current() == "v1" and registry.versions() == ["v1"]
    assert registry.path() == registry.path("v1") == registry.folder / "v1"
    assert registry.load().version == registry.load("v1").version == "v1"
    assert registry.about("v1") == tiny("v1").about
    assert listing(registry) == ["current", "promotions.jsonl", "v1"]


def test_versions_come_oldest_first_and_only_one_is_current(registry: Registry) -> None:
    assert registry.publish(tiny("v3")) == "v3"
    assert registry.publish(tiny("v2"), promote=False) == "v2"
    assert registry.versions() == ["v1", "v2", "v3"]
    assert registry.current() == "v3"
    registry.promote("v1")
    assert registry.load().version == "v1"
    assert registry.versions() == ["v1", "v2", "v3"]


def test_what_is_no_version_is_not_listed(registry: Registry) -> None:
    for name in (".unfinished-abc", "notes"):
        (registry.folder / name).mkdir()
    (registry.folder / ".unfinished-abc" / "manifest.json").touch()
    assert registry.versions() == ["v1"]


def test_a_version_is_published_once(registry: Registry) -> None:
    before = {path.name: path.read_bytes() for path in registry.path("v1").iterdir()}
    other = tiny("v1", words=False)
    with pytest.raises(InputError, match="'v1' can't be published"):
        registry.publish(other)
    assert {path.name: path.read_bytes() for path in registry.path("v1").iterdir()} == before


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_leads_elsewhere_is_no_version(registry: Registry, name: str) -> None:
    if len(name) < 300 and not (registry.folder / name).exists():
        (registry.folder / name).mkdir(parents=True)
    for refused in (registry.path, registry.load, registry.about, registry.promote):
        with pytest.raises(NoModel, match="there are v1"):
            refused(name)
    assert registry.current() == "v1"


@pytest.mark.parametrize("name", BAD_NAMES)
def test_nothing_is_published_under_such_a_name(tmp_path: Path, name: str) -> None:
    registry = Registry(tmp_path / "models")
    registry.folder.mkdir()
    with pytest.raises(InputError):
        registry.publish(tiny(name))
    assert listing(registry) == []
    assert [path.name for path in tmp_path.iterdir()] == ["models"]


def test_a_save_that_fails_midway_leaves_nothing(registry: Registry) -> None:
    unwritable = replace(
        tiny("v2"), about={"version": "v2", "trained_at": object()}
    )  # found out when all else is written
    with pytest.raises(TypeError):
        registry.publish(unwritable)
    assert listing(registry) == ["current", "promotions.jsonl", "v1"]
    assert registry.load().version == "v1"


def test_a_damaged_version_is_not_promoted(registry: Registry) -> None:
    registry.publish(tiny("v2"), promote=False)
    (registry.path("v2") / "serving.joblib").write_bytes(b"")
    with pytest.raises(DamagedModel, match="retrain with"):
        registry.promote("v2")
    assert registry.current() == "v1"
    assert listing(registry) == ["current", "promotions.jsonl", "v1", "v2"]


@pytest.mark.parametrize("key", ["", "secret"], ids=["unsigned", "signed"])
def test_a_version_in_the_place_of_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(artifact.SIGNING_KEY, key)
    registry = Registry(tmp_path / "models")
    registry.publish(tiny("v1"))
    shutil.copytree(registry.folder / "v1", registry.folder / "v9")
    for use in (registry.load, registry.verify, registry.manifest, registry.about, registry.promote):
        with pytest.raises(DamagedModel, match="v9: holds version 'v1'; give it back that name, or take it away"):
            use("v9")
    assert registry.current() == registry.load().version == "v1"


@pytest.mark.parametrize("name", ["current", "promotions.jsonl", "pinned.json", "topic_names.json"])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_stands_in_the_place_of_a_small_file_is_named(
    registry: Registry, name: str, make: Callable[[Path], None]
) -> None:
    (registry.folder / name).unlink(missing_ok=True)
    make(registry.folder / name)
    with pytest.raises(Unreachable, match=f"{name}: can't be read .it is no file.; mend it or take it away"):
        _ = registry.current(), registry.promotions(), registry.pinned(), registry.topic_names()


def test_a_place_that_can_not_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="file/models: can't be written to .Not a directory.; see who may"):
        Registry(tmp_path / "file" / "models").publish(tiny("v1"))


def test_a_current_that_names_nothing_says_what_there_is(registry: Registry) -> None:
    (registry.folder / "current").write_text("v9\n", encoding="utf-8")
    with pytest.raises(NoModel, match="no model 'v9'; there are v1"):
        registry.load()
    (registry.folder / "current").write_text("", encoding="utf-8")
    assert registry.current() is None


def test_whoever_reads_current_while_it_changes_reads_a_whole_name(registry: Registry) -> None:
    registry.publish(tiny("a-much-longer-name"))
    names = registry.versions()

    def promote(_: int) -> set[str | None]:
        for number in range(20):
            registry.promote(names[number % 2])
        return {registry.current()}

    def look(_: int) -> set[str | None]:
        return {registry.current() for _ in range(500)}

    with ThreadPoolExecutor(4) as threads:
        promoting = [threads.submit(promote, number) for number in range(2)]
        looking = [threads.submit(look, number) for number in range(2)]
        while not all(one.done() for one in promoting):
            looking.append(threads.submit(look, 0))
            looking[-1].result(timeout=60)
        seen = set().union(*(one.result(timeout=60) for one in promoting + looking))
    assert seen == set(names)
    assert listing(registry) == sorted(["current", "promotions.jsonl", *names])


def test_several_can_publish_at_once(registry: Registry) -> None:
    names = [f"v{number}" for number in range(2, 8)]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda name: registry.publish(tiny(name)), names, timeout=60)) == names
    assert registry.versions() == ["v1", *names]
    assert registry.load().version in names
    assert listing(registry) == sorted(["current", "promotions.jsonl", "v1", *names])


def test_of_those_that_publish_the_same_name_at_once_one_succeeds(registry: Registry) -> None:
    def publish(_: int) -> bool:
        try:
            registry.publish(tiny("v2"))
        except (InputError, OSError):  # the folder was there before, or came to be in between
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(publish, range(4), timeout=60)) == 1
    assert registry.load().version == "v2"
    assert listing(registry) == ["current", "promotions.jsonl", "v1", "v2"]


def test_a_served_model_outlives_the_folder_it_came_from(registry: Registry) -> None:
    served = registry.load()
    for path in registry.path("v1").iterdir():
        path.unlink()
    assert float(served.classifier.weights.sum()) == 2.0


# earlier versions


def test_rolling_back_goes_to_the_version_that_was_current_before(registry: Registry) -> None:
    assert registry.previous() is None
    with pytest.raises(NoModel, match="no version was current before.*desk models promote"):
        registry.rollback()
    registry.publish(tiny("v2"))
    registry.publish(tiny("v3"), promote=False)
    assert registry.previous() == "v1" and registry.rollback() == "v1" == registry.current()
    assert registry.rollback() == "v2" == registry.current(), "and back again"


def test_a_version_that_is_gone_is_not_rolled_back_to(registry: Registry) -> None:
    for version in ("v2", "v3"):
        registry.publish(tiny(version))
    shutil.rmtree(registry.folder / "v2")
    assert registry.rollback() == "v1"


def test_a_damaged_version_is_not_rolled_back_to(registry: Registry) -> None:
    registry.publish(tiny("v2"))
    (registry.folder / "v1" / "serving.joblib").write_bytes(b"")
    with pytest.raises(DamagedModel):
        registry.rollback()
    assert registry.current() == "v2"


def test_what_is_no_promotion_is_passed_over(registry: Registry) -> None:
    registry.publish(tiny("v2"))
    with open(registry.folder / "promotions.jsonl", "a", encoding="utf-8") as file:
        file.write('{"version": \n[]\n{}\n3\n' + "[" * 100_000 + "\n")
    assert registry.previous() == "v1"


_KILLED = """if True:
    import os, signal, sys
    from tests.test_artifact import tiny
    from training import artifact, files, registry

    def kill(*_, **__):
        os.kill(os.getpid(), signal.SIGKILL)

    model = tiny("v3")
    if sys.argv[2] == "before the manifest":
        artifact._digest = kill
    if sys.argv[2] == "before it is there":
        files._sync = kill
    if sys.argv[2] == "before it is current":
        os.replace = kill
    if sys.argv[2] == "before that is told":
        registry.Registry._tell = kill
    if sys.argv[2] == "while it is taken away":
        files.shutil.rmtree = kill
    found = registry.Registry(sys.argv[1])
    with found.lock():
        found.sweep()
        found.publish(model)
        found.prune(0)
"""


@pytest.mark.parametrize(
    "when, current, versions, previous",
    [
        ("before the manifest", "v2", ["v1", "v2"], "v1"),
        ("before it is there", "v2", ["v1", "v2"], "v1"),
        ("before it is current", "v2", ["v1", "v2", "v3"], "v1"),
        ("before that is told", "v3", ["v1", "v2", "v3"], "v2"),
        ("while it is taken away", "v3", ["v2", "v3"], "v2"),
    ],
)
def test_killed_at_any_point_a_whole_model_is_current_and_the_next_run_cleans_up(
    registry: Registry, when: str, current: str, versions: list[str], previous: str
) -> None:
    registry.publish(tiny("v2"))
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-c", _KILLED, str(registry.folder), when]
    assert subprocess.run(command, cwd=root, timeout=120).returncode == -signal.SIGKILL
    assert any(name.startswith(".unfinished-") for name in listing(registry)) == (when != "before that is told")
    assert registry.load().version == registry.current() == current and registry.versions() == versions
    assert registry.previous() == previous
    for path in registry.folder.glob(".unfinished-*"):
        if path.is_file():
            os.utime(path, (0, 0))
    with registry.lock():
        registry.sweep()
        assert listing(registry) == [".lock", ".lock.json", "current", "promotions.jsonl", *versions]
        registry.publish(tiny("v4"))
    assert registry.rollback() == current and registry.load().version == current


def test_a_current_that_somebody_wrote_counts_as_promoted(registry: Registry) -> None:
    for version in ("v2", "v3"):
        registry.publish(tiny(version))
    (registry.folder / "current").write_text("v1\n", encoding="utf-8")
    assert registry.previous() == "v3"
    registry.promote("v2")
    assert registry.previous() == "v1"
    assert [bool(at) for _, at in registry.promotions()] == [True, True, True, False, True]


@pytest.mark.parametrize(
    "keep, gone",
    [(0, ["v2", "v4"]), (1, ["v2", "v4"]), (2, ["v2"]), (3, ["v2"]), (4, []), (5, []), (99, [])],
)
def test_pruning_leaves_what_is_current_was_so_before_is_pinned_or_new(
    registry: Registry, keep: int, gone: list[str]
) -> None:
    for version in ("v2", "v3", "v4", "v5"):
        registry.publish(tiny(version), promote=version in ("v3", "v5"))
    registry.pin("v1")
    registry.promote("v3")
    assert (registry.current(), registry.previous(), registry.pinned()) == ("v3", "v5", ["v1"])
    assert registry.prunable(keep) == gone == registry.prune(keep)
    assert registry.versions() == [version for version in ("v1", "v2", "v3", "v4", "v5") if version not in gone]
    assert registry.load().version == "v3" and registry.rollback() == "v5"
    assert not [name for name in listing(registry) if name.startswith(".")]


def test_nothing_is_pruned_while_nobody_knows_which_is_in_use(registry: Registry) -> None:
    for version in ("v2", "v3"):
        registry.publish(tiny(version))
    (registry.folder / "current").write_text("v1\nv2\n", encoding="utf-8")
    for prune in (registry.prunable, registry.prune):
        with pytest.raises(NoModel, match="there are v1, v2, v3"):
            prune(0)
    assert registry.versions() == ["v1", "v2", "v3"]


def test_what_is_promoted_while_others_are_pruned_stays(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("v2", "v3", "v4"):
        registry.publish(tiny(version))
    chosen = registry.prunable(0)
    assert chosen == ["v1", "v2"]
    real, registries = Registry.prunable, iter([registry])

    def prunable(self: Registry, keep: int) -> list[str]:
        found = real(self, keep)
        for other in registries:  # once it was asked
            other.promote("v2")
        return found

    monkeypatch.setattr(Registry, "prunable", prunable)
    assert registry.prune(0) == ["v1"]
    assert registry.versions() == ["v2", "v3", "v4"] and registry.load().version == "v2"


_RACING = """if True:
    import sys
    from training.registry import Registry
    for _ in range(20):
        Registry(sys.argv[1]).prune(0)
"""


def test_current_never_names_a_version_that_was_pruned_at_the_same_time(registry: Registry) -> None:
    names = [f"v{number}" for number in range(1, 6)]
    for name in names[1:]:
        registry.publish(tiny(name))
    root = Path(__file__).resolve().parent.parent
    with subprocess.Popen([sys.executable, "-c", _RACING, str(registry.folder)], cwd=root) as pruning:
        for number in range(10_000):
            with suppress(NoModel, DamagedModel):
                registry.promote(names[number % 5])
            assert registry.current() in registry.versions()
            if pruning.poll() is not None:
                break
            for name in {*names} - {*registry.versions()}:
                with suppress(InputError):
                    registry.publish(tiny(name), promote=False)
    assert pruning.returncode == 0


def test_a_folder_of_another_name_is_no_version_and_stays(registry: Registry) -> None:
    for name in ("my backup", "-x"):
        (registry.folder / name).mkdir()
        (registry.folder / name / "manifest.json").touch()
    assert registry.versions() == ["v1"] and registry.prune(0) == []
    assert {"my backup", "-x"} <= {*listing(registry)}


def test_a_version_that_is_no_longer_pinned_can_go(registry: Registry) -> None:
    for version in ("v2", "v3"):
        registry.publish(tiny(version))
    registry.pin("v1")
    assert registry.prunable(0) == []
    registry.pin("v1", keep=False)
    assert registry.prune(0) == ["v1"]
    with pytest.raises(NoModel):
        registry.pin("v1")


def test_what_a_killed_run_left_goes_after_a_day(registry: Registry) -> None:
    old, new, file = (registry.folder / f".unfinished-{name}" for name in ("old", "new", "file"))
    old.mkdir()
    new.mkdir()
    (old / "serving.joblib").touch()
    file.touch()
    for path in (old, file):
        os.utime(path, (0, 0))
    registry.prune(9)
    assert listing(registry) == [".unfinished-new", "current", "promotions.jsonl", "v1"]


def test_under_the_lock_what_is_unfinished_goes_at_once_but_files_just_written(
    registry: Registry,
) -> None:
    folder, old, new = (registry.folder / f".unfinished-{name}" for name in ("folder", "old", "new"))
    folder.mkdir()
    (folder / "manifest.json").touch()
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    os.utime(folder, (2**40, 2**40))
    with registry.lock():
        registry.sweep()
    assert listing(registry) == [".lock", ".unfinished-new", "current", "promotions.jsonl", "v1"]
    assert registry.load().version == "v1"


@pytest.mark.parametrize("content", ["{", "{}", "[3]", "[" * 100_000], ids=lambda text: text[:4])
def test_pins_that_can_not_be_read_are_an_error_and_nothing_goes(registry: Registry, content: str) -> None:
    registry.publish(tiny("v2"))
    (registry.folder / "pinned.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="pinned.json.*mend it or take it away"):
        registry.prune(0)
    assert registry.versions() == ["v1", "v2"]


# names of topics


def test_a_name_given_to_a_topic_is_that_of_every_version(registry: Registry) -> None:
    registry.publish(tiny("v2"), promote=False)
    assert registry.rename_topic("t1", "  Bread\nand butter ") == "bread"
    assert registry.rename_topic("t2", "Petrol") == "fuel"
    for version in ("v1", "v2"):
        topics = registry.load(version).topics
        assert topics.names == ["Bread and butter", "Petrol"] and topics.about[0]["renamed"] is True
    assert registry.topic_names() == {"t1": "Bread and butter", "t2": "Petrol"}
    assert registry.rename_topic("t1", "Loaves") == "Bread and butter"
    assert listing(registry) == ["current", "promotions.jsonl", "topic_names.json", "v1", "v2"]


@pytest.mark.parametrize(
    "id, name, said",
    [
        ("t9", "Bread", "no topic 't9'"),
        ("t1", " ", "1 to 80 characters"),
        ("t1", "x" * 81, "1 to 80 characters"),
        ("t1", "a\x00b", "1 to 80 characters"),
    ],
    ids=["unknown", "empty", "too long", "not printable"],
)
def test_what_is_no_name_or_no_topic_is_refused(registry: Registry, id: str, name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        registry.rename_topic(id, name)
    assert registry.topic_names() == {}


NO_NAMES = {"cut off": "{", "list": "[1]", "number": '{"t1": 3}', "not UTF-8": "\xff", "deep": "[" * 100_000}


@pytest.mark.parametrize("content", NO_NAMES.values(), ids=NO_NAMES)
def test_names_that_can_not_be_read_are_an_error_and_stay(registry: Registry, content: str) -> None:
    file = registry.folder / "topic_names.json"
    file.write_bytes(content.encode("latin-1"))
    for use in (registry.load, registry.topic_names, lambda: registry.rename_topic("t1", "Bread")):
        with pytest.raises(InputError, match="topic_names.json.* mend it or take it away"):
            use()
    assert file.read_bytes() == content.encode("latin-1")

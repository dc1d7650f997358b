"""The model in use: found by itself, swapped by itself, kept when a newer one can't be loaded."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import CapturingLogger

from service.app import create_app
from service.config import Config
from service.live import Live
from service.metrics import Metrics
from tests.helping import assert_problem, publish, tiny_model, wait_for
from training.artifact import MANIFEST, SERVING
from training.errors import DamagedModel, NoModel
from training.model import Model
from training.registry import CURRENT, Registry
from training.settings import default_seeds

OLD, BAD, NEW = "20250101T000000000", "20250102T000000000", "20250103T000000000"


@pytest.fixture
def model() -> Model:
    """A small model: here it only matters which version answers."""
    return tiny_model()


@pytest.fixture
def folder(model: Model, tmp_path: Path) -> Path:
    """A folder of models with one version, which a test may change."""
    publish(model, tmp_path / "models", OLD)
    return tmp_path / "models"


@pytest.fixture
def watching() -> Iterator[Callable[..., FlaskClient]]:
    """Makes services that look for a new model all the time."""
    started: list[Live] = []

    def start(models: Path, version: str | None = None) -> FlaskClient:
        app = create_app(Config(models=models, model=version, watch_seconds=0.02, log_level="critical"))
        started.append(app.extensions["live"])
        return app.test_client()

    yield start
    for live in started:
        live.stop()


def version_of(client: FlaskClient) -> str:
    """Give the version that answers."""
    answer = client.post("/v1/label", json={"text": "Rain fell on Damascus."})
    assert answer.status_code == 200
    assert answer.json is not None
    return str(answer.json["model"]["version"])


def trouble(client: FlaskClient) -> str | None:
    """Give what the service says is wrong, in an answer that is otherwise good."""
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    problem = answer.json["problem"]
    return None if problem is None else str(problem)


def point_to(folder: Path, version: str) -> None:
    """Make a version current without the checks of promote, as a careless hand would."""
    (folder / CURRENT).write_text(f"{version}\n", encoding="utf-8")


def test_without_a_model_the_error_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="desk train"):
        _ = Live(Registry(tmp_path / "none")).model


def test_a_newer_version_is_taken_once_and_an_unchanged_one_is_not_loaded_again(folder: Path, model: Model) -> None:
    live = Live(Registry(folder))
    first = live.model
    live.refresh()
    assert live.model is first
    publish(model, folder, NEW)
    assert live.model is first
    live.refresh()
    assert live.model.version == NEW
    assert live.state.problem is None


def test_a_version_that_is_not_promoted_is_left_alone(folder: Path, model: Model) -> None:
    live = Live(Registry(folder))
    publish(model, folder, NEW, promote=False)
    live.refresh()
    assert live.model.version == OLD


def test_an_earlier_version_can_be_promoted_again(folder: Path, model: Model) -> None:
    publish(model, folder, NEW)
    live = Live(Registry(folder))
    Registry(folder).promote(OLD)
    live.refresh()
    assert live.model.version == OLD


def test_a_pinned_version_stays_whatever_is_promoted(folder: Path, model: Model) -> None:
    publish(model, folder, NEW)
    live = Live(Registry(folder), OLD)
    publish(model, folder, "20250104T000000000")
    live.refresh()
    assert live.model.version == OLD


def test_a_topic_that_was_renamed_has_its_name_without_a_new_version(folder: Path) -> None:
    live = Live(Registry(folder))
    id = live.model.topics.ids[0]
    Registry(folder).rename_topic(id, "Bread and butter")
    live.refresh()
    assert live.model.topics.names[0] == "Bread and butter"
    again = live.model
    live.refresh()
    assert live.model is again


def test_names_that_can_not_be_read_cost_neither_the_names_known_nor_a_new_version(folder: Path, model: Model) -> None:
    live = Live(Registry(folder))
    Registry(folder).rename_topic(live.model.topics.ids[0], "Bread and butter")
    live.refresh()
    (folder / "topic_names.json").write_text("{", encoding="utf-8")
    publish(model, folder, NEW)
    live.refresh()
    assert live.model.version == NEW and live.model.topics.names[0] == "Bread and butter"
    assert Live(Registry(folder)).model.version == NEW


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/healthz"),
        ("GET", "/readyz"),
        ("POST", "/v1/label"),
        ("GET", "/v1/labels"),
        ("GET", "/v1/model"),
        ("GET", "/"),
    ],
)
def test_before_there_is_a_model_every_answer_says_so(
    watching: Callable[..., FlaskClient], tmp_path: Path, method: str, path: str
) -> None:
    client = watching(tmp_path / "none")
    body = {"text": "Rain fell on Damascus."} if method == "POST" else None
    assert "desk train" in assert_problem(client.open(path, method=method, json=body), 503)


def test_the_first_model_is_found_by_itself(watching: Callable[..., FlaskClient], tmp_path: Path, model: Model) -> None:
    client = watching(tmp_path / "models")
    assert client.get("/healthz").status_code == 503
    publish(model, tmp_path / "models", NEW)
    assert wait_for(lambda: client.get("/healthz").status_code == 200)
    assert version_of(client) == NEW


def test_a_newer_model_answers_by_itself(watching: Callable[..., FlaskClient], folder: Path, model: Model) -> None:
    client = watching(folder)
    assert version_of(client) == OLD
    publish(model, folder, NEW)
    assert wait_for(lambda: version_of(client) == NEW)
    assert trouble(client) is None


def _altered(folder: Path) -> None:
    content = bytearray((folder / BAD / SERVING).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / BAD / SERVING).write_bytes(content)


def _with_manifest(**changed: object) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        manifest = json.loads((folder / BAD / MANIFEST).read_text(encoding="utf-8"))
        (folder / BAD / MANIFEST).write_text(json.dumps(manifest | changed), encoding="utf-8")

    return write


def _folder_for_file(folder: Path) -> None:
    (folder / BAD / SERVING).unlink()
    (folder / BAD / SERVING).mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a bit altered": _altered,
    "half written": lambda folder: (folder / BAD / SERVING).write_bytes(b"\x80\x04"),
    "a file missing": lambda folder: (folder / BAD / SERVING).unlink(),
    "a file too many": lambda folder: (folder / BAD / "more.joblib").write_bytes(b""),
    "a folder for a file": _folder_for_file,
    "no manifest": lambda folder: (folder / BAD / MANIFEST).unlink(),
    "empty manifest": lambda folder: (folder / BAD / MANIFEST).write_bytes(b""),
    "manifest no object": lambda folder: (folder / BAD / MANIFEST).write_bytes(b"[]"),
    "manifest no UTF-8": lambda folder: (folder / BAD / MANIFEST).write_bytes(b"\xff\xfe"),
    "no files listed": _with_manifest(files=None),
    "another format": _with_manifest(format=99),
    "other text rules": _with_manifest(text_rules=-1),
    "other libraries": _with_manifest(libraries={"numpy": "0.1"}),
    "a library not installed": _with_manifest(libraries={"no-such-library": "1.0"}),
    "libraries no table": _with_manifest(libraries=None),
    "nothing about it": _with_manifest(about=None),
    "no such version": lambda folder: point_to(folder, "20990101T000000000"),
    "a version elsewhere": lambda folder: point_to(folder, f"../{folder.name}/{OLD}"),
    "a version of zeros": lambda folder: (folder / CURRENT).write_bytes(b"\0\0\0\0"),
    "a version of noise": lambda folder: (folder / CURRENT).write_bytes(b"\xff\xfe\xfd"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_newer_model_is_refused_told_and_forgotten_when_a_good_one_comes(
    watching: Callable[..., FlaskClient], folder: Path, model: Model, damage: Callable[[Path], object]
) -> None:
    client = watching(folder)
    publish(model, folder, BAD, promote=False)
    current = (folder / CURRENT).read_bytes()
    damage(folder)
    if (folder / CURRENT).read_bytes() == current:
        point_to(folder, BAD)
    assert wait_for(lambda: trouble(client), 5), "the failure is not told"
    assert version_of(client) == OLD
    publish(model, folder, NEW)
    assert wait_for(lambda: version_of(client) == NEW, 10), "it no longer looks for newer models"
    assert wait_for(lambda: trouble(client) is None, 10)


def test_going_back_to_the_version_in_use_ends_the_trouble(watching: Callable[..., FlaskClient], folder: Path) -> None:
    client = watching(folder)
    point_to(folder, "20990101T000000000")
    assert wait_for(lambda: trouble(client))
    point_to(folder, OLD)
    assert wait_for(lambda: trouble(client) is None)
    assert version_of(client) == OLD


def test_a_damaged_first_model_is_a_503_that_says_what_is_wrong_until_a_good_one_comes(
    watching: Callable[..., FlaskClient], folder: Path, model: Model
) -> None:
    (folder / OLD / SERVING).write_bytes(b"")
    client = watching(folder)
    assert SERVING in assert_problem(client.get("/healthz"), 503)
    publish(model, folder, NEW)
    assert wait_for(lambda: client.get("/healthz").status_code == 200)


def test_the_model_in_use_survives_the_removal_of_its_folder(
    watching: Callable[..., FlaskClient], folder: Path, model: Model
) -> None:
    client = watching(folder)
    before = version_of(client)
    for path in (folder / OLD).iterdir():
        path.unlink()
    assert version_of(client) == before


def failing(monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> list[float]:
    """Make loading fail with these errors, one after the other, then go well; give the times of all attempts."""
    attempts: list[float] = []
    load, left = Registry.load, iter(errors)

    def sometimes(self: Registry, *asked: Any) -> Model:
        attempts.append(time.monotonic())
        for error in left:
            raise error
        return load(self, *asked)

    monkeypatch.setattr(Registry, "load", sometimes)
    return attempts


TEMPORARY = {
    "out of memory": MemoryError("no room for an array"),
    "an error of the disk": OSError(5, "Input/output error"),
    "files not there yet": DamagedModel("serving.joblib missing"),
}


@pytest.mark.parametrize("error", TEMPORARY.values(), ids=TEMPORARY.keys())
def test_what_fails_for_a_while_is_told_and_tried_again(
    folder: Path, model: Model, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    live = Live(Registry(folder), seconds=0.02)
    publish(model, folder, NEW)
    attempts = failing(monkeypatch, error, error)
    live.refresh()
    assert (live.model.version, live.state.wanted) == (OLD, NEW)
    assert str(error) in (live.state.problem or "")
    live.refresh()
    assert len(attempts) == 1, "it was tried again without a pause"
    live.watch()
    assert wait_for(lambda: live.state.problem is None)
    live.stop()
    assert (live.model.version, len(attempts)) == (NEW, 3)


def test_pauses_grow_up_to_a_bound_and_are_short_again_for_another_version(
    folder: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, clock = CapturingLogger(), [1_000.0]
    monkeypatch.setattr("service.live.log", log)
    monkeypatch.setattr(
        "service.live.time", SimpleNamespace(monotonic=lambda: clock[0], time=time.time, perf_counter=time.perf_counter)
    )
    live = Live(Registry(folder), seconds=4.0)
    publish(model, folder, BAD)
    failing(monkeypatch, *[OSError("not now")] * 9)
    for _ in range(1_000):
        live.refresh()
        clock[0] += 0.5
    pauses = [call.kwargs["again_in"] for call in log.calls if call.args == ("model refused",)]
    assert pauses == [4, 8, 16, 32, 60, 60, 60, 60, 60]
    assert live.model.version == BAD
    failing(monkeypatch, OSError("nor now"))
    publish(model, folder, NEW)
    live.refresh()
    assert [call.kwargs["again_in"] for call in log.calls if call.args == ("model refused",)][9:] == [4]


def test_a_refusal_is_told_until_another_is_loaded(folder: Path, model: Model) -> None:
    live = Live(Registry(folder))
    point_to(folder, "20990101T000000000")
    live.refresh()
    assert "20990101" in (live.state.problem or "")
    (folder / CURRENT).unlink()
    live.refresh()
    assert "20990101" in (live.state.problem or "") and live.state.wanted is None
    publish(model, folder, NEW)
    live.refresh()
    assert live.state.problem is None and live.state.wanted == NEW


def test_a_folder_that_can_not_be_read_is_told_as_long_as_that_lasts_and_nothing_is_loaded_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(Registry(folder))
    before, current = live.model, Registry.current
    monkeypatch.setattr(Registry, "current", lambda _: (_ for _ in ()).throw(OSError("stale file handle")))
    live.refresh()
    assert "stale file handle" in (live.state.problem or "") and live.model is before
    monkeypatch.setattr(Registry, "current", current)
    live.refresh()
    assert live.state.problem is None and live.model is before


AWAY: dict[str, Callable[[Path], object]] = {
    "current taken away": lambda folder: (folder / CURRENT).unlink(),
    "current empty": lambda folder: (folder / CURRENT).write_bytes(b""),
    "the folder elsewhere": lambda folder: folder.rename(folder.with_name("elsewhere")),
}


@pytest.mark.parametrize("away", AWAY.values(), ids=AWAY.keys())
def test_a_service_that_can_not_know_which_model_to_serve_says_so_once_in_the_log_and_until_it_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch, away: Callable[[Path], object]
) -> None:
    log = CapturingLogger()
    live = Live(Registry(folder))
    monkeypatch.setattr("service.live.log", log)
    before = live.model
    away(folder)
    for _ in range(3):
        live.refresh()
    assert (live.model, live.state.wanted) == (before, None)
    assert f"{folder}: no version is current" in (live.state.problem or "")
    assert [(call.args, call.kwargs["still"]) for call in log.calls] == [(("current model unknown",), OLD)]
    if not folder.exists():
        folder.with_name("elsewhere").rename(folder)
    point_to(folder, OLD)
    live.refresh()
    assert live.model is before and live.state == (before, OLD, None)


def test_an_unforeseen_error_while_looking_is_told_and_looking_goes_on(
    watching: Callable[..., FlaskClient], folder: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = watching(folder)
    names = Registry.topic_names
    monkeypatch.setattr(Registry, "topic_names", lambda _: 1 / 0)
    assert "division" in str(wait_for(lambda: trouble(client)))
    monkeypatch.setattr(Registry, "topic_names", names)
    publish(model, folder, NEW)
    assert wait_for(lambda: version_of(client) == NEW)
    assert wait_for(lambda: trouble(client) is None)


def test_nothing_holds_a_model_that_was_replaced(folder: Path, model: Model) -> None:
    app = create_app(Config(models=folder, log_level="critical"), watch=False)
    live: Live = app.extensions["live"]
    version_of(app.test_client())
    before = weakref.ref(live.model)
    publish(model, folder, NEW)
    gc.disable()
    try:
        live.refresh()
        version_of(app.test_client())
        live.refresh()  # the next look
        assert before() is None
    finally:
        gc.enable()


def test_loads_refusals_and_the_model_in_use_are_in_the_metrics(folder: Path, model: Model) -> None:
    metrics = Metrics()

    def told(name: str) -> dict[str, float]:
        return {
            labels.get("version", ""): value
            for found, labels, value in metrics.having()
            if found == f"desk_model_{name}"
        }

    live = Live(Registry(folder), seconds=60, metrics=metrics)
    assert (told("in_use"), told("loads_total"), told("degraded")) == ({OLD: 1}, {"": 1}, {"": 0})
    publish(model, folder, NEW)
    live.refresh()
    assert told("in_use") == {OLD: 0, NEW: 1}
    assert told("loads_total") == {"": 2}
    assert 0 < told("load_seconds")[""] < 60
    assert abs(told("swap_timestamp_seconds")[""] - time.time()) < 60
    point_to(folder, "20990101T000000000")
    live.refresh()
    assert (told("load_failures_total"), told("degraded")) == ({"": 1}, {"": 1})
    assert told("in_use") == {OLD: 0, NEW: 1}
    point_to(folder, NEW)
    live.refresh()
    assert (told("loads_total"), told("degraded")) == ({"": 2}, {"": 0})


@pytest.mark.parametrize("compiled, told", [((3, 3), False), ((3, 5), True)], ids=["kept", "compiled"])
def test_loops_that_had_to_be_compiled_are_told_with_the_time_it_took(
    folder: Path, monkeypatch: pytest.MonkeyPatch, compiled: tuple[int, int], told: bool
) -> None:
    log, counts = CapturingLogger(), iter(compiled)
    monkeypatch.setattr("service.loading.log", log)
    monkeypatch.setattr("service.loading.times_compiled", lambda: next(counts))
    Live(Registry(folder))
    events = {call.args[0]: call.kwargs for call in log.calls}
    assert ("kernels compiled" in events) is told
    assert not told or events["kernels compiled"]["seconds"] >= 0


def test_after_the_warm_up_no_request_makes_a_loop_ready(models: Path) -> None:
    script = """
import sys
from itertools import product
from pathlib import Path
from service.live import Live
from service.metrics import Metrics
from training.article import Article
from training.kernels.compiling import times_ready
from training.readers import read
from training.registry import Registry

texts = ("", "Rain.", "\\u0421\\u0438\\u0440\\u0438\\u044f \\U0001f54a Syria")
odd = [Article(text, title=title) for text, title in product(texts, ("", "Syria"))]
model, before = Live(Registry(sys.argv[1])).model, times_ready()
for article, evidence, all in product(odd + list(read(Path(sys.argv[2])))[::20], (True, False), (True, False)):
    model.label(article, evidence=evidence, all=all)
print(times_ready() - before)
"""
    command = [sys.executable, "-c", script, str(models), str(default_seeds() / "articles.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0"  # after lines of the log


def test_stopped_it_looks_no_more(folder: Path, model: Model) -> None:
    live = Live(Registry(folder), seconds=0.02)
    before = set(threading.enumerate())
    live.watch()
    [watcher] = set(threading.enumerate()) - before
    live.stop()
    watcher.join(10)
    assert not watcher.is_alive()


def test_requests_during_many_swaps_are_all_answered_by_one_whole_version(folder: Path, model: Model) -> None:
    publish(model, folder, NEW, promote=False)
    app = create_app(Config(models=folder, watch_seconds=60, log_level="critical"))
    live: Live = app.extensions["live"]
    expected = app.test_client().post("/v1/label", json={"text": "Rain fell on Damascus, Syria."}).json
    assert expected is not None
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(40):
            answer = app.test_client().post("/v1/label", json={"text": "Rain fell on Damascus, Syria."})
            if answer.status_code != 200 or answer.json is None or answer.json["labels"] != expected["labels"]:
                wrong.append(answer.text)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        Registry(folder).promote((NEW, OLD)[number % 2])
        live.refresh()
    for thread in threads:
        thread.join(120)
    live.stop()
    assert wrong == []
    assert not any(thread.is_alive() for thread in threads)

"""The model in use: found by itself, swapped by itself, kept when a newer one can't be loaded."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from structlog.testing import CapturingLogger

from service.app import create_app
from service.config import Config
from service.live import Live
from tests.helping import assert_problem, publish, tiny_model, wait_for
from training.artifact import MANIFEST, SERVING
from training.errors import NoModel
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
    [("GET", "/healthz"), ("POST", "/v1/label"), ("GET", "/v1/labels"), ("GET", "/v1/model"), ("GET", "/")],
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

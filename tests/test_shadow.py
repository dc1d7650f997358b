"""A version in the shadow: labels what is answered, never makes a request wait, and its differences are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from structlog.testing import CapturingLogger

from service import shadow as shadows
from service.app import Desk, create_app
from service.config import Config
from service.metrics import Metrics
from service.shadow import Shadow
from tests.helping import assert_problem, other_model, publish, tiny_model, wait_for
from training.article import Article
from training.errors import DamagedModel, NoModel
from training.model import Labelling, Model

OLD, NEW = "20250101T000000000", "20250102T000000000"
SYRIA = Article("Rain fell on Damascus all night, and Syria closed its harbour road.", id="rain")
NOWHERE = Article("Rain fell all night.")


def named(model: Model, version: str) -> Model:
    """Give a model under another name."""
    return replace(model, about={**model.about, "version": version})


def answered(article: Article, version: str = OLD) -> Labelling:
    """Give the answer of the model in use, with labels that are not assigned too."""
    return named(tiny_model(), version).label(article, all=True)


@pytest.fixture
def started() -> Iterator[Callable[..., Shadow]]:
    """Makes shadows that label as long as the test runs."""
    made: list[Shadow] = []

    def start(model: Model | None = None) -> Shadow:
        made.append(Shadow(named(model or other_model(), NEW), Metrics()))
        made[-1].start()
        return made[-1]

    yield start
    for one in made:
        one.stop()


def told(shadow: Shadow, version: str = OLD) -> dict[str, Any]:
    """Give what a shadow says beside a model in use."""
    return shadow.told(named(tiny_model(), version))


def test_differences_are_counted_by_label_and_kind(started: Callable[..., Shadow]) -> None:
    shadow = started()
    for article in (SYRIA, SYRIA, NOWHERE):
        shadow.offer(article, answered(article))
    assert wait_for(lambda: told(shadow)["articles"] == 3)
    found = told(shadow)
    assert (found["version"], found["model"], found["differing"]) == (NEW, OLD, 3)
    assert found["labels"] == [
        {"id": "FR", "name": "France", "added": 3, "lost": 0},
        {"id": "SY", "name": "Syria", "added": 0, "lost": 2},
    ]


def test_the_same_labels_are_no_difference(started: Callable[..., Shadow]) -> None:
    shadow = started(tiny_model())
    shadow.offer(SYRIA, answered(SYRIA))
    assert wait_for(lambda: told(shadow)["articles"] == 1)
    assert (told(shadow)["differing"], told(shadow)["labels"]) == (0, [])


def test_counts_begin_anew_with_the_next_model_in_use(started: Callable[..., Shadow]) -> None:
    shadow = started()
    shadow.offer(SYRIA, answered(SYRIA))
    assert wait_for(lambda: told(shadow)["articles"] == 1)
    later = "20250103T000000000"
    assert told(shadow, later) == {
        **{"version": NEW, "model": later, "articles": 0, "differing": 0, "dropped": 0, "failures": 0, "labels": []}
    }


def test_differences_are_logged_without_the_article(
    started: Callable[..., Shadow], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CapturingLogger()
    monkeypatch.setattr(shadows, "log", log)
    shadow = started()
    shadow.offer(SYRIA, answered(SYRIA))
    assert wait_for(lambda: log.calls)
    [call] = log.calls
    assert (call.method_name, call.args) == ("debug", ("the shadow differs",))
    assert call.kwargs == {"shadow": NEW, "model": OLD, "id": "rain", "added": ["FR"], "lost": ["SY"]}


@pytest.mark.parametrize("most, characters", [(3, 10**9), (10**9, 3 * len(SYRIA.text) + 5)], ids=["many", "long"])
def test_what_waits_is_bounded_and_the_rest_is_dropped_and_counted(
    monkeypatch: pytest.MonkeyPatch, most: int, characters: int
) -> None:
    monkeypatch.setattr(shadows, "MOST", most)
    monkeypatch.setattr(shadows, "MOST_CHARACTERS", characters)
    shadow, answer = Shadow(named(other_model(), NEW), Metrics()), answered(SYRIA)
    for _ in range(7):
        shadow.offer(SYRIA, answer)  # nobody labels yet
    assert (told(shadow)["articles"], told(shadow)["dropped"]) == (0, 4)
    shadow.start()
    assert wait_for(lambda: told(shadow)["articles"] == 3)
    assert wait_for(lambda: not shadow.waiting)
    for _ in range(3):
        shadow.offer(SYRIA, answer)
    assert wait_for(lambda: told(shadow)["articles"] == 6), "what is done gives no room for others"
    assert told(shadow)["dropped"] == 4
    shadow.stop()


def test_an_article_that_it_fails_on_is_counted_and_it_goes_on(
    started: Callable[..., Shadow], monkeypatch: pytest.MonkeyPatch
) -> None:
    shadow, label = started(), Model.label

    def sometimes(self: Model, article: Article, **asked: Any) -> Labelling:
        if article is NOWHERE:
            raise MemoryError
        return label(self, article, **asked)

    answers = {article: answered(article) for article in (NOWHERE, SYRIA)}
    monkeypatch.setattr(Model, "label", sometimes)
    for article, answer in answers.items():
        shadow.offer(article, answer)
    assert wait_for(lambda: told(shadow)["articles"] == 1)
    assert told(shadow)["failures"] == 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of models with one in use and another."""
    publish(tiny_model(), tmp_path, OLD)
    publish(other_model(), tmp_path, NEW, promote=False)
    return tmp_path


@pytest.fixture
def shadowed(folder: Path) -> Iterator[Desk]:
    """A service with a shadow."""
    made = create_app(Config(models=folder, shadow=NEW, log_level="critical"))
    yield made
    made.extensions["live"].stop()
    made.extensions["shadow"].stop()


def test_every_article_that_is_labelled_over_http_is_labelled_by_the_shadow(shadowed: Desk) -> None:
    client: FlaskClient = shadowed.test_client()
    sent = {"text": SYRIA.text}
    for query in ("", "?evidence=false", "?all=true"):
        assert client.post(f"/v1/label{query}", json=sent).status_code == 200
    assert client.post("/v1/label/batch", json={"articles": [sent, {"text": NOWHERE.text}]}).status_code == 200
    assert client.post("/v1/label", json={"text": ""}).status_code == 422

    def told() -> Any:
        return client.get("/v1/shadow").json

    assert wait_for(lambda: told()["articles"] == 5)
    assert told() == {
        **{"version": NEW, "model": OLD, "articles": 5, "differing": 5, "dropped": 0, "failures": 0},
        "labels": [
            {"id": "FR", "name": "France", "added": 5, "lost": 0},
            {"id": "SY", "name": "Syria", "added": 0, "lost": 4},
        ],
    }


def test_without_a_shadow_there_is_nothing_to_tell(client: FlaskClient) -> None:
    assert "desk serve --shadow" in assert_problem(client.get("/v1/shadow"), 404)


def test_a_shadow_without_a_model_in_use_says_that_there_is_none(folder: Path) -> None:
    (folder / "current").unlink()
    app = create_app(Config(models=folder, shadow=NEW, log_level="critical"), watch=False)
    assert "desk train" in assert_problem(app.test_client().get("/v1/shadow"), 503)


def test_a_shadow_that_can_not_be_loaded_is_an_error(folder: Path) -> None:
    with pytest.raises(NoModel, match="20990101"):
        create_app(Config(models=folder, shadow="20990101T000000000", log_level="critical"), watch=False)
    (folder / NEW / "serving.joblib").write_bytes(b"")
    with pytest.raises(DamagedModel, match=NEW):
        create_app(Config(models=folder, shadow=NEW, log_level="critical"), watch=False)

"""What an operator is told: whether there is a model, whether the right one, and what is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from tests.helping import assert_problem, publish, tiny_model
from training.artifact import SERVING
from training.model import Model
from training.registry import CURRENT, Registry

OLD, BAD, NEW = "20250101T000000000", "20250102T000000000", "20250103T000000000"


def test_before_there_is_a_model_it_is_not_ready(tmp_path: Path) -> None:
    client = create_app(Config(models=tmp_path, log_level="critical"), watch=False).test_client()
    assert "desk train" in assert_problem(client.get("/readyz"), 503)
    assert client.get("/metrics").status_code == 200


def test_a_good_model_is_ready(client: FlaskClient, model: Model) -> None:
    wanted = {"status": "ready", "model": model.version, "wanted": model.version, "problem": None}
    assert client.get("/readyz").json == wanted


def test_with_an_older_model_it_is_degraded_but_in_service_until_another_is_loaded(tmp_path: Path) -> None:
    publish(tiny_model(), tmp_path, OLD)
    app = create_app(Config(models=tmp_path, log_level="critical"), watch=False)
    client, live = app.test_client(), app.extensions["live"]
    publish(tiny_model(), tmp_path, BAD, promote=False)
    (tmp_path / BAD / SERVING).unlink()
    (tmp_path / CURRENT).write_text(BAD, encoding="utf-8")
    live.refresh()
    answer = client.get("/readyz")
    assert answer.status_code == 200 and answer.json is not None
    problem = answer.json["problem"]
    assert answer.json == {"status": "degraded", "model": OLD, "wanted": BAD, "problem": problem}
    assert SERVING in problem and problem == client.get("/healthz").json["problem"]  # type: ignore[index]
    publish(tiny_model(), tmp_path, NEW)
    live.refresh()
    assert client.get("/readyz").json == {"status": "ready", "model": NEW, "wanted": NEW, "problem": None}


def test_the_version_that_was_chosen_is_the_one_that_is_wanted(tmp_path: Path) -> None:
    publish(tiny_model(), tmp_path, OLD)
    publish(tiny_model(), tmp_path, NEW)
    app = create_app(Config(models=tmp_path, model=OLD, log_level="critical"), watch=False)
    assert app.test_client().get("/readyz").json == {"status": "ready", "model": OLD, "wanted": OLD, "problem": None}
    assert Registry(tmp_path).current() == NEW


@pytest.mark.parametrize("path", ["/readyz", "/metrics", "/v1/shadow"])
def test_none_of_it_can_be_posted_to(client: FlaskClient, path: str) -> None:
    answer = client.post(path)
    assert_problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_metrics_are_text_as_prometheus_reads_it(client: FlaskClient, model: Model) -> None:
    client.post("/v1/label", json={"text": "Rain fell on Damascus."})
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert f'desk_model_in_use{{version="{model.version}"}} 1.0\n' in answer.text
    assert 'desk_requests_total{endpoint="/v1/label",status="200"}' in answer.text
    for line in answer.text.splitlines():
        assert line.startswith(("# HELP desk_", "# TYPE desk_", "desk_"))

"""The wiring: what an application is made of, and that several stand beside each other."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Config
from tests.helping import assert_problem, publish, tiny_model

SERVED_WITHOUT = """
import sys
from service.app import create_app
client = create_app().test_client()
answer = client.post("/v1/label", json={"text": "Rain fell on Damascus all night, and Syria closed its harbour road."})
assert answer.status_code == 200, answer.text
print(*sorted({"sklearn", "gensim", "pandas", "training.train", "training.retrain"} & sys.modules.keys()))
"""


def test_an_application_takes_its_settings_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DESK_MODELS", str(tmp_path / "of the environment"))
    monkeypatch.setenv("DESK_LOG_LEVEL", "critical")
    app = create_app()
    app.extensions["live"].stop()
    assert "of the environment" in assert_problem(app.test_client().get("/healthz"), 503)


def test_the_limit_of_a_body_is_the_one_that_was_set_and_is_told(tmp_path: Path) -> None:
    app = create_app(Config(models=tmp_path, max_bytes=1_234, log_level="critical"))
    app.extensions["live"].stop()
    answer = app.test_client().post("/v1/label", json={"text": "x" * 1_300})
    assert "1,234 bytes" in assert_problem(answer, 413)


def test_the_limits_of_a_batch_are_those_that_were_set_and_are_told(tmp_path: Path) -> None:
    app = create_app(Config(models=tmp_path, max_batch=2, max_batch_bytes=2_000, log_level="critical"), watch=False)

    def send(*texts: str) -> TestResponse:
        return app.test_client().post("/v1/label/batch", json={"articles": [{"text": text} for text in texts]})

    assert_problem(send("Rain.", "Rain."), 503)  # good, but there is no model
    assert "more than 2" in assert_problem(send("Rain.", "Rain.", "Rain."), 422)
    assert "2,000 bytes" in assert_problem(send("x" * 2_000), 413)


def test_without_watching_there_is_no_thread(tmp_path: Path) -> None:
    before = threading.enumerate()
    create_app(Config(models=tmp_path, log_level="critical"), watch=False)
    assert threading.enumerate() == before


def test_two_applications_do_not_share_their_models(client: FlaskClient, tmp_path: Path) -> None:
    publish(tiny_model(), tmp_path, "20250101T000000000")
    other = create_app(Config(models=tmp_path, log_level="critical"))
    other.extensions["live"].stop()
    ours, theirs = client.get("/v1/labels").json, other.test_client().get("/v1/labels").json
    assert ours is not None
    assert theirs is not None
    assert len(theirs["labels"]) == 3 < len(ours["labels"])


def test_answers_are_utf8_as_they_are(client: FlaskClient) -> None:
    answer = client.post("/v1/label", json={"text": "Rain.", "id": "Türkiye 🕊️"})
    assert "Türkiye 🕊️".encode() in answer.data


@pytest.mark.parametrize("path", ["/", "/static/desk.css", "/docs/openapi.json", "/docs/swagger", "/healthz"])
def test_everything_is_wired(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        assert answer.status_code == 200


def test_serving_needs_none_of_the_heavy_libraries_of_training(models: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVED_WITHOUT],
        env={"DESK_MODELS": str(models), "DESK_LOG_LEVEL": "critical", "PYTHONPATH": str(Path(__file__).parent.parent)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []

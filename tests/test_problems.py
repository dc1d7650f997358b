"""Every error becomes problem+json (RFC 9457), and none tells what is nobody's business."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service import problems
from tests.helping import assert_problem
from training.errors import ArticleError, DamagedModel, InputError, MismatchedModel, NoModel

Failing = Callable[[Exception], TestResponse]


@pytest.fixture
def failing() -> Failing:
    """Gives what a service answers when it meets an error."""

    def fail(error: Exception) -> TestResponse:
        app = Flask("failing")
        problems.register(app)

        @app.get("/")
        def view() -> str:
            raise error

        return app.test_client().get("/")

    return fail


@pytest.mark.parametrize(
    "error, status",
    [(InputError, 422), (ArticleError, 422), (NoModel, 503), (DamagedModel, 503), (MismatchedModel, 503)],
)
def test_errors_of_the_library_have_a_status_and_keep_their_message(
    failing: Failing, error: type[Exception], status: int
) -> None:
    assert assert_problem(failing(error("mend this")), status) == "mend this"


def test_an_unforeseen_error_is_a_500_that_gives_nothing_away(failing: Failing) -> None:
    answer = failing(RuntimeError("password of the database"))
    assert_problem(answer, 500)
    assert "password" not in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 418, 429, 502])
def test_errors_of_http_are_problems_too(status: int) -> None:
    app = Flask("aborting")
    problems.register(app)
    app.add_url_rule("/", view_func=lambda: abort(status))
    assert_problem(app.test_client().get("/"), status)


def test_a_wrong_method_is_told_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/v1/label")
    assert_problem(answer, 405)
    assert "POST" in answer.headers["Allow"]


def test_a_body_that_fits_no_schema_names_every_wrong_field(client: FlaskClient) -> None:
    answer = client.post("/v1/label", json={"text": "Rain.", "title": 1, "colour": "red"})
    detail = assert_problem(answer, 422)
    assert {error["field"] for error in answer.get_json(force=True)["errors"]} == {"title", "colour"}
    assert "title" in detail
    assert "colour" in detail


def test_details_are_for_people_not_for_programmers(client: FlaskClient) -> None:
    for body in (b"", b"{", b'{"text": 3}', b"[]"):
        answer = client.post("/v1/label", data=body, content_type="application/json")
        detail = answer.get_json(force=True)["detail"]
        for jargon in ("400 Bad Request", "pydantic", "errors.pydantic.dev", "Traceback", "orjson"):
            assert jargon not in detail

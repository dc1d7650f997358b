"""Every error as problem+json (RFC 9457), with a detail that says what to do."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, current_app
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, UnsupportedMediaType

from training.errors import InputError, ModelError, NoRoom, StoreError

MOST = 20  # errors told of one request: a batch may hold thousands

log = structlog.get_logger(__name__)


def problem(status: int, detail: str, **more: Any) -> Response:
    """Make an answer of an error."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return Response(orjson.dumps(body), status, mimetype="application/problem+json")


def register(app: Flask) -> None:
    """Make ``app`` answer every error as a problem."""
    app.register_error_handler(InputError, lambda error: problem(422, str(error)))
    for unready in (ModelError, NoRoom, StoreError):
        app.register_error_handler(unready, lambda error: problem(503, str(error)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)


def of_validation(error: ValidationError) -> Response:
    """Make an answer of a request that does not fit its schema."""
    errors = [
        {"field": ".".join(map(str, e["loc"])) or "body", "message": e["msg"].removeprefix("Value error, ")}
        for e in error.errors(include_url=False, include_input=False)[:MOST]
    ]
    detail = "; ".join(e["message"] if e["field"] == "body" else f"{e['field']}: {e['message']}" for e in errors)
    more = error.error_count() - len(errors)
    return problem(422, detail + (f"; and {more:,} more" if more else ""), errors=errors)


def _http(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response  # already an answer of ours
    detail = error.description or ""
    if isinstance(error, RequestEntityTooLarge):
        most = current_app.config["MAX_CONTENT_LENGTH"]
        detail = f"the body is larger than {most:,} bytes; send one article, without pictures or scripts"
    elif isinstance(error, UnsupportedMediaType):
        detail = "send JSON with the header Content-Type: application/json"
    answer = problem(error.code or 500, detail)
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def _unforeseen(error: Exception) -> Response:
    log.exception("unforeseen error")
    return problem(500, "something went wrong here; the log says what")

"""Checking of requests: body and query against their schemas, each read once.

flask-openapi checks too, but draws the schema of the query anew for every request, which takes longer than labelling;
here it only writes the document, by the annotations of the views.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from functools import cache, wraps
from typing import Any, NoReturn, TypeVar, get_type_hints

import orjson
from flask import Request, Response, abort, current_app, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from service import problems

_turn = threading.Lock()  # threads that take turns at the GIL take longer over everything, and the last ones longest
Schema = TypeVar("Schema", bound=BaseModel)
Later = Callable[[], Response]
"""What is left to do of a view once the next one has its turn: what waits for a database, say."""
View = Callable[..., Response | Later]


def checked(most: str, advice: str, *, turn: bool = True) -> Callable[[View], Callable[[], Response]]:
    """Make a view get its ``body`` and ``query`` as the schemas that it is annotated with, or the request a problem.

    Args:
        most: the setting of the application that says how many bytes a body may have.
        advice: what to do about a larger one.
        turn: whether the view keeps a core busy, so that one after the other is best.
    """

    def decorate(view: View) -> Callable[[], Response]:
        schemas = get_type_hints(view)

        @wraps(view)
        def answer() -> Response:
            sent: Request = request._get_current_object()  # type: ignore[attr-defined]  # what stands for it is slower
            data = _bytes(sent, current_app.config[most], advice)
            with _turn if turn else nullcontext():
                made = view(body=_fitting(schemas["body"], _object(data)), query=_query(sent, schemas["query"]))
            return made if isinstance(made, Response) else made()

        answer.__delay_validate_request__ = True  # type: ignore[attr-defined]  # how flask-openapi is told to let be
        return answer

    return decorate


def _bytes(sent: Request, most: int, advice: str) -> bytes:
    sent.max_content_length = most + 1  # a body sent in chunks would be cut off at the limit without a word
    try:
        data = sent.get_data(cache=False)
    except RequestEntityTooLarge:
        _too_large(most, advice)
    if len(data) > most:
        _too_large(most, advice)
    if not sent.is_json:
        raise UnsupportedMediaType
    return data


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        abort(problems.problem(400, f"the body is no valid JSON: {error}"))
    if not isinstance(found, dict):
        abort(problems.problem(422, "the body must be an object such as {…}, as /docs shows it"))
    return found


def _query(sent: Request, schema: type[Schema]) -> Schema:
    return _fitting(schema, sent.args.to_dict()) if sent.query_string else _default(schema)


@cache
def _default(schema: type[Schema]) -> Schema:
    return schema()


def _fitting(schema: type[Schema], given: dict[str, Any]) -> Schema:
    try:
        return schema.model_validate(given)
    except ValidationError as error:
        abort(problems.of_validation(error))


def _too_large(most: int, advice: str) -> NoReturn:
    abort(problems.problem(413, f"the body is larger than {most:,} bytes; {advice}"))

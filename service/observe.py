"""What an operator sees: one log line a request, and whether the service can answer."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("desk")


def configure_logging(level: str = "info") -> None:
    """Log to standard error: readable on a terminal, JSON elsewhere."""
    on_terminal = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer(_json)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def register(app: Flask) -> None:
    """Log every request with its outcome and duration."""
    bound = log.bind()  # else each line looks for its logger anew

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def tell(response: Response) -> Response:
        took = round(1000 * (time.perf_counter() - g.get("started", time.perf_counter())), 2)
        bound.info("request", method=request.method, path=request.path, status=response.status_code, ms=took)
        return response


def _json(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()

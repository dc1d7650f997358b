"""What an operator sees: a line of JSON a request, readable lines on a terminal, none where none is wanted."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

from service import observe
from service.metrics import Metrics


class Terminal(io.StringIO):
    """Text that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Gives what is logged of one request to a path."""

    def log(path: str, level: str = "info", output: type[io.StringIO] = io.StringIO) -> str:
        monkeypatch.setattr(sys, "stderr", output())
        monkeypatch.setattr(observe, "log", observe.structlog.get_logger("of a test"))
        observe.configure_logging(level)
        app = Flask("logged")
        app.add_url_rule("/é", view_func=lambda: "")
        observe.register(app, Metrics())
        app.test_client().get(path)
        assert isinstance(sys.stderr, io.StringIO)
        return sys.stderr.getvalue()

    return log


@pytest.mark.parametrize("path, status", [("/é", 200), ("/nothing", 404)])
def test_a_request_is_one_line_of_json(logged: Callable[..., str], path: str, status: int) -> None:
    told = logged(path)
    assert told.count("\n") == 1
    event = json.loads(told)
    assert 0 <= event.pop("ms") < 60_000
    assert abs((datetime.now(UTC) - datetime.fromisoformat(event.pop("timestamp"))).total_seconds()) < 60
    assert event == {"method": "GET", "path": path, "status": status, "event": "request", "level": "info"}


def test_on_a_terminal_it_is_a_line_to_read(logged: Callable[..., str]) -> None:
    told = logged("/nothing", output=Terminal)
    assert not told.startswith("{")
    assert all(word in told for word in ("request", "/nothing", "404"))


def test_who_wants_warnings_only_gets_no_line(logged: Callable[..., str]) -> None:
    assert logged("/nothing", level="warning") == ""

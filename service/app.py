"""create_app: the wiring of the service, one screen."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider
from flask_openapi import Info, OpenAPI

from service import api, health, observe, problems, stored, web
from service.config import Config
from service.keeping import Keeper
from service.live import Live
from service.loading import warm_up
from service.metrics import Metrics, loading_turn
from service.shadow import Shadow
from training.registry import Registry


class OrjsonProvider(JSONProvider):
    """JSON by orjson: fast, and strict about what text may hold."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Write ``obj`` as JSON."""
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON."""
        return orjson.loads(s)


class Desk(OpenAPI):
    """A Flask application with our JSON."""

    json_provider_class = OrjsonProvider

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give a view as it is: none of ours is a coroutine, and looking takes time in every request."""
        return func


def create_app(config: Config | None = None, *, watch: bool = True) -> Desk:
    """Make the service.

    Args:
        config: its settings; without any they come from the environment.
        watch: whether to ``begin`` at once; threads do not survive a fork, so whoever forks begins later.

    Raises:
        ModelError: the version that is to label in the shadow can't be used.
    """
    config = config or Config()
    observe.configure_logging(config.log_level)
    app = Desk(
        __name__,
        info=Info(
            title="Foreign Desk",
            version=version("foreign-desk"),
            description="Labels news with the countries it is about.",
        ),
        openapi_extensions={"openapi": "3.1.0"},
        validation_error_callback=problems.of_validation,
        validation_error_model=api.schemas.Problem,
        doc_prefix="/docs",
    )
    app.config["MAX_CONTENT_LENGTH"] = config.max_bytes
    app.config["MAX_BATCH"], app.config["MAX_BATCH_BYTES"] = config.max_batch, config.max_batch_bytes
    registry, metrics = Registry(config.models), Metrics()
    app.extensions["metrics"] = metrics
    app.extensions["live"] = Live(registry, config.model, config.watch_seconds, metrics, loading_turn())
    app.extensions["shadow"] = _shadow(registry, config.shadow, metrics)
    app.extensions["keeper"] = Keeper(config.models)
    observe.register(app, metrics)
    problems.register(app)
    app.register_api(api.api)
    app.register_api(stored.stored)
    app.register_api(health.health)
    app.register_blueprint(web.web)
    if watch:
        begin(app)
    return app


def begin(app: Flask) -> None:
    """Begin in this process what goes on beside requests."""
    live, shadow = app.extensions["live"], app.extensions["shadow"]
    live.tell()
    live.watch()
    if shadow:
        shadow.start()


def _shadow(registry: Registry, version: str | None, metrics: Metrics) -> Shadow | None:
    if version is None:
        return None
    model = registry.load(version)
    warm_up(model)
    return Shadow(model, metrics)

"""One application for all workers: made before they are forked, so that they share its memory.

Whatever a worker would load and make for itself, model and libraries, it would pay for itself. So where workers are
forked, `prepare` does all that first, and a worker begins with pages that nobody writes to. Where they are not (macOS,
Windows, Python 3.14), each makes its own.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading

import structlog
from pydantic import ValidationError

from service.app import Desk, begin, create_app
from service.config import Config
from service.live import Live
from service.metrics import forget_all, forget_this_process
from training.errors import InputError
from training.registry import Registry

log = structlog.get_logger(__name__)

_prepared: Desk | None = None


def prepare() -> str:
    """Make what workers will share, and give the version of the model they will answer with.

    Raises:
        InputError: a setting makes no sense.
        ModelError: there is no model, or it or the one for the shadow can't be used.
    """
    global _prepared
    config = _config()
    if multiprocessing.get_start_method() != "fork":
        registry = Registry(config.models)
        if config.shadow:
            registry.about(config.shadow)
        return str(registry.about(config.model)["version"])
    _prepared = create_app(config, watch=False)
    version = _live(_prepared).model.version
    forget_this_process()
    gc.collect()
    gc.freeze()  # else a worker's first collection writes to every page, and none is shared any more
    return version


def application() -> Desk:
    """Give a worker its application; one that is started later than others takes what was promoted meanwhile."""
    app = _prepared or create_app(watch=False)
    _live(app).refresh()
    begin(app)
    threading.Thread(target=_end_with_the_service, name="parent-watch", daemon=True).start()
    log.info("worker ready", pid=os.getpid())
    return app


def _end_with_the_service() -> None:
    """End this worker once the process that began it is gone: else it would answer, and hold the port, for ever."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        forget_all()
        os.kill(os.getpid(), signal.SIGTERM)


def _config() -> Config:
    try:
        return Config()
    except ValidationError as error:
        wrong = (f"DESK_{'.'.join(map(str, one['loc'])).upper()}: {one['msg']}" for one in error.errors())
        raise InputError("; ".join(wrong)) from None


def _live(app: Desk) -> Live:
    live: Live = app.extensions["live"]
    return live

"""Loading a model beside requests: one worker at a time, and what is made before the first request needs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import structlog

from training.article import Article
from training.kernels.compiling import times_compiled
from training.model import Model

PATIENCE = 2.0  # seconds that a worker waits for its turn; after that it loads beside others

log = structlog.get_logger(__name__)

_WARM_UP = Article(
    "Talks on a truce in Libya opened in Geneva on Friday, and Syria sent an envoy to listen.", title="Talks"
)


@contextmanager
def in_turn(file: Path | None) -> Iterator[None]:
    """Do in the block what keeps a core busy for a while, so that the other cores are left to requests.

    Args:
        file: what workers lock in turn; None for one that is alone.
    """
    from filelock import FileLock, Timeout

    with ExitStack() as stack:
        if file is not None:
            with suppress(Timeout, OSError):  # then beside others: a promoted model is to be everywhere soon
                stack.enter_context(FileLock(file).acquire(timeout=PATIENCE, poll_interval=0.02))
        yield


def warm_up(model: Model) -> None:
    """Make now what is made on first use, not in somebody's request; say so when loops had to be compiled."""
    before, start = times_compiled(), time.perf_counter()
    model.label(_WARM_UP, all=True)
    if times_compiled() > before:
        log.info("kernels compiled", seconds=round(time.perf_counter() - start, 1))

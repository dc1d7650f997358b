"""How a model is loaded beside requests, so that they hardly notice; and what is made before the first one."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path

import structlog

from training.article import Article
from training.kernels.compiling import times_compiled
from training.model import Model

SWITCH = 0.0001  # seconds for which a thread that loads may keep a request waiting for the GIL
PATIENCE = 2.0  # seconds that a worker waits for its turn; after that it loads beside others

log = structlog.get_logger(__name__)

_WARM_UP = Article(
    "Talks on a truce in Libya opened in Geneva on Friday, and Syria sent an envoy to listen.", title="Talks"
)


@contextmanager
def beside_requests(turn: Path | None) -> Iterator[None]:
    """Do in the block what keeps a core busy for a while.

    Args:
        turn: a file that workers lock in turn, so that one loads while the others have the cores for requests.
    """
    with _alone(turn) if turn else nullcontext():
        usual = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH)  # a request takes the GIL after each compiled loop: it would wait as often
        try:
            yield
        finally:
            sys.setswitchinterval(usual)


@contextmanager
def _alone(turn: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    with ExitStack() as stack:
        with suppress(Timeout, OSError):  # then beside others: a promoted model is to be everywhere soon
            stack.enter_context(FileLock(turn).acquire(timeout=PATIENCE, poll_interval=0.02))
        yield


def warm_up(model: Model) -> None:
    """Make now what is made on first use, not in somebody's request; say so when loops had to be compiled."""
    before, start = times_compiled(), time.perf_counter()
    model.label(_WARM_UP, all=True)
    if times_compiled() > before:
        log.info("kernels compiled", seconds=round(time.perf_counter() - start, 1))

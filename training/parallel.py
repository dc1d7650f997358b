"""Work spread over processes where there is enough of it, with the same results in the same order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

_AHEAD = 4  # things for each core that are handed out together


def each(function: Callable[..., Any], things: Iterable[Any], *shared: Any, when: bool = True) -> Iterator[Any]:
    """Give ``function(thing, *shared)`` for each of ``things``, in their order.

    Args:
        function: of a module, so that other processes find it.
        things: what to go over; read ahead only a little.
        shared: large arrays in it are mapped by the other processes, not copied.
        when: whether there is enough work to be worth starting processes.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not when or cores < 2:
        yield from (function(thing, *shared) for thing in things)
        return
    from joblib import Parallel, delayed

    waiting = iter(things)
    with Parallel(n_jobs=cores) as run:  # taking the things ourselves keeps what they raise in this thread
        while batch := list(islice(waiting, cores * _AHEAD)):
            yield from run(delayed(function)(thing, *shared) for thing in batch)

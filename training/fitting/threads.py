"""Work spread over threads, for loops that let go of the GIL; the results are those of one thread, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from training import parallel

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def each(
    function: Callable[[Thing], Result],
    things: Sequence[Thing],
    size: Callable[[Thing], int] = lambda _: 0,
    watched: Callable[[Sequence[int]], Iterable[int]] = iter,
) -> list[Result]:
    """Give ``function(thing)`` for each of ``things``.

    Args:
        function: lets go of the GIL.
        things: what to go over.
        size: those of the greatest are begun first.
        watched: wraps the numbers of the things as they are done, so that somebody sees how far it came.
    """
    order = sorted(range(len(things)), key=lambda number: -size(things[number]))
    with ThreadPoolExecutor(parallel.cores()) as pool:
        running = {number: pool.submit(function, things[number]) for number in order}
        for number in watched(order):
            running[number].result()
        return [running[number].result() for number in range(len(things))]

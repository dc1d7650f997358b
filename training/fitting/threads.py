"""Work spread over threads, for loops that let go of the GIL; the results are those of one thread, in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from training import parallel

Thing = TypeVar("Thing")
Result = TypeVar("Result")


def each(
    function: Callable[[Thing], Result], things: Sequence[Thing], size: Callable[[Thing], int] = lambda _: 0
) -> list[Result]:
    """Give ``function(thing)`` for each of ``things``; those of the greatest ``size`` are begun first."""
    order = sorted(range(len(things)), key=lambda number: -size(things[number]))
    with ThreadPoolExecutor(parallel.cores()) as pool:
        running = {number: pool.submit(function, things[number]) for number in order}
        return [running[number].result() for number in range(len(things))]

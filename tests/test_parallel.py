"""Work over processes: the same results in the same order, and what is wrong is raised here."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from training import parallel
from training.errors import InputError

HERE = os.getpid()


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


def doubled(thing: int, plus: int = 0) -> tuple[int, int]:
    return 2 * thing + plus, os.getpid()


def refusing(thing: int) -> int:
    if thing == 3:
        raise InputError(f"{thing} is wrong; mend it")
    return thing


def shape_and_sum(thing: int, array: np.ndarray[Any, Any]) -> tuple[tuple[int, ...], float, bool]:
    return array.shape, float(array[thing].sum()), isinstance(array, np.memmap)


def failing() -> Iterator[int]:
    yield from range(40)
    raise InputError("the file ends too soon")


@pytest.mark.parametrize("when", [True, False], ids=["processes", "here"])
@pytest.mark.parametrize("count", [0, 1, 7, 50])
def test_results_come_in_order(when: bool, count: int) -> None:
    done = list(parallel.each(doubled, iter(range(count)), 5, when=when))
    assert [result for result, _ in done] == [2 * thing + 5 for thing in range(count)]
    assert all((process == HERE) is not when for _, process in done)


def test_one_core_needs_no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    assert [process for _, process in parallel.each(doubled, range(3))] == [HERE] * 3


def test_where_cores_can_not_be_asked_for_all_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    for cores, here in ((1, True), (None, True), (2, False)):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        assert all((process == HERE) is here for _, process in parallel.each(doubled, range(3)))


@pytest.mark.parametrize("when", [True, False], ids=["processes", "here"])
def test_what_a_thing_raises_is_raised_here(when: bool) -> None:
    with pytest.raises(InputError, match="3 is wrong; mend it"):
        list(parallel.each(refusing, range(8), when=when))


@pytest.mark.parametrize("when", [True, False], ids=["processes", "here"])
def test_what_the_things_raise_is_raised_here_after_what_came_before(when: bool) -> None:
    done = []
    with pytest.raises(InputError, match="the file ends too soon"):
        for result, _ in parallel.each(doubled, failing(), when=when):
            done.append(result)
    assert done == list(range(0, 2 * len(done), 2)) and len(done) >= 32


@pytest.mark.parametrize("when", [True, False], ids=["processes", "here"])
def test_things_are_read_a_little_ahead_only(when: bool) -> None:
    taken = []
    things = (taken.append(thing) or thing for thing in range(1000))  # type: ignore[func-returns-value]
    next(results := parallel.each(doubled, things, when=when))
    assert 1 <= len(taken) <= 8
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("rows", "mapped"), [(10, False), (2000, True)])
def test_large_arrays_are_mapped(rows: int, mapped: bool) -> None:
    array = np.arange(rows * 100, dtype=float).reshape(rows, 100)
    for thing, done in enumerate(parallel.each(shape_and_sum, range(4), array)):
        assert done == ((rows, 100), array[thing].sum(), mapped)

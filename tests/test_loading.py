"""Loading beside requests: workers take turns, as long as that is wise."""

from __future__ import annotations

import multiprocessing
import threading
import time
from contextlib import ExitStack, suppress
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from service import loading
from service.loading import in_turn


def hold(turn: Path, held: Event, enough: Event) -> None:
    """Take the turn in another process until it is told that this is enough."""
    with in_turn(turn):
        held.set()
        enough.wait(60)


def held_elsewhere(stack: ExitStack, turn: Path) -> Event:
    """Start a process that has the turn; give what ends it."""
    context = multiprocessing.get_context("spawn")
    held, enough = context.Event(), context.Event()
    process = context.Process(target=hold, args=(turn, held, enough))
    process.start()
    stack.callback(process.join)
    stack.callback(enough.set)
    assert held.wait(60)
    return enough


def test_one_worker_loads_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PATIENCE", 60.0)
    entered = threading.Event()

    def load() -> None:
        with in_turn(tmp_path / "turn"):
            entered.set()

    with ExitStack() as stack:
        enough = held_elsewhere(stack, tmp_path / "turn")
        waiting = threading.Thread(target=load)
        waiting.start()
        assert not entered.wait(0.3)
        enough.set()
        assert entered.wait(60)
        waiting.join()


def test_a_worker_that_waited_too_long_loads_beside_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PATIENCE", 0.1)
    with ExitStack() as stack:
        enough = held_elsewhere(stack, tmp_path / "turn")
        start = time.monotonic()
        with in_turn(tmp_path / "turn"):
            assert time.monotonic() - start >= 0.1
            assert not enough.is_set()


@pytest.mark.parametrize("file", [None, "no such folder/turn"], ids=["alone", "no place"])
@pytest.mark.parametrize("fails", [False, True], ids=["well", "badly"])
def test_where_nothing_can_be_locked_nobody_waits(tmp_path: Path, file: str | None, fails: bool) -> None:
    done = []
    with suppress(MemoryError), in_turn(None if file is None else tmp_path / file):
        done.append(True)
        if fails:
            raise MemoryError
    assert done


def test_the_turn_is_free_again_however_loading_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "PATIENCE", 60.0)
    start = time.monotonic()
    for _ in range(2):
        with suppress(MemoryError), in_turn(tmp_path / "turn"):
            raise MemoryError
    assert time.monotonic() - start < 60

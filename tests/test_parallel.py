"""Work over processes: the same results in the same order, and what is wrong is raised here."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.helping import wait_for
from tests.working import content, doubled, dying, odd, printing, refusing, shape_and_sum, slow_at_first
from training import parallel
from training.errors import InputError, WorkError

HERE = os.getpid()
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


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


@pytest.mark.parametrize("jobs, most", [(1, 1), (3, 3)])
def test_as_many_processes_as_asked_for(jobs: int, most: int) -> None:
    used = {process for _, process in parallel.each(doubled, range(60), jobs=jobs)}
    assert 1 <= len(used) <= most
    assert (HERE in used) is (jobs == 1)


def test_nothing_waits_for_the_slowest() -> None:
    done = list(parallel.each(slow_at_first, range(8)))
    assert [thing for thing, _ in done] == list(range(8))
    processes = [process for _, process in done]
    assert processes.count(processes[0]) < 4


@pytest.mark.parametrize("when", [True, False], ids=["processes", "here"])
def test_what_a_thing_raises_is_raised_here(when: bool) -> None:
    done = []
    with pytest.raises(InputError, match="3 is wrong; mend it"):
        for thing in parallel.each(refusing, range(8), when=when):
            done.append(thing)
    assert done == [0, 1, 2]


def test_an_error_that_can_not_be_sent_is_told_all_the_same() -> None:
    with pytest.raises(WorkError, match="(?s)Odd in another process:.* in odd"):
        list(parallel.each(odd, range(3)))


@pytest.mark.parametrize("when", [True, False], ids=["processes", "here"])
def test_what_the_things_raise_is_raised_here_after_what_came_before(when: bool) -> None:
    done = []
    with pytest.raises(InputError, match="the file ends too soon"):
        for result, _ in parallel.each(doubled, failing(), when=when):
            done.append(result)
    assert done == list(range(0, 80, 2))


@pytest.mark.parametrize("when", [True, False], ids=["processes", "here"])
def test_things_are_read_a_little_ahead_only(when: bool) -> None:
    taken: list[int] = []

    def things() -> Iterator[int]:
        for thing in range(200):
            taken.append(thing)
            yield thing

    ahead = [len(taken) - given for given, _ in enumerate(parallel.each(doubled, things(), when=when))]
    assert len(ahead) == 200
    assert min(ahead) >= 1 and max(ahead) <= 8


def test_large_things_and_answers_do_not_block_each_other() -> None:
    things = [bytes([thing]) * 3_000_000 for thing in range(12)]
    assert list(parallel.each(content, things)) == things


@pytest.mark.parametrize("rows", [0, 10, 2000])
def test_arrays_are_shared_and_what_is_written_to_them_stays_there(rows: int) -> None:
    array = np.arange(rows * 100, dtype=float).reshape(rows, 100)
    before = array.copy()
    for thing, done in enumerate(parallel.each(shape_and_sum, range(min(rows, 4)), array)):
        assert done == ((rows, 100), before[thing].sum())
    assert (array == before).all()


def test_shared_arrays_leave_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for _ in parallel.each(shape_and_sum, range(4), np.ones((4, 100))):
        assert list(tmp_path.iterdir()) == []


def test_what_is_printed_there_does_not_come_between(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(parallel.each(printing, range(5))) == list(range(5))
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.count("a library talks") == 5 and len(told.err) == 5 * len("a library talks\n")  # perhaps at once


def test_a_process_that_dies_is_told_after_what_came_before() -> None:
    done = []
    with pytest.raises(WorkError, match=r"ended before its time \(exit code -9\)"):
        for thing in parallel.each(dying, range(30)):
            done.append(thing)
    assert done == list(range(5))


def test_processes_that_can_not_begin_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_START", "import sys; sys.exit(7) # {path}")
    with pytest.raises(WorkError, match="exit code 7"):
        list(parallel.each(doubled, range(30)))


def test_no_process_and_no_thread_is_left_behind() -> None:
    threads = threading.active_count()
    results = parallel.each(doubled, iter(range(1000)))
    _, process = next(results)
    assert threading.active_count() == threads + 2
    results.close()  # type: ignore[attr-defined]
    assert threading.active_count() == threads
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


SCRIPT = """
import time
from training import parallel
from tests.working import doubled
results = parallel.each(doubled, iter(int, 1), jobs=2)
print(next(results)[1], flush=True)
for _ in results:
    time.sleep(0.01)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_processes_end_with_the_one_that_started_them(how: signal.Signals) -> None:
    command = [sys.executable, "-c", SCRIPT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as script:
        assert script.stdout and script.stderr
        process = int(script.stdout.readline())
        script.send_signal(how)
        script.wait(timeout=20)
        assert script.stderr.read().count("Traceback") == (how == signal.SIGINT)
    assert wait_for(lambda: not _runs(process))


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

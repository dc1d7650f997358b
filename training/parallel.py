"""Work spread over processes where there is enough of it, with the same results in the same order.

::

    each        things -> results; a window of things is on its way, and nothing waits for the slowest of them
    _Hand       one process and the thread that hands it things and takes its answers
    _work       what the process does: read a thing, answer it

The processes are this Python started anew, so nothing depends on what this one has loaded or which threads it runs.
They end with the pipe they read from: none outlives this process, however it ends.
"""

from __future__ import annotations

import mmap
import os
import pickle
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any, NamedTuple, cast

from training import spool
from training.errors import WorkError

_AHEAD = 4  # things for each process that are read ahead
_HELD = 2  # of them, how many a process has: one to work on, and the next
_PATIENCE = 10.0  # seconds for a process to end whose pipe has ended
_ALIGNED = 64  # bytes, where an array begins
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_START = "import sys; sys.path[:] = {path!r}; from training.parallel import _work; _work()"

_Task = tuple[bytes, "Future[Any]"]


class _Given(NamedTuple):
    """What a process is given: what to do, and the number and the places of the open file that holds its arrays."""

    content: bytes
    file: int | None = None
    places: Sequence[tuple[int, int]] = ()


def cores() -> int:
    """Give how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(
    function: Callable[..., Any], things: Iterable[Any], *shared: Any, when: bool = True, jobs: int | None = None
) -> Iterator[Any]:
    """Give ``function(thing, *shared)`` for each of ``things``, in their order.

    Args:
        function: of a module, so that other processes find it.
        things: what to go over; read ahead only a little, and in this thread. What it raises is raised after the
            results of what came before.
        shared: arrays in it are mapped by the other processes, not copied; what one writes to them, it alone sees.
        when: whether there is enough work to be worth starting processes.
        jobs: how many processes; all cores, when it is not said.

    Raises:
        WorkError: a process ended before its work did.
    """
    jobs = jobs or cores()
    if not when or jobs < 2:
        yield from (function(thing, *shared) for thing in things)
        return
    tasks: SimpleQueue[_Task | None] = SimpleQueue()
    with _written(function, shared) as given, _hands(jobs, given, tasks):
        yield from _in_order(iter(things), tasks, jobs * _AHEAD)


def _in_order(things: Iterator[Any], tasks: SimpleQueue[_Task | None], ahead: int) -> Iterator[Any]:
    waiting: deque[Future[Any]] = deque()
    failed = None
    while True:
        try:
            thing = next(things)
        except StopIteration:
            break
        except Exception as error:
            failed = error
            break
        waiting.append(Future())
        tasks.put((pickle.dumps(thing, pickle.HIGHEST_PROTOCOL), waiting[-1]))
        while len(waiting) >= ahead or (waiting and waiting[0].done()):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
    if failed:
        raise failed


@contextmanager
def _written(function: Callable[..., Any], shared: tuple[Any, ...]) -> Iterator[_Given]:
    """Write the arrays in ``shared`` into a file; give what a process needs to find them there."""
    buffers: list[pickle.PickleBuffer] = []
    content = pickle.dumps((function, shared), pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append)
    if not buffers:  # a read-only machine may have nowhere to write
        yield _Given(content)
        return
    places = []
    with spool.file() as file:
        with spool.room():
            for buffer in buffers:
                file.write(bytes(-file.tell() % _ALIGNED))
                places.append((file.tell(), file.tell() + file.write(buffer.raw())))
            file.flush()
        yield _Given(content, file.fileno(), places)


def _read(given: _Given) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    mapped = memoryview(b"")
    if given.file is not None and os.fstat(given.file).st_size:
        mapped = memoryview(mmap.mmap(given.file, 0, access=mmap.ACCESS_COPY))  # loops are compiled for writable ones
    return cast(
        tuple[Callable[..., Any], tuple[Any, ...]],
        pickle.loads(given.content, buffers=[mapped[begin:end] for begin, end in given.places]),
    )


@contextmanager
def _hands(jobs: int, given: _Given, tasks: SimpleQueue[_Task | None]) -> Iterator[None]:
    """Start processes that share ``tasks``; end them at once when they are left."""
    hands: list[_Hand] = []
    try:
        for _ in range(jobs):
            hands.append(_Hand(given, tasks))
            hands[-1].start()
        yield
    finally:
        for hand in hands:
            hand.kill()
        for _ in hands:
            tasks.put(None)
        for hand in hands:
            hand.close()


class _Hand(Thread):
    """One process, and the thread that hands it things and takes its answers."""

    def __init__(self, given: _Given, tasks: SimpleQueue[_Task | None]) -> None:
        super().__init__(daemon=True)
        self._given, self._tasks = given, tasks
        self._held: deque[Future[Any]] = deque()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1")},
            pass_fds=() if given.file is None else (given.file,),
            process_group=0,  # Ctrl-C is for this process, which ends the others
        )
        self._to, self._from = cast(IO[bytes], self._process.stdin), cast(IO[bytes], self._process.stdout)

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """Wait for the thread and the process, which must have been told to end."""
        self.join()
        self._process.wait()
        self._from.close()
        with suppress(OSError):  # what the process had not read yet
            self._to.close()

    def run(self) -> None:
        """Keep the process supplied; whoever waits for an answer is told when it is lost."""
        try:
            self._send(pickle.dumps(self._given))
            while self._supply():
                good, answer = pickle.load(self._from)
                waiting = self._held.popleft()
                waiting.set_result(answer) if good else waiting.set_exception(answer)
        except Exception as error:  # else somebody would wait for ever
            self._lose(error)

    def _supply(self) -> bool:
        """Hand the process what it can hold; say whether it has anything to answer."""
        while len(self._held) < _HELD:
            try:
                task = self._tasks.get(block=not self._held)
            except Empty:
                break
            if task is None:
                return False
            self._held.append(task[1])
            self._send(task[0])
        return True

    def _send(self, content: bytes) -> None:
        pickle.dump(content, self._to, pickle.HIGHEST_PROTOCOL)
        self._to.flush()

    def _lose(self, error: Exception) -> None:
        try:
            how = f"exit code {self._process.wait(_PATIENCE)}"
        except subprocess.TimeoutExpired:
            how = repr(error)
        lost = WorkError(
            f"a process that did part of the work ended before its time ({how}); "
            "if memory ran out, use fewer processes at once"
        )
        for waiting in self._held or [task[1] for task in [self._tasks.get()] if task]:
            waiting.set_exception(lost)


def _work() -> None:
    """Answer on standard output what comes on standard input, until that ends."""
    answers = os.fdopen(os.dup(1), "wb", 1 << 16)
    os.dup2(2, 1)  # what is printed must not come between answers
    asked: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_receive, args=(asked,), daemon=True).start()
    function, shared = _read(pickle.loads(asked.get()))
    try:
        while True:
            pickle.dump(_answer(function, asked.get(), shared), answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
    except BrokenPipeError:
        os._exit(0)


def _receive(asked: SimpleQueue[bytes]) -> None:
    """Take what comes at once, so that whoever sends never waits for a process that wants to answer."""
    try:
        while True:
            asked.put(pickle.load(sys.stdin.buffer))
    finally:
        os._exit(0)  # nobody waits for answers any more


def _answer(function: Callable[..., Any], thing: bytes, shared: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, function(pickle.loads(thing), *shared)
    except Exception as error:
        error.add_note(f"In another process:\n{traceback.format_exc()}")
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            return False, WorkError(f"{type(error).__name__} in another process:\n{traceback.format_exc()}")
        return False, error

"""Work for other processes, which import this module: it must cost nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from training.errors import InputError


def doubled(thing: int, plus: int = 0) -> tuple[int, int]:
    return 2 * thing + plus, os.getpid()


def refusing(thing: int) -> int:
    if thing == 3:
        raise InputError(f"{thing} is wrong; mend it")
    return thing


class Odd(Exception):
    """An error that can't be pickled."""

    def __init__(self, one: object, two: object) -> None:
        super().__init__(f"{one} and {two}")


def odd(thing: int) -> int:
    raise Odd(thing, threading.Lock())


def shape_and_sum(thing: int, array: Any) -> tuple[tuple[int, ...], float]:
    found = array.shape, float(array[thing].sum())
    array[thing] = -1
    return found


def dying(thing: int) -> int:
    if thing == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return thing


def slow_at_first(thing: int) -> tuple[int, int]:
    if thing == 0:
        time.sleep(0.5)
    return thing, os.getpid()


def printing(thing: int) -> int:
    print("a library talks", flush=True)
    return thing


def content(thing: bytes) -> bytes:
    return thing


def killed(labelling: Any) -> bytes:
    if labelling.id == "row-30":
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{labelling.id}\n".encode()


def named(labelling: Any) -> bytes:
    return f"{labelling.id}\n".encode()

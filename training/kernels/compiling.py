"""How a loop is compiled: on its first call, kept on disk, without the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of arrays and numbers; results are those of Python's own arithmetic."""
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy")(function))


def compiled_loosely(function: Function) -> Function:
    """Compile a function whose sums may be taken in another order, so that they run on vector units."""
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy", fastmath=True)(function))


def inlined(function: Function) -> Function:
    """Compile a small function into those that call it: a call with arrays costs more than what it does."""
    return cast(Function, njit(cache=True, nogil=True, error_model="numpy", forceinline=True)(function))

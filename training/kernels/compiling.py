"""How a loop is compiled: on its first call, without the GIL, and where what was compiled is kept.

numba keeps it in ``NUMBA_CACHE_DIR``, else beside the source, else in the user's cache. Where none of these can be
written, as in a read-only image, what a read-only ``NUMBA_CACHE_DIR`` holds is copied to a folder that lasts as long as
this process; without any place to write, loops are compiled at every start.

Loops use no BLAS (no ``@``, no ``np.dot``): they sum in an order that does not depend on the machine.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.registry import CPUDispatcher

Function = TypeVar("Function", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_loops: list[Any] = []
_config: Any = numba.config


def compiled(function: Function) -> Function:
    """Compile a function of arrays and numbers; results are those of Python's own arithmetic."""
    return _compiled(function)


def compiled_loosely(function: Function) -> Function:
    """Compile a function whose sums may be taken in another order, so that they run on vector units."""
    return _compiled(function, fastmath=True)


def compiled_bare(function: Function) -> Function:
    """Compile a function that makes no arrays, and so needn't count who holds them: that can take most of its time."""
    return _within(function, _nrt=False)


def inlined(function: Function) -> Function:
    """Compile a small function, which makes no arrays, into those that call it."""
    return _within(function, _nrt=False, forceinline=True)


def inlined_loosely(function: Function) -> Function:
    """Compile a function with loose sums into those that call it.

    All that such a function calls must be inlined. Else numba may link another copy of it into a loop that was just
    compiled than into one that was kept, and two copies need not sum in the same order.
    """
    return _within(function, _nrt=False, fastmath=True, forceinline=True)


def times_compiled() -> int:
    """Count how often this process had to compile a loop because none was kept."""
    return sum(sum(loop.stats.cache_misses.values()) for loop in _loops)


def times_ready() -> int:
    """Count the loops that are ready to be called in this process, once for each kind of arguments."""
    return sum(len(loop.signatures) for loop in _loops)


def _compiled(function: Function, **options: Any) -> Function:
    loop: Any = numba.njit(cache=_kept, nogil=True, error_model="numpy", **options)(function)
    if _kept:
        loop._cache._cache_file._source_stamp = _stamp()
    _loops.append(loop)
    return cast(Function, loop)


def _within(function: Function, **options: Any) -> Function:
    loop: Any = _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, **options)
    loop.__class__ = _Within
    return cast(Function, loop)


class _Within(CPUDispatcher):
    """A loop that only other loops can call: what would let Python do so takes long to compile."""

    def __call__(self, *_: Any) -> Any:
        raise TypeError(f"{self.py_func.__name__} is for other loops; Python can't call it")


@cache
def _stamp() -> str:
    """Give the digest of all loops: numba by itself looks at a loop's own file, but what it calls is part of it too."""
    sources = [*sorted(_HERE.glob("*.py")), *_HERE.parent.glob("characters.py")]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def _without_scipy() -> None:
    """Keep numba from importing scipy.linalg to see whether there is a BLAS: 10 MB and .2 s for what no loop uses."""
    name = "numba.np.arraymath"
    if "scipy.linalg" in sys.modules or name in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]  # so that importing it fails
    try:
        import_module(name)
    finally:
        del sys.modules["scipy.linalg"]


def _can_keep() -> bool:
    """Whether what is compiled will be kept; makes a place for it where numba knows none."""
    try:
        numba.njit(cache=True)(_can_keep)
        return True
    except RuntimeError:  # no place
        return _make_place()


def _make_place() -> bool:
    for parent in (None, "/dev/shm"):
        try:
            place = Path(tempfile.mkdtemp(prefix="foreign-desk-", dir=parent))
            break
        except OSError:
            continue
    else:
        return False
    atexit.register(_remove, place, os.getpid())
    given = _config.CACHE_DIR
    if given and os.path.isdir(given):
        shutil.copytree(given, place, dirs_exist_ok=True)
    _config.CACHE_DIR = str(place)
    return True


def _remove(place: Path, owner: int) -> None:
    if os.getpid() == owner:  # and not one of its workers
        shutil.rmtree(place, ignore_errors=True)


_without_scipy()
_kept = _can_keep()

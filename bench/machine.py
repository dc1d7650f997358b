"""What it runs on, and what that can do at best: the floor beside a figure."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

OURS = ("numpy", "numba", "scipy", "scikit-learn", "gensim", "granian", "flask")
BYTES = 1 << 28  # far more than any cache holds


def bandwidth(threads: int = 1, repeats: int = 5) -> float:
    """Give bytes a second that threads read from memory together: the median of sums over arrays, in this run."""
    arrays = np.array_split(np.ones(BYTES // 8), threads)
    taken = []
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(repeats + 1):
            start = time.perf_counter()
            list(pool.map(np.sum, arrays))
            taken.append(time.perf_counter() - start)
    return BYTES / statistics.median(taken[1:])


def described() -> str:
    """Give processor, cores, system, Python and the packages that do our work."""
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in OURS)
    return (
        f"{_processor()}, {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, {packages}"
    )


def busy() -> bool:
    """Whether others have kept half a core or more at work for the last minute."""
    return os.getloadavg()[0] > 0.5


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "processor unknown")

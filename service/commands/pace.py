"""How fast many articles go by and how long the rest will take, on standard error."""

from __future__ import annotations

import sys
from time import monotonic as _now
from types import TracebackType
from typing import Any

_WAIT = 1.0  # seconds; what is done by then needs no progress


class Pace:
    """Counts articles, and shows how far they have come by the bytes that were read; a context manager.

    Args:
        total: bytes there are to read; None: not known, and no remaining time is told.
        begun: bytes that were read before.
        shown: whether to show anything.
    """

    def __init__(self, total: int | None, begun: int = 0, *, shown: bool = True) -> None:
        from tqdm import tqdm

        self._count, self._since = 0, _now()
        remaining = "{desc}  {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
        self._bar: Any = tqdm(
            total=total,
            initial=begun,
            desc="labelling",
            bar_format="{desc}  {elapsed}" if total is None else remaining,
            delay=_WAIT,
            mininterval=0.3 if sys.stderr.isatty() else 10,  # a log needs no animation
            dynamic_ncols=True,
            disable=not shown,
        )

    def __enter__(self) -> Pace:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.close()

    def add(self, articles: int, position: int) -> None:
        """Count articles after which the input was read so far."""
        self._count += articles
        rate = self._count / max(_now() - self._since, 1e-9)
        self._bar.set_description_str(f"labelling {self._count:,} articles, {rate:,.0f}/s", refresh=False)
        self._bar.update(max(0, position - self._bar.n))

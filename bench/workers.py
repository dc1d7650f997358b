"""Talks to a peer's script, which runs by the interpreter of its own environment: see ``peers.worker``."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from bench.environments import interpreter

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}


class Worker:
    """A peer that was started; end it with ``close``, or by using it in a ``with``.

    Raises:
        Missing: its environment can't be made.
    """

    def __init__(self, peer: str) -> None:
        self.python = interpreter(peer)
        command = [str(self.python), "-m", f"bench.peers.{peer}"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment()
        )

    def ask(self, do: str, **told: Any) -> dict[str, Any]:
        """Have one thing done and give what it says."""
        self.tell(do, **told)
        return self.hear()

    def tell(self, do: str, **told: Any) -> None:
        """Have one thing begun."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **told}, default=str) + "\n")
        self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Wait for what it says of the thing begun first.

        Raises:
            RuntimeError: it broke down; what it said of that stands on standard error.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        said: dict[str, Any] = json.loads(line)
        return said

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def environment(**more: str) -> dict[str, str]:
    """Give a peer's environment variables: as many threads as are asked for, none of a library's own accord."""
    return {**os.environ, **ONE_THREAD, **more}

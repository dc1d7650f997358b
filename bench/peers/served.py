"""Runs gunicorn as peers are served, a worker a core: python -m bench.peers.served APP [OPTION...] --port N."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Become gunicorn."""
    *options, _, port = sys.argv[1:]
    told = ["--bind", f"127.0.0.1:{port}", "--workers", "2", "--timeout", "120"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *told, *options])


if __name__ == "__main__":
    main()

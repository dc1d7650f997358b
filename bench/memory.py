"""Memory of a running service, process by process, and the time from its start to its first answer (Linux).

python -m bench.memory --models DIR [--workers 1 3] [--requests N]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from bench.http import ONE, bodies
from bench.load import load, posts
from bench.running import desk, running
from training.readers import read
from training.settings import default_seeds


def processes(pid: int) -> Iterator[int]:
    """Give a process and those it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        yield from processes(int(child))


def megabytes(pid: int) -> dict[str, float]:
    """Give what a process holds (Rss), its share of it (Pss), and what it alone holds (Private)."""
    found: dict[str, float] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, kilobytes = line.split()[:2]
        found[name.rstrip(":")] = int(kilobytes) / 1024
    return {**found, "Private": found["Private_Clean"] + found["Private_Dirty"]}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--requests", type=int, default=1_000, help="sent before it is measured")
    told = parser.parse_args()
    sent = bodies(list(read(default_seeds() / "articles.jsonl")))
    for workers in told.workers:
        with running(desk(told.models, workers), ONE, sent[0]) as server:
            load(server.port, posts(ONE, sent), connections=4 * workers, seconds=60, most=told.requests)
            held = [megabytes(pid) for pid in processes(server.process.pid)]
        print(f"{workers} workers: {server.seconds:.2f} s to the first answer, ", end="")
        print(f"{sum(one['Pss'] for one in held):.0f} MB in all")
        for name, one in zip(["parent", *["worker"] * workers], held, strict=True):
            print(f"  {name}: Rss {one['Rss']:.0f} MB, Pss {one['Pss']:.0f} MB, private {one['Private']:.0f} MB")


if __name__ == "__main__":
    main()

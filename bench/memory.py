"""Memory of a running service, process by process, and the time from its start to its first answer (Linux).

python -m bench.memory --models DIR [--workers 1 3] [--requests N]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bench.http import ONE, bodies
from bench.load import load, posts
from bench.report import Section
from bench.running import desk, running
from bench.setting import Setting
from training.readers import read
from training.settings import default_seeds

KINDS = ("Rss", "Pss", "Private")
HEADS = ("what", "s to the first answer", "Rss, MB", "Pss, MB", "its own, MB")


def processes(pid: int) -> Iterator[int]:
    """Give a process and those it started."""
    yield pid
    with suppress(OSError):  # it may have ended meanwhile
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            yield from processes(int(child))


def megabytes(pid: int) -> dict[str, float]:
    """Give what a process holds (Rss), its share of it (Pss), and what it alone holds (Private)."""
    found: dict[str, float] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, kilobytes = line.split()[:2]
        found[name.rstrip(":")] = int(kilobytes) / 1024
    return {**found, "Private": found["Private_Clean"] + found["Private_Dirty"]}


def measure(setting: Setting) -> Section:
    """Measure for the page."""
    setting.model  # noqa: B018  # trained before it is served
    found = held(setting.models, (1, 3), 1_000)
    return Section("memory", HEADS, list(found), ["Rss is what a process holds, Pss its share of that."])


def held(models: Path, workers: Iterable[int], requests: int) -> Iterator[list[str]]:
    """Give the lines of the table: of a server of so many workers each, whole and process by process."""
    sent = bodies(list(read(default_seeds() / "articles.jsonl")))
    for several in workers:
        with running(desk(models, several), ONE, sent[0]) as server:
            load(server.port, posts(ONE, sent), connections=4 * several, seconds=60, most=requests)
            found = [megabytes(pid) for pid in processes(server.process.pid)]
        whole = [f"{sum(one[kind] for one in found):.0f}" for kind in KINDS]
        yield [f"{several} worker{'s' * (several > 1)}", f"{server.seconds:.2f}", "", *whole[1:]]
        for name, one in zip(["parent", *["worker"] * several], found, strict=True):
            yield [f"... {name}", "", *(f"{one[kind]:.0f}" for kind in KINDS)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.memory", description=__doc__)
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 3])
    parser.add_argument("--requests", type=int, default=1_000, help="sent before it is measured")
    told = parser.parse_args()
    print(Section("memory", HEADS, list(held(told.models, told.workers, told.requests))).markdown())


if __name__ == "__main__":
    main()

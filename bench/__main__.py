"""Run all measurements, or one of them, and print tables in Markdown: python -m bench [--corpus FILE] [--only PART]."""

from __future__ import annotations

import argparse
import importlib
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench import machine
from bench.report import PAGE, Section, put
from bench.setting import Setting

PARTS = ("labelling", "steps", "sizes", "serving", "http", "memory", "topics", "training", "growth")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write into the page if told to."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--corpus", metavar="FILE", type=Path, help="articles; the samples by default")
    parser.add_argument("--only", metavar="PART", choices=PARTS, help=f"one of {', '.join(PARTS)}")
    parser.add_argument("--articles", metavar="N", type=int, default=600, help="how many of the first are measured")
    parser.add_argument("--rounds", metavar="N", type=int, default=5, help="times each side is measured, in turn")
    parser.add_argument("--write", action="store_true", help=f"put the tables into docs/{PAGE.name}")
    told = parser.parse_args(arguments)
    setting = Setting(told.corpus, told.articles, told.rounds)
    if machine.busy():
        print("Something else is running here: times will be worse than they are.", file=sys.stderr)
    page = PAGE.read_text(encoding="utf-8")
    for name in [told.only] if told.only else PARTS:
        start = time.perf_counter()
        text = run(name, setting)
        print(f"## {name}\n\n{text}\n\nTook {time.perf_counter() - start:.0f} s.\n", flush=True)
        page = put(page, name, text)
    if told.write:
        PAGE.write_text(page, encoding="utf-8")
        _copy_picture(setting)


def run(name: str, setting: Setting) -> str:
    """Run one measurement and give what it found, on what and how to repeat it."""
    section: Section = importlib.import_module(f"bench.{name}").measure(setting)
    file = f" FILE={shlex.quote(str(setting.corpus))}" if setting.corpus else ""
    command = f"make bench ONLY={name}{file} ARTICLES={setting.count} ROUNDS={setting.rounds}"
    return replace(section, notes=[*section.notes, machine.described(), f"`{command}`"]).markdown()


def _copy_picture(setting: Setting) -> None:
    from bench.picture import PICTURE

    drawn = setting.folder / PICTURE.name
    if drawn.exists():
        shutil.copy(drawn, PICTURE)


if __name__ == "__main__":
    main()

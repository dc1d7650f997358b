"""The folder of reports.

::

    models/reports/
      latest               a line of text: the name of the newest report
      20261127T031500123/  one night, by its challenger's name or by when it began, never changed
        report.html  report.json  report.txt

A report is written under a hidden name and renamed, so it is there whole or not at all; `latest` is replaced in one
step. Where models are in an object store, so are the reports, and those that anybody looks at have a copy here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from training.files import Files, LocalFiles
from training.report.screen import text
from training.report.sheet import page
from training.report.telling import headline

REPORTS = "reports"  # the folder in that of the models
PAGE, DATA, TEXT = "report.html", "report.json", "report.txt"
LATEST = "latest"
KEPT = 60
NIGHTS = 30  # whose scores are drawn
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def write(report: Mapping[str, Any], files: Files) -> Path:
    """Write a night's report, make it the latest, and take away all but the KEPT newest.

    ``headline`` and ``trend``, the scores of the nights before, are added to it.

    Args:
        report: see :mod:`training.report`.
        files: where the models lie.

    Returns:
        The folder of this report on this machine.

    Raises:
        InputError, NoRoom, Unreachable: it can't be written; the latest report is still the one before.
    """
    here, names = LocalFiles(files.folder / REPORTS), files.inside(REPORTS, DATA)
    name = _name(report, lambda one: one in names or here.has(one))
    whole = {**report, "headline": headline(report), "trend": [*_trend(files, names), _scores(report)]}
    data = json.dumps(whole, ensure_ascii=False, indent=1, default=_plain)
    said = json.loads(data)  # what the page is made of is what stands in the file
    contents = {DATA: data + "\n", TEXT: text(said), PAGE: page(said)}
    here.put(name, lambda unfinished: _save(contents, unfinished))
    files.share(f"{REPORTS}/{name}")
    files.write(f"{REPORTS}/{LATEST}", name + "\n")
    with suppress(OSError):  # old reports do no harm
        for old in sorted([*names, name])[:-KEPT]:
            if old != name:
                files.take(f"{REPORTS}/{old}")
                here.take(old)
        here.sweep(alone=False)
    return here.folder / name


def _save(contents: Mapping[str, str], folder: Path) -> None:
    for file, content in contents.items():
        (folder / file).write_text(content, encoding="utf-8", errors="replace")


def _plain(value: Any) -> Any:
    """Give numbers of numpy as numbers, moments and paths as text."""
    return value.item() if hasattr(value, "item") else str(value)


def latest(files: Files) -> Path | None:
    """Give the folder of the newest report on this machine, None where there is none.

    While an object store can't be reached it is the newest that has a copy here.
    """
    for place in (files, LocalFiles(files.folder)):
        with suppress(OSError):
            return _latest(place)
    return None


def _latest(files: Files) -> Path | None:
    name = (files.read(f"{REPORTS}/{LATEST}") or b"").decode(errors="replace").strip()
    if not _NAME.fullmatch(name):
        return None
    found = [files.file(f"{REPORTS}/{name}/{file}") for file in (DATA, TEXT, PAGE)]
    return files.folder / REPORTS / name if all(found) else None


def _name(report: Mapping[str, Any], taken: Callable[[str], bool]) -> str:
    """Name a report after its challenger, else after when the night began; twice the same name is told apart."""
    challenger = str(report.get("challenger") or "")
    began = "".join(filter(str.isalnum, str(report.get("started_at") or report.get("night") or "")))
    with suppress(ValueError):
        moment = datetime.fromisoformat(str(report.get("started_at")))
        began = f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}"
    name = challenger if _NAME.fullmatch(challenger) and challenger != LATEST else began or "night"
    return next(one for number in range(1, 1_000_000) if not taken(one := _numbered(name, number)))


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _trend(files: Files, names: Sequence[str]) -> list[dict[str, Any]]:
    """Give the scores of the last nights; a report that can't be read is passed over."""
    found = []
    for name in names[-(NIGHTS - 1) :]:
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            if file := files.file(f"{REPORTS}/{name}/{DATA}"):
                found.append(_scores(json.loads(file.read_text(encoding="utf-8"))))
    return found


def _scores(report: Mapping[str, Any]) -> dict[str, Any]:
    """Give how good the model was that was in use when the night had ended, on articles judged before."""
    told = {"night": report.get("night"), "outcome": report.get("outcome"), "micro": None, "macro": None}
    promoted = report.get("outcome") == "promoted"
    comparisons = {one["on"]: one for one in report.get("comparisons") or []}
    if one := comparisons.get("known") or next(iter(comparisons.values()), None):
        scores = one["challenger" if promoted else "champion"]
    else:
        scores = report.get("scores") if promoted else None
    return {**told, "micro": scores["micro"]["f1"], "macro": scores["macro_f1"]} if scores else told

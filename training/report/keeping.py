"""The folder of reports.

::

    models/reports/
      latest               a line of text: the name of the newest report
      20261127T031500123/  one night, by its challenger's name or by when it began, never changed
        report.html  report.json  report.txt

A report is written under a hidden name and renamed, so it is there whole or not at all; `latest` is replaced in one
step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from training.errors import ReportError
from training.files import LocalFiles
from training.report.screen import text
from training.report.sheet import page
from training.report.telling import headline

REPORTS = "reports"  # the folder in that of the models
PAGE, DATA, TEXT = "report.html", "report.json", "report.txt"
LATEST = "latest"
KEPT = 60
NIGHTS = 30  # whose scores are drawn
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def write(report: Mapping[str, Any], folder: str | Path) -> Path:
    """Write a night's report, make it the latest, and take away all but the KEPT newest.

    ``headline`` and ``trend``, the scores of the nights before, are added to it.

    Args:
        report: see :mod:`training.report`.
        folder: of all reports.

    Returns:
        The folder of this report.

    Raises:
        ReportError, NoRoom: it can't be written; the latest report is still the one before.
    """
    files, name = LocalFiles(Path(folder)), _name(report, Path(folder))
    whole = {**report, "headline": headline(report), "trend": [*_trend(Path(folder)), _scores(report)]}
    data = json.dumps(whole, ensure_ascii=False, indent=1, default=_plain)
    said = json.loads(data)  # what the page is made of is what stands in the file
    contents = {DATA: data + "\n", TEXT: text(said), PAGE: page(said)}
    try:
        files.put(name, lambda unfinished: _save(contents, unfinished))
        files.write(LATEST, name + "\n")
    except OSError as error:
        raise ReportError(
            f"{folder}: the report can't be written ({error.strerror or error}); let whoever retrains write there"
        ) from error
    with suppress(OSError):  # old reports do no harm
        for old in _names(Path(folder))[:-KEPT]:
            if old != name:
                files.take(old)
        files.sweep(alone=False)
    return Path(folder) / name


def _save(contents: Mapping[str, str], folder: Path) -> None:
    for file, content in contents.items():
        (folder / file).write_text(content, encoding="utf-8", errors="replace")


def _plain(value: Any) -> Any:
    """Give numbers of numpy as numbers, moments and paths as text."""
    return value.item() if hasattr(value, "item") else str(value)


def latest(folder: str | Path) -> Path | None:
    """Give the folder of the newest report, None where there is none."""
    folder = Path(folder)
    try:
        name = (folder / LATEST).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
    return folder / name if _NAME.fullmatch(name) and (folder / name / PAGE).is_file() else None


def _names(folder: Path) -> list[str]:
    """Give the names of all reports, the oldest first."""
    return sorted(path.parent.name for path in folder.glob(f"*/{DATA}") if not path.parent.name.startswith("."))


def _name(report: Mapping[str, Any], folder: Path) -> str:
    """Name a report after its challenger, else after when the night began; twice the same name is told apart."""
    challenger = str(report.get("challenger") or "")
    began = "".join(filter(str.isalnum, str(report.get("started_at") or report.get("night") or "")))
    with suppress(ValueError):
        moment = datetime.fromisoformat(str(report.get("started_at")))
        began = f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}"
    name = challenger if _NAME.fullmatch(challenger) and challenger != LATEST else began or "night"
    return next(one for number in range(1, 1_000_000) if not (folder / (one := _numbered(name, number))).exists())


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _trend(folder: Path) -> list[dict[str, Any]]:
    """Give the scores of the last nights; a report that can't be read is passed over."""
    found = []
    for name in _names(folder)[-(NIGHTS - 1) :]:
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            found.append(_scores(json.loads((folder / name / DATA).read_text(encoding="utf-8"))))
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

"""The morning report as one HTML page that needs nothing else: no scripts, light and dark, good to print."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from training import drawing, sheets
from training.report import telling
from training.report.phrasing import count, day, percent, score, sentence, span
from training.report.telling import Report, compared

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # what no page may hold
ROWS = 8  # of a table that are shown; the others are folded away
TRENDED = 2  # nights from which their scores are drawn
BOUNDS = (0.1, 0.25)  # from which a shift is moderate, and large; see training.drift.spread
KINDS = {"labels": "Countries", "topics": "Topics", "vocabulary": "Words"}
CHANGED = {
    "new": "New",
    "split": "Split off",
    "merged": "Merged",
    "faded": "Faded",
}


def page(report: Report) -> str:
    """Give the report as HTML."""
    environment = sheets.environment()
    environment.filters |= {"score": score, "percent": _unbroken, "span": span, "sentence": sentence}
    environment.globals["count"] = count
    said, headline = telling.ended(report), telling.headline(report)
    rest = headline.removeprefix(said).lstrip(":, ")
    written = environment.get_template("report.html").render(
        report=report,
        rows=ROWS,
        day=day(report.get("night")),
        said=said,
        state=telling.state(report),
        where=telling.where(report),
        headline=headline,
        rest=rest[:1].upper() + rest[1:],
        why=telling.why(report),
        actions=telling.actions(report),
        tiles=_tiles(report),
        trend=_trend(report.get("trend") or []),
        comparisons=[_comparison(one, report.get("names") or {}) for one in report.get("comparisons") or []],
        gauges=_gauges(report.get("drift") or {}),
        shifts=_shifts(report.get("drift") or {}),
        checks=[
            {**check, "told": telling.in_words(check.get("told") or check["name"], report.get("names") or {})}
            for check in report.get("checks") or []
        ],
        topics=_grouped(telling.topic_changes(report)),
        steps=_steps(report.get("steps") or []),
    )
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", written)


def _tiles(report: Report) -> list[tuple[str, str]]:
    """Give the figures of the night: each figure with what it counts."""
    tiles = []
    for one in report.get("comparisons") or []:
        before, after = (one[who]["micro"]["f1"] for who in ("champion", "challenger"))
        who = "the new model" if report.get("outcome") == "promoted" else "the refused model"
        on = f"{count(one['articles'], 'article')} {telling.ON.get(one['on'], one['on'])}"
        tiles.append((score(after), f"of 100 points for {who} on {on}; {score(before)} for the one before"))
    if not tiles and (scores := report.get("scores")):
        tiles.append((score(scores["micro"]["f1"]), "of 100 points, on judged articles that it had not seen"))
    collected = report.get("collected") or {}
    if "new" in collected:
        copies = f", {count(collected['copies'], 'near-duplicate')} among them" if collected.get("copies") else ""
        tiles.append((f"{collected['new']:,}", f"new {'article' if collected['new'] == 1 else 'articles'}{copies}"))
    if "judgments" in collected:
        all_judged = f"; {count(collected['judged'], 'article')} judged in all" if "judged" in collected else ""
        tiles.append(
            (
                f"{collected['judgments']:,}",
                f"new {'judgment' if collected['judgments'] == 1 else 'judgments'}{all_judged}",
            )
        )
    return tiles


def _trend(nights: Sequence[Mapping[str, Any]]) -> str:
    scored = [night for night in nights if night.get("micro") is not None]
    if len(scored) < TRENDED:
        return ""
    return drawing.trend(nights, ("micro", "macro"))


def _comparison(one: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give a comparison's labels: those that have changed, each with a picture, and how many have not."""
    rows = compared(one, names)
    changed = [row for row in rows if score(row.before) != score(row.after)]
    low = min(0.9, min((int(10 * min(row.before, row.after)) / 10 for row in changed), default=0.0))
    return {
        "on": telling.ON.get(one["on"], one["on"]),
        "articles": one["articles"],
        "low": low,
        "rows": [{**row._asdict(), "picture": drawing.from_to(row.before, row.after, low)} for row in changed],
        "same": [row.name for row in rows if row not in changed],
        "micro": [one[who]["micro"]["f1"] for who in ("champion", "challenger")],
        "macro": [one[who]["macro_f1"] for who in ("champion", "challenger")],
    }


def _gauges(drift: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give for labels, topics and words whether they are spread as usual, with a picture of how far they are off."""
    return [
        {
            "what": what,
            "told": {None: "as usual", "moderate": "rather different", "large": "very different"}[kind["drifted"]],
            "drifted": kind["drifted"],
            "psi": max(0.0, kind["psi"]),
            "expected": max(kind["chance"], kind["usual"] or 0.0),
            "picture": drawing.gauge(kind["psi"], BOUNDS, max(kind["chance"], kind["usual"] or 0.0)),
        }
        for key, what in KINDS.items()
        if (kind := drift.get(key))
    ]


def _shifts(drift: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the shares of labels and of topics before and now, those that have clearly changed apart."""
    found = []
    for key in ("labels", "topics"):
        changes = (drift.get(key) or {}).get("changes") or []
        if changes:
            changed, others = (
                _bars([one for one in changes if bool(one["clear"]) == is_clear]) for is_clear in (True, False)
            )
            found.append({"what": KINDS[key], "changed": changed, "others": others})
    return found


def _bars(changes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give each change with bars, on one scale for all."""
    most = max((max(one["before"], one["now"], *(one["usual"] or ())) for one in changes), default=1.0)
    return [{**one, "picture": drawing.before_now(one["before"], one["now"], one["usual"], most)} for one in changes]


def _unbroken(share: float) -> str:
    return percent(share).replace(" ", "\N{NO-BREAK SPACE}")


def _grouped(changes: Sequence[tuple[str, str, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (title, [(name, detail) for kind, name, detail in changes if kind == key])
        for key, title in CHANGED.items()
        if any(kind == key for kind, _, _ in changes)
    ]


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the steps of the night with the part of its time that each took, in percent."""
    total = sum(step["seconds"] for step in steps) or 1.0
    return [{**step, "part": 100 * step["seconds"] / total} for step in steps]

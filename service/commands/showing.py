"""Tables for the terminal, and data for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import click
import orjson

from training.marking import Part, Sum
from training.model import ScoredLabel

WIDTH = 100


def write(found: Any, format_: str) -> None:
    """Write plain data: as one JSON document, or as JSONL, each of several things on a line."""
    if format_ == "json":
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    for row in found if isinstance(found, list) else [found]:
        click.echo(orjson.dumps(row).decode())


def warn_of_unknown(labels: Mapping[str, int]) -> None:
    """Say on standard error which labels people gave that nothing is learned of, and to how many articles."""
    from training.report.phrasing import count

    for label, articles in labels.items():
        told = f"judgments of {label} on {count(articles, 'article')} are left out: seeds/ has no such label"
        click.echo(f"desk: {told}", err=True)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lay out rows in columns; numbers to the right."""
    cells = [[f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(head), *cells]) for column in range(len(head))]
    right = [
        bool(rows) and all(row[column] == "" or isinstance(row[column], int | float) for row in rows)
        for column in range(len(head))
    ]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()

    return "\n".join([line(head), "  ".join("-" * width for width in widths), *map(line, cells)])


def score_table(scores: Mapping[str, Any], names: Mapping[str, str], most: int = 15) -> str:
    """Lay out an evaluation: the labels with most articles, then the averages."""
    figures = ("precision", "recall", "f1", "support", "average_precision", "calibration_error")
    shown = list(scores["labels"].items())[:most]
    rows: list[list[object]] = [
        [f"{id}  {names.get(id, '')}".rstrip(), *("" if s.get(key) is None else s[key] for key in figures)]
        for id, s in shown
    ]
    if (rest := len(scores["labels"]) - len(shown)) > 0:
        rows.append([f"... {rest} more", *[""] * len(figures)])
    micro, calibration = scores["micro"], scores.get("calibration", {})
    rows.append(["micro average", *(micro[key] for key in figures[:4]), "", calibration.get("error", "")])
    rows.append(["macro average", "", "", scores["macro_f1"], "", scores.get("mean_average_precision", ""), ""])
    return table(["label", "precision", "recall", "F1", "articles", "avg. precision", "calibration error"], rows)


def calibration_lines(calibration: Mapping[str, Any]) -> str:
    """Lay out a reliability curve as two lines to hold side by side: what was said, and how often it was true."""
    said, true = (
        " ".join(f"{bin[key]:4.2f}".replace("0.", " .", 1) for bin in calibration["curve"])
        for key in ("probability", "true")
    )
    return f"probability  {said}\nshare true   {true}"


def sum_lines(label: ScoredLabel, added: Sum, threshold: float) -> str:
    """Lay out a label, how its score adds up, and where it is not assigned the probability that would take."""
    told = "assigned" if label.assigned else f"not assigned: takes {threshold:.3f}"
    unsure = "; unsure: look at it" if label.unsure else ""
    steps = [f"{'named in passing' if added.named else 'not named'}, it starts from {added.start:+.2f}"]
    for parts, saying in ((added.speaking_for, "for it"), (added.speaking_against, "against it")):
        if parts:
            steps.append(f"{saying}: {', '.join(map(_part, parts))}")
    if added.lighter:
        steps.append(f"{added.lighter} more {added.lighter_weight:+.2f}")
    steps.append(f"score {added.score:+.2f}")
    return "\n".join(
        [
            f"{label.id}  {label.name}  {label.probability:.3f}  {told}{unsure}",
            *textwrap.wrap("; ".join(steps), WIDTH, initial_indent="    ", subsequent_indent="    "),
        ]
    )


def _part(part: Part) -> str:
    text = f"“{part.text}”" if part.word else part.text
    times = f" ×{part.times}" if part.times > 1 else ""
    return f"{' '.join(text.split())}{times}{' in the headline' if part.in_headline else ''} {part.weight:+.2f}"


def mistake_table(mistakes: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Lay out mistakes, each with its kind, one a line."""
    rows = [
        [
            kind,
            mistake["label"],
            mistake["probability"],
            mistake["threshold"],
            _short(" ".join(filter(None, [mistake["article"], mistake["title"]])), 40),
            _short(_added(mistake["evidence"]) or "none", 50),
        ]
        for kind, mistake in mistakes
    ]
    return table(["mistake", "label", "probability", "threshold", "article", "strongest evidence"], rows)


def difference_table(differences: Sequence[Mapping[str, Any]], names: Mapping[str, str], most: int = 17) -> str:
    """Lay out two models side by side: their scores, and the interval of the difference."""
    rows = [
        [
            f"{d['score']}  {names.get(d['score'], '')}".rstrip(),
            d["ours"],
            d["theirs"],
            f"{d['difference']:+.3f}",
            f"{d['low']:+.3f} to {d['high']:+.3f}",
            "yes" if d["clear"] else "no",
        ]
        for d in differences[:most]
    ]
    return table(["score", "A", "B", "A - B", "95 % interval", "clear of 0"], rows)


def change_lines(changes: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Say which topics are new and which are retired, one a line, and how many were kept."""
    lines = []
    for row in changes["new"]:
        of = f", split from {row['split_from']}" if row["split_from"] else ""
        lines.append(f"new topic      {row['id']}  {row['name']}{of}")
    for row in changes["retired"]:
        into = f", merged into {row['merged_into']}" if row["merged_into"] else ""
        lines.append(f"retired topic  {row['id']}  {row['name']}{into}")
    return [*lines, f"Topics: {', '.join(f'{len(changes[what])} {what}' for what in ('kept', 'new', 'retired'))}."]


def _added(evidence: Sequence[Mapping[str, Any]]) -> str:
    """Say what stretches added to a score, those of the same words together."""
    weights: dict[str, float] = {}
    for stretch in evidence:
        weights[stretch["text"]] = weights.get(stretch["text"], 0.0) + stretch["weight"]
    heaviest = sorted(weights.items(), key=lambda one: -abs(one[1]))
    return ", ".join(f"{text} {weight:+.2f}" for text, weight in heaviest)


def _short(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"

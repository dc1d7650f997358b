"""desk evaluate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from service.commands import options
from service.commands.showing import calibration_lines, difference_table, mistake_table, score_table
from training import readers
from training.article import Article
from training.errors import InputError
from training.readers import Skips


@click.command("evaluate")
@click.argument("files", nargs=-1, required=True, type=options.FILE, metavar="FILE...")
@options.models
@options.model
@options.format()
@click.option(
    "--compare", metavar="VERSION", help="Put this version beside the model and say whether the difference is chance."
)
@click.option(
    "--errors",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many of the worst mistakes to show of each kind.",
)
@options.skip_bad
def command(
    files: tuple[Path, ...],
    models: str | Path,
    version: str | None,
    format_: str,
    compare: str | None,
    errors: int,
    skip_bad: bool,
) -> None:
    """Score a model on labelled articles, label by label, with its worst mistakes.

    What is unsure is left out of that label's score. An article the model was trained on is scored by the answer of
    models that had not seen it.

    \b
    Examples:
      desk evaluate judged.jsonl
      desk evaluate judged.jsonl --compare 20251122T031500123
    """
    from training.bootstrap import compare as differences
    from training.examine import examine
    from training.registry import Registry

    def judged(skips: Skips | None) -> Iterable[Article]:
        articles = (one for one in readers.read_all(files, skips) if one.labels is not None)
        return options.progress(articles, "labelling")

    registry = Registry(models)
    model, other = registry.load(version), registry.load(compare) if compare else None
    with options.skipping(skip_bad) as skips:
        examined = examine(model, judged(skips), errors)
    if not examined.truths:
        raise InputError(f'{files[0]}: no labelled articles; a row needs "labels", such as [] or ["SY"]')
    report = examined.as_row()
    if other:
        again = Skips() if skip_bad else None  # told already
        theirs = examine(other, judged(again), errors)
        found = differences(examined.truths, examined.answers, theirs.answers)
        report["comparison"] = {**theirs.as_row(), "differences": [difference.as_row() for difference in found]}
    names = {id: label.name for id, label in model.seeds.labels.items()}
    if format_ == "json":
        click.echo(orjson.dumps(report, option=orjson.OPT_INDENT_2).decode())
    elif format_ == "jsonl":
        for row in _rows(report, names):
            click.echo(orjson.dumps(row).decode())
    else:
        click.echo(_comparison(report, names) if other else _page(report, names))


def _rows(report: dict[str, Any], names: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Give the report in rows, each of which says in ``row`` what it is."""
    for id, scores in report["labels"].items():
        yield {"row": "label", "label": id, "name": names.get(id), **scores}
    yield {"row": "micro average", **report["micro"]}
    yield {"row": "macro average", "f1": report["macro_f1"], "average_precision": report["mean_average_precision"]}
    yield {"row": "calibration", **report["calibration"]}
    for kind, mistakes in report["errors"].items():
        for mistake in mistakes:
            yield {"row": kind, **mistake}
    for difference in report.get("comparison", {}).get("differences", ()):
        yield {"row": "difference", **difference}


def _page(report: dict[str, Any], names: dict[str, str]) -> str:
    calibration = report["calibration"]
    parts = [score_table(report, names)]
    if calibration["curve"]:
        parts.append(
            f"Calibration over {calibration['answers']} probabilities (Brier score {calibration['brier']:.3f}):\n"
            + calibration_lines(calibration)
        )
    if mistakes := [(kind, one) for kind, found in report["errors"].items() for one in found]:
        parts.append(mistake_table(mistakes))
    return "\n\n".join([*parts, _about(report, "Model")])


def _comparison(report: dict[str, Any], names: dict[str, str]) -> str:
    other = report["comparison"]
    chance = (
        "Clear of 0: chance in the choice of articles hardly explains the difference "
        "(paired bootstrap; of 20 labels one may look clear by chance)."
    )
    return "\n\n".join(
        [difference_table(other["differences"], names), "\n".join([_about(report, "A:"), _about(other, "B:"), chance])]
    )


def _about(report: dict[str, Any], name: str) -> str:
    lines = [f"{name} {report['model']} on {report['articles']} labelled articles."]
    if report["trained_on"]:
        lines.append(
            f"{report['trained_on']} of {report['articles']} articles were trained on: scored by models that had not "
            "seen them."
        )
    if report["unknown_labels"]:
        lines.append(f"Labels it does not know, and so misses: {', '.join(report['unknown_labels'])}.")
    return "\n".join(lines)

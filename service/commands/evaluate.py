"""desk evaluate."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from service.commands import options
from service.commands.showing import score_table
from training import readers
from training.errors import InputError


@click.command("evaluate")
@click.argument("files", nargs=-1, required=True, type=options.FILE, metavar="FILE...")
@options.models
@options.model
@options.format()
@options.skip_bad
def command(files: tuple[Path, ...], models: Path, version: str | None, format_: str, skip_bad: bool) -> None:
    """Score a model on labelled articles: precision, recall and F1 for each label. What is unsure is left out.

    \b
    Example:
      desk evaluate judged.jsonl
    """
    from training.evaluate import evaluate
    from training.registry import Registry

    model = Registry(models).load(version)
    with options.skipping(skip_bad) as skips:
        judged = [one for one in readers.read_all(files, skips) if one.labels is not None]
        if not judged:
            raise InputError(f'{files[0]}: no labelled articles; a row needs "labels", such as [] or ["SY"]')
        answers = [
            [label.id for label in model.label(one, evidence=False).labels]
            for one in options.progress(judged, "labelling")
        ]
    scores = evaluate([(one.labels or frozenset(), one.unsure) for one in judged], answers).as_row()
    if format_ == "table":
        click.echo(score_table(scores, names={id: label.name for id, label in model.seeds.labels.items()}))
    else:
        click.echo(orjson.dumps(scores, option=orjson.OPT_INDENT_2 if format_ == "json" else 0).decode())

"""desk retrain."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from service.commands import options
from service.commands.showing import change_lines, table
from training.settings import Settings

REFUSED = 1


@click.command("retrain")
@options.training
@options.models
@options.format()
@click.option(
    "--tolerance",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Largest fall of micro F1 that is still no worse.",
)
def command(settings: Settings, models: Path, format_: str, tolerance: float) -> None:
    """Train a challenger, compare it with the current model, promote it only if it is no worse.

    Both are scored on the same articles, on none of which they were trained.
    Exit code 1: refused, the current model stays.

    \b
    Example:
      desk retrain --corpus tonight.jsonl
    """
    from training.registry import Registry
    from training.retrain import Gate, retrain

    with options.skipping(settings.skip_bad) as skips:
        outcome = retrain(settings, Registry(models), Gate(micro=tolerance), options.progress, skips)
    if format_ == "table":
        rows = [
            [c.name, c.articles, c.champion.micro.f1, c.challenger.micro.f1, c.champion.macro_f1, c.challenger.macro_f1]
            for c in outcome.comparisons
        ]
        if rows:
            click.echo(table(["articles", "number", "micro F1 now", "challenger", "macro F1 now", "challenger"], rows))
        if outcome.topics:
            click.echo("\n".join(change_lines(outcome.topics)))
        for reason in outcome.reasons:
            click.echo(f"Refused: {reason}.")
        click.echo(
            f"Model {outcome.version} is current."
            if outcome.promoted
            else f"The current model stays; the challenger is kept as {outcome.version}."
        )
    else:
        click.echo(orjson.dumps(outcome.as_row(), option=orjson.OPT_INDENT_2 if format_ == "json" else 0).decode())
    if not outcome.promoted:
        raise click.exceptions.Exit(REFUSED)

"""desk topics."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from service.commands import options
from service.commands.showing import table


@click.command("topics")
@options.models
@options.model
@options.format()
@click.option(
    "--words",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    metavar="N",
    help="Words to show of each topic.",
)
def command(models: Path, version: str | None, format_: str, words: int) -> None:
    """List the topics of a model.

    \b
    Example:
      desk topics --words 15
    """
    from training.registry import Registry

    rows = Registry(models).load(version).topics.as_rows(words)
    if format_ == "table":
        click.echo(
            table(["topic", "words"], [[row["id"], ", ".join(word["word"] for word in row["words"])] for row in rows])
        )
    elif format_ == "jsonl":
        click.echo("\n".join(orjson.dumps(row).decode() for row in rows))
    else:
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())

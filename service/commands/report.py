"""desk report."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from service.commands import options
from service.commands.showing import write


@click.command("report")
@options.models
@options.format()
@click.option("--page", is_flag=True, help="Say where it is as a web page, and no more.")
def command(models: str | Path, format_: str, page: bool) -> None:
    """Show the morning report of the last night: promoted or refused and why, and what to look at.

    \b
    Examples:
      desk report
      desk report --page
    """
    from training import report
    from training.errors import NoReport
    from training.registry import Registry

    found = report.latest(Registry(models).files)
    if found is None:
        raise NoReport(f"{models}: no report yet; a night writes one: desk retrain")
    if page:
        click.echo(found / report.PAGE)
    elif format_ == "table":
        click.echo((found / report.TEXT).read_text(encoding="utf-8").rstrip())
    else:
        write(orjson.loads((found / report.DATA).read_bytes()), format_)

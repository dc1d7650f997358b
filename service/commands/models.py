"""desk models list, desk models show."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from service.commands import options
from service.commands.showing import score_table, table
from training.errors import DeskError


@click.group("models")
def command() -> None:
    """List and show versions of the model.

    \b
    Examples:
      desk models list
      desk models show
    """


@command.command("list")
@options.models
@options.format()
def list_(models: Path, format_: str) -> None:
    """List all versions, oldest first; the current one has a star."""
    from training.registry import Registry

    registry = Registry(models)
    current = registry.current()
    rows = []
    for version in registry.versions():
        row: dict[str, object] = {"version": version, "current": version == current}
        try:
            about = registry.about(version)
            row |= {
                "trained_at": about["trained_at"],
                "articles": about["articles"]["all"],
                "micro_f1": about["out_of_fold"]["micro"]["f1"],
                "usable": True,
            }
        except DeskError as error:
            row |= {"usable": False, "problem": str(error)}
        rows.append(row)
    if format_ == "json":
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
    elif format_ == "jsonl":
        for row in rows:
            click.echo(orjson.dumps(row).decode())
    elif not rows:
        click.echo(f"No models in {models} yet; train one with: desk train")
    else:
        shown = [
            [
                "*" if r["current"] else "",
                r["version"],
                r.get("trained_at", ""),
                r.get("articles", ""),
                r.get("micro_f1", r.get("problem", "")),
            ]
            for r in rows
        ]
        click.echo(table(["", "version", "trained at", "articles", "micro F1 (out of fold)"], shown))


@command.command("show")
@click.argument("version", required=False)
@options.models
@options.format()
def show(version: str | None, models: Path, format_: str) -> None:
    """Show one version, or the current one: how it was trained and how good it is."""
    from training import artifact
    from training.registry import Registry

    path = Registry(models).path(version)
    manifest = artifact.verify(path)
    if format_ != "table":
        click.echo(orjson.dumps(manifest, option=orjson.OPT_INDENT_2 if format_ == "json" else 0).decode())
        return
    about = manifest["about"]
    click.echo(f"version     {about['version']}\ntrained at  {about['trained_at']}\ncommand     {about['command']}")
    click.echo(
        f"articles    {about['articles']['all']}, {about['articles']['judged']} of them labelled\nfolder      {path}\n"
        f"card        {path / artifact.CARD_PAGE}\n"
    )
    click.echo(score_table(about["out_of_fold"], names={}))

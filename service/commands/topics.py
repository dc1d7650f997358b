"""desk topics, and desk topics show, diff and rename."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands import options
from service.commands.showing import WIDTH, change_lines, table, write

if TYPE_CHECKING:
    from training.topics import Topics

WORDS = 8  # of a topic, in a table


@click.group("topics", invoke_without_command=True)
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
@click.option("--all", "all_", is_flag=True, help="Also show topics that are junk, with the reason.")
@click.pass_context
def command(
    context: click.Context, models: str | Path, version: str | None, format_: str, words: int, all_: bool
) -> None:
    """List the topics of a model, the largest first; or show, compare and rename them.

    \b
    Examples:
      desk topics --words 15
      desk topics show t1a3fa3
      desk topics diff 20251122T031500123 20251123T031500456
      desk topics rename t1a3fa3 "Immigration and the border"
    """
    if context.invoked_subcommand:
        return
    from training.registry import Registry

    topics = Registry(models).load(version).topics
    rows = topics.as_rows(words, junk=all_)
    if format_ != "table":
        write(rows, format_)
        return
    click.echo(table(["topic", "name", "share", "coherence", "trend", "words"], [_line(row) for row in rows]))
    hidden = len(topics) - len(rows)
    if hidden:
        click.echo(f"{hidden} more {'is' if hidden == 1 else 'are'} junk and not shown; --all shows them and says why.")


@command.command("show")
@click.argument("id")
@options.models
@options.model
@options.format()
def show(id: str, models: str | Path, version: str | None, format_: str) -> None:
    """Show one topic: its words, how good it is, its typical articles, what goes with it."""
    from training.errors import InputError
    from training.registry import Registry

    model = Registry(models).load(version)
    number = model.topics.number(id)
    if number is None:
        raise InputError(f"there is no topic {id!r} in model {model.version}; desk topics lists those that there are")
    row = model.topics.as_row(number, most=20, whole=True)
    if format_ != "table":
        write(row if format_ == "jsonl" else {**row, "volume": model.topics.volume(number)}, format_)
        return
    names = {label: one.name for label, one in model.seeds.labels.items()}
    words = ", ".join(word["word"] for word in row["words"])
    facts = {
        "share": f"{row.get('share', 0):.1%} of all articles; {row.get('articles', 0)} are mostly about it",
        "quality": ", ".join(f"{name} {value:.2f}" for name, value in row.get("quality", {}).items()),
        "trend": row.get("trend") or "steady",
        "junk": row.get("junk"),
        "since": row.get("since"),
        "labels": ", ".join(
            f"{names.get(label['id'], label['id'])} ({label['times']:.1f} times as much)" for label in row["labels"]
        ),
    }
    click.echo(f"{row['id']}  {row['name']}\n")
    click.echo("\n".join(textwrap.wrap(words, WIDTH)) + "\n")
    click.echo("\n".join(f"{name:8}  {value}" for name, value in facts.items() if value) + "\n")
    click.echo(table(["share", "date", "id", "title"], [_article(article) for article in row["typical"]]))


@command.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@options.models
@options.format()
def diff(old: str, new: str, models: str | Path, format_: str) -> None:
    """Say how the topics of version B differ from those of A: kept, new, retired, split and merged."""
    from training.discovery import identity
    from training.registry import Registry

    registry = Registry(models)
    before, after = registry.load(old).topics, registry.load(new).topics
    found = identity.difference(before, after)
    if format_ != "table":
        rows = [{"change": name, **row} for name, its in found.items() for row in its]
        write(found if format_ == "json" else rows, format_)
        return
    click.echo("\n".join(_told(before, after, found)))


@command.command("rename")
@click.argument("id")
@click.argument("name")
@options.models
def rename(id: str, name: str, models: str | Path) -> None:
    """Give a topic a name that stays, also after retraining; a running service takes it up by itself."""
    from training.registry import Registry

    was = Registry(models).rename_topic(id, name)
    click.echo(f"{id}: {was} is now {' '.join(name.split())}")


def _line(row: Mapping[str, Any]) -> list[object]:
    words = ", ".join(word["word"] for word in row["words"])
    trend = row.get("junk") or row.get("trend") or ""
    return [row["id"], row["name"], row.get("share", ""), row.get("quality", {}).get("npmi", ""), trend, words]


def _article(article: Mapping[str, Any]) -> list[object]:
    title = textwrap.shorten(article["title"], 60, placeholder=" ...")
    return [article["share"], (article["date"] or "")[:10], article["id"] or "", title]


def _told(before: Topics, after: Topics, found: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[str]:
    """Say what changed, in lines."""
    shares = [{one["id"]: one.get("share", 0.0) for one in topics.about} for topics in (before, after)]
    kept = [
        [row["id"], row["name"], row["words"], shares[0][row["id"]], shares[1][row["id"]]]
        for row in sorted(found["kept"], key=lambda row: row["words"])
    ]
    lines = [table(["kept", "name", "cosine", "share in A", "share in B"], kept)] if kept else []
    return [*lines, *change_lines(found)]

"""desk explain."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from service.commands import options
from service.commands.showing import table
from training.article import Article
from training.marking import Piece, marked
from training.model import Model

_COLOURS = ("yellow", "cyan", "green", "magenta", "blue", "red")


@click.command("explain")
@click.argument("file", type=options.FILE_OR_DASH, metavar="FILE | -")
@options.models
@options.model
@options.skip_bad
def command(file: Path, models: Path, version: str | None, skip_bad: bool) -> None:
    """Show an article with the words that decided marked, and what was left out struck.

    On a terminal each label has its colour and what was left out is struck through; elsewhere a mark reads
    [word|SY +0.52], and ~~what was left out~~ stands between tildes.

    \b
    Example:
      desk explain article.txt
    """
    from service.commands.label import articles
    from training.registry import Registry

    model = Registry(models).load(version)
    with options.skipping(skip_bad) as skips:
        for article in articles((file,), skips):
            _explain(model, article)


def _explain(model: Model, article: Article) -> None:
    labelling = model.label(article, all=True, most=None)
    assigned = [label for label in labelling.labels if label.assigned]
    colours = {label.id: _COLOURS[number % len(_COLOURS)] for number, label in enumerate(assigned)}
    if article.title:
        click.echo(
            click.style("".join(_show(piece, colours) for piece in marked(article, labelling, "title")), bold=True)
            + "\n"
        )
    click.echo("".join(_show(piece, colours) for piece in marked(article, labelling)) + "\n")
    rows: list[list[object]] = []
    for label in labelling.labels:
        strongest = ", ".join(f"{found.text} {found.weight:+.2f}" for found in (label.evidence or ())[:4])
        rows.append([f"{label.id}  {label.name}", "yes" if label.assigned else "no", label.probability, strongest])
    click.echo(table(["label", "assigned", "probability", "strongest evidence"], rows))


def _show(piece: Piece, colours: dict[str, str]) -> str:
    coloured = sys.stdout.isatty()
    if piece.reason:
        return click.style(piece.text, dim=True, strikethrough=True) if coloured else f"~~{piece.text}~~"
    if piece.labels:
        if coloured:
            return click.style(piece.text, fg=colours[piece.labels[0]], bold=True)
        return f"[{piece.text}|{' '.join(piece.labels)} {piece.weight:+.2f}]"
    return piece.text

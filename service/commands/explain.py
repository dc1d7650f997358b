"""desk explain."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from service.commands import options
from service.commands.showing import sum_lines
from training.article import Article
from training.marking import Piece, added_up, headline_end, is_named, marked
from training.model import Model

_COLOURS = ("yellow", "cyan", "green", "magenta", "blue", "red")
_OTHERS = 8  # labels not assigned that are named
_MEANING = "At score 0 a label is as likely as not; each +1 makes the odds nearly three times as good."


@click.command("explain")
@click.argument("file", type=options.FILE_OR_DASH, metavar="FILE | -")
@options.models
@options.model
@options.skip_bad
def command(file: Path, models: str | Path, version: str | None, skip_bad: bool) -> None:
    """Show an article with what decided marked, what was left out struck, and how each label's score adds up.

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
    told = [label for label in labelling.labels if label.assigned or label.unsure]
    thresholds = dict(zip(model.classifier.labels, model.classifier.thresholds.tolist(), strict=True))
    headline = headline_end(article)
    for label in told:
        click.echo(sum_lines(label, added_up(label, headline), thresholds[label.id]))
    if told:
        click.echo(_MEANING)
    else:
        click.echo("No label.")
    others = [label for label in labelling.labels if label not in told and is_named(label)][:_OTHERS]
    if others:
        click.echo(f"Only in passing: {', '.join(f'{label.name} {label.probability:.3f}' for label in others)}.")


def _show(piece: Piece, colours: dict[str, str]) -> str:
    coloured = sys.stdout.isatty()
    if piece.reason:
        return click.style(piece.text, dim=True, strikethrough=True) if coloured else f"~~{piece.text}~~"
    if piece.labels:
        if coloured:
            return click.style(piece.text, fg=colours[piece.labels[0]], bold=True)
        return f"[{piece.text}|{' '.join(piece.labels)} {piece.weight:+.2f}]"
    return piece.text

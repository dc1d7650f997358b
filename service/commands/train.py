"""desk train."""

from __future__ import annotations

from pathlib import Path

import click

from service.commands import options
from service.commands.showing import score_table
from training.settings import Settings


@click.command("train")
@options.training
@options.models
@click.option(
    "--version-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="F",
    help="Write the version's name there.",
)
def command(settings: Settings, models: Path, version_file: Path | None) -> None:
    """Fit a model on seeds/ and corpora, and make it current.

    Corpora are files or folders of all kinds that desk label reads. Rows with "labels" teach; the others serve the
    topics. In a table a cell of labels holds codes, as SY LY or ["SY", "LY"]; an empty one means that nobody has judged
    the row, [] that it is about nothing.

    \b
    Examples:
      desk train
      desk train --corpus news.jsonl.gz --corpus judged.jsonl
    """
    from training.registry import Registry
    from training.train import train

    with options.skipping(settings.skip_bad) as skips:
        model = train(settings, options.progress, skips)
    version = Registry(models).publish(model)
    if version_file:
        version_file.write_text(version + "\n", encoding="utf-8")
    click.echo(
        score_table(model.about["out_of_fold"], names={id: label.name for id, label in model.seeds.labels.items()})
    )
    click.echo(f"Scored out of fold on {model.about['articles']['judged']} labelled articles.")
    click.echo(f"Model {version} is current in {models}.")

"""desk train."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import options
from service.commands.showing import change_lines, score_table, warn_of_unknown
from training.errors import DeskError
from training.settings import Settings

if TYPE_CHECKING:
    from training.model import Model
    from training.registry import Registry


@click.command("train")
@options.training
@options.models
@click.option(
    "--version-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="F",
    help="Write the version's name there.",
)
@click.option("--store", "stored", is_flag=True, help="Train on the articles and judgments in the store too.")
def command(settings: Settings, models: str | Path, version_file: Path | None, stored: bool) -> None:
    """Fit a model on seeds/ and corpora, and make it current. Topics go on from those of the model that was.

    Corpora are files or folders of all kinds that desk label reads. Rows with "labels" teach; the others serve the
    topics. In a table a cell of labels holds codes, as SY LY or ["SY", "LY"]; an empty one means that nobody has judged
    the row, [] that it is about nothing.

    \b
    Examples:
      desk train
      desk train --corpus news.jsonl.gz --corpus judged.jsonl
      desk train --store
    """
    from training.collect import collected
    from training.registry import Registry
    from training.train import train

    registry = Registry(models)
    store = options.store(models) if stored or settings.until else nullcontext()
    with registry.lock(), store as articles, options.skipping(settings.skip_bad) as skips:
        registry.sweep()
        with collected(settings, articles, options.progress, registry.address) as (whole, found):
            model = train(whole, options.progress, skips, _current(registry))
        version = registry.publish(model)
    warn_of_unknown(found.unknown)
    if version_file:
        version_file.write_text(version + "\n", encoding="utf-8")
    click.echo(
        score_table(model.about["out_of_fold"], names={id: label.name for id, label in model.seeds.labels.items()})
    )
    click.echo(f"Scored out of fold on {model.about['articles']['judged']} labelled articles.")
    if changes := model.about["topics"]["changes"]:
        click.echo("\n".join(change_lines(changes)))
    click.echo(f"Model {version} is current in {models}.")


def _current(registry: Registry) -> Model | None:
    """Give the current model, and say so where it can't be read."""
    if registry.current() is None:
        return None
    try:
        return registry.load()
    except DeskError as error:
        click.echo(f"desk: topics start from nothing, as the current model can't be read: {error}", err=True)
        return None

"""desk retrain."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands import options
from service.commands.showing import change_lines, table, warn_of_unknown, write
from training.errors import StoreError
from training.settings import Settings

if TYPE_CHECKING:
    from training.registry import Registry
    from training.store import Store


@click.command("retrain")
@options.training
@options.models
@options.format()
@click.option(
    "--gate",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="TOML file of what a challenger may lose.  [default: the usual bounds]",
)
@click.option(
    "--tolerance",
    type=options.Share(0, 1),
    default=None,
    help="Largest fall of micro F1 that is still no worse.  [default: micro in --gate, or 0.01]",
)
@click.option("--no-store", is_flag=True, help="Leave out the articles and judgments in the store.")
def command(
    settings: Settings, models: str | Path, format_: str, file: Path | None, tolerance: float | None, no_store: bool
) -> None:
    """Train a challenger on the store and corpora, promote it only if it is no worse than the current model.

    Both are scored on the same articles, on none of which they were trained. No label's F1, nor micro and macro F1 nor
    calibration may fall beyond chance, topics must stay, the canaries in seeds/ must be right, and the model may not be
    much larger or slower. Exit code 1: refused, the current model stays.

    \b
    Examples:
      desk retrain
      desk retrain --corpus tonight.jsonl --gate gate.toml
    """
    from training.gate import Gate
    from training.registry import Registry
    from training.retrain import beginning, retrain

    registry = Registry(models)
    again = options.again(registry.told)
    with beginning(registry, again):
        gate = Gate.read(file) if file else Gate()
        if tolerance is not None:
            gate = replace(gate, micro=tolerance)
        store = nullcontext() if no_store else _store(registry, models)
    with store as articles, options.skipping(settings.skip_bad) as skips:
        outcome = retrain(settings, registry, articles, gate, options.progress, skips, again)
    if format_ == "table":
        rows = [
            [c.name, c.articles, c.champion.micro.f1, c.challenger.micro.f1, c.champion.macro_f1, c.challenger.macro_f1]
            for c in outcome.comparisons
        ]
        if rows:
            click.echo(table(["articles", "number", "micro F1 now", "challenger", "macro F1 now", "challenger"], rows))
        if outcome.topics:
            click.echo("\n".join(change_lines(outcome.topics)))
        if outcome.checks:
            click.echo(f"Gate: {sum(check.passed for check in outcome.checks)} of {len(outcome.checks)} checks passed.")
        for reason in outcome.reasons:
            click.echo(f"Refused: {reason}.")
        click.echo(
            f"Model {outcome.version} is current."
            if outcome.promoted
            else f"The current model stays; the challenger is kept as {outcome.version}."
        )
        if outcome.report:
            click.echo(f"The report is in {outcome.report}; desk report shows it.")
    else:
        write(outcome.as_row(), format_)
    warn_of_unknown(outcome.collected.unknown)
    if outcome.untold:
        click.echo(f"desk: the report could not be written: {outcome.untold}", err=True)
    if not outcome.promoted:
        raise click.exceptions.Exit(options.REFUSED)


def _store(registry: Registry, models: str | Path) -> Store | AbstractContextManager[None]:
    """Open the store, where there is one; where its articles are gone, nobody wants a model of the samples alone."""
    from training.store import URL, is_there

    store = options.store(models) if is_there(models) else None
    if store and any(store.articles.read(most=1)):
        return store
    if registry.current() and registry.manifest()["about"]["settings"]["until"]:
        if store:
            store.close()
        here = "this one is empty" if store else "there is none"
        raise StoreError(
            f"{models}: the current model was trained on a store, and {here}; "
            f"name the right one in {URL}, or go on without: --no-store"
        )
    return store or nullcontext()

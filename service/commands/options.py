"""Options that several verbs share, so that what means the same is called the same."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from training.errors import StoreError
from training.readers import Skips
from training.settings import Settings, default_seeds

if TYPE_CHECKING:
    from training.store import Store

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Place(click.Path):
    """A folder, or the URL of an object store, which is no path."""

    name = "folder or url"

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give a path, or the URL as it is."""
        return value if "://" in str(value) else super().convert(value, param, ctx)


models = click.option(
    "--models",
    type=Place(),
    default=Path("models"),
    envvar="DESK_MODELS",
    show_default=True,
    help="Folder of the model's versions, or its URL in an object store.",
)
model = click.option(
    "--model", "version", metavar="VERSION", envvar="DESK_MODEL", help="Use this version, not the current one."
)
FILE = click.Path(exists=True, path_type=Path)
FILE_OR_DASH = click.Path(exists=True, allow_dash=True, path_type=Path)
skip_bad = click.option(
    "--skip-bad", is_flag=True, help="Skip rows that can't be read, and tell at the end how many and why."
)


def format(default: str = "table") -> Decorator:
    """Add --format."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(["table", "jsonl", "json"]),
        default=default,
        show_default=True,
        help="How to write the answer.",
    )


REFUSED = 1  # the exit code of what a gate or a check refuses


class Share(click.FloatRange):
    """A number in a range; nan is in none, whatever click makes of it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the number."""
        found = super().convert(value, param, ctx)
        return self.fail(f"{value} is no number.", param, ctx) if isnan(found) else found


class TopicCount(click.IntRange):
    """A number of topics, or the word auto."""

    name = "number or auto"

    def __init__(self) -> None:
        super().__init__(2, 1000)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the number, or the word."""
        return value if value == "auto" else super().convert(value, param, ctx)


def training(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a training run; the function gets them as one Settings."""

    @click.option(
        "--corpus",
        "corpora",
        type=FILE,
        multiple=True,
        metavar="FILE",
        help="Articles to train on besides seeds/, labelled or not: a file or a folder; may be repeated.",
    )
    @click.option(
        "--seeds",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=None,
        envvar="DESK_SEEDS",
        help="Folder of labels and seeds.  [default: seeds]",
    )
    @click.option(
        "--until",
        default=None,
        metavar="T",
        help="Train on the store as it was at this moment, such as 2026-01-31T03:00:00+00:00.  [default: now]",
    )
    @click.option("--no-samples", "no_samples", is_flag=True, help="Leave out the sample articles in seeds/.")
    @click.option(
        "--topics",
        type=TopicCount(),
        default=None,
        metavar="N | auto",
        help="How many topics to find; auto tries several.  [default: by size of the corpus]",
    )
    @click.option(
        "--fresh-topics",
        "afresh",
        is_flag=True,
        help="Find topics from nothing, not from those of the current model; the same themes keep their ids.",
    )
    @click.option(
        "--target-precision",
        type=Share(0.5, 1, max_open=True),
        default=None,
        metavar="P",
        help="Assign labels only where this share of them is right.  [default: best F1]",
    )
    @click.option(
        "--seed",
        type=click.IntRange(0, 2**32 - 1),
        default=0,
        show_default=True,
        metavar="N",
        help="Seed of everything random.",
    )
    @skip_bad
    def wrapped(
        corpora: tuple[Path, ...],
        seeds: Path | None,
        until: str | None,
        no_samples: bool,
        topics: int | str | None,
        afresh: bool,
        target_precision: float | None,
        seed: int,
        skip_bad: bool,
        **others: Any,
    ) -> Any:
        settings = Settings(
            seeds or default_seeds(),
            corpora,
            samples=not no_samples,
            until=until,
            topics=topics,
            afresh=afresh,
            target_precision=target_precision,
            seed=seed,
            skip_bad=skip_bad,
        )
        return function(settings=settings, **others)

    wrapped.__doc__ = function.__doc__
    wrapped.__click_params__ = [*getattr(function, "__click_params__", []), *wrapped.__click_params__]  # type: ignore[attr-defined]
    wrapped.__name__ = function.__name__
    return wrapped


@contextmanager
def skipping(skip_bad: bool = True) -> Iterator[Skips | None]:
    """Give what counts rows that can't be read, and tell on standard error what it counted; None not to skip any."""
    skips = Skips() if skip_bad else None
    try:
        yield skips
    finally:
        if skips and skips.count:
            click.echo(f"desk: {skips}", err=True)


def store(models: str | Path, *, make: bool = False) -> Store:
    """Open the store of a folder of models.

    Args:
        models: the folder.
        make: whether to make one where there is none.
    """
    from training.store import Store, is_there, url_of

    if not make and not is_there(models):
        raise StoreError(f"{models}: no store yet; make one with: desk store import FILE --models {models}")
    return Store(url_of(models))


def again(models: str) -> str:
    """Give the command line of the verb that runs, as it works from whatever environment: its models are named."""
    context = click.get_current_context()
    words = ["desk", str(context.info_name), "--models", models]
    for one in context.command.params:
        given = context.get_parameter_source(one.name or "")
        if one.name != "models" and given in (ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT):
            words += _words(one, context.params[one.name or ""])
    return shlex.join(words)


def _words(one: click.Parameter, value: Any) -> Iterator[str]:
    """Say one option as it is written."""
    for each in value if one.multiple else [value]:
        yield one.opts[-1]
        if not (isinstance(one, click.Option) and one.is_flag):
            yield str(each.resolve() if isinstance(each, Path) else each)


def progress(things: Iterable[Any], name: str) -> Iterable[Any]:
    """Show on standard error how far a step has come."""
    from tqdm import tqdm

    return tqdm(things, desc=name, unit="", dynamic_ncols=True, mininterval=0.3)

"""desk store: import articles, ask feeds for them, see what there is, take old ones away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands import options
from service.commands.feeding import feed
from service.commands.pages import clean
from service.commands.showing import table, write
from training import readers
from training.article import Article
from training.readers import Skips

if TYPE_CHECKING:
    from training.store.adding import State

_STATES: dict[State, str] = {
    "new": "new",
    "copy": "new, near-duplicates of others",
    "edited": "known, with another text or other labels now",
    "known": "known",
}
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


class Age(click.ParamType):  # type: ignore[type-arg]  # click is generic here for type checkers alone
    """A time span such as 90d, 12w, 6m or 2y, or a day such as 2026-01-31."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the moment that was so long ago, or at which that day began in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            if found := re.fullmatch(r"(\d{1,5})([dwmy])", value):
                return datetime.now(UTC) - timedelta(days=int(found[1]) * _DAYS[found[2]])
            moment = datetime.fromisoformat(value)
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no age such as 90d, 12w, 6m or 2y, nor a day such as 2026-01-31", param, ctx)


@click.group("store", invoke_without_command=True)
@options.models
@options.format()
@click.pass_context
def command(context: click.Context, models: str | Path, format_: str) -> None:
    """Say what the store of articles and judgments holds; or bring articles and take old ones away.

    The store is a SQLite file in the folder of models, or the database that DESK_DATABASE_URL names.

    \b
    Examples:
      desk store
      desk store import news.jsonl.gz
      desk store feed https://news.example/rss.xml
      desk store prune --older-than 90d
    """
    if context.invoked_subcommand:
        return
    with options.store(models) as store:
        found = {"store": store.name, **store.articles.count(), "judgments": store.judgments.count()}
        found |= {"disputed": len(store.judgments.disputed()), "feeds": len(store.feeds.all())}
    if format_ != "table":
        write(found, format_)
        return
    click.echo(table(["what", "number"], [[_NAMES[key], found[key]] for key in _NAMES]))
    if found["first"]:
        click.echo(f"Received from {found['first']:%Y-%m-%d %H:%M} to {found['last']:%Y-%m-%d %H:%M} UTC.")
    click.echo(f"The store is {found['store']}.")


_NAMES = {
    "articles": "articles",
    "copies": "of these, near-duplicates of others",
    "judged": "of these, judged",
    "judgments": "judgments",
    "disputed": "labels on which people disagree",
    "feeds": "feeds",
}


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=options.FILE, metavar="FILE...")
@options.models
@options.skip_bad
def import_(files: tuple[Path, ...], models: str | Path, skip_bad: bool) -> None:
    """Add the articles of files or folders, with their labels where they have any.

    An article is known by its id, or by its title and text where it has none; importing a file twice adds nothing.

    \b
    Examples:
      desk store import news.jsonl.gz
      desk store import judged/ --skip-bad
    """
    with options.skipping(skip_bad) as skips, options.store(models, make=True) as store:
        counts = store.articles.add_many(options.progress(_articles(files, skips), "importing"))
        for state, told in _STATES.items():
            if counts[state]:
                click.echo(f"{counts[state]:>8,}  {told}")
        click.echo(f"{store.articles.count()['articles']:>8,}  articles in the store")


@command.command("prune")
@options.models
@click.option(
    "--older-than",
    "before",
    type=Age(),
    required=True,
    metavar="AGE",
    help="Take away articles received before: 90d, 12w, 6m or 2y ago, or a day such as 2026-01-31.",
)
@click.option("--judged", is_flag=True, help="Take away judged articles too, with what people said of them.")
@click.option("--dry-run", is_flag=True, help="Say how many would go, and take nothing away.")
def prune(models: str | Path, before: datetime, judged: bool, dry_run: bool) -> None:
    """Take away old articles; those that people have judged stay unless told otherwise.

    \b
    Example:
      desk store prune --older-than 90d
    """
    with options.store(models) as store:
        gone = store.articles.prune(before, judged=judged, dry_run=dry_run)
        click.echo(f"{gone:,} articles received before {before:%Y-%m-%d} {'would go' if dry_run else 'are gone'}.")


@command.command("retract")
@options.models
@click.option("--who", required=True, metavar="NAME", help="Whose judgments are to count no more.")
@click.option("--since", type=Age(), metavar="AGE", help="Only those made after: 1d ago, say, or a day.")
def retract(models: str | Path, who: str, since: datetime | None) -> None:
    """Let what a person judged count no more, as after a night of wrong judgments; it stays on record.

    \b
    Example:
      desk store retract --who import-bot --since 1d
    """
    with options.store(models) as store:
        count = store.judgments.retract(who, since)
        click.echo(f"{count:,} judgments of {clean(who)} count no more; the next desk retrain goes without them.")


command.add_command(feed)


def _articles(files: Iterable[Path], skips: Skips | None) -> Iterator[Article]:
    """Read articles; one without an id gets none by the name of its file, which another file may have too."""
    from training.store.adding import check

    for path in files:
        yield from readers.articles((row._replace(name=None) for row in readers.rows(path)), skips, check)

"""desk store feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from service.commands import options
from service.commands.showing import table
from training.errors import InputError

if TYPE_CHECKING:
    from training.store import Store

_COUNTS = ["new", "edited", "copies", "known", "bare"]
_NO_FEEDS = "no feeds yet; add one with: desk store feed URL"
_NONE_READ = 2


def _address(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> list[str]:
    """Give addresses in the one form in which feeds are remembered, each once."""
    from training.addresses import address

    found = []
    for url in given:
        try:
            found.append(address(url))
        except InputError as error:
            raise click.BadParameter(f"{url}: {error}") from None
    return list(dict.fromkeys(found))


@click.command("feed")
@click.argument("urls", nargs=-1, callback=_address, metavar="[URL...]")
@options.models
@click.option(
    "--pages",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Read the pages of up to N new entries too, and keep their text where it says more than the feed.",
)
@click.option(
    "--remove",
    "gone",
    multiple=True,
    callback=_address,
    metavar="URL",
    help="Ask this feed no more; its articles stay.",
)
@options.format()
def feed(urls: list[str], models: str | Path, pages: int, gone: list[str], format_: str) -> None:
    """Ask RSS and Atom feeds for news, and put it into the store.

    The feeds are remembered; without URL all of them are asked, each only for what is new since last time, but for
    those whose server asks to wait, which are left alone until then, for a day at most. Articles are called as the
    feed calls them, so those it had before are known, and what it has edited is replaced. Entries that say no more
    than their title are bare, and left out. Exit code 2 if none of the feeds that were asked could be read.

    \b
    Examples:
      desk store feed https://news.example/rss.xml https://paper.example/atom
      desk store feed --pages 50
      desk store feed --remove https://news.example/rss.xml
    """
    from training.store import is_there

    if not urls and not is_there(models):
        raise InputError(_NO_FEEDS)
    with options.store(models, make=True) as store:
        for url in gone:
            if not store.feeds.remove(url):
                raise InputError(f"{url}: is no feed that is asked; desk store feed asks those that are")
            click.echo(f"{url} is asked no more.", err=True)
        wanted = urls or ([] if gone else [one.url for one in store.feeds.all()])
        if not wanted and not gone:
            raise InputError(_NO_FEEDS)
        rows = _tell(_polling(store, wanted, pages, patient=not urls), format_)
    asked = [row for row in rows if row["asked"]]
    if asked and all(row["problem"] for row in asked):
        raise click.exceptions.Exit(_NONE_READ)


def _polling(store: Store, urls: Iterable[str], pages: int, patient: bool) -> Iterator[dict[str, Any]]:
    from training.feeds import left_alone, poll

    for url in urls:
        polled = (left_alone(store, url) if patient else None) or poll(store, url, pages=pages)
        pages -= polled.pages + polled.unread
        yield polled.as_row()


def _tell(polling: Iterable[dict[str, Any]], format_: str) -> list[dict[str, Any]]:
    """Write what asking feeds came to, a line for each as it comes where that can be, and give it."""
    rows = []
    for row in polling:
        rows.append(row)
        if format_ == "jsonl":
            click.echo(orjson.dumps(row))
        if row["moved"]:
            click.echo(f"desk: {row['url']} has moved to {row['moved']} for good: add that, --remove this", err=True)
        if row["unread"]:
            pages = f"{row['unread']} page{'s' * (row['unread'] > 1)}"
            click.echo(f"desk: {row['url']}: {pages} could not be read; the feed's own text was taken", err=True)
    if format_ == "json":
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2))
    elif format_ == "table" and rows:
        cells = [[row["url"], *(row[key] for key in _COUNTS), row["problem"] or ""] for row in rows]
        click.echo(table(["feed", *_COUNTS, "problem"], cells))
    return rows

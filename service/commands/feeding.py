"""desk store feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from service.commands import options
from service.commands.showing import table
from training.errors import InputError

if TYPE_CHECKING:
    from training.feeds import Polled
    from training.store import Store

_HEAD = ["feed", "new", "edited", "copies", "known", "bare", "problem"]
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

    The feeds are remembered; without URL all of them are asked, each only for what is new since last time. Articles
    are called as the feed calls them, so those it had before are known, and what it has edited is replaced. Entries
    that say no more than their title are bare, and left out. Exit code 2 if no feed could be read.

    \b
    Examples:
      desk store feed https://news.example/rss.xml https://paper.example/atom
      desk store feed --pages 50
      desk store feed --remove https://news.example/rss.xml
    """
    from training.store import Store, url_of

    with Store(url_of(models)) as store:
        for url in gone:
            if not store.feeds.remove(url):
                raise InputError(f"{url}: is no feed that is asked; desk store feed asks those that are")
            click.echo(f"{url} is asked no more.", err=True)
        wanted = urls or ([] if gone else [one.url for one in store.feeds.all()])
        if not wanted and not gone:
            raise InputError("no feeds yet; add one with: desk store feed URL")
        polled = _tell(_polling(store, wanted, pages), format_)
    if polled and all(one.problem for one in polled):
        raise click.exceptions.Exit(_NONE_READ)


def _polling(store: Store, urls: Iterable[str], pages: int) -> Iterator[Polled]:
    from training.feeds import poll

    for url in urls:
        polled = poll(store, url, pages=pages)
        pages -= polled.pages + polled.unread
        yield polled


def _tell(polling: Iterable[Polled], format_: str) -> list[Polled]:
    """Write what asking feeds came to, a line for each as it comes where that can be, and give it."""
    polled = []
    for one in polling:
        polled.append(one)
        if format_ == "jsonl":
            click.echo(orjson.dumps(one.as_row()))
        if one.moved:
            click.echo(f"desk: {one.url} has moved to {one.moved} for good: add that, --remove the old one", err=True)
        if one.unread:
            pages = f"{one.unread} page{'s' * (one.unread > 1)}"
            click.echo(f"desk: {one.url}: {pages} could not be read; the feed's own text was taken", err=True)
    if format_ == "json":
        click.echo(orjson.dumps([one.as_row() for one in polled], option=orjson.OPT_INDENT_2))
    elif format_ == "table" and polled:
        rows = [[one.url, one.new, one.edited, one.copies, one.known, one.bare, one.problem or ""] for one in polled]
        click.echo(table(_HEAD, rows))
    return polled

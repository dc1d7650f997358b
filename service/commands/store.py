"""desk store: what is in the store of articles, and what comes into it."""

from __future__ import annotations

import click

from service.commands.feeding import feed


@click.group("store")
def command() -> None:
    """Keep the articles that come in, and bring more.

    \b
    Examples:
      desk store feed https://news.example/rss.xml
    """


command.add_command(feed)

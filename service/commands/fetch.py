"""desk fetch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

CORPORA = ("reuters21578",)


def _hexadecimal(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", value):
        raise click.BadParameter("a SHA-256 has 64 hexadecimal digits")
    return value


@click.command("fetch")
@click.argument("corpus", type=click.Choice(CORPORA), metavar="CORPUS")
@click.option("--url", metavar="URL", help="Download it from there, not from the archive that is known to have it.")
@click.option(
    "--to",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("corpora"),
    show_default=True,
    metavar="FOLDER",
    help="Where to write it.",
)
@click.option(
    "--sha256",
    metavar="HEX",
    callback=_hexadecimal,
    help="Digest that the download must have.  [default: the known one; none with --url]",
)
def command(corpus: str, url: str | None, folder: Path, sha256: str | None) -> None:
    """Download a public corpus and write it as files that --corpus takes.

    reuters21578: 21,578 news articles of 1987 with the countries Reuters' editors gave them, as
    reuters21578.train.jsonl.gz and reuters21578.test.jsonl.gz. LEWISSPLIT says what goes where; what is NOT-USED there
    and articles that are only a headline are left out. Nothing is written unless everything went well.

    \b
    Example:
      desk fetch reuters21578
      desk train --corpus corpora/reuters21578.train.jsonl.gz
    """
    from training import fetch

    done = fetch.reuters21578(folder, url or fetch.REUTERS, sha256, _downloading)
    for path, articles in done.articles.items():
        click.echo(f"{path}  {articles} articles")
    click.echo(f"Left out: {done.headlines} that are only a headline, {done.unused} that the split does not use.")
    click.echo(f"SHA-256 of the download: {done.sha256}")
    if done.skips.count:
        click.echo(f"desk: {done.skips}", err=True)


def _downloading(chunks: Iterable[bytes], total: int | None) -> Iterator[bytes]:
    from tqdm import tqdm

    with tqdm(total=total, desc="downloading", unit="B", unit_scale=True, dynamic_ncols=True) as bar:
        for chunk in chunks:
            yield chunk
            bar.update(len(chunk))

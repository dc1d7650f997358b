"""desk label."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from service.commands import options
from training import readers
from training.article import Article
from training.model import Labelling, ScoredLabel
from training.readers import Skips


@click.command("label")
@click.argument("files", nargs=-1, required=True, type=options.FILE_OR_DASH, metavar="FILE... | -")
@options.models
@options.model
@options.format()
@click.option("--all", "all_", is_flag=True, help="Also give labels that scored but are not assigned.")
@click.option("--no-evidence", is_flag=True, help="Leave out what decided.")
@options.skip_bad
def command(
    files: tuple[Path, ...],
    models: Path,
    version: str | None,
    format_: str,
    all_: bool,
    no_evidence: bool,
    skip_bad: bool,
) -> None:
    """Label articles in files, in all files of a folder, or from standard input.

    A file's name tells its kind: .jsonl, .csv, .tsv, .parquet, .html, .sgm (Reuters-21578), all else plain text; each
    also as .gz or .zst. Columns of a table are named as the fields of JSONL: text, title, id, date, source, dateline.
    Standard input is told by how it begins: JSONL, HTML, Reuters SGML or plain text.
    In the table a label in brackets is not assigned, and ? says that the model is unsure of it: look at it.

    \b
    Examples:
      desk label article.txt
      desk label --format jsonl news.jsonl.gz > labelled.jsonl
      cat article.txt | desk label -
    """
    from training.registry import Registry

    model = Registry(models).load(version)
    with options.skipping(skip_bad) as skips:
        labellings = (
            model.label(article, evidence=not no_evidence and format_ != "table", all=all_)
            for article in articles(files, skips)
        )
        if format_ == "table":
            _table(labellings)
        elif format_ == "jsonl":
            for labelling in labellings:
                _write(orjson.dumps(labelling.as_row()) + b"\n")
        else:
            _write(orjson.dumps([labelling.as_row() for labelling in labellings], option=orjson.OPT_INDENT_2) + b"\n")


def articles(files: tuple[Path, ...], skips: Skips | None = None) -> Iterator[Article]:
    """Read the articles of all files; `-` is standard input."""
    for file in files:
        if str(file) == "-":
            yield from readers.articles(readers.rows_unnamed(sys.stdin.buffer), skips)
        else:
            yield from readers.read(file, skips)


def _table(labellings: Iterator[Labelling]) -> None:
    for labelling in labellings:
        labels = ", ".join(map(_short, labelling.labels))
        topic = labelling.topics[0].name if labelling.topics else ""
        click.echo(f"{labelling.id or '-':24}  {labels or 'no label':40}  {topic}".rstrip())


def _short(label: ScoredLabel) -> str:
    shown = f"{label.id} {label.probability:.2f}{'?' if label.unsure else ''}"
    return shown if label.assigned else f"({shown})"


def _write(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()

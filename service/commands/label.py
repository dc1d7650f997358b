"""desk label."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import click
import orjson
from click.core import ParameterSource

from service.commands import options
from service.commands.pace import Pace
from service.commands.resuming import Output
from training import readers
from training.article import Article
from training.model import Labelling, ScoredLabel
from training.readers import Meter, Row, Skips


@click.command("label")
@click.argument("files", nargs=-1, required=True, type=options.FILE_OR_DASH, metavar="FILE... | -")
@options.models
@options.model
@options.format()
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to this file, as JSONL unless --format is given; it must not be there yet, or be empty.",
)
@click.option(
    "--resume", is_flag=True, help="Go on with the rows of JSONL in --output, which belong to the same input and model."
)
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="How many processes label.  [default: one for each core]"
)
@click.option("--all", "all_", is_flag=True, help="Also give labels that scored but are not assigned.")
@click.option("--no-evidence", is_flag=True, help="Leave out what decided.")
@options.skip_bad
def command(
    files: tuple[Path, ...],
    models: str | Path,
    version: str | None,
    format_: str,
    output: Path | None,
    resume: bool,
    jobs: int | None,
    all_: bool,
    no_evidence: bool,
    skip_bad: bool,
) -> None:
    """Label articles in files, in all files of a folder, or from standard input.

    A file's name tells its kind: .jsonl, .csv, .tsv, .parquet, .html, .sgm (Reuters-21578), all else plain text; each
    also as .gz or .zst. Columns of a table are named as the fields of JSONL: text, title, id, date, source, dateline.
    Standard input is told by how it begins: JSONL, HTML, Reuters SGML or plain text.
    In the table a label in brackets is not assigned, and ? says that the model is unsure of it: look at it.

    Many articles are labelled on all cores and written in the order they are read; memory does not grow with them.
    --output writes row after row into its file, so a run that was stopped, however, leaves whole rows and at most one
    that is torn. The same command with --resume goes on after the last whole row (and begins where there is no file):
    the file is then the same as if nothing had happened. It is refused, and the file left as it is, where a row there
    belongs to another article or model, or the last ones come out otherwise than they did.

    \b
    Examples:
      desk label article.txt
      desk label --format jsonl news.jsonl.gz > labelled.jsonl
      desk label news.jsonl.gz --output labelled.jsonl --resume
      cat article.txt | desk label -
    """
    from training.labelling import Asked, answers, label
    from training.registry import Registry

    format_ = _format(format_, output, resume)
    folder = Registry(models).path(version).absolute()  # found once: a promotion in between changes nothing
    told = not no_evidence and format_ != "table"
    asked = Asked(folder, _WRITTEN[format_], evidence=told, all=all_)
    meter, total = Meter(), _total(files)
    rows = _rows(files, meter)
    with options.skipping(skip_bad) as skips, Output(output, files) as out:
        if resume:
            out.go_on(readers.articles(rows, skips), folder.name, lambda some: answers(some, asked))
        else:
            out.begin()
        parts = label(rows, asked, skips, jobs=jobs, position=lambda: meter.bytes if total else 0)
        with closing(parts), Pace(total, meter.bytes if total else 0, shown=_watched(output)) as pace:
            lines = _counted(parts, pace)
            for some in _in_brackets(lines) if format_ == "json" else lines:
                out.write(some)
        out.finish()


def _format(format_: str, output: Path | None, resume: bool) -> str:
    """Choose the format that fits the other options, or refuse them."""
    chosen = click.get_current_context().get_parameter_source("format_") is not ParameterSource.DEFAULT
    if output and not chosen:
        format_ = "jsonl"
    if resume and not output:
        raise click.UsageError("--resume goes on with a file; name it with --output")
    if resume and format_ != "jsonl":
        raise click.UsageError(f"--resume goes on with rows of JSONL only, not with --format {format_}")
    return format_


def _watched(output: Path | None) -> bool:
    """Whether progress would be seen, and would not come between the answers."""
    return output is not None or (sys.stderr.isatty() and not sys.stdout.isatty())


def _total(files: tuple[Path, ...]) -> int | None:
    return None if Path("-") in files else readers.size(files)


def articles(files: tuple[Path, ...], skips: Skips | None = None) -> Iterator[Article]:
    """Read the articles of all files; `-` is standard input."""
    yield from readers.articles(_rows(files), skips)


def _rows(files: tuple[Path, ...], meter: Meter | None = None) -> Iterator[Row]:
    for file in files:
        yield from readers.rows_unnamed(sys.stdin.buffer) if str(file) == "-" else readers.rows(file, meter)


def _counted(parts: Iterable[tuple[list[bytes], int]], pace: Pace) -> Iterator[list[bytes]]:
    for lines, position in parts:
        yield lines
        pace.add(len(lines), position)


def _in_brackets(lines: Iterable[list[bytes]]) -> Iterator[list[bytes]]:
    """Make one list of JSON of objects, while they come."""
    before = begin = b"[\n  "
    for some in lines:
        for line in some:
            yield [before, line]
            before = b",\n  "
    yield [b"[]\n" if before is begin else b"\n]\n"]


def _as_table(labelling: Labelling) -> bytes:
    labels = ", ".join(map(_short, labelling.labels))
    topic = labelling.topics[0].name if labelling.topics else ""
    return f"{labelling.id or '-':24}  {labels or 'no label':40}  {topic}".rstrip().encode() + b"\n"


def _as_jsonl(labelling: Labelling) -> bytes:
    return orjson.dumps(labelling.as_row(), option=orjson.OPT_APPEND_NEWLINE)


def _as_json(labelling: Labelling) -> bytes:
    return orjson.dumps(labelling.as_row(), option=orjson.OPT_INDENT_2).replace(b"\n", b"\n  ")


_WRITTEN = {"table": _as_table, "jsonl": _as_jsonl, "json": _as_json}


def _short(label: ScoredLabel) -> str:
    shown = f"{label.id} {label.probability:.2f}{'?' if label.unsure else ''}"
    return shown if label.assigned else f"({shown})"

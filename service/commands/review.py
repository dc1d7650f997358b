"""desk review."""

from __future__ import annotations

import getpass
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from service.commands import options
from service.commands.asking import Asking, keyboard, pressed
from service.commands.pages import clean
from service.commands.question import screen
from service.commands.showing import table, write
from training.errors import InputError
from training.model import Model

if TYPE_CHECKING:
    from training.store import Store, Stored
    from training.store.judgments import Value
    from training.worth import Candidate

POOL = 5_000  # articles among which is chosen, the newest that have something to ask


@click.command("review")
@options.models
@options.model
@click.option("--label", "labels", metavar="ID", multiple=True, help="Ask about this label only; may be repeated.")
@click.option("--who", metavar="NAME", envvar="DESK_WHO", help="Whose judgments they are.  [default: the login name]")
@click.option(
    "--most", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="How many to ask at most."
)
@click.option(
    "--days", type=click.IntRange(1), metavar="D", help="Only articles of the last D days.  [default: the newest]"
)
@click.option("--disputed", is_flag=True, help="Begin with what people disagree on, also where you have your say.")
@click.option("--list", "list_", is_flag=True, help="List what would be asked, and ask nothing.")
@options.format()
def command(
    models: str | Path,
    version: str | None,
    labels: tuple[str, ...],
    who: str | None,
    most: int,
    days: int | None,
    disputed: bool,
    list_: bool,
    format_: str,
) -> None:
    """Ask for the judgments that teach the most: is this article about that label, yes or no?

    First comes what the model is least certain of, where the words and the place where a label is named disagree, and
    where words are new to it; what is alike is asked once. A key answers: y yes, n no, u unsure; s skips, b goes back,
    m shows more of the text, q quits. Every answer is written at once, and the next desk retrain learns from it. Of
    what you say twice the latter counts. You are asked nothing twice, and what others have judged only where they are
    divided.

    Without a terminal, with --list or with --format it lists the questions and asks nothing.

    \b
    Examples:
      desk review
      desk review --label SY --days 7
      desk review --list --format jsonl
    """
    from training.registry import Registry

    chosen = click.get_current_context().get_parameter_source("format_") is not ParameterSource.DEFAULT
    asks = not (list_ or chosen) and sys.stdin.isatty() and sys.stdout.isatty()
    who = _name(who)
    model = Registry(models).load(version)
    if unknown := sorted(set(labels) - model.seeds.labels.keys()):
        raise InputError(f"--label: the model knows no label {unknown[0]!r}; desk train reads them from seeds/")
    with options.store(models) as store:
        questions = _questions(model, store, who, labels, most, days, disputed)
        if not questions:
            _nothing(store, labels, days)
        if not asks:
            _list(questions, model, format_)
        elif questions:
            _ask(questions, model, store, who)


def _name(who: str | None) -> str:
    """Give the name under which judgments are written."""
    if who is None:
        try:
            who = getpass.getuser()
        except (OSError, KeyError):
            raise click.UsageError("there is no login name here; say who judges with --who or DESK_WHO") from None
    if not who.strip() or not who.isprintable():
        raise click.BadParameter("a name has letters, and nothing that can't be seen", param_hint="--who")
    return who.strip()


def _questions(
    model: Model, store: Store, who: str, labels: Sequence[str], most: int, days: int | None, disputed: bool
) -> list[Candidate]:
    """Give what to ask, in order."""
    from training import teaching

    first = [one for one in _disputes(model, store) if not labels or one.label in labels] if disputed else []
    first = first[:most]
    pool = list(islice(_pool(store, days), POOL))
    watched = options.progress if sys.stderr.isatty() and len(pool) == POOL else lambda things, _: things
    others = teaching.queue(model, pool, most, who=who, labels=labels or None, progress=watched)
    there = {(one.article.id, one.label) for one in first}
    return [*first, *(one for one in others if (one.article.id, one.label) not in there)][:most]


def _disputes(model: Model, store: Store) -> Iterator[Candidate]:
    """Give what people disagree on, the latest spoken of first."""
    from training import teaching

    for id, label, _ in store.judgments.disputed():
        stored = store.articles.get(id)
        found = teaching.look_at(model, stored, label) if stored else None
        if found:
            yield found


def _pool(store: Store, days: int | None) -> Iterator[Stored]:
    """Give the newest articles that are no copies, unless all is said of them."""
    since = datetime.now(UTC) - timedelta(days=days) if days else None
    for one in store.articles.read(since=since, newest_first=True):
        told = one.article.labels is not None and one.article.judged is None
        if one.copy_of is None and (one.spoken or not told):
            yield one


def _nothing(store: Store, labels: Sequence[str], days: int | None) -> None:
    if not store.articles.count()["articles"]:
        raise InputError("the store has no articles yet; bring some into it with: desk store import FILE")
    narrow = [name for name, given in (("--label", labels), ("--days", days)) if given]
    wider = f"; ask for more without {' and '.join(narrow)}" if narrow else ""
    click.echo(f"Nothing to ask: all is judged that the model has doubts about{wider}.", err=True)


def _list(questions: Sequence[Candidate], model: Model, format_: str) -> None:
    rows = [{**one.as_row(), "name": model.seeds.labels[one.label].name} for one in questions]
    if format_ != "table":
        write(rows, format_)
    elif rows:
        cells = [
            [one.worth, one.label, one.opinion.probability, (one.article.date or "")[:10], _called(one), one.reason]
            for one in questions
        ]
        click.echo(table(["worth", "label", "probability", "date", "article", "asked because"], cells))


def _called(one: Candidate) -> str:
    told = one.article.title or one.article.text[:80]
    return textwrap.shorten(clean(f"{one.article.id} {told}"), 44, placeholder=" …")


def _ask(questions: Sequence[Candidate], model: Model, store: Store, who: str) -> None:
    from training.store import Judgment

    def write(number: int, value: Value) -> None:
        one = questions[number]
        store.judgments.add([Judgment(str(one.article.id), one.label, value, who)])

    def show(asking: Asking) -> None:
        click.clear()
        click.echo("\n".join(screen(questions, model, asking, who)), nl=False)

    asking = Asking(len(questions))
    with keyboard() as read, suppress(KeyboardInterrupt):
        asking.run(pressed(read), show, write)
    click.clear()
    click.echo(asking.summary())
    if asking.answers:
        click.echo("The next desk retrain learns from them.")
    if divided := len(store.judgments.disputed()):
        click.echo(f"{divided} disputed among people: desk review --disputed")

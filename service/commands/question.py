"""One question as a screen of the terminal: the article, what decided marked, why it is asked, and the keys."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from service.commands.asking import KEYS, Asking
from service.commands.pages import Line, clean, lines_of, pages
from service.commands.showing import WIDTH
from training.article import Article
from training.explain import LEAST, WORD, Evidence
from training.marking import marked
from training.model import Labelling, Model

if TYPE_CHECKING:
    from training.worth import Candidate

_ARTICLE = re.compile(
    r"^Republic of|(Bahamas|Comoros|Emirates|Gambia|Islands|Kingdom|Maldives|Netherlands|Philippines|Republic|"
    r"Seychelles|States|Territory|Territories|Vatican)$"
)
_LEAST = 5  # lines of a text that are shown however small the terminal
_TITLE, _REASON, _KEYS = 2, 3, 3  # lines of them at most
_MARGIN = " "


@dataclass(frozen=True, slots=True)
class Terminal:
    """How much room there is, in columns and lines, and whether there are colours."""

    width: int
    height: int
    coloured: bool

    @classmethod
    def here(cls) -> Terminal:
        """Ask the terminal; lines of text are never longer than is good to read."""
        size = shutil.get_terminal_size()
        coloured = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        return cls(max(20, min(size.columns, WIDTH) - 2 * len(_MARGIN)), size.lines, coloured)

    def bold(self, text: str) -> str:
        """Give a text in bold letters, where there are such."""
        return click.style(text, bold=True) if self.coloured else text

    def faint(self, text: str) -> str:
        """Give a text in fainter letters, where there are such."""
        return click.style(text, dim=True) if self.coloured else text

    def wrapped(self, text: str, most: int) -> list[str]:
        """Break a text into so many lines at most."""
        return textwrap.wrap(text, self.width, max_lines=most, placeholder=" …")

    def marked(self, line: Line, bold: bool = False) -> str:
        """Give a line with what is marked in its colours, and the rest in bold letters if asked."""
        return line.styled(bold) if self.coloured else line.plain()


def screen(
    questions: Sequence[Candidate], model: Model, asking: Asking, who: str, terminal: Terminal | None = None
) -> list[str]:
    """Lay out what is asked now, one string a line.

    Args:
        questions: all of them.
        model: marks what decided.
        asking: where the person stands.
        who: the person.
        terminal: the one that is looked at, by default.
    """
    terminal = terminal or Terminal.here()
    if asking.at == asking.count:
        lines = ["That was the last one.", asking.summary(), "", terminal.faint("b back   any other key ends")]
        return [f"{_MARGIN}{line}" for line in lines]
    one = questions[asking.at]
    labelling = _alone(model.label(one.article, all=True, most=None), one.label)
    above = [*_title(one.article, labelling, terminal), terminal.faint(_origin(one.article, terminal.width))]
    below = [*terminal.wrapped(f"Asked because: {clean(one.reason)}.", _REASON)]
    if said := asking.answers.get(asking.at) or (one.said.by.get(who) if one.said else None):
        below.append(f"You said {said}; another answer takes its place.")
    below.append(terminal.bold(f"Is this article about {_named(model.seeds.labels[one.label].name)}?"))
    keys = terminal.wrapped(KEYS, _KEYS)
    room = max(_LEAST, terminal.height - len(above) - len(below) - len(keys) - 3)
    every = pages(lines_of(marked(one.article, labelling), terminal.width, terminal.coloured), room)
    page = asking.page % len(every)
    text = [*map(terminal.marked, every[page])]
    if len(every) == 1:
        keys = terminal.wrapped(KEYS.replace("m more   ", ""), _KEYS)
    place = f"{asking.at + 1} of {asking.count}" + (f"   page {page} of {len(every) - 1}" if page else "")
    space = [""] * (room - len(text))
    lines = [terminal.faint(place), *above, "", *text, *space, "", *below, *map(terminal.faint, keys)]
    return [f"{_MARGIN}{line}".rstrip() for line in lines]


def _alone(labelling: Labelling, label: str) -> Labelling:
    """Give a labelling whose marks are those of one label: what speaks for it, and wherever it is named."""
    mine = [one for one in labelling.labels if one.id == label]
    return replace(labelling, labels=[one._replace(assigned=True, evidence=_seen(one.evidence or [])) for one in mine])


def _seen(evidence: list[Evidence]) -> list[Evidence]:
    """Let all mentions weigh enough to be marked, though some add nothing, or speak against their label."""
    return [one if one.kind == WORD else one._replace(weight=max(one.weight, LEAST)) for one in evidence]


def _named(name: str) -> str:
    """Give the name of a label as it stands in a sentence.

    >>> _named("Syria"), _named("United States")
    ('Syria', 'the United States')
    """
    return f"the {name}" if _ARTICLE.search(name) else name


def _title(article: Article, labelling: Labelling, terminal: Terminal) -> list[str]:
    lines = lines_of(marked(article, labelling, "title"), terminal.width, terminal.coloured)
    return [terminal.marked(line, bold=True) for line in lines[:_TITLE]]


def _origin(article: Article, width: int) -> str:
    parts = (article.date, article.source, article.dateline, article.id)
    return textwrap.shorten(clean(" · ".join(part for part in parts if part)), width, placeholder=" …")

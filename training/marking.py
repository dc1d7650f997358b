"""Show what decided: the article cut into pieces for a page or a terminal, or as HTML; and a label's score as a sum."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from html import escape
from typing import NamedTuple

from training import text
from training.article import Article
from training.explain import Evidence, telling
from training.model import Labelling, ScoredLabel
from training.text import fold

PARTS = 8  # of a sum that are told one by one
_SEEN = 0.1  # log-odds; lighter parts are told together

_HUES = ("255, 169, 64", "92, 190, 160", "150, 150, 245", "240, 130, 160", "205, 190, 70", "90, 180, 230")


class Piece(NamedTuple):
    """A piece of the article.

    ``labels`` are the assigned ones it spoke for, the one it spoke for most first; ``weight`` is what it added to that
    one's score, in log-odds; ``reason`` says why it was left out, if it was.
    """

    text: str
    labels: tuple[str, ...] = ()
    weight: float = 0.0
    reason: str = ""


class Part(NamedTuple):
    """One part of a sum: all stretches with the same words, in the headline or below, and what they add together."""

    text: str
    times: int
    weight: float
    word: bool
    in_headline: bool


class Sum(NamedTuple):
    """How the score of a label adds up: ``start``, the weights of ``parts``, and of the ``lighter`` ones together.

    ``named`` tells what the label starts from: what it would have if it were named in passing, or not named at all.
    """

    start: float
    named: bool
    parts: list[Part]
    lighter: int
    lighter_weight: float
    score: float

    @property
    def speaking_for(self) -> list[Part]:
        """The parts that add to the score."""
        return [part for part in self.parts if part.weight > 0]

    @property
    def speaking_against(self) -> list[Part]:
        """The parts that take from it."""
        return [part for part in self.parts if part.weight < 0]


def headline_end(article: Article) -> int:
    """Give how many characters of the text are its headline: those of its first line, when that is one."""
    reading = text.read(article)
    own = reading.headline_end > reading.text_start
    return reading.place(reading.headline_end - 1, reading.headline_end)[2] if own else 0


def is_named(label: ScoredLabel) -> bool:
    """Whether a mention of the label, and not words alone, is among its evidence."""
    return any(stretch.kind != "word" for stretch in label.evidence or ())


def added_up(label: ScoredLabel, headline: int = 0, most: int = PARTS) -> Sum:
    """Add up the score of a label, the heaviest parts first.

    Args:
        label: with all its evidence.
        headline: characters of the text that are its headline.
        most: parts to tell one by one.
    """
    together: dict[tuple[str, bool, bool], list[Evidence]] = defaultdict(list)
    for stretch in label.evidence or ():
        words = " ".join(map(fold, stretch.text.split()))
        above = stretch.field == "title" or (stretch.field == "text" and stretch.start < headline)
        together[words, stretch.kind == "word", above].append(stretch)
    every = [
        Part(min((s.text for s in same), key=len), len(same), sum(s.weight for s in same), word, in_headline)
        for (_, word, in_headline), same in together.items()
    ]
    every.sort(key=lambda part: -abs(part.weight))
    told = [part for part in every if abs(part.weight) >= _SEEN][:most]
    lighter = every[len(told) :]
    return Sum(
        start=label.rest,
        named=is_named(label),
        parts=told,
        lighter=sum(part.times for part in lighter),
        lighter_weight=sum(part.weight for part in lighter),
        score=label.score,
    )


def marked(article: Article, labelling: Labelling, field: str = "text") -> list[Piece]:
    """Cut ``field`` (text, title or dateline) of an article at its evidence and its leftovers.

    The pieces put together are the field as sent.
    """
    content: str = getattr(article, field) or ""
    found = [
        (stretch.start, stretch.end, label.id, stretch.weight)
        for label in labelling.labels
        for stretch in telling(label.evidence or [])
        if label.assigned and stretch.field == field and stretch.weight > 0
    ]
    removed = labelling.removed if field == "text" else []
    starts = [gone.start for gone in removed]
    edges = {0, len(content), *starts, *(gone.end for gone in removed)}
    edges |= {edge for start, end, *_ in found for edge in (start, end)}
    cuts = sorted(edges)
    begin: dict[int, list[tuple[int, str, float]]] = defaultdict(list)
    for start, end, label, weight in found:
        begin[start].append((end, label, weight))
    pieces = []
    here: list[tuple[int, str, float]] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        here = [stretch for stretch in here if stretch[0] > start] + begin[start]
        weights: dict[str, float] = defaultdict(float)
        for _, label, weight in here:
            weights[label] += weight
        labels = tuple(sorted(weights, key=lambda label: -weights[label]))
        last = bisect_right(starts, start) - 1
        reason = removed[last].reason if last >= 0 and start < removed[last].end else ""
        pieces.append(Piece(content[start:end], labels, weights[labels[0]] if labels else 0.0, reason))
    return pieces


def highlighted(article: Article, labelling: Labelling) -> str:
    """Give the article as a piece of HTML: a colour for each assigned label, stronger where more was decided."""
    assigned = [label for label in labelling.labels if label.assigned]
    colours = {label.id: _HUES[number % len(_HUES)] for number, label in enumerate(assigned)}
    names = {label.id: label.name for label in assigned}

    def shown(piece: Piece) -> str:
        text = escape(piece.text)
        if piece.reason:
            return f'<del style="color: #999" title="left out: {piece.reason}">{text}</del>'
        if piece.labels:
            colour = f"rgba({colours[piece.labels[0]]}, {min(0.2 + piece.weight / 3, 1):.2f})"
            title = f"{escape(names[piece.labels[0]])}: +{piece.weight:.2f}"
            return f'<mark style="color: inherit; background: {colour}" title="{title}">{text}</mark>'
        return text

    legend = " ".join(
        f'<span style="background: rgb({colours[id]}); padding: 0 0.4em">{escape(name)}</span>'
        for id, name in names.items()
    )
    title, text = ("".join(map(shown, marked(article, labelling, field))) for field in ("title", "text"))
    look = "max-width: 44em; padding: 1em; background: white; color: #222; font: 16px/1.6 serif; white-space: pre-line"
    return f'<div class="tex2jax_ignore mathjax_ignore" style="{look}">{legend}<h3>{title}</h3>{text}</div>'

"""Cut an article into plain, deciding and left-out pieces, for the page to colour and the terminal to mark."""

from __future__ import annotations

from typing import NamedTuple

from training.article import Article
from training.model import Labelling


class Piece(NamedTuple):
    """A piece of the article: ``labels`` are those it spoke for, ``reason`` why it was left out."""

    text: str
    labels: tuple[str, ...] = ()
    weight: float = 0.0
    reason: str = ""


def marked(article: Article, labelling: Labelling, field: str = "text") -> list[Piece]:
    """Cut ``field`` (text or title) of an article at the evidence of its assigned labels and at its leftovers.

    The pieces put together are the field as sent.
    """
    text = article.title if field == "title" else article.text
    edges = {0, len(text)}
    stretches = []
    for label in labelling.labels:
        for found in label.evidence or () if label.assigned else ():
            if found.field == field:
                stretches.append((found.start, found.end, label.id, found.weight))
                edges |= {found.start, found.end}
    removed = labelling.removed if field == "text" else []
    for gone in removed:
        edges |= {gone.start, gone.end}
    cuts = sorted(edges)
    pieces = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        reason = next((gone.reason for gone in removed if gone.start <= start < gone.end), "")
        here = [(label, weight) for first, last, label, weight in stretches if first <= start < last]
        pieces.append(
            Piece(
                text[start:end],
                tuple(dict.fromkeys(label for label, _ in here)),
                sum(weight for _, weight in here),
                reason,
            )
        )
    return pieces

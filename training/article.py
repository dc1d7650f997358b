"""What comes in: one Article, made of a parsed row, of a web page or by hand; readers makes them of files."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from training.errors import ArticleError

_FIELDS = ("id", "title", "date", "source", "dateline")


@dataclass(frozen=True, slots=True)
class Article:
    """One news article.

    ``labels`` is None for an article nobody has judged; otherwise every label it does not name is a no, except those
    that teach and score nothing: the ``unsure`` ones, and, where ``judged`` is not None, all that it does not name.
    """

    text: str
    title: str = ""
    id: str | None = None
    date: str | None = None
    source: str | None = None
    dateline: str | None = None
    labels: frozenset[str] | None = None
    unsure: frozenset[str] = frozenset()
    judged: frozenset[str] | None = None

    def untold(self, labels: Iterable[str]) -> frozenset[str]:
        """Give the labels of these that teach and score nothing."""
        return self.unsure if self.judged is None else self.unsure.union(labels) - (self.judged - self.unsure)

    @classmethod
    def from_row(cls, row: object) -> Article:
        """Make an article of one parsed row; keys the row may have beside the known ones are ignored.

        Raises:
            ArticleError: a field is missing or of the wrong type.
        """
        if not isinstance(row, dict):
            raise ArticleError(f'expected an object such as {{"text": "..."}}, found {type(row).__name__}')
        if not isinstance(row.get("text"), str):
            raise ArticleError('"text" is missing or is no string; every row needs one')
        known: dict[str, Any] = {}
        for key in _FIELDS:
            value = row.get(key)
            if value is not None and not isinstance(value, str):
                if key != "id" or type(value) is not int:
                    raise ArticleError(f'"{key}" must be a string, found {_shown(value)}')
                value = str(value)
            known[key] = value
        known["title"] = known["title"] or ""
        labels, judged = (_codes(row, key) if row.get(key) is not None else None for key in ("labels", "judged"))
        if labels and judged is not None and not labels <= judged:
            raise ArticleError(f'"labels" holds {sorted(labels - judged)[0]!r}, which "judged" does not; add it there')
        return cls(text=row["text"], labels=labels, unsure=_codes(row, "unsure"), judged=judged, **known)

    def as_row(self) -> dict[str, Any]:
        """Give the article as a row that :meth:`from_row` reads again, ready for JSON; what it lacks is left out."""
        row: dict[str, Any] = {key: value for key in _FIELDS if (value := getattr(self, key))}
        row["text"] = self.text
        if self.labels is not None:
            row["labels"] = sorted(self.labels)
        if self.unsure:
            row["unsure"] = sorted(self.unsure)
        if self.judged is not None:
            row["judged"] = sorted(self.judged)
        return row

    @classmethod
    def from_html(cls, html: str, **known: Any) -> Article:
        """Make an article of a web page: its main text, and its title where none is given.

        Raises:
            ArticleError: no article text is found in the page.
        """
        import trafilatura  # takes a third of a second to import, and most articles are no HTML

        page: Any = (
            trafilatura.bare_extraction(html, favor_precision=True, include_comments=False, with_metadata=True)
            if html.strip()
            else None
        )
        if page is None or not page.text:
            raise ArticleError("no article text was found in the HTML; send the text itself")
        known["title"] = known.get("title") or page.title or ""
        known["date"] = known.get("date") or page.date
        return cls(text=page.text, **known)


def _codes(row: dict[str, Any], key: str) -> frozenset[str]:
    value = row.get(key)
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
        raise ArticleError(f'"{key}" must be a list of label ids such as ["SY"], found {_shown(value)}')
    return frozenset(value)


def _shown(value: object) -> str:
    return json.dumps(value, default=str)[:40]

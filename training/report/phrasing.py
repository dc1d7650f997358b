"""How figures and lists are said to people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

NAMED = 3  # labels named in one breath
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()


def day(iso: str | None) -> str:
    """Say a date as people do.

    >>> day("2026-11-27"), day("some day"), day(None)
    ('Friday, 27 November 2026', 'some day', '')
    """
    try:
        found = date.fromisoformat((iso or "")[:10])
    except ValueError:
        return iso or ""
    return f"{_DAYS[found.weekday()]}, {found.day} {_MONTHS[found.month - 1]} {found.year}"


def score(f1: float) -> str:
    """Say F1 as points of 100.

    >>> score(0.86149)
    '86.1'
    """
    return f"{100 * f1:.1f}"


def percent(share: float) -> str:
    """Say a share; small ones with a digit more.

    >>> percent(0.118), percent(0.0141), percent(0.0), percent(0.0004)
    ('12 %', '1.4 %', '0 %', '<.1 %')
    """
    if 0 < share < 0.0005:
        return "<.1 %"
    return f"{100 * share:.0f} %" if share >= 0.0995 or share == 0 else f"{100 * share:.1f} %"


def span(seconds: float) -> str:
    """Say how long something took.

    >>> span(0.4), span(75), span(7260)
    ('0.4 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 59.5:
        return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


def count(number: int, one: str, many: str | None = None) -> str:
    """Say how many.

    >>> count(1, "article"), count(1234, "article"), count(2, "country", "countries")
    ('1 article', '1,234 articles', '2 countries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int = NAMED) -> str:
    """Name some things in one breath.

    >>> listed(["Libya", "Syria"]), listed(["Chad", "Libya", "Mali", "Niger", "Syria"])
    ('Libya and Syria', 'Chad, Libya, Mali and 2 more')
    """
    shown = [*names[:most], *([f"{len(names) - most} more"] if len(names) > most else [])]
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def sentence(reason: str) -> str:
    """Make a sentence of a reason.

    >>> sentence("micro F1 falls"), sentence("Really?"), sentence("models/current: can't be read")
    ('Micro F1 falls.', 'Really?', "models/current: can't be read.")
    """
    told = " ".join(reason.split())
    if told.partition(" ")[0].isalpha():  # else it is a path, or a figure
        told = told[:1].upper() + told[1:]
    return told if not told or told.endswith((".", "!", "?")) else f"{told}."


def plain(text: object) -> str:
    """Give a text in one line, without characters that a terminal would obey."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())

"""The morning report: how a night ended and why, what is different in the news, and what a person should look at.

It is made of plain data, the JSON form, of which any part may be missing; the page and the screen need nothing else. ::

    phrasing    how figures and lists are said
    telling     what is to be said, in sentences
    screen      the report as text, one screen of a terminal
    sheet       the report as one HTML page
    keeping     the folder of reports: written whole or not at all, the newest known, old ones taken away
"""

from __future__ import annotations

from training.report.keeping import DATA, KEPT, PAGE, REPORTS, TEXT, latest, write
from training.report.screen import text
from training.report.sheet import page
from training.report.telling import headline

__all__ = ["DATA", "KEPT", "PAGE", "REPORTS", "TEXT", "headline", "latest", "page", "text", "write"]

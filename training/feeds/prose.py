"""HTML in a feed -> text, a line a paragraph; of whole pages ``Article.from_html`` takes care."""

from __future__ import annotations

import re
from html import unescape

_TAG = re.compile(r"<[a-zA-Z/!?]")
_BLANKS = re.compile(r"\s+")
_UNSEEN = set(
    "audio button canvas embed form head iframe input map math object script select style svg template textarea title "
    "video".split()
)
_WITHIN = set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter nobr output progress q "
    "ruby s samp small span strike strong sub sup time tt u var wbr".split()
)


def prose(markup: str) -> str:
    """Give the text of a piece of HTML, or of what has no tags and is text already.

    >>> prose("<p>Rain in <b>Homs</b>.</p><ul><li>Roads<br>closed</ul><script>x()</script> &amp; so on")
    'Rain in Homs.\\nRoads\\nclosed\\n& so on'
    >>> prose("Rain  &lt; snow\\n\\n\\tin Homs")
    'Rain < snow\\nin Homs'
    """
    return plain(_seen(markup) if _TAG.search(markup) else unescape(markup))


def plain(text: str) -> str:
    """Give a text without blanks and empty lines that mean nothing."""
    return "\n".join(line for raw in text.splitlines() if (line := " ".join(raw.split())))


def _seen(markup: str) -> str:
    """Give what a browser would show, with a line break where it would begin a line."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = html.document_fromstring(markup.encode(), parser=parser)
    except etree.ParserError:  # nothing in it
        return ""
    parts: list[str] = []
    unseen = 0
    unbroken = _WITHIN | _UNSEEN
    for event, element in etree.iterwalk(root, events=("start", "end")):
        unseen += (element.tag in _UNSEEN) * (1 if event == "start" else -1)
        if not unseen and element.tag not in unbroken:
            parts.append("\n")
        said = element.text if event == "start" else element.tail
        if said and not unseen:
            parts.append(said if element.tag == "pre" and event == "start" else _BLANKS.sub(" ", said))
    return "".join(parts)

"""HTML in a feed -> text."""

from __future__ import annotations

import pytest

from training.feeds.prose import plain, prose

CASES = {
    "nothing": ("", ""),
    "blanks": (" \n\t ", ""),
    "no HTML": ("Rain  fell\n\n\n on Homs.", "Rain fell\non Homs."),
    "entities only": ("Rain &amp; snow &lt;3 caf&eacute;", "Rain & snow <3 café"),
    "an ampersand": ("Rain & snow", "Rain & snow"),
    "less than": ("It is < 3 and > 2 degrees", "It is < 3 and > 2 degrees"),
    "paragraphs": ("<p>Rain\n fell.</p>\n<p>Snow <b>too</b>.</p>", "Rain fell.\nSnow too."),
    "never closed": ("<p>Rain fell.<p>Snow <b>too", "Rain fell.\nSnow too"),
    "crossed": ("<p><b>Rain<i> fell</b></i>.", "Rain fell."),
    "within a word": ("<b>R</b>ain<a href='x'>y</a>", "Rainy"),
    "a break": ("Rain<br>fell<br/>here", "Rain\nfell\nhere"),
    "a list": ("<ul><li>Rain</li><li>Snow</li></ul>", "Rain\nSnow"),
    "a table": ("<table><tr><td>Rain<td>Snow</table>", "Rain\nSnow"),
    "as it is written": ("<pre>Rain\nfell</pre>", "Rain\nfell"),
    "a heading": ("<h2>Rain</h2>It fell.", "Rain\nIt fell."),
    "scripts and styles": ("<p>Rain<script>a<b</script><style>p{}</style> fell</p>", "Rain fell"),
    "after what is not shown": ("<svg><text>x</text></svg>Rain<iframe>y</iframe> fell", "Rain fell"),
    "comments": ("<p>Rain<!-- <p>snow</p> --> fell</p>", "Rain fell"),
    "a processing instruction": ("<p>Rain<?php x ?> fell</p>", "Rain fell"),
    "a picture": ('<img src="a" alt="b">Rain', "Rain"),
    "tags only": ('<img src="a"><hr><!-- a -->', ""),
    "a comment only": ("<!-- a -->", ""),
    "a whole page": ("<html><head><title>x</title></head><body>Rain</body></html>", "Rain"),
    "other letters": ("<p>雪が降った</p>", "雪が降った"),
    "a declared encoding": ('<?xml version="1.0" encoding="latin-1"?><p>Qué</p>', "Qué"),
    "no-break spaces": ("<p>Rain&nbsp;&nbsp;fell</p>", "Rain fell"),
    "a character that is none": ("<p>Rain&#0;&#xD800; fell</p>", "Rain fell"),
}


@pytest.mark.parametrize("markup, text", CASES.values(), ids=CASES)
def test_text_is_what_a_browser_shows(markup: str, text: str) -> None:
    found = prose(markup)
    assert "".join(found.split("\ufffd")) == text


@pytest.mark.parametrize("markup", ["<div>" * 100_000 + "Rain", "<b>" * 100_000, "<" * 100_000, "<p <p " * 50_000])
def test_no_html_is_too_odd(markup: str) -> None:
    assert len(prose(markup)) <= len(markup)


def test_plain_text_keeps_what_looks_like_html() -> None:
    assert plain(" if a <b>\n\n  then &amp; ") == "if a <b>\nthen &amp;"

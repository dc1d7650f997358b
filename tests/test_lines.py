"""Leftovers are those that plain Python finds: the compiled pass over the lines only skips what can't match."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import plain_leftovers
from tests.test_leftovers import CASES, COLUMNS, HEADLINES, HOSTILE, ONE, PARAGRAPHS, PIECES, SHORT, TEXTS, TWO
from training import leftovers, signs
from training.article import Article
from training.characters import points_of
from training.kernels import lines as kernel
from training.readers import read

PATTERNS = [pattern for _, *patterns in (*signs.SURE, *signs.WEAK) for pattern in patterns]
PATTERNS += [signs.BARS, signs.HEADER, signs.SHORT_HEADER, signs.STAMP, signs.MARKS]
BREAKS = ["\n", "\n\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "", " ", "\t", "\u3000"]
SCRIPTS = [
    "Όλη τη νύχτα",
    "نزل المطر",
    "Всю ночь шёл дождь",
    "一晩中雨が降った",
    "שכ",
    "résumé",
    "½²",
    "\ud800",
    "𝐀𝐁𝐂",
    "٤٢",
]
WORDS = sorted({word for pattern in PATTERNS for word in re.findall(r"[A-Za-z]{2,}|[^\w\\]", pattern)})
DATES = ["4 May 2011, 14:05", "10:35 am", "12:00", "|GMT 14:05", "2 hours ago", "May 4", "2011-05-04", "14.05", "3"]
GLUE = [
    "",
    " ",
    ": ",
    " | ",
    "/",
    "**",
    "[",
    "](",
    ")",
    "(",
    ". ",
    "! ",
    "? ",
    "…",
    "#",
    "@",
    "©",
    "- ",
    "_",
    "<",
    "> ",
]
TWISTED = str.maketrans({"s": "\u017f", "k": "\u212a", "i": "\u0131", "I": "\u0130", "0": "\u0660", " ": "\u00a0"})


def same(text: str) -> bool:
    """Whether the compiled pass changes nothing; the assertion shows what it does."""
    found = leftovers.find(text)
    assert found == plain_leftovers.find(text)
    return found == leftovers.find(text, points_of(text))


CASES_OF_TABLES = {line: f"{ONE}\n{line}\n{TWO}" for _, line in CASES}
CASES_OF_TABLES |= {line: f"{line}\n{ONE}\n\n{line}\r\n{TWO}" for line in [*SHORT, *HEADLINES, *PARAGRAPHS]}
CASES_OF_TABLES |= {name: f"{ONE}\n\n{piece}\n{TWO}\n{piece}" for name, piece in {**PIECES, **COLUMNS}.items()}
CASES_OF_TABLES |= {line: f"{ONE}\n{line}\n{TWO}" for line in ["#\u00a0- foo bar baz", "* | a b c d", "٣", "ⅷ - 12"]}
CASES_OF_TABLES |= {
    f"{line!a} below": f"{ONE}\n{line}" for line in ["٣", "१२", "Share on Faceboo\u212a", "ſhare on Facebook"]
}
CASES_OF_TABLES |= {ascii(text): text for text in ["\u3000", "\u3000\n\u3000", "\u1680", "\u2003", ""]}
CASES_OF_TABLES |= {name: text[:2_000] for name, text in HOSTILE.items()}


@pytest.mark.parametrize("text", CASES_OF_TABLES.values(), ids=[name[:30] for name in CASES_OF_TABLES])
def test_of_every_case_of_the_tables(text: str) -> None:
    assert same(text)


def test_of_all_samples(samples: list[Article]) -> None:
    assert all(same(article.text) for article in samples)


def test_of_the_five_articles_from_the_web(shared: Path) -> None:
    texts = [path.read_text() for path in sorted((shared / "seed_articles").glob("*.txt"))]
    assert len(texts) == 5 and all(map(same, texts)) and any(map(leftovers.find, texts))


def test_of_a_thousand_articles_of_news(shared: Path) -> None:
    news = list(islice(read(shared / "corpora" / "news.jsonl.gz"), 1_000))
    assert all(same(article.text) for article in news) and any(leftovers.find(article.text) for article in news)


@given(TEXTS)
@settings(max_examples=100)
def test_of_any_text(text: str) -> None:
    assert same(text)


PIECES_OF_LINES = """
    Related: Share on Facebook ~ 12 March 2014 ~ GMT 12:30 ~ Photo: AP ~ By Jane Doe ~ Read more ~ © 2012 Reuters
    ~ All rights reserved ~ [Story](http://x.y) ~ **bold** ~ # Heading ~ * * * ~ a ~ At ~ Tags: oil, gas ~ one - two
    ~ The army left the town at dawn and nobody came back to open the mill. ~ powered by automated translation
    ~ one | two | three ~ Advertisement ~ 5 min read ~ Москва ~ العربية ~ Subscribe ~ © ~ x@y.org ~ SIGN UP ~ ſhare
    ~ KIEV ~ İstanbul ~ 5 ~ 2.50 ~ at 5.30 pm ~ get the latest news ~ Rain fell. ~ “Go,” he said.
"""


@given(
    st.lists(
        st.tuples(st.sampled_from(PIECES_OF_LINES.split("~")).map(str.strip), st.sampled_from(BREAKS)), max_size=12
    )
)
@settings(max_examples=300)
def test_of_pieces_glued_together(parts: list[tuple[str, str]]) -> None:
    assert same("".join(piece + gap for piece, gap in parts))


ATOMS = [*"#*_-|–…:».,©aKé5٣", "foo", "bar baz", "By", "at", "12:30", "GMT", "Mon", "2012", "[x](y)", "https://a.b"]
ATOMS += ["more", "Read", "related", "ad", "ſhare", "語", "А", *"\n \t\xa0\u2028\x85\u3000"]


@given(st.lists(st.sampled_from(ATOMS), max_size=14).map("".join))
@settings(max_examples=1000)
def test_of_signs_glued_together(text: str) -> None:
    assert same(text)


PARTS = st.sampled_from([*WORDS, *DATES, *GLUE, *BREAKS, *SCRIPTS, "a", "1", ONE[:20]])


@given(st.lists(PARTS | PARTS.map(str.upper) | PARTS.map(str.title), max_size=40).map("".join), st.booleans())
@settings(max_examples=400)
def test_of_words_of_the_patterns_glued_together(text: str, twisted: bool) -> None:
    assert same(text.translate(TWISTED) if twisted else text)


COLUMNS_OF_LINE = [kernel.NUMBER, kernel.START_AT, kernel.END_AT, kernel.WORDS, kernel.CLOSED, kernel.PROSE]


@given(TEXTS | st.lists(PARTS, max_size=60).map("".join))
@settings(max_examples=100)
def test_lines_are_those_of_plain_python(text: str) -> None:
    text += f"\n{ONE}\n{ONE}"  # where lines repeat, none is left out
    work, _, rows, _ = kernel.read(points_of(text), *leftovers.arguments())
    lines = enumerate(plain_leftovers.split(text))
    wanted = [[number, one.start, one.end, one.words, one.closed, one.prose] for number, one in lines]
    assert work and rows[:, COLUMNS_OF_LINE].tolist() == wanted


@pytest.mark.parametrize(
    ("text", "work", "foreign"),
    [
        ("", False, False),
        (f"{ONE}\n\n{TWO}", False, False),
        (f"{ONE}\n{TWO}\nThe bridge fell", False, False),
        (f"{ONE}\n{TWO}\nHe called it Όλη τη νύχτα.", False, False),
        (f"{ONE}\n{TWO}\nΌλη τη νύχτα", True, True),
        (f"{ONE}\n{TWO}\n{ONE}", True, False),
        (f"{ONE}\n{TWO}\nShare this article", True, False),
        (f"{ONE}\n{TWO}\nThe **old** bridge", True, False),
        (f"{ONE} All rights reserved. {TWO}", True, False),
        (f"{ONE} She took the share of $3.25 a barrel. {TWO}", False, False),
    ],
)
def test_most_articles_need_no_work(text: str, work: bool, foreign: bool) -> None:
    assert kernel.read(points_of(text), *leftovers.arguments())[:2] == (work, foreign)


def _matches(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


@pytest.mark.parametrize("pattern", PATTERNS, ids=[pattern[:40] for pattern in PATTERNS])
@pytest.mark.parametrize("shape", ["{}", "**{}**", f"{ONE}\n{{}}\n{TWO}\n{{}}", f"{ONE} {{}} {TWO}"])
def test_of_what_a_pattern_matches(pattern: str, shape: str) -> None:
    @given(_matches(pattern), st.booleans())
    @settings(max_examples=8, suppress_health_check=list(HealthCheck), database=None)
    def check(match: str, twisted: bool) -> None:
        text = shape.replace("{}", match.translate(TWISTED) if twisted else match)
        assert same(text)

    check()

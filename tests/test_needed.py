"""What patterns can't match without: every match has it; and leftovers found with it are those found without."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests import plain_leftovers
from training import leftovers, needed, signs
from training.article import Article
from training.readers import read

PATTERNS = [pattern for _, *patterns in (*signs.SURE, *signs.WEAK) for pattern in patterns]
PATTERNS += [signs.BARS, signs.HEADER, signs.SHORT_HEADER, signs.STAMP]


def folded(text: str) -> str:
    return "".join(map(needed.folded, text))


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern[:40])
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_match_has_what_its_pattern_needs(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(pattern)))
    match = re.search(pattern, text)
    assume(match)
    assert match is not None
    found = match[0] + text[match.end() : match.end() + 1]  # some look one ahead
    strings, openings, alphabet = needed.strings(pattern), needed.openings(pattern), needed.alphabet(pattern)
    assert strings is None or any(string in folded(text) for string in strings)
    first = folded(found[:1])
    assert openings is None or first in openings or not (first.isascii() or all(map(str.isascii, openings)))
    assert alphabet is None or {*match[0]} <= {*alphabet} or max(match[0]) >= "\u3000"


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        ("abc", {"abc"}),
        ("a(?:bc|de)", {"bc", "de"}),
        ("x?yz", {"yz"}),
        ("(?:ab)+c", {"ab"}),
        ("[ab]c", {"ac", "bc"}),
        (r"\d\d:", {"00:"}),
        ("Km", {"km"}),
        ("(?:ab|.)", None),
        (".*", None),
        ("[^a]b", {"b"}),
        ("(?=.*ab)[a-z ]+", {"ab"}),
    ],
)
def test_strings_of_a_pattern(pattern: str, strings: set[str] | None) -> None:
    assert needed.strings(pattern) == strings


@pytest.mark.parametrize(
    ("pattern", "chars"), [("ab", {"a"}), ("a?b", {"a", "b"}), ("(?:a|bc)d", {"a", "b"}), (".a", None), ("a?", None)]
)
def test_openings_of_a_pattern(pattern: str, chars: set[str] | None) -> None:
    assert needed.openings(pattern) == chars


def test_a_pattern_that_would_never_be_tried_is_refused() -> None:
    bits = dict.fromkeys(("anywhere", "of_line", "of_short", "anchored", "linked"), 1)
    with pytest.raises(ValueError, match="add something that it must have"):
        needed.automaton({1: ".*"}, "", **bits)


def assert_same(text: str) -> None:
    assert leftovers.find(text) == plain_leftovers.find(text)


def test_leftovers_of_the_samples_are_those_every_pattern_finds(samples: list[Article]) -> None:
    for article in samples:
        assert_same(article.text)


def test_leftovers_of_news_are_those_every_pattern_finds(shared: Path) -> None:
    for path in (shared / "seed_articles").glob("*.txt"):
        assert_same(path.read_text(encoding="utf-8"))
    for article in islice(read(shared / "corpora" / "news.jsonl.gz"), 300):
        assert_same(article.text)


@pytest.mark.parametrize(
    "line",
    [
        "\u0661\u0662\u0663",
        "\u0967\u0968",
        "Share on Faceboo\u212a",
        "\u212aeywords: oil, gas",
        "\u017fhare on Facebook",
    ],
    ids=["Arabic digits", "Devanagari digits", "Kelvin sign inside", "Kelvin sign first", "long s first"],
)
def test_characters_that_python_takes_for_others_are_looked_for(line: str) -> None:
    text = f"Rain fell on the town.\n{line}"
    assert leftovers.find(text) == plain_leftovers.find(text) != []


@pytest.mark.parametrize("text", ["\u3000", "\u3000\n\u3000", "\u1680", "\u2003", ""], ids=ascii)
def test_white_space_is_of_no_script(text: str) -> None:
    assert leftovers.find(text) == plain_leftovers.find(text) == []


BREAKS = st.sampled_from(["\n", "\r\n", "\n\n", "\u2028", "\x85", "\x0b", " ", "", "\t", "\xa0"])
PIECES = """
    Related: Share on Facebook ~ 12 March 2014 ~ GMT 12:30 ~ Photo: AP ~ By Jane Doe ~ Read more ~ © 2012 Reuters
    ~ All rights reserved ~ [Story](http://x.y) ~ **bold** ~ # Heading ~ * * * ~ a ~ At ~ Tags: oil, gas ~ one - two
    ~ The army left the town at dawn and nobody came back to open the mill. ~ powered by automated translation
    ~ one | two | three ~ Advertisement ~ 5 min read ~ Москва ~ العربية ~ Subscribe ~ © ~ x@y.org ~ SIGN UP ~ ſhare
    ~ KIEV ~ İstanbul ~ 5 ~ 2.50 ~ at 5.30 pm ~ get the latest news ~ Rain fell. ~ “Go,” he said.
"""


@given(parts=st.lists(st.tuples(st.sampled_from(PIECES.split("~")), BREAKS), max_size=12))
@settings(max_examples=300, deadline=None)
def test_leftovers_of_glued_pieces_are_those_every_pattern_finds(parts: list[tuple[str, str]]) -> None:
    assert_same("".join(piece.strip() + gap for piece, gap in parts))


ATOMS = [*"#*_-|–…:».,©aKé5٣", "foo", "bar baz", "By", "at", "12:30", "GMT", "Mon", "2012", "[x](y)", "https://a.b"]
ATOMS += ["more", "Read", "related", "ad", "ſhare", "語", "А", *"\n \t\xa0\u2028\x85\u3000"]


@given(atoms=st.lists(st.sampled_from(ATOMS), max_size=14))
@settings(max_examples=1000, deadline=None)
def test_leftovers_of_glued_signs_are_those_every_pattern_finds(atoms: list[str]) -> None:
    assert_same("".join(atoms))


@given(text=st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_leftovers_of_any_text_are_those_every_pattern_finds(text: str) -> None:
    assert_same(text)

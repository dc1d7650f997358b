"""An article in the lines of a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.commands.pages import GAP, Line, Mark, clean, columns, excerpt, lines_of, pages
from training.marking import Piece

PIECES = [
    Piece("Rain fell on "),
    Piece("Homs", ("SY",), 2.0),
    Piece("'s roofs.\n"),
    Piece("Share this", reason="share"),
]
TEXT = st.text(alphabet="ab \n\t\x1b[é大\u0301🕊️", max_size=120)


def plain(lines: list[Line]) -> list[str]:
    return [line.plain() for line in lines]


def numbered(count: int, **marked: float) -> list[Line]:
    """Make lines that are called by their numbers, some of them marked."""
    return [Line(((str(number), Mark(marked.get(f"at{number}", 0.0))),)) for number in range(count)]


@given(st.lists(TEXT, max_size=5), st.integers(4, 40), st.booleans())
def test_no_line_is_too_long_and_no_sign_is_lost(texts: list[str], width: int, coloured: bool) -> None:
    lines = lines_of([Piece(text) for text in texts], width, coloured)
    assert all(columns(line.plain()) <= width for line in lines)
    told = "".join("".join(line.plain().split()) for line in lines)
    assert told == "".join(clean("".join(texts)).split())


def test_marks_stand_in_brackets_or_in_colours() -> None:
    assert plain(lines_of(PIECES, 40, coloured=False)) == ["Rain fell on [Homs]'s roofs.", "", "~~Share this~~"]
    first, _, last = lines_of(PIECES, 40, coloured=True)
    assert first.plain() == "Rain fell on Homs's roofs."
    assert first.styled() == "Rain fell on \x1b[33m\x1b[1mHoms\x1b[0m's roofs."
    assert first.styled(bold=True).startswith("\x1b[1mRain fell on \x1b[0m")
    assert last.styled() == "\x1b[2m\x1b[9mShare this\x1b[0m"
    assert (first.weight, last.weight) == (2.0, 0.0)


def test_brackets_count_as_columns() -> None:
    assert plain(lines_of(PIECES[:2], 18, coloured=False)) == ["Rain fell on", "[Homs]"]
    assert plain(lines_of(PIECES[:2], 19, coloured=False)) == ["Rain fell on [Homs]"]


@pytest.mark.parametrize(
    "text, cleaned",
    [
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x07\x00\u202eb", "ab"),
        ("a\u00a0b", "a b"),
        ("大马", "大马"),
    ],
    ids=["colours", "tab", "line ends", "controls", "no-break blank", "other scripts"],
)
def test_what_a_terminal_would_obey_is_left_out(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize(
    "count, height, marked, shown",
    [
        (4, 5, {}, "0 1 2 3"),
        (5, 5, {}, "0 1 2 3 4"),
        (9, 5, {}, f"0 1 2 3 {GAP}"),
        (12, 8, {"at8": 1.0}, f"0 1 2 {GAP} 7 8 9 {GAP}"),
        (12, 9, {"at8": 1.0}, f"0 1 2 3 {GAP} 7 8 9 {GAP}"),
        (12, 7, {"at11": 1.0}, f"0 1 2 3 {GAP} 10 11"),
        (30, 9, {"at8": 1.0, "at20": 2.0}, f"0 1 2 3 {GAP} 19 20 21 {GAP}"),
        (30, 12, {"at8": 1.0, "at20": 2.0}, f"0 1 2 {GAP} 7 8 9 {GAP} 19 20 21 {GAP}"),
        (9, 8, {"at4": 1.0}, f"0 1 2 3 4 5 6 {GAP}"),
    ],
    ids=["fits", "just fits", "nothing marked", "one", "more room", "at the end", "heaviest", "both", "side by side"],
)
def test_an_excerpt_shows_the_beginning_and_what_decided(
    count: int, height: int, marked: dict[str, float], shown: str
) -> None:
    assert " ".join(plain(excerpt(numbered(count, **marked), height))) == shown


@given(st.integers(0, 40), st.integers(5, 20), st.lists(st.integers(0, 39), max_size=6))
def test_an_excerpt_is_never_too_long_and_in_order(count: int, height: int, heavy: list[int]) -> None:
    lines = numbered(count, **{f"at{number}": 1.0 + number for number in heavy})
    found = [line for line in plain(excerpt(lines, height)) if line != GAP]
    assert len(excerpt(lines, height)) <= height
    assert found == sorted(found, key=int)
    assert len(found) == min(count, len(found))
    if heavy and max(heavy) < count and height >= 8:
        assert str(max(heavy)) in found


def test_pages_show_the_excerpt_first_and_then_everything() -> None:
    lines = numbered(12, at8=1.0)
    first, *others = pages(lines, 5)
    assert first == excerpt(lines, 5)
    assert [line for page in others for line in page] == lines
    assert all(len(page) <= 5 for page in others)
    assert pages(lines, 12) == [lines]
    assert pages([], 5) == [[]]


def test_a_blank_line_stands_between_paragraphs_only() -> None:
    lines = lines_of([Piece("\n\na b\n\n\n \nc\n")], 20, coloured=True)
    assert plain(lines) == ["a b", "", "c"]

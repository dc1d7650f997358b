"""What patterns can't match without: every match has it, and a search finds every place where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training import needed, signs
from training.kernels.strings import search


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("abc", {"abc"}),
        ("a(?:bc|de)", {"abc", "ade"}),
        ("x?yz", {"yz"}),
        (r"\d\d:", {"00:"}),
        ("Km", {"km"}),
        ("(?:ab|.)", None),
        ("[^a]b", {"b"}),
        ("(?=.*ab)[a-z ]+", {"ab"}),
        ("a|bc", {"a", "bc"}),
        ("(?:log|sign) ?in", {"log in", "login", "sign in", "signin"}),
        (r"x\d{2}[:.]", {"x00:", "x00."}),
        (r"\s(?:\||::)\s", {" | ", " :: "}),
        ("by.*©", {"by"}),
        (r"\d{4}.*©", {"©"}),
        (r"ab?(?=.*cde)", {"cde"}),
        ("ab(?=cd)", {"abcd"}),
        ("(?!xyz)ab(?<=wab)", {"ab"}),
        ("(?i:K)elvin", {"kelvin"}),
        ("(?:abc)+d", {"abc"}),
        ("(?:abc)*", None),
        (".*", None),
        ("a?", None),
        ("[^a]", None),
        ("é", None),
        ("abcdefghijklmnopqrstuvwxyz", {"abcdefghijklmnop"}),
        ("(?:ab|abc)", {"ab"}),
        ("[a-y][a-y][a-y]", {*"abcdefghijklmnopqrstuvwxy"}),
    ],
)
def test_strings_that_a_match_can_not_lack(pattern: str, wanted: set[str] | None) -> None:
    assert needed.strings(pattern) == wanted


PATTERNS = [pattern for _, *patterns in (*signs.SURE, *signs.WEAK) for pattern in patterns]
PATTERNS += [signs.BARS, signs.HEADER, signs.SHORT_HEADER, signs.STAMP, signs.MARKS]


@pytest.mark.parametrize("pattern", PATTERNS, ids=[pattern[:40] for pattern in PATTERNS])
def test_what_a_sign_matches_has_one_of_its_strings(pattern: str) -> None:
    wanted = needed.strings(pattern)

    @given(st.from_regex(pattern, fullmatch=True))
    @settings(max_examples=5, suppress_health_check=list(HealthCheck), database=None)
    def check(match: str) -> None:
        text = "".join(map(needed.folded, match))
        assert wanted is None or any(string in text for string in wanted)

    check()


def plain(wanted: list[str], text: str) -> set[tuple[int, int]]:
    """Where strings end, and which."""
    ends = ((at, number) for number, string in enumerate(wanted) for at in range(len(text)))
    return {(at, number) for at, number in ends if text[: at + 1].endswith(wanted[number])}


@given(
    st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=8, unique=True), st.text("abc", max_size=60)
)
@settings(max_examples=60)
def test_every_place_where_a_string_ends_is_found(wanted: list[str], text: str) -> None:
    chars, following, ended, first_ended = needed.states({string: 1 << number for number, string in enumerate(wanted)})
    before, quarter = max(map(len, wanted)) - 1, len(text) // 4 + 1
    symbols = np.array([0, *range(1, len(chars) + 1)], dtype=np.uint64)
    read = np.zeros(before + 4 * quarter, dtype=np.uint8)
    read[before : before + len(text)] = [chars.find(char) + 1 for char in text]
    hits = np.empty((4, quarter, 2), dtype=np.int32)
    counts = search(read, before, symbols, following, len(chars).bit_length(), first_ended, hits)
    places = [hit for part, count in zip(hits.tolist(), counts.tolist(), strict=True) for hit in part[:count]]
    found = {(at, number) for at, state in places for number in range(len(wanted)) if ended[state] >> number & 1}
    assert found == plain(wanted, text)


@pytest.mark.parametrize(
    ("patterns", "problem"),
    [
        ({128: "a"}, "129 patterns"),
        ({0: "".join(map(chr, range(0x3041, 0x3041 + 150)))}, "name"),
    ],
    ids=["patterns", "characters"],
)
def test_what_is_too_much_is_refused(patterns: dict[int, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        needed.signs(patterns, "\n", {}, {})

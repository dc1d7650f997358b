"""Leftovers of web extraction: each kind is found, and what only looks like one stays."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.leftovers import Removed, find, kept

ONE = "Rain fell on the coast all night, and by seven in the morning the only road to the port lay under the mud."
TWO = "Fishermen carried the mail across by boat, as their grandfathers had done before there was a road to the port."
THREE = (
    "Nobody in the harbour office could say when the lorries would run again, or who was going to pay for the bridge."
)


def removed(text: str) -> list[str]:
    """The stretches found in a text, as they stand there."""
    return [text[stretch.start : stretch.end].strip() for stretch in find(text)]


def clean(text: str) -> str:
    """What is left of a text, its blanks evened out."""
    return " ".join("".join(text[start:end] for start, end in kept(text, find(text))).split())


LEFTOVERS = {
    "credit": [
        "Photo: Jane Roe/AP",
        "Image credit: Getty Images",
        "(Photo by John Doe for The Example)",
        "A boat leaves the harbour at noon. (Reuters)",
        "Fishermen on the quay | AFP",
        "© Example Pictures",
        "Reporting by John Doe; editing by Jane Roe",
        "Additional reporting by our correspondents in three cities",
        "MANDATORY CREDIT: JOHN DOE - RESTRICTED TO EDITORIAL USE",
    ],
    "translation": ["Powered by automated translation", "This text was translated automatically."],
    "copyright": [
        "Copyright 2011 The Example",
        "© 2014 The Example Media Group",
        "Reproduction of this page is prohibited without written consent",
        "All rights reserved.",
    ],
    "newsletter": [
        "Sign up for our daily briefing",
        "Subscribe to our newsletter",
        "Get the latest news delivered to your inbox",
        "Already a subscriber? Log in",
    ],
    "markup": ["* * *", "----------", "###"],
    "url": ["https://example.org/a/b.html", "www.example.org/news", "Short URL: example.org/x1"],
    "caption": ["File photo of the old harbour", "A handout picture shows the bridge"],
    "byline": [
        "By Jane Roe",
        "By Jane Roe and John Doe, Foreign Staff",
        "From our correspondent in Tunis",
        "2 hours ago",
    ],
    "date": [
        "Published: 14 March 2011",
        "Last updated at 10:22 GMT, 3 May 2012",
        "Wednesday, 4 May 2011",
        "2013-09-02",
        "10:35 am",
        "3 min read",
        "Reading time: 4 minutes",
    ],
    "share": [
        "Share on Facebook",
        "Tweet",
        "Share this article",
        "Facebook Twitter WhatsApp Email",
        "Follow us on Twitter",
    ],
    "comments": ["12 comments", "Leave a comment", "Comments are closed.", "Be the first to comment", "Report abuse"],
    "advertisement": ["ADVERTISEMENT", "Sponsored content", "Article continues below", "Scroll down to continue"],
    "cookies": ["We use cookies to make this site better", "Cookie settings", "Privacy policy", "Terms and conditions"],
    "tags": ["Tags: rain, coast, roads", "Filed under: Weather", "#rain #coast #roads"],
    "navigation": ["Home > World > Africa", "Home", "Skip to main content", "World | Business | Sport", "Back to top"],
    "contact": ["Contact the newsdesk at desk@example.org", "jane.roe@example.org"],
    "related": [
        "Related: the bridge that never was",
        "Read more:",
        "You may also like",
        "Most read",
        "Recommended stories",
    ],
}
CASES = [(reason, line) for reason, lines in LEFTOVERS.items() for line in lines]


@pytest.mark.parametrize(("reason", "line"), CASES, ids=[f"{reason}-{line[:30]}" for reason, line in CASES])
def test_a_leftover_between_paragraphs_is_removed_and_nothing_else(reason: str, line: str) -> None:
    text = f"{ONE}\n\n{line}\n\n{TWO}"
    start = len(ONE) + 2
    assert find(text) == [Removed(start, start + len(line), reason)]


@pytest.mark.parametrize(("reason", "line"), CASES[::7], ids=[line[:30] for _, line in CASES[::7]])
@pytest.mark.parametrize(
    "shape", ["{}\n{}", "{}\r\n{}", "{}\u2028{}", "{}\n  {}  "], ids=["LF", "CRLF", "LS", "blanks"]
)
def test_the_kind_of_line_end_changes_nothing(reason: str, line: str, shape: str) -> None:
    assert removed(shape.format(ONE, line)) == [line]
    assert removed(shape.format(line, ONE)) == [line]


@pytest.mark.parametrize("wrapped", ["## {}", "**{}**", "> {}", "- {}", "• {}"])
def test_a_leftover_is_known_under_its_markdown(wrapped: str) -> None:
    assert clean(f"{ONE}\n{wrapped.format('Share this article')}\n{TWO}") == f"{ONE} {TWO}"


PARAGRAPHS = [
    "The site had stored cookies on the phones of readers for years, the regulator said, and the owners never asked "
    "anybody whether they would accept or reject them before the fine was announced in the spring.",
    "By Tuesday the whole of the eastern bank was cut off, and the army had begun to drop bread by parachute.",
    "Her photo: a grey square on the wall of the police station, between two men who were found alive in May.",
    "He had subscribed to the newsletter of the movement, the court heard, and shared its posts on Facebook until the "
    "day on which he was arrested at the border with a borrowed passport.",
    "The committee published its report at 10:30 on 4 May, 2011, and updated it twice before nightfall.",
    "Copyright was the least of her worries, the singer said: her songs were on every market stall by winter.",
    "Related claims were filed in three other courts, and most read much the same: the river, the dam, the money.",
    "The villagers read the letter at www.example.org and then burned a copy of it in front of the cameras.",
    "Advertisements for the lottery covered the burned shops, and beside each hung the picture of a missing child.",
    "Machine translation has changed how the refugees talk to the doctors, who had to draw pictures until last summer.",
    "The interpreter leaned on computer translation, automatic translation at its worst, and missed half of the plea.",
]


@pytest.mark.parametrize("paragraph", PARAGRAPHS, ids=[paragraph[:25] for paragraph in PARAGRAPHS])
def test_a_paragraph_that_mentions_such_things_stays(paragraph: str) -> None:
    assert find(f"{ONE}\n\n{paragraph}\n\n{TWO}") == []


SHORT = [
    "By Tuesday the town was empty.",
    "By noon, nobody was left in Homs.",
    "From here the road leads to Aleppo.",
    "“Go home,” the soldier said.",
    "“Share it,” she told him. “Share all of it.”",
    "- “Have you read it?”",
    "– No. I never will.",
    "Like everyone at the crossing, she had no papers.",
    "Contact with the crew was lost at dawn.",
    "There was no sign in Tripoli of a deal.",
    "Other officials put it plainly: the war is lost.",
    "Posted to Tripoli in 2011, he learned Arabic.",
    "Issued 40 years ago, the decree still stands.",
    "The group's newsletter was banned in Syria.",
    "Copyright law is weak in Syria.",
    "Support for reporters in exile is growing.",
    "Read the letter aloud, the judge told him.",
    "Photographs showed tanks in the square.",
    "Follow the money, he said.",
    "Comments from the ministry were few.",
    "About 40 people were killed.",
    "He had 20 minutes.",
    "It rained. It stopped. Nobody came.",
    "Three men. Two guns. One way out.",
]


@pytest.mark.parametrize("sentence", SHORT)
def test_a_short_sentence_of_the_article_stays(sentence: str) -> None:
    assert find(f"{ONE}\n\n{sentence}\n\n{TWO}") == []


HEADLINES = [
    "More than 40 killed in Homs",
    "Top Libyan general shot in Benghazi",
    "Latest Syria talks end without deal",
    "Recent floods kill 30 in Sudan",
    "Popular uprising spreads to Tunisia",
    "Other nations follow France",
    "Cover-up alleged after Benghazi raid",
    "Video-link testimony refused in Paris",
    "9/11 trial resumes at Guantanamo",
    "Israel/Gaza truce holds for a second day",
    "By-election shocks Paris",
    "Share prices fall in Athens",
    "Cookies, crumbs and the end of an empire",
    "Follow the money: the Libyan file",
    "Home again in Damascus",
]


@pytest.mark.parametrize("headline", HEADLINES)
def test_the_headline_of_the_article_stays(headline: str) -> None:
    assert find(f"{headline}\n\n{ONE}\n\n{TWO}") == []


PIECES = {
    "live blog": (
        "10:15 The army says that its men have entered the town.\n"
        "10:40 Residents tell us that the bridge is still open.\n"
        "11:05 The governor denies that anybody has entered.\n"
        "11:30 We have now seen pictures of tanks on the bridge.\n"
    ),
    "live blog in paragraphs": (
        f"10:15 GMT: The first boat has left for the island, and it is full.\n{THREE}\n"
        "10:45 GMT: The second boat waits for the doctor, who is late.\n"
    ),
    "bullet list": (
        "What we know:\n- The dam broke shortly after midnight.\n- Three villages are under water.\n"
        "- Two bridges still stand\n* The army has sent boats\n• Schools stay closed until Monday\n"
    ),
    "recipe": (
        "Lamb with apricots\nServes 4\n600 g lamb, diced\n2 onions, chopped\n1 tsp cumin\n"
        "1. Brown the lamb for 10 minutes.\n2. Add the onions and cook for 5 minutes more.\n"
        "3. Simmer for 1 hour 20 minutes, then rest it until 7:30.\n"
    ),
    "poem": (
        "The ferry left at four o'clock\nwith nobody aboard,\nand no one stood upon the dock\n"
        "to wave or hold the cord.\n\nI read the names upon the wall\n"
        "by moonlight, one by one,\nand found below them all\n"
        "the name of no man's son.\n"
    ),
    "dialogue": (
        "“Who told you?”\n“Nobody.”\n“Then how did you know?”\n“I read it in the paper.”\n- And now?\n- Now we wait.\n"
        "— For whom?\n— For the man from the ministry.\n"
    ),
    "results": "Lions 3, Eagles 1\nRovers 0, Wanderers 0\nThe second leg is on Sunday at 20:45.\n",
    "timeline": (
        "A short history of the dam\n1961: The first stone is laid.\n1974: A war stops the work for three years.\n"
        "March 1983: The valley is flooded and the villagers are moved.\n"
    ),
}


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES)
def test_short_lines_that_are_the_article_stay(piece: str) -> None:
    assert find(f"{ONE}\n\n{piece}\n{TWO}") == []


def test_a_list_under_a_header_goes_until_the_article_goes_on() -> None:
    links = "Read more\nBridge falls in the north\n- Why the dam had to break\nMinister: nobody is to blame\n"
    text = f"{ONE}\n{links}{TWO}\nThe bridge was never built.\nWhy\n{THREE}"
    assert clean(text) == f"{ONE} {TWO} The bridge was never built. Why {THREE}"
    assert {stretch.reason for stretch in find(text)} == {"related"}


def test_a_list_ends_at_a_sentence_too() -> None:
    sentence = "The bridge was never built, and nobody asked why."
    assert clean(f"{ONE}\nRead more\nBridge falls\n{sentence}\nWhy\n{TWO}") == f"{ONE} {sentence} Why {TWO}"


def test_a_header_with_its_story_beside_it_takes_no_more_than_its_line() -> None:
    text = f"{ONE}\nRelated: Bridge falls in the north\nThe mayor resigns\n{TWO}"
    assert clean(text) == f"{ONE} The mayor resigns {TWO}"


COLUMNS = {
    "a line each": "14:05 Bridge falls in north\n13:50 Minister denies all\n13:20 Rain expected until Friday\n",
    "headline below": "14:05 GMT\nBridge falls in north\n13:50 GMT\nMinister denies all\n13:20 GMT\nRain goes on\n",
    "days ago": "2 hours ago\nBridge falls in north\n3 hours ago\nMinister denies all\n",
    "dates after a bar": "|4 May 2011, 14:05\nBridge falls in north\n|4 May 2011, 13:50\nMinister denies all\n",
    "dates": "4 May 2011, 14:05\nBridge falls in north\n4 May 2011, 13:50\nMinister denies all\n",
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
@pytest.mark.parametrize("shape", ["{column}{one}\n{two}", "{one}\n{column}{two}", "{one}\n{two}\n{column}"])
def test_a_column_of_other_headlines_goes(column: str, shape: str) -> None:
    assert clean(shape.format(column=column, one=ONE, two=TWO)) == f"{ONE} {TWO}"


def test_a_line_that_stands_twice_is_kept_once() -> None:
    assert clean(f"{ONE}\nThe harbour, seen from above\n{TWO}\nThe harbour, seen from above\n{THREE}\n{ONE}") == (
        f"{ONE} The harbour, seen from above {TWO} {THREE}"
    )


def test_lines_in_another_script_go_from_either_side() -> None:
    arabic, greek = "نزل المطر طوال الليل على الساحل", "Όλη τη νύχτα έβρεχε"
    assert clean(f"{ONE}\n{arabic}\n{TWO}\n{greek}") == f"{ONE} {TWO}"
    assert find(f"{arabic * 20}\nShort Latin line\n") != []
    assert find(f"{ONE}\nShe called it Όλη τη νύχτα, and so did he.\n{TWO}") == []
    assert find(f"{greek}\n{arabic}") == []


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("All rights reserved by The Example.", "copyright"),
        ("This article was translated by a machine.", "translation"),
        ("Powered by automated translation.", "translation"),
    ],
)
@pytest.mark.parametrize("shape", ["{one} {sign} {two}", "{one} {two} {sign}", "{sign} {one} {two}"])
def test_a_sure_sign_inside_a_paragraph_takes_its_sentence_only(shape: str, sentence: str, reason: str) -> None:
    text = shape.format(one=ONE, two=TWO, sign=sentence)
    assert clean(text) == f"{ONE} {TWO}"
    assert [stretch.reason for stretch in find(text)] == [reason]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("## The bridge fell", "The bridge fell"),
        ("> The bridge fell", "The bridge fell"),
        ("The **old** bridge _fell_", "The old bridge fell"),
        ("The [old bridge](https://example.org/b) fell", "The old bridge fell"),
        ("2 * 3 is 6 and snake_case stays", "2 * 3 is 6 and snake_case stays"),
        ("He paid [sic] for 5% > 3%", "He paid [sic] for 5% > 3%"),
    ],
)
def test_marks_of_markdown_go_and_their_words_stay(marked: str, plain: str) -> None:
    assert clean(f"{ONE}\n{marked}\n{TWO}") == f"{ONE} {plain} {TWO}"


def test_kept_is_what_lies_between() -> None:
    assert kept("abcdef", [Removed(0, 1, ""), Removed(1, 2, ""), Removed(4, 6, "")]) == [(2, 4)]
    assert kept("abcdef", [Removed(2, 4, "")]) == [(0, 2), (4, 6)]
    assert kept("abc", []) == [(0, 3)] and kept("", []) == []


LINES = st.sampled_from(
    [line for _, line in CASES] + [*COLUMNS.values(), *SHORT, ONE, TWO, "[a](b)", "**b** _c_", "#", "", " "]
)
BREAKS = st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\u2028", " ", ""])
ANYTHING = st.text(st.characters(exclude_categories=()))
TEXTS = ANYTHING | st.lists(st.tuples(LINES | ANYTHING, BREAKS).map("".join), max_size=12).map("".join)


@given(TEXTS)
@settings(max_examples=50)
def test_of_any_text_the_stretches_are_sorted_apart_and_within_it(text: str) -> None:
    stretches = find(text)
    at = 0
    for start, end, reason in stretches:
        assert at <= start < end <= len(text) and reason
        at = end
    parts = [(start, end) for start, end, _ in stretches] + [tuple(span) for span in kept(text, stretches)]
    assert "".join(text[start:end] for start, end in sorted(parts)) == text
    assert all(start < end for start, end in parts)


@given(st.permutations([ONE, TWO, THREE, *PARAGRAPHS[:4]]), st.sampled_from(["\n", "\n\n", "\r\n", "\u2028"]))
@settings(max_examples=20)
def test_an_article_without_leftovers_loses_nothing(paragraphs: list[str], newline: str) -> None:
    assert find(newline.join(paragraphs)) == []


HOSTILE_LINES = {
    "capitals after By": "BY THE TIME THE RAIN STOPPED FALLING 40 people",
    "digits after Share": "Share 1234567890123456789012345678901234567890 z",
    "path without a scheme": "example.com/2014/05/rebels-advance-in-the-countryside-after-a-week-of-clashes?page=1",
    "initials": "A. " * 38 + "(",
    "names after By": "By " + "Al Bo Ce De Ef Gi Ho " * 2 + "12",
    "headlines in a row": "aaa / " * 19 + "x" * 95,
    "dates": "1 May " * 13 + "x",
}
HOSTILE = {name: f"{line}\n" * 50 for name, line in HOSTILE_LINES.items()} | {
    "slashes": "a/" * 50_000 + "!",
    "brackets": "[" * 100_000,
    "links without end": "[a](" * 25_000,
    "one long word": "x" * 100_000,
    "dotted word": "x." * 50_000,
    "mail address without end": "a@" * 50_000,
    "blanks": "By" + " " * 100_000 + "1",
    "stars": "*" * 100_000 + "x",
    "clocks": "12:00 A\n" * 12_000,
    "tags": "#a" * 50_000 + "!",
    "commas": "By " + "," * 100_000 + "1",
    "full stops": "." * 100_000 + "x",
    "sure signs": "All rights reserved. " * 20_000,
    "lines": "a\n" * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_holds_it_up(text: str) -> None:
    """In a process of its own, as a regular expression that runs away can't be interrupted."""
    script = "import sys; from training import leftovers; leftovers.find(sys.stdin.read())"
    subprocess.run([sys.executable, "-c", script], input=text, text=True, timeout=20, check=True)

"""Clean, normalise, tokenise: whatever comes in, every word knows where it stands."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.article import Article
from training.characters import WORDY, characters
from training.leftovers import kept
from training.text import Reading, digest, fold, hashed, read, spell, tokenise

PROSE = "The river rose all night, and by dawn the lower streets of the old town stood a metre under water."
ANYTHING = st.text(st.characters(exclude_categories=()))  # even half a surrogate pair
PIECES = [
    *"aé’'.-\u0301\u00ad\u200d\u2028\r\n\t ½Ⅷßﷺ東",
    "U.S.",
    "**",
    "14:05 GMT ",
    "Read more:\n",
    "Share\n",
    PROSE,
    "\n\n",
]
TEXTS = ANYTHING | st.lists(st.sampled_from(PIECES) | ANYTHING, max_size=20).map("".join)


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        ("Syria SYRIA syria Syria's SYRIA'S Syria’s SYRIA’S", "syria"),
        ("Côte Cote CÔTE co\u0302te", "cote"),
        ("Erdoğan ERDOĞAN Erdogan", "erdogan"),
        ("İstanbul ISTANBUL Istanbul ıstanbul", "istanbul"),
        ("Łódź Lodz ŁÓDŹ", "lodz"),
        ("Curaçao CURAÇAO Curacao", "curacao"),
        ("Århus ARHUS", "arhus"),
        ("Tórshavn torshavn", "torshavn"),
        ("Sana'a Sana’a Sanaa SANA'A", "sanaa"),
        ("N'Djamena N’Djaména", "ndjamena"),
        ("U.S. U.S u.s.", "u.s."),
        ("Ø.Æ. ø.æ", "o.ae."),
        ("Ὀδυσσεύς ΟΔΥΣΣΕΎΣ οδυσσευσ", "οδυσσευσ"),
        ("⒈a 1a", "1a"),
        ("Syria's\u00ad Syria'ſ Syriaʼs", "syria"),
        ("नमोऽस्तु नमऽसत", "नमऽसत"),
        ("ﬁeld field", "field"),
        ("Ｌｉｂｙａ libya", "libya"),
        ("𝐋𝐢𝐛𝐲𝐚 libya", "libya"),
        ("coop\u00aderate co\u200doperate", "cooperate"),
        ("Йемен ЙЕМЕН", "иемен"),
    ],
)
def test_spellings_of_a_word_fold_to_one(spellings: str, folded: str) -> None:
    assert {fold(word) for word in spellings.split()} == {folded}


@pytest.mark.parametrize(
    ("one", "other"),
    [("us", "u.s."), ("were", "where"), ("Mali", "Malis"), ("Niger", "Nigeria"), ("1", "10")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_every_letter_folds_to_one_unbroken_word() -> None:
    letters = [chr(point) for point in np.flatnonzero(characters().classes & WORDY)]
    wrong = {c: fold(c) for c in letters if not fold(c) or len(fold(c).split()) != 1 or fold(fold(c)) != fold(c)}
    assert not wrong


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("— … !", ""),
        ("It rained. It stopped.", "it rained it stopped"),
        ("Guinea-Bissau and al-Assad", "guinea bissau and al assad"),
        ("the U.S. and the U.K.'s", "the u.s. and the u.k. s"),
        ("He left the U.S.", "he left the u.s."),
        ("in a. Then", "in a then"),
        ("Côte d’Ivoire", "cote divoire"),
        ("Sana'a, Sana’a, Sana‘a, Sanaʼa", "sanaa sanaa sanaa sanaa"),
        ("rock 'n' roll", "rock n roll"),
        ("the rebels' camp", "the rebels camp"),
        ("“Syria’s ‘friends’”", "syria friends"),
        ("1,200 men in 2011", "1 200 men in 2011"),
        ("snake_case", "snake case"),
        ("e-mail: a@b.org", "e mail a b org"),
        ("東京 Токио", "東京 токио"),
        ("Syria/Lebanon;Libya", "syria lebanon libya"),
    ],
)
def test_words_of_a_text(text: str, words: str) -> None:
    assert [*spell(text)] == words.split()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One two. Three", [0, 0, 1]),
        ("One! Two? Three… Four", [0, 1, 2, 3]),
        ("“One.” Two (three.) Four", [0, 1, 1, 2]),
        ("One\nTwo\n\n\nThree", [0, 1, 2]),
        ("Rise of 3.5 points", [0, 0, 0, 0, 0]),
        ("One; two: three, four", [0, 0, 0, 0]),
        ("The U.S. army", [0, 0, 0]),
        ("Riots in St. Louis", [0, 0, 0, 0]),
        ("Gen. George W. Bush", [0, 0, 0, 0]),
    ],
)
def test_words_are_numbered_by_sentence(text: str, sentences: list[int]) -> None:
    assert tokenise(text).sentences.tolist() == sentences


@given(TEXTS, TEXTS, TEXTS | st.none())
@settings(max_examples=50)
def test_every_word_of_any_article_points_at_its_surface(title: str, text: str, dateline: str | None) -> None:
    reading = read(Article(text, title, dateline=dateline))
    tokens, fields = reading.tokens, {"title": title, "dateline": dateline or "", "text": text}
    spans = kept(text, reading.removed)
    assert len({len(column) for column in tokens} | {len(reading), len(reading.words)}) == 1
    assert tokens.sentences.tolist() == sorted(tokens.sentences)
    assert 0 <= reading.title_end <= reading.text_start <= len(reading) and reading.headline_end <= len(reading)
    before = {"title": 0, "dateline": 0, "text": 0}
    for token, word in enumerate(reading.words):
        name, start, end = reading.place(token, token + 1)
        assert before[name] <= start < (before := before | {name: end})[name] <= len(fields[name])
        assert fold(fields[name][start:end]) == word == reading.word(token)
        assert hashed(word) == tokens.hashes[token]
        assert reading.surface(token, token + 1) == fields[name][start:end]
        assert name != "text" or any(first <= start and end <= last for first, last in spans)


@given(TEXTS)
@settings(max_examples=50)
def test_all_that_is_kept_is_tokenised(text: str) -> None:
    reading = read(Article(text))
    pieces = [spell(text[start:end]) for start, end in kept(text, reading.removed)]
    assert reading.words == [word for words in pieces for word in words]


@pytest.mark.parametrize(
    "text",
    [
        "São Tomé e Príncipe, Côte d’Ivoire und Österreich",
        "Erdoğan İzmir’de, Đà Nẵng, Łódź, Malmö",
        "Президент Йемена и её район",
        "Η Ελλάδα και η Μαΐου",
        "서울에서 만났다",
        "القرآن في آسيا",
        "É.U. et l’É.-U.",
        "Ǿ ǿ Ǣ ǣ",
    ],
    ids=["Romance", "Turkic and more", "Cyrillic", "Greek", "Korean", "Arabic", "acronym", "rare Latin"],
)
def test_composed_and_decomposed_forms_give_the_same_words(text: str) -> None:
    forms = [unicodedata.normalize(form, f"{text}\n{PROSE}") for form in ("NFC", "NFD")]
    assert forms[0] != forms[1]
    composed, decomposed = (read(Article(form, form)) for form in forms)
    assert composed.words == decomposed.words
    assert composed.tokens.sentences.tolist() == decomposed.tokens.sentences.tolist()
    assert composed.tokens.shapes.tolist() == decomposed.tokens.shapes.tolist()


def test_title_dateline_and_text_are_one_stream() -> None:
    reading = read(Article("Rain fell.", "Floods come", dateline="PARIS"))
    assert reading.words == ["floods", "come", "paris", "rain", "fell"]
    assert reading.tokens.sentences.tolist() == [0, 0, 1, 2, 2]
    assert [reading.place(token, token + 1)[0] for token in range(5)] == ["title"] * 2 + ["dateline"] + ["text"] * 2
    assert (reading.title_end, reading.text_start, reading.headline_end) == (2, 3, 2)
    assert reading.dateline == (2, 3)
    assert reading.surface(0, 2) == "Floods come"


def test_leftovers_are_read_over() -> None:
    reading = read(Article(f"{PROSE}\nShare on Facebook\nThe **old** bridge held."))
    assert reading.words[-4:] == ["the", "old", "bridge", "held"]
    assert "facebook" not in reading.words
    assert "share" in {removed.reason for removed in reading.removed}


def test_nothing_is_cleaned_out_of_a_title() -> None:
    assert read(Article(PROSE, "Share on Facebook")).words[:3] == ["share", "on", "facebook"]


@pytest.mark.parametrize(
    ("title", "text", "headline"),
    [
        ("Floods come", f"Rain fell\n{PROSE}", "floods come"),
        ("", f"Floods come to town\n{PROSE}", "floods come to town"),
        ("", f"“Floods come”\n\n{PROSE}", "floods come"),
        ("", f"It rained.\n{PROSE}", ""),
        ("", f"He said:\n{PROSE}", ""),
        ("", "Floods come to town", ""),
        ("", f"{'very ' * 26}long\n{PROSE}", ""),
        ("", "", ""),
        ("", f"St. Louis floods come\n{PROSE}", "st louis floods come"),
    ],
    ids=["title", "first line", "quoted", "closed", "colon", "no more text", "long", "nothing", "abbreviation"],
)
def test_the_headline_is_the_title_or_a_first_line_that_looks_like_one(title: str, text: str, headline: str) -> None:
    reading = read(Article(text, title))
    start = 0 if title else reading.text_start
    assert " ".join(reading.words[start : reading.headline_end]) == headline


def dateline(reading: Reading) -> str:
    return " ".join(reading.words[slice(*reading.dateline)])


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("CAIRO (Agency) - ", "cairo agency"),
        ("CAIRO, Egypt (Agency) — ", "cairo egypt agency"),
        ("NEW YORK — ", "new york"),
        ("ADDIS ABABA: ", "addis ababa"),
        ("Floods come to town\nCAIRO – ", "cairo"),
        ("", ""),
        ("Cairo was calm. ", ""),
        ("NATO said it was ready. ", ""),
        ("A man — ", ""),
    ],
)
def test_a_dateline_opens_the_text_in_its_manner(opening: str, place: str) -> None:
    assert dateline(read(Article(opening + PROSE))) == place


def test_the_field_dateline_comes_before_what_the_text_says() -> None:
    assert dateline(read(Article(f"CAIRO — {PROSE}", dateline="Tunis"))) == "tunis"


def test_an_empty_article_reads_as_nothing() -> None:
    reading = read(Article(""))
    assert len(reading) == 0 and not reading.removed and not dateline(reading)


def test_articles_differ_by_title_and_text_only() -> None:
    assert digest(Article("a", "b")) == digest(Article("a", "b", id="1", date="2011", labels=frozenset({"SY"})))
    told_apart = [Article("ab"), Article("b", "a"), Article("", "ab"), Article("\ud800"), Article("a\0b")]
    assert len({digest(article) for article in told_apart}) == len(told_apart)


WIRE = """The ministry said on Monday that grain
shipments to the northern ports would resume
within the week, and that barges were waiting
upriver for the signal to move.
    Traders had expected a longer delay."""


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param(WIRE, 2, id="lines of one width run on; an indented line does not"),
        pytest.param("Ports reopen\n\nBarges moved.\nTraders cheered.", 3, id="a paragraph a line"),
        pytest.param("Shr 14 cts\nNet 380,325\nSales 5,046,578\nYear", 4, id="a table of short lines"),
    ],
)
def test_a_line_break_ends_a_sentence_unless_lines_are_of_one_width(text: str, sentences: int) -> None:
    assert int(tokenise(text).sentences[-1]) + 1 == sentences

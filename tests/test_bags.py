"""Bags: the words that make topics, counted as gensim's dictionary counts them, and phrases beside them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from gensim.corpora import Dictionary

from tests.making import FARM, hashes, in_rows, spelling
from training.discovery import bags
from training.discovery.bags import Bags
from training.errors import InputError
from training.kernels import bags as kernel
from training.tfidf import Vocabulary

THEMES = {"Sport": ["striker", "goalkeeper"], "Farming": [*FARM[:3], "nowhere"]}


def bags_of(
    texts: list[list[str]], left_out: set[str], themes: Mapping[str, list[str]] | None = None, phrases: int = 0
) -> Bags:
    return bags.bags_of(in_rows(texts), spelling(), left_out, themes or {}, phrases)


def rows(made: Bags) -> list[dict[str, float]]:
    """Give what stands in each row, and how often."""
    terms = made.vocabulary.terms
    return [
        {terms[column]: times for column, times in zip(made.ids[a:b], made.counts[a:b], strict=True)}
        for a, b in pairwise(made.ptr)
    ]


@pytest.mark.parametrize("texts", [[], [["wheat", "barley"]], [["the", "of"]] * 30])
def test_a_corpus_with_too_few_words_is_refused(texts: list[list[str]]) -> None:
    with pytest.raises(InputError):
        bags_of(texts, {"the"})


@pytest.mark.parametrize("themes", [{}, THEMES], ids=["all words", "words of themes"])
def test_bags_are_those_of_gensims_dictionary(themes: dict[str, list[str]]) -> None:
    random = Random(5)
    words = [f"{a}{b}" for a in ("red", "ox", "i", "x9") for b in "abcdefgh"] + FARM
    texts = [random.choices(words[: random.randrange(4, len(words))], k=random.randrange(20)) for _ in range(300)]
    made = bags_of(texts, {"reda"}, themes)
    content = [[w for w in text if len(w) > 2 and w.isalpha() and w != "reda"] for text in texts]
    if themes:
        content = [[w for w in text if w in {*THEMES["Sport"], *THEMES["Farming"]}] for text in content]
    dictionary = Dictionary(content)
    dictionary.filter_extremes(no_below=2, no_above=0.3)
    expected = [{dictionary[column]: times for column, times in bag} for bag in map(dictionary.doc2bow, content)]
    assert rows(made) == [bag for bag in expected if bag] != []
    assert made.articles.tolist() == [number for number, bag in enumerate(expected) if bag]
    assert all((np.diff(made.ids[a:b]) > 0).all() for a, b in pairwise(made.ptr))
    often = np.array([dictionary.dfs[dictionary.token2id[word]] for word in made.vocabulary.terms])
    assert often.tolist() == sorted(often, reverse=True)
    np.testing.assert_allclose(made.vocabulary.idf, np.log(300 / often), rtol=1e-6)


def test_a_word_weighs_by_how_rare_it_is_and_by_the_log_of_how_often_it_stands_there() -> None:
    made = bags_of([["wheat"] * 3 + ["barley"], ["wheat"], ["barley"], *[["meadow"]] * 2, *[["-"]] * 5], set())
    idf = dict(zip(made.vocabulary.terms, made.vocabulary.idf, strict=True))
    assert idf == pytest.approx({word: np.log(5) for word in ("wheat", "barley", "meadow")})
    expected = [np.sqrt(np.log(5)) * (1 + np.log(times)) for times in made.counts]
    np.testing.assert_allclose(made.weights, expected, rtol=1e-6)
    assert sorted(made.counts.tolist()) == [1, 1, 1, 1, 1, 3]


def test_some_rows_are_as_they_were() -> None:
    made = bags_of([[FARM[n % 10], FARM[n % 7], FARM[n % 3]] for n in range(40)], set())
    some = made.those(np.array([1, 5, 6, 30]))
    assert rows(some) == [rows(made)[number] for number in (1, 5, 6, 30)]
    assert some.articles.tolist() == made.articles[[1, 5, 6, 30]].tolist() and len(some) == 4


def test_only_a_large_corpus_adds_words_to_its_themes(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [[FARM[n % 8], FARM[(n + 1) % 8]] for n in range(40)]
    assert set(bags_of(texts, set(), THEMES).vocabulary.terms) == set(FARM[:3])
    monkeypatch.setattr(bags, "FEW", len(texts))
    assert set(bags_of(texts, set(), THEMES).vocabulary.terms) == set(FARM[:8])


# phrases


def talked(apart: str = "") -> list[list[str]]:
    """Make articles in which "prime minister" is a phrase, and other words stand together by chance."""
    random = Random(1)
    words = [*FARM, *"abbey cedar dune ember fjord gorge heath islet".split()]
    phrase = ["prime", *([apart] if apart else []), "minister"]
    return [[*random.choices(words, k=4), *(phrase if number % 4 == 0 else [])] for number in range(90)]


def test_words_that_belong_together_count_as_a_phrase_and_as_words() -> None:
    made = bags_of(talked(), set(), phrases=100)
    phrases = [term for term in made.vocabulary.terms if " " in term]
    assert phrases == ["prime minister"]
    assert rows(made)[0].items() >= {"prime": 1.0, "minister": 1.0, "prime minister": 1.0}.items()


@pytest.mark.parametrize(
    "left_out, found",
    [({"prime"}, ["prime minister"]), ({"prime", "minister"}, [])],
    ids=["one word left out", "both left out"],
)
def test_a_phrase_may_have_one_word_that_makes_no_topics(left_out: set[str], found: list[str]) -> None:
    terms = bags_of(talked(), left_out, phrases=100).vocabulary.terms
    assert [term for term in terms if " " in term] == found and not left_out & set(terms)


def test_words_with_others_between_them_are_no_phrase() -> None:
    assert not any(" " in term for term in bags_of(talked(apart="-"), set(), phrases=100).vocabulary.terms)


def test_a_theme_may_name_a_phrase() -> None:
    texts = [["wheat", "harvest", "fails"] if n % 9 == 0 else [f"word{'abc'[n % 3]}"] * 2 for n in range(60)]
    made = bags_of(texts, set(), {"Farming": ["wheat harvest", "barley"]}, phrases=10)
    assert list(made.vocabulary.terms) == ["wheat harvest"]


def test_no_more_phrases_than_asked_for() -> None:
    assert not any(" " in term for term in bags_of(talked(), set(), phrases=0).vocabulary.terms)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", {}),
        ("red fox", {"red": 1, "fox": 1, "red fox": 1}),
        ("fox red", {"red": 1, "fox": 1}),
        ("red red fox fox red fox", {"red": 3, "fox": 3, "red fox": 2}),
        ("unknown red", {"red": 1}),
    ],
    ids=["nothing", "phrase", "turned round", "several", "unknown"],
)
def test_a_bag_counts_words_and_phrases(text: str, expected: dict[str, int]) -> None:
    terms = ["red", "fox", "red fox"]
    known = Vocabulary.of(terms, np.ones(3))
    columns, times = kernel.bag(hashes(text.split()), known.keys, known.values)
    assert {terms[column]: count for column, count in zip(columns, times, strict=True)} == expected
    assert columns.tolist() == sorted(columns.tolist())

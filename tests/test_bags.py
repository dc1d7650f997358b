"""Bags: the words that make topics, as gensim's dictionary would count them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from gensim.corpora import Dictionary

from tests.making import hashes, spelling
from training import bags
from training.bags import Bags
from training.errors import InputError
from training.spool import Ragged

FARM = "wheat barley tractor harvest plough orchard fodder meadow".split()
THEMES = {"Sport": ["striker", "goalkeeper"], "Farming": [*FARM[:3], "nowhere"]}


def bags_of(texts: list[list[str]], stop_words: set[str], themes: Mapping[str, list[str]]) -> Bags:
    return bags.bags_of(Ragged.packed([hashes(text) for text in texts], np.uint64), spelling(), stop_words, themes)


@pytest.mark.parametrize("texts", [[], [["wheat", "barley"]], [["the", "of"]] * 30])
def test_a_corpus_with_too_few_words_is_refused(texts: list[list[str]]) -> None:
    with pytest.raises(InputError):
        bags_of(texts, {"the"}, {})


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
    found = [
        {made.vocabulary[column]: times for column, times in zip(made.ids[a:b], made.counts[a:b], strict=True)}
        for a, b in pairwise(made.ptr)
    ]
    assert found == [bag for bag in expected if bag] != []
    assert all((np.diff(made.ids[a:b]) > 0).all() for a, b in pairwise(made.ptr))
    often = [dictionary.dfs[dictionary.token2id[word]] for word in made.vocabulary]
    assert often == sorted(often, reverse=True)


def test_only_a_large_corpus_adds_words_to_its_themes(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [[FARM[n % 8], FARM[(n + 1) % 8]] for n in range(40)]
    assert set(bags_of(texts, set(), THEMES).vocabulary) == set(FARM[:3])
    monkeypatch.setattr(bags, "FEW", len(texts))
    assert set(bags_of(texts, set(), THEMES).vocabulary) == set(FARM)


def test_of_too_many_words_those_of_the_most_articles_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bags, "MOST_WORDS", 3)
    texts = [FARM[: 1 + n % 8] for n in range(40)] + [["the"]] * 200
    assert bags_of(texts, {"the"}, {}).vocabulary == FARM[:3]

"""TF-IDF looked up by hash: equal to scikit-learn's, and strings that come back as they were packed."""

from __future__ import annotations

import pickle
from collections.abc import Collection

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import plain_text
from tests.helping import called
from tests.making import example
from training.article import Article
from training.classifier import Floats
from training.kernels import hashing
from training.model import Model
from training.text import hashed, read
from training.tfidf import Strings, Vocabulary, terms_of, words_table

TERMS = ["bread", "fuel", "bread fuel", "u.s.", "u.s. army", "été", "fuel fuel"]
SMALL = Vocabulary.of(TERMS, np.arange(1, 8) / 2)


def dense(vocabulary: Vocabulary, terms: Collection[str]) -> Floats:
    """Give TF-IDF values of shape (terms of the vocabulary,)."""
    weighed = vocabulary.weigh(example(0, " ".join(terms), {}, None).terms)
    values = np.zeros(len(vocabulary))
    values[weighed.columns] = weighed.values
    assert len(set(weighed.columns.tolist())) == len(weighed.columns)
    return values


def scikit_learns(model: Model, terms: Collection[str]) -> Floats:
    assert model.reference is not None
    return np.asarray(model.reference["vectorizer"].transform([" ".join(terms)]).toarray()[0])


def test_values_of_the_samples_equal_those_of_scikit_learn(trained: Model, samples: list[Article]) -> None:
    for article in samples[::9]:
        reading = read(article)
        words = [reading.words[token] for token in terms_of(reading, trained.stop_words)[1]]
        ours, theirs = dense(trained.classifier.vocabulary, words), scikit_learns(trained, words)
        assert np.count_nonzero(ours) > 20
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6)


@given(words=st.lists(st.sampled_from("syria damascus the said libya oil qqq u.s. été prime minister".split())))
@settings(max_examples=50)
def test_values_of_any_words_equal_those_of_scikit_learn(trained: Model, words: list[str]) -> None:
    ours = dense(trained.classifier.vocabulary, words)
    np.testing.assert_allclose(ours, scikit_learns(trained, words), rtol=0, atol=1e-6)
    assert np.linalg.norm(ours) == pytest.approx(1 if ours.any() else 0)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("", {}),
        ("clinic", {}),
        ("bread", {"bread": 0.5}),
        ("bread clinic bread", {"bread": 0.5 * (1 + np.log(2))}),
        ("fuel bread", {"fuel": 1.0, "bread": 0.5}),
        ("bread fuel", {"fuel": 1.0, "bread": 0.5, "bread fuel": 1.5}),
        ("fuel fuel fuel", {"fuel": 1 + np.log(3), "fuel fuel": 3.5 * (1 + np.log(2))}),
        ("u.s. army été", {"u.s.": 2.0, "u.s. army": 2.5, "été": 3.0}),
    ],
)
def test_values_worked_out_by_hand(words: str, values: dict[str, float]) -> None:
    length = sum(value**2 for value in values.values()) ** 0.5 or 1.0
    assert dense(SMALL, words.split()) == pytest.approx([values.get(term, 0.0) / length for term in TERMS])


@given(words=st.lists(st.sampled_from("bread fuel u.s. army été clinic".split()), max_size=30))
@settings(max_examples=50)
def test_every_place_of_a_term_is_told(words: list[str]) -> None:
    weighed = SMALL.weigh(example(0, " ".join(words), {}, None).terms)
    grams = plain_text.grams(words)
    places = [*weighed.singles, *weighed.pairs[: len(words) - 1]] if words else []
    assert len(weighed.singles) == len(weighed.pairs) == len(words)
    assert not words or weighed.pairs[-1] == -1
    for gram, place in zip(grams, places, strict=True):
        if gram in TERMS:
            assert TERMS[weighed.columns[place]] == gram and weighed.times[place] == grams.count(gram)
        else:
            assert place == -1


def test_terms_are_words_of_two_letters_or_more_that_are_no_stop_words() -> None:
    reading = read(Article("In 2012 the U.S. took a b52, 3 Villages' worth, near Été; near a ½ of it."))
    terms, tokens = terms_of(reading, words_table({"the", "near"}))
    assert [reading.words[token] for token in tokens] == "in u.s. took villages worth été of it".replace(
        "é", "e"
    ).split()
    assert terms.tolist() == [hashed(reading.words[token]) for token in tokens]


@given(st.sets(st.text(min_size=1, max_size=8), max_size=50), st.text(min_size=1, max_size=8))
def test_a_table_of_words_finds_its_words_and_no_others(words: set[str], other: str) -> None:
    keys, values = words_table(words)
    found = called(hashing.found)
    numbers = [int(found(keys, values, np.uint64(hashed(word)))) for word in sorted(words)]
    assert numbers == list(range(len(words)))
    assert (found(keys, values, np.uint64(hashed(other))) >= 0) is (other in words)


@given(st.lists(st.text(max_size=12), max_size=20))
def test_strings_come_back_as_they_were_packed(strings: list[str]) -> None:
    packed = Strings.of(strings)
    assert [*packed] == strings == packed[:] and len(packed) == len(strings)
    assert packed[1::2] == strings[1::2] and packed[-3:] == strings[-3:]
    assert [packed[number] for number in range(-len(strings), 0)] == strings
    assert [*pickle.loads(pickle.dumps(packed))] == strings


def test_there_is_no_string_beyond_the_last() -> None:
    for number in (2, -3):
        with pytest.raises(IndexError):
            Strings.of(["a", "b"])[number]


def test_a_vocabulary_keeps_the_order_of_its_terms() -> None:
    assert [*SMALL.terms] == TERMS and len(SMALL) == len(TERMS)
    assert SMALL.idf.dtype == np.float32
    assert not len(Vocabulary()) and not len(Vocabulary().weigh(example(0, "bread", {}, None).terms).columns)

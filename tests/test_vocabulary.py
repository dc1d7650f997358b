"""Which terms count: those that scikit-learn would choose, of the same weight, in any number."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from tests import plain_text
from tests.making import example, packed, spelling, words
from training.classifier import Example
from training.errors import InputError
from training.fitting import vocabulary
from training.fitting.vocabulary import as_vectorizer, values, vocabulary_of
from training.tfidf import Vocabulary

TEXTS = st.lists(st.lists(st.sampled_from("bread fuel u.s. army ete clinic mask".split()), max_size=12), max_size=12)


def made(texts: list[list[str]]) -> list[Example]:
    return [example(number, " ".join(text), {}, None) for number, text in enumerate(texts)]


def tfidf(examples: list[Example]) -> tuple[Vocabulary, Any]:
    """Give the vocabulary of examples, and their values."""
    found = vocabulary_of(packed(examples), spelling())
    return found, values(found, packed(examples))


def many(count: int = 300) -> list[Example]:
    """Make articles of more words than there is room for at first, some much more frequent than others."""
    random = np.random.default_rng(3)
    return made([[f"w{n}" for n in random.zipf(1.3, 40) % 2000] for _ in range(count)])


def scikit_learns(examples: list[Example], fewest: int = 2, **options: Any) -> tuple[TfidfVectorizer, Any]:
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), sublinear_tf=True, min_df=fewest, lowercase=False, token_pattern=r"\S+", **options
    )
    return vectorizer, vectorizer.fit_transform(" ".join(words(one)) for one in examples)


def assert_equal_to_scikit_learn(examples: list[Example], fewest: int = 2) -> None:
    made, values = tfidf(examples)
    fresh, expected = scikit_learns(examples, fewest)
    assert len(set(made.terms)) == len(made.terms) and {*made.terms} == fresh.vocabulary_.keys()
    order = [fresh.vocabulary_[term] for term in made.terms]
    np.testing.assert_allclose(made.idf, fresh.idf_[order], rtol=0, atol=1e-6)
    np.testing.assert_allclose(values.toarray(), expected.toarray()[:, order], rtol=0, atol=1e-6)
    again = as_vectorizer(made).transform(" ".join(words(one)) for one in examples)
    np.testing.assert_allclose(values.toarray(), again.toarray(), rtol=0, atol=1e-6)
    for row, one in enumerate(examples):
        weighed = made.weigh(one.terms)
        np.testing.assert_allclose(values.toarray()[row, weighed.columns], weighed.values, rtol=0, atol=1e-6)


@given(TEXTS)
@settings(max_examples=50)
def test_terms_and_values_are_scikit_learns(texts: list[list[str]]) -> None:
    frequent = [gram for gram, count in document_counts(made(texts)).items() if count > 1]
    if frequent:
        assert_equal_to_scikit_learn(made(texts))
    else:
        with pytest.raises(InputError, match="no word is in two articles"):
            tfidf(made(texts))


def test_so_they_are_of_many_words() -> None:
    assert_equal_to_scikit_learn(many())


def test_in_a_large_corpus_a_term_must_stand_in_one_article_of_4000() -> None:
    texts = [["bread"], ["bread"], ["bread", "fuel"], ["fuel"]] + [["mask"]] * 11_996
    assert [*tfidf(made(texts))[0].terms] == ["mask", "bread"]


def test_of_too_many_terms_the_most_frequent_are_kept_and_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = many()
    times = Counter(gram for one in examples for gram in plain_text.grams(words(one)))
    monkeypatch.setattr(vocabulary, "TERMS", 100)
    kept, values = tfidf(examples)
    counts = [times[term] for term in kept.terms]
    assert len(kept) == values.shape[1] == 100 and counts == sorted(counts, reverse=True)
    frequent = sorted((times[gram] for gram, n in document_counts(examples).items() if n > 1), reverse=True)
    assert counts == frequent[:100]


def document_counts(examples: list[Example]) -> Counter[str]:
    return Counter(gram for one in examples for gram in {*plain_text.grams(words(one))})


def test_the_order_of_articles_changes_nothing() -> None:
    examples = many()
    one, other = tfidf(examples)[0], tfidf(examples[::-1])[0]
    assert [*one.terms] == [*other.terms] and one.idf.tolist() == other.idf.tolist()
    assert one.keys.tolist() == other.keys.tolist()

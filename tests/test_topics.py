"""Topics: equal to gensim's inference from the same start, and the same whenever and however one asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training import topics
from training.article import Article
from training.errors import InputError
from training.model import Model
from training.text import read
from training.topics import Floats, Topics

FARM = "wheat barley tractor harvest plough orchard fodder meadow".split()
SPORT = "striker goalkeeper penalty referee stadium midfield offside trophy".split()


class Ones:
    """Stands in for gensim's random generator, so that it starts where we start."""

    def gamma(self, shape: float, scale: float, size: tuple[int, int]) -> Floats:
        return np.ones(size)


def two_themes(empty: int = 600) -> list[list[str]]:
    """Make 60 articles of two themes, and many empty ones so that no word stands in too many articles to count."""
    random = Random(3)
    themes = [random.choices(SPORT if number % 2 else FARM, k=30) + ["the", "of"] for number in range(60)]
    return themes + [[] for _ in range(empty)]


def fit(seed: int = 0, count: int = 2, themes: Mapping[str, list[str]] | None = None, empty: int = 600) -> Topics:
    texts = two_themes(empty)
    return topics.fit(texts, topics=count, stop_words={"the"}, themes=themes or {}, passes=10, seed=seed)[0]


@pytest.fixture(scope="module")
def fitted() -> Topics:
    return fit()


@pytest.fixture(scope="module")
def texts(samples: list[Article]) -> list[list[str]]:
    return [read(article).tokens.words for article in samples[::6]]


def test_shares_equal_gensim_from_the_same_start(
    trained: Model, texts: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert trained.reference is not None
    lda = trained.reference["lda"]
    monkeypatch.setattr(lda, "random_state", Ones())
    for words in texts:
        gamma, _ = lda.inference([lda.id2word.doc2bow(words)])
        np.testing.assert_allclose(trained.topics.infer(words), gamma[0] / gamma[0].sum(), rtol=0, atol=1e-4)


def test_topics_are_gensims(trained: Model) -> None:
    assert trained.reference is not None
    lda = trained.reference["lda"]
    for number in range(len(trained.topics.ids)):
        theirs = lda.show_topic(number, topn=10)
        assert [p for _, p in trained.topics.top_words(number)] == pytest.approx([p for _, p in theirs])
        assert {word for word, _ in trained.topics.top_words(number, 3)} <= {word for word, _ in theirs}


@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_order_and_unknown_words_change_nothing(model: Model, texts: list[list[str]], data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(texts))[:40]
    shuffled = data.draw(st.permutations([*words, "qqqq", "zzzz"]))
    assert model.topics.infer(shuffled).tobytes() == model.topics.infer(words).tobytes()


def test_a_served_model_infers_what_the_trained_one_does(trained: Model, model: Model, texts: list[list[str]]) -> None:
    alone = [model.topics.infer(words).tobytes() for words in texts]
    assert alone == [trained.topics.infer(words).tobytes() for words in texts]
    assert alone[::-1] == [model.topics.infer(words).tobytes() for words in texts[::-1]]


@given(words=st.lists(st.sampled_from([*FARM, *SPORT, "unknown"]), max_size=60))
@settings(max_examples=50, deadline=None)
def test_shares_sum_to_one(fitted: Topics, words: list[str]) -> None:
    shares = fitted.infer(words)
    assert shares.shape == (2,) and (shares > 0).all()
    assert shares.sum() == pytest.approx(1)


def test_an_article_of_unknown_words_has_the_shares_of_the_prior(fitted: Topics) -> None:
    prior = fitted.alpha / fitted.alpha.sum()
    assert fitted.infer(["qqqq"]) == pytest.approx(prior)
    assert fitted.infer([]) == pytest.approx(prior)


def test_themes_are_told_apart(fitted: Topics) -> None:
    farm, sport = fitted.infer(FARM), fitted.infer(SPORT)
    assert farm.max() > 0.9 and sport.max() > 0.9 and farm.argmax() != sport.argmax()
    assert {word for word, _ in fitted.top_words(int(farm.argmax()), len(FARM))} == set(FARM)
    mixed = fitted.infer(FARM + SPORT)
    assert mixed == pytest.approx([0.5, 0.5], abs=0.2)


def test_only_content_words_make_topics(fitted: Topics) -> None:
    assert fitted.vocabulary.keys() == {*FARM, *SPORT}  # neither "the", a stop word, nor "of", too short


def test_words_of_a_topic_come_most_probable_first(fitted: Topics) -> None:
    np.testing.assert_allclose(fitted.word_probabilities.sum(axis=1), 1)
    for number in range(2):
        listed = fitted.top_words(number, 5)
        probabilities = [p for _, p in listed]
        assert len(listed) == 5 and probabilities == sorted(probabilities, reverse=True)
        assert probabilities[0] == fitted.word_probabilities[number].max()
        assert all(fitted.word_probabilities[number, fitted.vocabulary[word]] == p for word, p in listed)


def test_a_topic_is_named_by_its_first_words(fitted: Topics) -> None:
    for number, name in enumerate(fitted.names):
        assert name == ", ".join(word for word, _ in fitted.top_words(number, 3))


THEMES = {"Sport": SPORT[:3], "Farming": [*FARM[:3], "nowhere"]}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", [["Sport", "Farming"], ["Farming", "Sport"]], ids=", ".join)
@pytest.mark.parametrize("empty", [600, topics.FEW], ids=["small", "large"])
def test_a_topic_that_starts_from_a_theme_is_about_it(seed: int, order: list[str], empty: int) -> None:
    fitted = fit(seed, themes={name: THEMES[name] for name in order}, empty=empty)
    assert fitted.names == order
    assert order[int(fitted.infer(SPORT[:3]).argmax())] == "Sport"
    assert order[int(fitted.infer(FARM[:3]).argmax())] == "Farming"


def test_only_a_large_corpus_adds_words_to_its_themes() -> None:
    small, large = fit(themes=THEMES), fit(themes=THEMES, empty=topics.FEW)
    assert small.vocabulary.keys() == {*SPORT[:3], *FARM[:3]}
    assert large.vocabulary.keys() == {*SPORT, *FARM}
    assert large.infer(SPORT[3:]).argmax() == large.infer(SPORT[:3]).argmax() != large.infer(FARM[3:]).argmax()


def test_there_are_as_many_topics_as_asked_for_whatever_the_themes() -> None:
    themes = {"Sport": SPORT[:3], "Farming": FARM[:3], "Nothing": ["nowhere"]}
    assert fit(themes=themes).names == ["Sport", "Farming"]
    more = fit(count=5, themes=themes)
    assert more.names[:3] == list(themes)
    assert len(more.names) == len(more.ids) == len(more.alpha) == len(more.word_weights) == 5


def test_rows_are_ready_for_json(fitted: Topics) -> None:
    rows = json.loads(json.dumps(fitted.as_rows(4)))
    assert [(row["id"], row["name"]) for row in rows] == list(zip(fitted.ids, fitted.names, strict=True))
    for number, row in enumerate(rows):
        assert [word["word"] for word in row["words"]] == [word for word, _ in fitted.top_words(number, 4)]


@pytest.mark.parametrize(("count", "first", "last"), [(2, "t1", "t2"), (12, "t01", "t12")])
def test_ids_sort_as_they_are_numbered(count: int, first: str, last: str) -> None:
    ids = fit(count=count).ids
    assert (ids[0], ids[-1]) == (first, last)
    assert ids == sorted(ids) and len(set(ids)) == count


@pytest.mark.parametrize("texts", [[], [["wheat", "barley"]], [["the", "of"]] * 30])
def test_a_corpus_with_too_few_words_is_refused(texts: list[list[str]]) -> None:
    with pytest.raises(InputError):
        topics.fit(texts, topics=2, stop_words={"the"}, themes={}, passes=1, seed=0)


def test_the_same_seed_gives_the_same_topics_and_another_seed_others(fitted: Topics) -> None:
    again, other = fit(), fit(seed=1)
    assert again.word_weights.tobytes() == fitted.word_weights.tobytes()
    assert again.word_probabilities.tobytes() == fitted.word_probabilities.tobytes()
    assert other.word_weights.tobytes() != fitted.word_weights.tobytes()

"""Topics: equal to gensim's inference from the same start, and the same whenever and however one asks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from copy import copy
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import hashes, spelling
from training import topics
from training.article import Article
from training.bags import FEW, Bags
from training.bags import bags_of as counted
from training.model import Model
from training.spool import Ragged
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


def bags_of(texts: Iterable[list[str]], stop_words: set[str], themes: Mapping[str, list[str]]) -> Bags:
    return counted(Ragged.packed([hashes(text) for text in texts], np.uint64), spelling(), stop_words, themes)


def shares(fitted: Topics, words: Iterable[str]) -> Floats:
    """Give the shares of topics in an article of these words, of which one at least is known."""
    found = fitted.infer(hashes(words))
    assert found is not None
    return found


def told(fitted: Topics, words: Iterable[str]) -> bytes:
    """Give the shares to the last bit, nothing where no word is known."""
    found = fitted.infer(hashes(words))
    return b"" if found is None else found.tobytes()


def fit(seed: int = 0, count: int = 2, themes: Mapping[str, list[str]] | None = None, empty: int = 600) -> Topics:
    bags = bags_of(two_themes(empty), {"the"}, themes or {})
    return topics.fit(bags, topics=count, themes=themes or {}, passes=40, seed=seed)[0]


@pytest.fixture(scope="module")
def fitted() -> Topics:
    return fit()


@pytest.fixture(scope="module")
def texts(samples: list[Article]) -> list[list[str]]:
    return [read(article).words for article in samples[::6]]


def gensims(model: Model) -> Any:
    """Give gensim's model that was fitted with a model, so that it starts where we start."""
    assert model.reference is not None
    lda = copy(model.reference["lda"])
    lda.random_state = Ones()
    return lda


def test_shares_equal_gensim_from_the_same_start(trained: Model, samples: list[Article]) -> None:
    lda = gensims(trained)
    for article in samples:
        words = read(article).words
        gamma, _ = lda.inference([bag := lda.id2word.doc2bow(words)])
        if not bag:
            assert trained.topics.infer(hashes(words)) is None
            continue
        np.testing.assert_allclose(shares(trained.topics, words), gamma[0] / gamma[0].sum(), rtol=0, atol=1e-5)


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_shares_equal_gensim_whatever_the_words(trained: Model, data: st.DataObject) -> None:
    lda = gensims(trained)
    columns = st.integers(0, len(trained.topics.vocabulary) - 1)
    bag = sorted(data.draw(st.dictionaries(columns, st.integers(1, 300), max_size=200)).items())
    gamma, _ = lda.inference([bag])
    found = trained.topics.shares(
        np.array([column for column, _ in bag], np.int32), np.array([times for _, times in bag], np.float32)
    )
    np.testing.assert_allclose(found, gamma[0] / gamma[0].sum(), rtol=0, atol=1e-5)


def test_the_weights_of_words_are_gensims(trained: Model) -> None:
    assert trained.reference is not None
    weights = trained.reference["lda"].expElogbeta.T
    assert trained.topics.word_weights.dtype == np.float32
    assert (trained.topics.word_weights == weights).all()


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
    assert told(model.topics, shuffled) == told(model.topics, words)


def test_a_served_model_infers_what_the_trained_one_does(trained: Model, model: Model, texts: list[list[str]]) -> None:
    alone = [told(model.topics, words) for words in texts]
    assert alone == [told(trained.topics, words) for words in texts]
    assert alone[::-1] == [told(model.topics, words) for words in texts[::-1]]


@given(words=st.lists(st.sampled_from([*FARM, *SPORT, "unknown"]), max_size=60).map(lambda words: [*words, FARM[0]]))
@settings(max_examples=50, deadline=None)
def test_shares_sum_to_one(fitted: Topics, words: list[str]) -> None:
    found = shares(fitted, words)
    assert found.shape == (2,) and (found > 0).all()
    assert found.sum() == pytest.approx(1)


@pytest.mark.parametrize("words", [["qqqq"], []], ids=["unknown", "none"])
def test_an_article_of_unknown_words_has_no_topics(fitted: Topics, words: list[str]) -> None:
    assert fitted.infer(hashes(words)) is None


def test_themes_are_told_apart(fitted: Topics) -> None:
    farm, sport = shares(fitted, FARM), shares(fitted, SPORT)
    assert farm.max() > 0.9 and sport.max() > 0.9 and farm.argmax() != sport.argmax()
    assert {word for word, _ in fitted.top_words(int(farm.argmax()), len(FARM))} == set(FARM)
    mixed = shares(fitted, FARM + SPORT)
    assert mixed == pytest.approx([0.5, 0.5], abs=0.2)


def test_only_content_words_make_topics(fitted: Topics) -> None:
    assert set(fitted.vocabulary) == {*FARM, *SPORT}  # neither "the", a stop word, nor "of", too short


def test_words_of_a_topic_come_most_probable_first(fitted: Topics) -> None:
    np.testing.assert_allclose(fitted.word_probabilities.sum(axis=1), 1, rtol=1e-6)
    for number in range(2):
        listed = fitted.top_words(number, 5)
        probabilities = [p for _, p in listed]
        assert len(listed) == 5 and probabilities == sorted(probabilities, reverse=True)
        assert probabilities[0] == fitted.word_probabilities[number].max()
        assert all(fitted.word_probabilities[number, fitted.vocabulary.index(word)] == p for word, p in listed)


def test_a_topic_is_named_by_its_first_words(fitted: Topics) -> None:
    for number, name in enumerate(fitted.names):
        assert name == ", ".join(word for word, _ in fitted.top_words(number, 3))


THEMES = {"Sport": SPORT[:3], "Farming": [*FARM[:3], "nowhere"]}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", [["Sport", "Farming"], ["Farming", "Sport"]], ids=", ".join)
@pytest.mark.parametrize("empty", [600, FEW], ids=["small", "large"])
def test_a_topic_that_starts_from_a_theme_is_about_it(seed: int, order: list[str], empty: int) -> None:
    fitted = fit(seed, themes={name: THEMES[name] for name in order}, empty=empty)
    assert fitted.names == order
    assert order[int(shares(fitted, SPORT[:3]).argmax())] == "Sport"
    assert order[int(shares(fitted, FARM[:3]).argmax())] == "Farming"


def test_only_a_large_corpus_adds_words_to_its_themes() -> None:
    small, large = fit(themes=THEMES), fit(themes=THEMES, empty=FEW)
    assert set(small.vocabulary) == {*SPORT[:3], *FARM[:3]}
    assert set(large.vocabulary) == {*SPORT, *FARM}
    assert shares(large, SPORT[3:]).argmax() == shares(large, SPORT[:3]).argmax() != shares(large, FARM[3:]).argmax()


def test_there_are_as_many_topics_as_asked_for_whatever_the_themes() -> None:
    themes = {"Sport": SPORT[:3], "Farming": FARM[:3], "Nothing": ["nowhere"]}
    assert fit(themes=themes).names == ["Sport", "Farming"]
    more = fit(count=5, themes=themes)
    assert more.names[:3] == list(themes)
    assert len(more.names) == len(more.ids) == len(more.alpha) == 5
    assert more.word_weights.shape == more.word_probabilities.T.shape == (len(more.vocabulary), 5)


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


def test_bags_on_disk_and_other_numbers_of_cores_give_the_same_topics(
    fitted: Topics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bags = bags_of(two_themes(), {"the"}, {})
    for name in ("ptr", "ids", "counts"):
        np.save(tmp_path / f"{name}.npy", getattr(bags, name))
    ptr, ids, counts = (np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("ptr", "ids", "counts"))
    for cores in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        other, _ = topics.fit(Bags(ptr, ids, counts, bags.vocabulary), topics=2, themes={}, passes=40, seed=0)
        assert other.word_weights.tobytes() == fitted.word_weights.tobytes()


def test_progress_sees_every_pass() -> None:
    seen: list[tuple[int, str]] = []

    def progress(things: Iterable[int], name: str) -> Iterable[int]:
        for thing in things:
            seen.append((thing, name))
            yield thing

    bags = bags_of(two_themes(), {"the"}, {})
    topics.fit(bags, topics=2, themes={}, passes=3, seed=0, progress=progress)
    assert seen == [(0, "topics"), (1, "topics"), (2, "topics")]


def test_gensims_model_counts_every_word_once() -> None:
    bags = bags_of(two_themes(), {"the"}, {})
    _, lda = topics.fit(bags, topics=2, themes={}, passes=5, seed=0)
    found = lda.state.sstats.sum(axis=0)
    np.testing.assert_allclose(found, np.bincount(bags.ids, bags.counts), rtol=1e-4)
    assert [lda.id2word.cfs[column] for column in range(len(found))] == np.bincount(bags.ids, bags.counts).tolist()
    assert lda.num_updates == 0 and lda.id2word.doc2bow(["wheat", "unknown"]) == [(lda.id2word.token2id["wheat"], 1)]


def test_the_same_seed_gives_the_same_topics_and_another_seed_others(fitted: Topics) -> None:
    again, other = fit(), fit(seed=1)
    assert again.word_weights.tobytes() == fitted.word_weights.tobytes()
    assert again.word_probabilities.tobytes() == fitted.word_probabilities.tobytes()
    assert other.word_weights.tobytes() != fitted.word_weights.tobytes()

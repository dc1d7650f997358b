"""Topics: equal to gensim's inference from the same start, and the same whenever and however one asks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making import FARM, SPORT, hashes, in_rows, spelling, written
from training.article import Article
from training.discovery import clusters, lda, reference
from training.discovery.bags import FEW, Bags
from training.discovery.bags import bags_of as counted
from training.model import Model
from training.text import read
from training.tfidf import Vocabulary
from training.topics import Floats, Topics


class Ones:
    """Stands in for gensim's random generator, so that it starts where we start."""

    def gamma(self, shape: float, scale: float, size: tuple[int, int]) -> Floats:
        return np.ones(size)


def two_themes(empty: int = 600) -> list[list[str]]:
    """Make 60 articles of two themes, and many empty ones so that no word stands in too many articles to count."""
    themes = [[*written(number, SPORT if number % 2 else FARM, length=30), "the", "of"] for number in range(60)]
    return themes + [[] for _ in range(empty)]


def bags_of(themes: Mapping[str, Sequence[str]] | None = None, empty: int = 600) -> Bags:
    return counted(in_rows(two_themes(empty)), spelling(), {"the"}, themes or {})


def fit(
    seed: int = 0,
    count: int = 2,
    themes: Mapping[str, Sequence[str]] | None = None,
    empty: int = 600,
    bags: Bags | None = None,
) -> Topics:
    bags = bags or bags_of(themes, empty)
    pinned = [*(themes or {}).values()][:count]
    prior = lda.prior_of(bags, [*pinned, *[()] * (count - len(pinned))])
    return lda.topics_of(bags.vocabulary, lda.swept(bags, prior, clusters.started(bags, prior, len(pinned), seed), 40))


def shares(fitted: Topics, words: Iterable[str]) -> Floats:
    """Give the shares of topics in an article of these words, of which one at least is known."""
    found = fitted.infer(hashes(words))
    assert found is not None
    return found


def told(fitted: Topics, words: Iterable[str]) -> bytes:
    """Give the shares to the last bit, nothing where no word is known."""
    found = fitted.infer(hashes(words))
    return b"" if found is None else found.tobytes()


def texts_of(samples: list[Article]) -> list[list[str]]:
    return [read(article).words for article in samples]


@pytest.fixture(scope="module")
def fitted() -> Topics:
    return fit()


@pytest.fixture(scope="module")
def texts(samples: list[Article]) -> list[list[str]]:
    return texts_of(samples[::6])


def gensims(model: Model) -> Any:
    """Give gensim's model that was fitted with a model, so that it starts where we start."""
    assert model.reference is not None
    found = copy(model.reference["lda"])
    found.random_state = Ones()
    return found


def test_shares_equal_gensim_from_the_same_start(trained: Model, samples: list[Article]) -> None:
    theirs = gensims(trained)
    for words in texts_of(samples):
        columns, weights = trained.topics.bag(hashes(words))
        if not len(columns):
            assert trained.topics.infer(hashes(words)) is None
            continue
        gamma, _ = theirs.inference([[*zip(columns.tolist(), weights.tolist(), strict=True)]])
        np.testing.assert_allclose(shares(trained.topics, words), gamma[0] / gamma[0].sum(), rtol=0, atol=1e-5)


@given(data=st.data())
@settings(max_examples=100)
def test_shares_equal_gensim_whatever_the_words(trained: Model, data: st.DataObject) -> None:
    theirs = gensims(trained)
    columns = st.integers(0, len(trained.topics.vocabulary) - 1)
    bag = sorted(data.draw(st.dictionaries(columns, st.integers(1, 300), max_size=200)).items())
    gamma, _ = theirs.inference([bag])
    found = trained.topics.shares(
        np.array([column for column, _ in bag], np.int32), np.array([times for _, times in bag], np.float32)
    )
    np.testing.assert_allclose(found, gamma[0] / gamma[0].sum(), rtol=0, atol=1e-5)


def test_the_weights_of_words_are_gensims(trained: Model) -> None:
    assert trained.reference is not None
    theirs = copy(trained.reference["lda"])
    assert trained.topics.word_weights.dtype == np.float32
    assert (trained.topics.word_weights == theirs.expElogbeta.T).all()
    theirs.sync_state()  # reckons them anew from what was counted
    np.testing.assert_allclose(trained.topics.word_weights, theirs.expElogbeta.T, rtol=1e-4, atol=1e-12)


def test_probabilities_of_words_are_gensims(trained: Model) -> None:
    assert trained.reference is not None
    np.testing.assert_allclose(trained.topics.word_probabilities, trained.reference["lda"].get_topics(), rtol=1e-4)
    np.testing.assert_allclose(trained.topics.word_probabilities.sum(axis=1), 1, rtol=1e-5)


@given(data=st.data())
@settings(max_examples=30)
def test_order_and_unknown_words_change_nothing(model: Model, texts: list[list[str]], data: st.DataObject) -> None:
    words = data.draw(st.sampled_from(texts))[:40]
    shuffled = data.draw(st.permutations([*words, "qqqq", "zzzz"]))
    assert told(model.topics, shuffled) == told(model.topics, words)


def test_a_served_model_infers_what_the_trained_one_does(trained: Model, model: Model, texts: list[list[str]]) -> None:
    alone = [told(model.topics, words) for words in texts]
    assert alone == [told(trained.topics, words) for words in texts]
    assert alone[::-1] == [told(model.topics, words) for words in texts[::-1]]


def test_labelling_and_inferring_alone_give_the_same_topics(model: Model, samples: list[Article]) -> None:
    for article in samples[::9]:
        assert model.infer_topics(article) == model.label(article, evidence=False).topics
        every = model.infer_topics(article, all=True)
        assert len(every) in (0, len(model.topics)) and sum(topic.weight for topic in every) in (0, pytest.approx(1))


@given(words=st.lists(st.sampled_from([*FARM, *SPORT, "unknown"]), max_size=60).map(lambda words: [*words, FARM[0]]))
@settings(max_examples=50)
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


THEMES = {"Sport": SPORT[:3], "Farming": [*FARM[:3], "nowhere"]}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", [["Sport", "Farming"], ["Farming", "Sport"]], ids=", ".join)
@pytest.mark.parametrize("empty", [600, FEW], ids=["small", "large"])
def test_a_topic_that_is_pinned_to_a_theme_is_about_it(seed: int, order: list[str], empty: int) -> None:
    found = fit(seed, themes={name: THEMES[name] for name in order}, empty=empty)
    assert order[int(shares(found, SPORT[:3]).argmax())] == "Sport"
    assert order[int(shares(found, FARM[:3]).argmax())] == "Farming"


def test_a_pinned_topic_of_a_large_corpus_takes_words_that_go_with_it() -> None:
    small, large = fit(themes=THEMES), fit(themes=THEMES, empty=FEW)
    assert set(small.vocabulary.terms) == {*SPORT[:3], *FARM[:3]}
    assert set(large.vocabulary.terms) == {*SPORT, *FARM}
    assert shares(large, SPORT[3:]).argmax() == shares(large, SPORT[:3]).argmax() != shares(large, FARM[3:]).argmax()


def by_hand(likely: Mapping[str, Sequence[float]]) -> Topics:
    """Make topics that have so much of each word."""
    counts = np.array([*likely.values()], np.float32)
    about = [{"id": f"t{number}", "name": f"topic {number}"} for number in range(counts.shape[1])]
    alpha = np.full(counts.shape[1], 0.1)
    return Topics(about, Vocabulary.of([*likely], np.ones(len(counts))), counts, counts.copy(), alpha)


def test_words_that_tell_most_come_first_not_those_that_are_everywhere() -> None:
    found = by_hand({"common": (10, 10), "wheat": (9, 0.01), "goal": (0.01, 9), "rare": (1, 0.01)})
    assert [word for word, _ in found.top_words(0, 3)] == ["wheat", "common", "rare"]
    assert [word for word, _ in found.top_words(1, 2)] == ["goal", "common"]
    for topic in range(2):
        for word, probability in found.top_words(topic):
            column = [*found.vocabulary.terms].index(word)
            assert probability == found.word_probabilities[topic, column]


@pytest.mark.parametrize(
    "likely, shown",
    [
        ({"north": 5, "korea": 6, "north korea": 4.5}, ["north korea"]),
        ({"court": 9, "supreme": 5, "supreme court": 4}, ["court", "supreme court"]),
        ({"tax": 9, "cuts": 9, "tax cuts": 2}, ["tax", "cuts"]),
        ({"tax cuts": 9, "vote": 3}, ["tax cuts", "vote"]),
    ],
    ids=["for both", "for one", "for none", "alone"],
)
def test_a_phrase_stands_for_words_that_hardly_come_without_it(likely: dict[str, float], shown: list[str]) -> None:
    found = by_hand({**{word: (much, 0.1) for word, much in likely.items()}, "other": (0.1, 20)})
    assert [word for word, _ in found.top_words(0, 10) if word != "other"] == shown


def test_rows_are_ready_for_json_the_largest_first_and_without_junk() -> None:
    found = by_hand({"wheat": (9, 0.1, 1), "goal": (0.1, 9, 1), "skip": (0.1, 0.1, 9)})
    said: tuple[dict[str, Any], ...] = (
        {"share": 0.2, "junk": None},
        {"share": 0.5, "junk": None},
        {"share": 0.3, "junk": "why"},
    )
    found = replace(found, about=[{**one, **more} for one, more in zip(found.about, said, strict=True)])
    rows = json.loads(json.dumps(found.as_rows(2)))
    assert [row["id"] for row in rows] == ["t1", "t0"] and [len(row["words"]) for row in rows] == [2, 2]
    assert [row["id"] for row in found.as_rows(junk=True)] == ["t1", "t2", "t0"]
    assert found.as_row(2, whole=True)["junk"] == "why" and found.number("t2") == 2 and found.number("no") is None


def test_topics_that_people_renamed_have_their_names() -> None:
    found = by_hand({"wheat": (9, 0.1), "goal": (0.1, 9)}).renamed({"t1": "Football", "t9": "nobody's"})
    assert found.names == ["topic 0", "Football"]
    assert [one.get("renamed") for one in found.about] == [None, True]


def test_bags_on_disk_and_other_numbers_of_cores_give_the_same_topics(
    fitted: Topics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bags = bags_of()
    for name in ("ptr", "ids", "weights"):
        np.save(tmp_path / f"{name}.npy", getattr(bags, name))
    mapped = {name: np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("ptr", "ids", "weights")}
    alone = [told(fitted, words) for words in two_themes()[:60]]
    for cores in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        other = fit(bags=replace(bags, **mapped))
        assert other.word_weights.tobytes() == fitted.word_weights.tobytes()
        assert [row.tobytes() for row in lda.shares_of(other, bags)] == [
            np.frombuffer(one).astype(np.float32).tobytes() for one in alone
        ]


def test_progress_sees_every_pass() -> None:
    seen: list[tuple[int, str]] = []

    def progress(things: Iterable[int], name: str) -> Iterable[int]:
        for thing in things:
            seen.append((thing, name))
            yield thing

    bags = bags_of()
    prior = lda.prior_of(bags, [(), ()])
    lda.swept(bags, prior, clusters.started(bags, prior, 0, 0), 3, progress)
    assert seen == [(0, "topics"), (1, "topics"), (2, "topics")]


def test_gensims_model_has_all_that_the_words_weigh_and_counts_them() -> None:
    bags = bags_of()
    prior = lda.prior_of(bags, [(), ()])
    found = lda.topics_of(bags.vocabulary, lda.swept(bags, prior, clusters.started(bags, prior, 0, 0), 5))
    theirs = reference.as_gensim(bags, found, prior, 0)
    np.testing.assert_allclose(theirs.state.sstats.sum(axis=0), np.bincount(bags.ids, bags.weights), rtol=1e-4)
    times = np.bincount(bags.ids, bags.counts)
    assert [theirs.id2word.cfs[column] for column in range(len(times))] == times.tolist()
    assert theirs.id2word.doc2bow(["wheat", "unknown"]) == [(theirs.id2word.token2id["wheat"], 1)]


def test_the_same_seed_gives_the_same_topics_and_another_seed_others(fitted: Topics) -> None:
    again, other = fit(), fit(seed=1)
    assert again.word_weights.tobytes() == fitted.word_weights.tobytes()
    assert again.counts.tobytes() == fitted.counts.tobytes()
    assert other.word_weights.tobytes() != fitted.word_weights.tobytes()

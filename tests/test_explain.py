"""Evidence: it quotes what was sent, adds up to the score, and is given where it belongs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from training.article import Article
from training.classifier import Classifier, Example
from training.explain import LEAST, Evidence, as_row, evidence
from training.focus import FEATURES, FocusModel
from training.mentions import Finder
from training.model import Model
from training.seeds import load
from training.text import read

STOP_WORDS = ["the", "in", "of", "and", "for"]
SEEDS = """
[SY]
name = "Syria"
demonyms = ["Syrian"]
capital = ["Damascus"]
people = ["Bashar al-Assad"]
[LY]
name = "Libya"
demonyms = ["Libyan"]
places = ["Benghazi"]
"""
OF_THE_ARTICLE = ("starts at", "labels named", "length")  # features that no one mention can be thanked for
ARTICLE = Article(
    "DAMASCUS (Agency) - Syrian bakers shut their ovens. Flour for the ovens of Damascus is dear, in Benghazi too.\n"
    "Bakers in Libya said that Bashar al-Assad had been asked for flour.",
    title="Syria runs out of flour",
    dateline="Beirut, near Syria",
)


@cache
def finder() -> Finder:
    with TemporaryDirectory() as folder:
        Path(folder, "countries.toml").write_text(SEEDS, encoding="utf-8")
        return Finder(load(folder))


def focus(**slopes: float) -> FocusModel:
    """Make a focus model that is a plain weighted sum, to which a mention in passing would add nothing."""
    weights = np.zeros((len(FEATURES), 2))
    for feature, slope in slopes.items():
        weights[FEATURES.index(feature.replace("_", " ")), 0] = slope
    return FocusModel(np.zeros((len(FEATURES), 1)), weights, -1.5, passing=np.zeros(len(FEATURES)))


def classifier(focus: FocusModel, words: dict[str, float] | None = None, gain: float = 0.8) -> Classifier:
    """Make a classifier in which SY has these words of its own, each of the same idf, and LY has none."""
    fitted = Classifier(["LY", "SY"], focus, thresholds=np.array([0.5, 0.5]))
    if words is None:
        return fitted
    return replace(
        fitted,
        vocabulary={word: column for column, word in enumerate(words)},
        idf=np.ones(len(words)),
        rows={"SY": 0},
        weights=np.array([list(words.values())]),
        gains=np.array([gain]),
        biases=np.array([-0.7]),
    )


def explained(fitted: Classifier, article: Article, label: str = "SY", most: int | None = None) -> list[Evidence]:
    reading = read(article)
    mentions = finder().find(reading)
    return evidence(fitted, reading, mentions, Example.of(reading, mentions, STOP_WORDS), label, most)


def logit(fitted: Classifier, article: Article, label: str = "SY") -> float:
    reading = read(article)
    example = Example.of(reading, finder().find(reading), STOP_WORDS)
    return float(fitted.predict(example).logits[fitted.labels.index(label)])


def quoted(article: Article, found: Evidence) -> str:
    content = {"text": article.text, "title": article.title, "dateline": article.dateline or ""}[found.field]
    return content[found.start : found.end]


def test_evidence_of_the_samples_quotes_what_was_sent(model: Model, samples: list[Article]) -> None:
    fields = set()
    for article in samples[::5]:
        for label in model.label(article, all=True, most=None).labels:
            for found in label.evidence or ():
                assert found.text == quoted(article, found) and found.text
                fields.add(found.field)
    assert fields == {"text", "title", "dateline"}


def test_evidence_of_the_samples_speaks_for_the_label_heaviest_first(model: Model, samples: list[Article]) -> None:
    for article in samples[::5]:
        every = model.label(article, most=None).labels
        for label, few in zip(every, model.label(article, most=3).labels, strict=True):
            assert label.evidence, label.id  # what is assigned is assigned for a reason
            weights = [found.weight for found in label.evidence]
            assert weights == sorted(weights, reverse=True) and weights[-1] >= LEAST
            assert few.evidence == label.evidence[:3]


ALL_OF_FOCUS = focus(**{name.replace(" ", "_"): 5.0 for name in FEATURES if name not in OF_THE_ARTICLE})
WORDS = {
    "flour": 9.0,
    "bakers": 7.0,
    "syria": 5.0,
    "ovens flour": 8.0,
    "syrian bakers": 9.0,
    "bashar": 6.0,
    "benghazi": 4.0,
}


@pytest.mark.parametrize(
    ("fitted", "label", "rest"),
    [
        (classifier(ALL_OF_FOCUS), "SY", -1.5),
        (classifier(ALL_OF_FOCUS), "LY", -1.5),
        (classifier(ALL_OF_FOCUS, WORDS), "SY", 0.8 * -1.5 - 0.7),
        (classifier(ALL_OF_FOCUS, WORDS), "LY", -1.5),
    ],
    ids=["focus alone", "focus of another label", "focus and words", "a label without words"],
)
def test_evidence_and_intercepts_add_up_to_the_score(fitted: Classifier, label: str, rest: float) -> None:
    found = explained(fitted, ARTICLE, label)
    assert sum(one.weight for one in found) + rest == pytest.approx(
        logit(fitted, ARTICLE, label), abs=1e-4 * len(found)
    )


def test_words_alone_add_up_to_the_score_of_a_label_that_is_not_named() -> None:
    fitted = classifier(ALL_OF_FOCUS, WORDS, gain=0.0)
    article = Article("Flour was short and bakers shut their ovens. Flour came from Benghazi.")
    found = explained(fitted, article)
    assert {one.kind for one in found} == {"word"}
    assert sum(one.weight for one in found) - 0.7 == pytest.approx(logit(fitted, article), abs=1e-3)


def test_the_gain_of_a_label_scales_what_its_mentions_added() -> None:
    once, twice = (explained(classifier(ALL_OF_FOCUS, {"flour": 0.0}, gain), ARTICLE) for gain in (1.0, 2.0))
    assert [one.weight for one in twice] == pytest.approx([2 * one.weight for one in once], abs=1e-3)


@pytest.mark.parametrize(
    ("feature", "texts"),
    [
        ("in_headline", [("title", "Syria")]),
        ("in_dateline", [("dateline", "Syria")]),
        ("in_lead", [("text", "DAMASCUS"), ("text", "Syrian"), ("text", "Damascus"), ("text", "Bashar al-Assad")]),
    ],
)
def test_a_feature_is_owed_to_the_mentions_that_stand_there(feature: str, texts: list[tuple[str, str]]) -> None:
    found = explained(classifier(focus(**{feature: 3.0})), ARTICLE)
    assert [(one.field, one.text) for one in found] == texts
    assert len({one.weight for one in found}) == 1


def test_a_dateline_within_the_text_is_told_from_the_lead() -> None:
    article = replace(ARTICLE, title="", dateline=None)
    assert [one.text for one in explained(classifier(focus(in_dateline=3.0)), article)] == ["DAMASCUS"]
    assert "DAMASCUS" not in [one.text for one in explained(classifier(focus(in_lead=3.0)), article)]


def test_a_mention_like_any_in_passing_is_no_evidence() -> None:
    article = Article("Rain fell on Benghazi.")
    reading = read(article)
    (row,) = Example.of(reading, finder().find(reading), ()).focus
    assert explained(classifier(ALL_OF_FOCUS), article, "LY")
    assert explained(classifier(replace(ALL_OF_FOCUS, passing=row)), article, "LY") == []
    half = explained(classifier(replace(ALL_OF_FOCUS, passing=row / 2)), article, "LY")
    assert half[0].weight == pytest.approx(explained(classifier(ALL_OF_FOCUS), article, "LY")[0].weight / 2, abs=1e-3)


@pytest.mark.parametrize("feature", [name.replace(" ", "_") for name in OF_THE_ARTICLE])
def test_what_the_article_is_like_is_nobodys_evidence(feature: str) -> None:
    assert explained(classifier(focus(**{feature: 3.0})), ARTICLE) == []


def test_a_mention_tells_its_kind_and_a_word_is_a_word() -> None:
    found = explained(classifier(ALL_OF_FOCUS, {"flour": 9.0}), ARTICLE)
    kinds = {one.text: one.kind for one in found}
    assert kinds == {
        "Syria": "names",
        "Syrian": "demonyms",
        "DAMASCUS": "capital",
        "Damascus": "capital",
        "Bashar al-Assad": "people",
        "flour": "word",
        "Flour": "word",
    }


def test_words_within_a_mention_count_for_the_mention() -> None:
    found = explained(classifier(focus(), {"bashar": 3.0, "bashar al": 2.0, "benghazi": 1.0}), ARTICLE)
    assert {(one.text, one.kind) for one in found} == {("Bashar al-Assad", "people"), ("Benghazi", "word")}


def test_a_pair_of_words_is_quoted_with_the_stop_words_between_them() -> None:
    assert [one.text for one in explained(classifier(focus(), {"flour ovens": 3.0}), ARTICLE)] == [
        "Flour for the ovens"
    ]


@pytest.mark.parametrize("gram", ["ovens flour", "flour beirut"], ids=["two sentences", "two fields"])
def test_a_pair_that_does_not_stand_together_is_pinned_to_its_second_word(gram: str) -> None:
    (found,) = explained(classifier(focus(), {gram: 3.0}), ARTICLE)
    assert found.text.lower() == gram.split()[1] == quoted(ARTICLE, found).lower()


def test_a_word_that_stands_twice_shares_what_it_added() -> None:
    fitted = classifier(focus(), {"bakers": 3.0}, gain=0.0)
    first, second = explained(fitted, ARTICLE)
    assert first.weight == second.weight == pytest.approx((logit(fitted, ARTICLE) + 0.7) / 2)
    assert first.start < second.start


def test_what_speaks_against_a_label_is_no_evidence() -> None:
    found = explained(classifier(focus(in_headline=-3.0, in_dateline=2.0), {"flour": -9.0, "bakers": 3.0}), ARTICLE)
    assert {one.text for one in found} == {"Syria", "bakers", "Bakers"}
    assert {one.field for one in found if one.text == "Syria"} == {"dateline"}


def test_a_label_that_nothing_speaks_for_has_no_evidence() -> None:
    assert explained(classifier(ALL_OF_FOCUS), Article("Rain fell on Benghazi."), "SY") == []


def test_a_row_names_the_field_only_where_it_is_not_the_text() -> None:
    in_title, in_text = Evidence(0, 5, "Syria", "names", 1.5, "title"), Evidence(0, 5, "Syria", "names", 1.5)
    assert as_row(in_title)["field"] == "title"
    assert as_row(in_text) == {"start": 0, "end": 5, "text": "Syria", "kind": "names", "weight": 1.5}

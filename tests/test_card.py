"""The model card: true to the model, readable without anything else, and safe whatever a label is called."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import numpy as np
import pytest

from tests.helping import tiny_model
from training import artifact, card
from training.card import FEW, SHOWN, WORDS
from training.focus import FEATURES
from training.model import Model
from training.registry import Registry
from training.tfidf import Vocabulary

LIBRARIES = {"numpy": "2.1.0"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The card of the small model."""
    return card.card(tiny_model(), LIBRARIES)


@pytest.fixture(scope="module")
def default(trained: Model) -> dict[str, Any]:
    """The card of the default model."""
    return card.card(trained, LIBRARIES)


def shown(described: dict[str, Any]) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(card.page(described))


def scoring(model: Model, **labels: dict[str, Any]) -> Model:
    """Give a model whose out-of-fold scores name these labels, with these figures changed."""
    plain = {"precision": 1, "recall": 1, "f1": 1, "support": 50, "average_precision": 1, "calibration_error": 0}
    scores = {**model.about["out_of_fold"], "labels": {id: {**plain, **changes} for id, changes in labels.items()}}
    return replace(model, about={**model.about, "out_of_fold": scores})


# what it says


def test_it_says_what_the_model_says_of_itself(described: dict[str, Any]) -> None:
    about = tiny_model().about
    for key in ("version", "trained_at", "command", "settings", "seeds"):
        assert described[key] == about[key]
    assert described["libraries"] == LIBRARIES
    assert described["data"] == {
        "files": ["seeds/ (sample articles)"],
        "articles": {"all": 72, "judged": 72, "skipped": 0},
        "dates": None,
    }
    assert described["scores"] == {key: value for key, value in about["out_of_fold"].items() if key != "labels"}
    assert json.loads(json.dumps(described, allow_nan=False)) == described


def test_every_label_has_its_threshold_and_method_and_the_scored_ones_come_first(
    default: dict[str, Any], trained: Model
) -> None:
    labels = {label["id"]: label for label in default["labels"]}
    fitted = trained.classifier
    assert labels.keys() == set(fitted.labels)
    for id, threshold in zip(fitted.labels, fitted.thresholds, strict=True):
        assert labels[id]["threshold"] == pytest.approx(threshold, abs=1e-4)
        assert labels[id]["method"] == fitted.method(id)
        assert ("words" in labels[id]) == (id in fitted.rows)
    for id, scores in trained.about["out_of_fold"]["labels"].items():
        assert {key: labels[id][key] for key in scores} == scores
    supports = [label.get("support", -1) for label in default["labels"]]
    assert supports == sorted(supports, reverse=True)


def test_words_are_those_of_the_largest_weights(worded: Model) -> None:
    fitted = worded.classifier
    described = [label for label in card.card(worded, {})["labels"] if "words" in label]
    assert {label["id"] for label in described} == {"LY", "SY"}
    for label in described:
        weights = fitted.weights[:, fitted.rows[label["id"]]]
        assert len(label["words"]) == WORDS
        assert label["words"][0] == {
            "word": fitted.vocabulary.terms[int(np.argmax(weights))],
            "weight": pytest.approx(weights.max(), abs=1e-3),
        }
        given = [word["weight"] for word in label["words"]]
        assert given == sorted(given, reverse=True) and given[-1] > 0


def test_an_effect_is_what_the_focus_model_adds_beyond_a_mention_in_passing(
    default: dict[str, Any], trained: Model
) -> None:
    assert [effect["feature"] for effect in default["focus"]] == list(FEATURES)
    for column, effect in enumerate(default["focus"]):
        values = [x for x, _ in effect["points"]]
        assert len(values) >= 2 and values == sorted(set(values)) and values[0] >= 0
        for x, added in effect["points"]:
            features = np.where(np.arange(len(FEATURES)) == column, x, 0.0)[None]
            assert trained.classifier.focus.lift(features)[0, column] == pytest.approx(added, abs=0.02)


def test_effects_are_in_plain_words_and_shares_are_no_more_than_all(default: dict[str, Any]) -> None:
    assert all(effect["plain"] != effect["feature"] for effect in default["focus"] if " " in effect["feature"])
    shares = [effect[end] for effect in default["focus"] for end in ("from", "to") if effect[end].endswith("%")]
    assert shares and all(0 <= float(share[:-1]) <= 100 for share in shares)


def test_topics_come_with_their_words(default: dict[str, Any], trained: Model) -> None:
    assert [topic["id"] for topic in default["topics"]] == [row["id"] for row in trained.topics.as_rows(junk=True)]
    assert default["topic_scores"]["number"] == len(default["topics"])
    assert all(0 < len(topic["words"]) <= WORDS for topic in default["topics"])


# its limits


def limits(model: Model) -> str:
    return "\n".join(card.card(model, LIBRARIES)["limits"])


def test_limits_tell_words_of_unjudged_news_apart() -> None:
    model = tiny_model()
    alone = replace(model.classifier, rows={}, judged=frozenset())
    hinted = replace(alone, rows={"LY": 0, "SY": 1}, judged=frozenset({"SY"}), weights=np.ones((3, 2)))
    hinted = replace(hinted, vocabulary=Vocabulary.of(["bread", "flour", "oven"], np.ones(3)))
    assert "0 of its 3 labels have learned words of their own. The other 3 are" in limits(
        replace(model, classifier=alone)
    )
    told = card.card(replace(model, classifier=hinted), LIBRARIES)
    assert (
        "1 of its 3 labels have learned words of their own, 1 more have words from news that nobody judged. "
        "The other 1 are given by focus alone"
    ) in "\n".join(told["limits"])
    assert {label["id"]: label["method"] for label in told["labels"]} == {
        "FR": "focus",
        "LY": "focus and words of unjudged news",
        "SY": "words and focus",
    }
    assert "others from unjudged news" in " ".join(shown(told).text_content().split())


def test_limits_count_what_the_model_has(default: dict[str, Any], trained: Model) -> None:
    own, all_ = len(trained.classifier.judged), len(trained.classifier.labels)
    assert own == len(trained.classifier.rows)
    told = "\n".join(default["limits"])
    assert f"{own} of its {all_} labels have learned words of their own. The other {all_ - own}" in told
    untold = all_ - sum(scores["support"] > 0 for scores in trained.about["out_of_fold"]["labels"].values())
    assert f"No labelled article is about {untold} of the labels" in told
    assert "English" in told and "sample articles alone" in told


def test_labels_with_few_articles_and_weak_ones_are_named() -> None:
    told = limits(scoring(tiny_model(), SY={"support": FEW - 1}, LY={"f1": 0.6}, FR={"support": FEW}))
    assert f"1 label has fewer than {FEW} labelled articles, so their scores are largely chance: Syria." in told
    assert "weak at: Libya (F1 below 0.7)" in told
    assert "France" not in told


def test_many_labels_with_few_articles_are_counted_not_listed(default: dict[str, Any]) -> None:
    [told] = [limit for limit in default["limits"] if "fewer than" in limit]
    assert told.count(",") <= SHOWN + 1 and re.search(r" and \d+ more\.$", told)


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"dates": ["2004-05-06", "2018-09-10"]}, "from 2004-05-06 to 2018-09-10"),
        (
            {"settings": {"samples": True, "corpora": ["a.jsonl"]}},
            "trained on sample articles that were written for it",
        ),
    ],
    ids=["dates", "samples and corpora"],
)
def test_limits_follow_the_data(about: dict[str, Any], said: str) -> None:
    model = replace(tiny_model(), about={**tiny_model().about, **about})
    assert said in limits(model)
    assert said not in limits(replace(model, about={**model.about, "dates": None, "settings": {}}))


# what was chosen

CHOICES: dict[str, Any] = {
    "log_loss": {"focus": 0.1, "focus and hints": 0.08, "words, strength 3": 0.07, "words, strength 10": 0.09},
    "strength": 3.0,
    "hints": {"labels": ["FR", "SY"], "trusted": True},
    "words": ["SY"],
    "fallen_back": {"LY": {"f1_by_focus": 0.91, "f1_by_words": 0.885}},
}


def chosen(**changes: Any) -> lxml.html.HtmlElement:
    """Give the page of a model of which this was chosen."""
    return shown(card.card(replace(tiny_model(), about={"choices": {**CHOICES, **changes}}), LIBRARIES))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Words were tried for 2 labels with enough labelled articles, with strengths 3, 10. Strength 3 had the"),
        ({}, "1 label keeps the words, as they did no worse than focus alone; 1 label falls back to focus."),
        ({}, "for 2 labels. They are trusted: log loss fell from 0.1000 to 0.0800."),
        ({"hints": {"labels": ["FR"], "trusted": False}}, "for 1 label. They are not trusted: log loss was 0.1000"),
        ({"hints": {"labels": [], "trusted": False}}, "There was too little unjudged news to learn hints from."),
    ],
    ids=["strength", "words", "trusted hints", "hints not trusted", "no hints"],
)
def test_the_page_says_what_was_chosen(changes: dict[str, Any], said: str) -> None:
    assert said in " ".join(chosen(**changes).text_content().split())


def test_the_page_says_which_labels_fell_back_to_focus_and_by_how_much() -> None:
    [row] = chosen().xpath("//table[@class='fallen']/tbody/tr")
    assert [cell.text for cell in row] == ["Libya", "0.910", "0.885", "-0.0250"]
    assert not chosen(fallen_back={}).xpath("//table[@class='fallen']")


def test_of_words_that_nobody_tried_the_page_says_nothing() -> None:
    told = chosen(words=[], fallen_back={}).text_content()
    assert "Words were tried" not in told and "What was tried and chosen" in told


def test_the_page_of_the_default_model_says_what_its_model_chose(default: dict[str, Any], trained: Model) -> None:
    assert default["choices"] == trained.about["choices"]
    fallen = shown(default).xpath("//table[@class='fallen']/tbody/tr")
    assert len(fallen) == len(trained.about["choices"]["fallen_back"])


# as a page


def test_the_page_shows_the_figures_in_plain_words(described: dict[str, Any]) -> None:
    page = shown(described)
    micro = described["scores"]["micro"]
    tiles = [dd.text_content() for dd in page.xpath("//dl[@class='tiles']//dd")]
    assert tiles[:2] == [f"{100 * micro['precision']:.0f}", f"{100 * micro['recall']:.0f}"] and tiles[3] == "72"
    names = [cell.text_content() for cell in page.xpath("//table[not(@class)]/tbody/tr/td[1]")]
    assert names == [label["name"] for label in described["labels"] if "f1" in label]
    assert [li.text_content() for li in page.xpath("//ul[@class='limits']/li")] == described["limits"]
    assert len(page.xpath("//div[@class='effects']//svg")) == len(FEATURES)
    assert len(page.xpath("//div[@class='beside']//circle")) == len(described["scores"]["calibration"]["curve"])
    assert described["command"] in page.text_content()


@pytest.mark.parametrize(
    ("skipped", "said"),
    [
        (0, "74, of which 72 were labelled"),
        (1, "74, of which 72 were labelled; 1 bad row was skipped"),
        (1200, "74, of which 72 were labelled; 1,200 bad rows were skipped"),
    ],
)
def test_the_page_says_how_many_rows_were_skipped(skipped: int, said: str) -> None:
    articles = {"all": 74, "judged": 72, "skipped": skipped}
    page = shown(card.card(replace(tiny_model(), about={**tiny_model().about, "articles": articles}), LIBRARIES))
    assert page.xpath("//dt[.='Articles']/following-sibling::dd[1]")[0].text_content() == said


def test_labels_with_few_articles_look_it() -> None:
    page = shown(card.card(scoring(tiny_model(), SY={"support": FEW - 1}, LY={"support": FEW}), LIBRARIES))
    assert [row.xpath("td[1]")[0].text for row in page.xpath("//tr[@class='few']")] == ["Syria"]


def test_a_label_without_average_precision_is_shown() -> None:
    nothing = {"average_precision": None, "calibration_error": None}
    page = shown(card.card(scoring(tiny_model(), SY=nothing), LIBRARIES))
    assert page.xpath("//tbody/tr[1]/td[6]")[0].text == "–"


def test_the_page_needs_nothing_else(default: dict[str, Any]) -> None:
    raw = card.page(default)
    assert not re.search(r"<script|<link|<img|url\(|@import|src=|href=|https?:", raw)
    assert "prefers-color-scheme: dark" in raw and "@media print" in raw
    ids = lxml.html.fromstring(raw)
    assert ids.get("lang") == "en" and ids.xpath("//meta[@name='viewport']")


def test_hostile_names_are_shown_not_run(described: dict[str, Any]) -> None:
    hostile = "<script>alert(1)</script> \"><b onclick='x'> {{ 7 * 7 }}"
    labels = [{**label, "name": hostile} for label in described["labels"]]
    topics = [{**topic, "name": hostile, "words": [hostile]} for topic in described["topics"]]
    odd = {**described, "labels": labels, "topics": topics, "command": hostile, "version": hostile}
    raw = card.page({**odd, "limits": [hostile]})
    assert "<script" not in raw and "49" not in raw.split("Topics</h2>")[1].split("How it was made")[0]
    page = lxml.html.fromstring(raw)
    assert not page.xpath("//@onclick")
    assert page.xpath("//tbody/tr/td[1]")[0].text == hostile


def test_a_model_that_says_nothing_of_itself_has_a_card_too() -> None:
    described = card.card(replace(tiny_model(), about={}), {})
    page = shown(described)
    assert not page.xpath("//table[not(@class='topics')]") and page.xpath("//ul[@class='limits']/li")
    assert "not recorded" in page.text_content()


# in the version's folder


def test_a_version_has_its_card_beside_it(tmp_path: Path) -> None:
    version = Registry(tmp_path).publish(tiny_model())
    folder = tmp_path / version
    told = json.loads((folder / artifact.CARD).read_text(encoding="utf-8"))
    manifest = artifact.verify(folder)
    assert told["version"] == version and told["libraries"] == manifest["libraries"]
    assert (folder / artifact.CARD_PAGE).read_text(encoding="utf-8") == card.page(told)
    assert {artifact.CARD, artifact.CARD_PAGE} <= manifest["files"].keys()

"""Evidence: it quotes what was sent, adds up to the score, and is given where it belongs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from tests.helping import judged
from training.article import Article
from training.classifier import UNNAMED, Classifier, Example
from training.explain import LEAST, Evidence, Explainer, as_row, telling
from training.focus import FEATURES, LEAD, FocusModel, places
from training.mentions import Finder, Mentions
from training.model import Model
from training.readers import read as articles
from training.seeds import load
from training.text import Reading, read
from training.tfidf import Vocabulary, words_table

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
OF_THE_ARTICLE = ("labels named", "labels in lead", "length")  # features that no one mention can be thanked for
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
        return Finder.of(load(folder))


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
        vocabulary=Vocabulary.of(list(words), np.ones(len(words))),
        rows={"SY": 0},
        weights=np.array([[weight] for weight in words.values()], dtype=np.float32),
        gains=np.array([gain]),
        biases=np.array([-0.7]),
        unnamed=np.array([-2.0]),
    )


def made(reading: Reading, mentions: Mentions) -> Example:
    return Example.read(reading, mentions, places(reading, mentions), words_table(STOP_WORDS))


def explained(fitted: Classifier, article: Article, label: str = "SY") -> list[Evidence]:
    reading = read(article)
    mentions = finder().find(reading)
    example = made(reading, mentions)
    at, scores = places(reading, mentions), fitted.predict(example)
    return Explainer(fitted, reading, judged(mentions, at, example, scores)).evidence(fitted.labels.index(label))


def logit(fitted: Classifier, article: Article, label: str = "SY") -> float:
    reading = read(article)
    return float(fitted.predict(made(reading, finder().find(reading))).logits[fitted.labels.index(label)])


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


def test_evidence_of_the_samples_comes_heaviest_first_and_without_what_is_too_light(
    model: Model, samples: list[Article]
) -> None:
    for article in samples[::5]:
        every = model.label(article, most=None).labels
        for label, few in zip(every, model.label(article, most=3).labels, strict=True):
            assert label.evidence, label.id  # what is assigned is assigned for a reason
            weights = [abs(found.weight) for found in label.evidence]
            assert weights == sorted(weights, reverse=True) and weights[-1] > 0
            assert few.evidence == telling(label.evidence)[:3]


def start(model: Model, article: Article, label: str) -> float:
    """Add up what a score owes to no stretch, from what was fitted alone: intercepts, and features nobody is owed."""
    fitted, reading = model.classifier, read(article)
    mentions = model.finder.find(reading)
    example = Example.read(reading, mentions, places(reading, mentions), model.stop_words)
    row = fitted.rows.get(label)
    if label not in example.named:
        return UNNAMED if row is None or np.isnan(fitted.unnamed[row]) else float(fitted.unnamed[row])
    features = example.focus[example.named.index(label)]
    mine = [mention for mention in mentions if mention.label == label]
    lead = max(reading.text_start, reading.headline_end)
    dateline = range(*reading.dateline)
    above = any(m.first < reading.headline_end for m in mine)
    placed = [m for m in mine if m.first in dateline]
    body = [m for m in mine if m.first >= lead and m.first not in dateline]
    early = any(m.first < lead + LEAD for m in body)
    opening = any(reading.tokens.sentences[m.first] <= reading.tokens.sentences[lead] + 1 for m in body)
    somewhere = {
        "in headline": above,
        "news peg": above or opening,
        "peg alone": above or opening,
        "in lead": early,
        "lead share": early,
        "in dateline": bool(placed),
        "dateline only": bool(placed),
        "by name": any(m.kind in ("names", "demonyms") for m in mine),
        "text held": bool(body),
    } | dict.fromkeys(OF_THE_ARTICLE, False)
    passing = fitted.focus.passing
    reached = np.where([somewhere.get(name, True) for name in FEATURES], passing, features)
    score = fitted.focus.score(reached[None])[0]
    return float(score if row is None else fitted.gains[row] * score + fitted.biases[row])


def assert_adds_up(model: Model, article: Article) -> None:
    every = model.label(article, all=True, most=None).labels
    shown = {label.id: label for label in model.label(article, all=True).labels}
    assert shown.keys() == {label.id for label in every}
    for label in every:
        assert label.evidence is not None
        weights = [found.weight for found in label.evidence]
        assert label.rest + sum(weights) == pytest.approx(label.score, abs=1e-9)
        assert label.score == pytest.approx(np.log(label.probability / (1 - label.probability)), rel=1e-5, abs=1e-5)
        assert label.rest == pytest.approx(start(model, article, label.id), abs=1e-4 * (len(weights) + 1))
        few = shown[label.id]
        assert few.evidence is not None and (few.evidence or not weights)
        assert few.rest + sum(found.weight for found in few.evidence) == pytest.approx(few.score, abs=1e-9)


@pytest.mark.parametrize("part", range(4))
def test_the_score_of_every_label_of_the_samples_adds_up(model: Model, samples: list[Article], part: int) -> None:
    for article in samples[part::8]:
        assert_adds_up(model, article)


def test_so_it_does_where_words_count_too(worded: Model, samples: list[Article]) -> None:
    for article in samples[::20]:
        assert_adds_up(worded, article)


def test_the_score_of_every_label_of_real_news_adds_up(shared: Path, model: Model) -> None:
    for article in list(articles(shared / "gold" / "dev.jsonl"))[::5]:
        assert_adds_up(model, article)


@pytest.mark.parametrize("number", range(5))
def test_what_decides_about_the_seed_articles_are_mentions(shared: Path, model: Model, number: int) -> None:
    path = sorted((shared / "seed_articles").glob("*.txt"))[number]
    for label in model.label(next(articles(path))).labels:
        assert label.evidence and label.evidence[0].weight > 0
        assert label.evidence[0].kind != "word"


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
    fitted = classifier(ALL_OF_FOCUS, WORDS)
    article = Article("Flour was short and bakers shut their ovens. Flour came from Benghazi.")
    found = explained(fitted, article)
    assert {one.kind for one in found} == {"word"}
    assert sum(one.weight for one in found) - 2.0 == pytest.approx(logit(fitted, article), abs=1e-3)


def test_words_that_may_not_decide_alone_are_no_evidence_of_a_label_that_is_not_named() -> None:
    fitted = replace(classifier(ALL_OF_FOCUS, WORDS), unnamed=np.array([np.nan]))
    article = Article("Flour was short and bakers shut their ovens.")
    assert explained(fitted, article) == [] and logit(fitted, article) == UNNAMED


def test_the_gain_of_a_label_scales_what_its_mentions_added() -> None:
    once, twice = (explained(classifier(ALL_OF_FOCUS, {"flour": 0.0}, gain), ARTICLE) for gain in (1.0, 2.0))
    assert [one.weight for one in twice] == pytest.approx([2 * one.weight for one in once], abs=1e-3)


EVERYONE = ["Syria in the title", "Syria in the dateline", "DAMASCUS", "Syrian", "Damascus", "Bashar al-Assad"]


@pytest.mark.parametrize(
    ("feature", "texts"),
    [
        ("in headline", ["Syria in the title"]),
        ("news peg", ["Syria in the title", "DAMASCUS", "Syrian", "Damascus"]),
        ("in lead", ["DAMASCUS", "Syrian", "Damascus", "Bashar al-Assad"]),
        ("lead share", ["DAMASCUS", "Syrian", "Damascus", "Bashar al-Assad"]),
        ("in dateline", ["Syria in the dateline"]),
        ("mentions", EVERYONE),
        ("is top", EVERYONE),
        ("sentences", ["Syria in the title", "Syria in the dateline", "DAMASCUS", "Damascus", "Bashar al-Assad"]),
        ("distinct seeds", ["Syria in the title", "DAMASCUS", "Syrian", "Bashar al-Assad"]),
        ("by name", ["Syria in the title", "Syria in the dateline", "Syrian"]),
        ("starts at", []),  # at 0: it is the first word
        ("ends at", ["Bashar al-Assad"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_feature_is_owed_alike_to_the_mentions_it_is_made_of(feature: str, texts: list[str]) -> None:
    found = explained(classifier(focus(**{feature.replace(" ", "_"): 3.0})), ARTICLE)
    told = [one.text + (f" in the {one.field}" if one.field != "text" else "") for one in found]
    assert sorted(told) == sorted(texts)
    assert len({one.weight for one in found}) == min(1, len(texts))


def test_the_first_mention_answers_for_how_far_down_it_stands() -> None:
    article = Article("Bakers shut their ovens in Damascus. Flour came from Syria.")
    assert [one.text for one in explained(classifier(focus(starts_at=-3.0)), article)] == ["Damascus"]


def test_a_mention_answers_for_as_much_of_the_text_as_it_holds() -> None:
    article = Article("In Damascus bakers shut three ovens. In Syria nobody bakes. Benghazi has flour and bread.")
    found = {one.text: one.weight for one in explained(classifier(focus(text_held=3.0)), article)}
    assert found["Damascus"] / found["Syria"] == pytest.approx(6 / 3, rel=1e-3)


def test_each_fifth_of_the_text_counts_its_first_mention() -> None:
    article = Article("Syria and Syria have flour. Bakers shut their ovens for good on the day that Syria left.")
    found = explained(classifier(focus(spread=3.0)), article)
    assert [one.start for one in found] == [0, article.text.rindex("Syria")]


def test_a_dateline_within_the_text_is_told_from_the_lead() -> None:
    article = replace(ARTICLE, title="", dateline=None)
    assert [one.text for one in explained(classifier(focus(in_dateline=3.0)), article)] == ["DAMASCUS"]
    assert "DAMASCUS" not in [one.text for one in explained(classifier(focus(in_lead=3.0)), article)]


def test_a_mention_like_any_in_passing_is_no_evidence() -> None:
    article = Article("Rain fell on Benghazi.")
    reading = read(article)
    (row,) = made(reading, finder().find(reading)).focus
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


def test_what_speaks_against_a_label_weighs_less_than_nothing() -> None:
    found = explained(classifier(focus(in_headline=-3.0, in_dateline=2.0), {"flour": -9.0, "bakers": 3.0}), ARTICLE)
    speaking = {(one.text.lower(), one.field): one.weight > 0 for one in found}
    assert speaking == {
        ("syria", "title"): False,
        ("syria", "dateline"): True,
        ("flour", "title"): False,
        ("flour", "text"): False,
        ("bakers", "text"): True,
    }


def light(*weights: float) -> list[Evidence]:
    return [Evidence(0, 5, "Syria", "names", weight) for weight in weights]


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ((2.0, -1.0, LEAST, -LEAST, 0.09, -0.05), (2.0, -1.0, LEAST, -LEAST)),
        ((0.08, 0.07, -0.05, 0.03), (0.08, 0.07, -0.05)),
        ((0.15, 0.09), (0.15, 0.09)),
        ((), ()),
    ],
    ids=["the light ones go", "unless all are light", "half of the heaviest stays", "nothing"],
)
def test_what_is_too_light_to_tell_is_left_out(weights: tuple[float, ...], told: tuple[float, ...]) -> None:
    assert telling(light(*weights)) == light(*told)


def test_a_label_that_many_light_mentions_decided_still_says_so(model: Model) -> None:
    rows = "Syrian bakers in Damascus sold bread while buyers in Syria waited at the counter for flour. " * 40
    (label,) = model.label(Article(rows, title="Syria")).labels
    assert label.evidence and {found.kind for found in label.evidence} & {"names", "demonyms", "capital"}


def test_a_label_that_nothing_speaks_for_has_no_evidence() -> None:
    assert explained(classifier(ALL_OF_FOCUS), Article("Rain fell on Benghazi."), "SY") == []


def test_a_row_names_the_field_only_where_it_is_not_the_text() -> None:
    in_title, in_text = Evidence(0, 5, "Syria", "names", 1.5, "title"), Evidence(0, 5, "Syria", "names", 1.5)
    assert as_row(in_title)["field"] == "title"
    assert as_row(in_text) == {"start": 0, "end": 5, "text": "Syria", "kind": "names", "weight": 1.5}

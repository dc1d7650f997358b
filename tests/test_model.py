"""The model: one article through all of it, and the Labelling that comes out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.article import Article
from training.classifier import Example
from training.focus import places
from training.model import EVIDENCE, TOPIC_SHARE, UNSURE, Labelling, Model, ScoredLabel
from training.text import read

SYRIA = Article(
    "Shells fell on the eastern suburbs of Damascus on Friday and the Syrian army closed two roads out of the city. "
    "President Bashar al-Assad met commanders in the evening. In Aleppo, rebels held the citadel's northern gate while "
    "families queued for bread.\n\nSyria has been at war since 2011. Doctors in Homs and Idlib said that they had run "
    "out of blood. A minister in France called for talks.",
    title="Syrian troops close roads around Damascus",
    id="one",
    date="2014-03-07",
)
BOTH = Article(
    "Fighters from Libya and Syria met in a hotel, people in Damascus and Benghazi said. The Libyan militias of "
    "Benghazi sent rifles to Syrian rebels in Homs by ship. Syria protested; Libya denied it. Officials in Tripoli "
    "and Damascus exchanged notes, and the Libyan and the Syrian ambassadors were called in.",
    title="Syria accuses Libya of sending rifles",
)
NEITHER = Article("Rain fell on the hills and the baker closed early. The cat slept on the warm stones by the oven.")


def ids(model: Model, article: Article) -> list[str]:
    return [label.id for label in model.label(article).labels]


@pytest.mark.parametrize(("article", "labels"), [(SYRIA, {"SY"}), (BOTH, {"SY", "LY"}), (NEITHER, set())])
def test_an_article_gets_the_countries_it_is_about(model: Model, article: Article, labels: set[str]) -> None:
    assert set(ids(model, article)) == labels


def test_most_samples_get_most_of_their_labels(model: Model, samples: list[Article]) -> None:
    chosen = samples[::8]
    wanted = [(number, label) for number, article in enumerate(chosen) for label in article.labels or ()]
    given = {(number, label) for number, article in enumerate(chosen) for label in ids(model, article)}
    assert sum(pair in given for pair in wanted) > 0.8 * len(wanted)


def test_assigned_labels_come_best_first_and_the_others_only_when_asked_for(model: Model) -> None:
    assigned = model.label(BOTH).labels
    every = model.label(SYRIA, all=True).labels
    assert all(label.assigned for label in assigned)
    assert [label.probability for label in assigned] == sorted((one.probability for one in assigned), reverse=True)
    assert [label.assigned for label in every] == sorted((label.assigned for label in every), reverse=True)
    assert "FR" in [label.id for label in every if not label.assigned]
    assert {label.id for label in every} >= model.classifier.rows.keys()  # they have words, and so are always scored
    assert [label for label in every if label.assigned] == model.label(SYRIA).labels


def test_the_probability_is_the_classifiers(model: Model) -> None:
    reading = read(SYRIA)
    mentions = model.finder.find(reading)
    example = Example.read(reading, mentions, places(reading, mentions), model.stop_words)
    probabilities = model.classifier.predict(example).probabilities
    for label in model.label(SYRIA, all=True).labels:
        column = model.classifier.labels.index(label.id)
        assert label.probability == probabilities[column]
        assert label.assigned == (probabilities[column] >= model.classifier.thresholds[column])


def test_its_own_labels_are_not_looked_at(model: Model) -> None:
    wrong = replace(SYRIA, labels=frozenset({"FR"}), unsure=frozenset({"SY"}))
    assert model.label(wrong) == model.label(SYRIA)


def test_labelling_again_or_in_other_company_gives_the_same(model: Model, samples: list[Article]) -> None:
    chosen = samples[::40]
    first = [model.label(article).as_row() for article in chosen]
    assert first[::-1] == [model.label(article).as_row() for article in chosen[::-1]]


def test_a_served_model_labels_as_the_trained_one(trained: Model, model: Model, samples: list[Article]) -> None:
    for article in samples[::25]:
        assert model.label(article, all=True).as_row() == trained.label(article, all=True).as_row()


@pytest.mark.parametrize("most", [EVIDENCE, 2, 0])
def test_as_much_evidence_as_asked_for(model: Model, most: int) -> None:
    crowded = replace(SYRIA, text=SYRIA.text + " Syria then answered from Damascus." * 5)
    every = model.label(crowded, most=None).labels[0].evidence
    assert every is not None and len(every) > EVIDENCE
    assert model.label(crowded, most=most).labels[0].evidence == every[:most]


def test_none_is_left_out_where_all_evidence_is_asked_for(model: Model) -> None:
    every, few = (model.label(SYRIA, all=True, most=most).labels for most in (None, 1))
    told = [(len(one.evidence or ()), len(two.evidence or ())) for one, two in zip(every, few, strict=True)]
    assert all(all_ >= shown for all_, shown in told) and any(all_ > shown for all_, shown in told)
    assert all(one.evidence is not None and 0 not in [found.weight for found in one.evidence] for one in every)


@pytest.mark.parametrize(
    ("probability", "assigned", "unsure"),
    [
        (0.99, True, False),
        (0.79, True, True),
        (0.45, True, True),
        (0.81, False, True),
        (UNSURE, False, True),
        (0.19, False, False),
    ],
)
def test_unsure_is_what_is_likely_enough_to_be_wrong(probability: float, assigned: bool, unsure: bool) -> None:
    label = ScoredLabel("SY", "Syria", probability, assigned, 0.0)
    assert label.unsure is unsure
    row = Labelling(None, [label], [], None, [], {}).as_row()["labels"][0]
    assert ("unsure" in row, "assigned" in row) == (unsure, not assigned)


def test_no_evidence_where_none_is_wanted(model: Model) -> None:
    labelling = model.label(SYRIA, evidence=False, all=True)
    assert {label.evidence for label in labelling.labels} == {None}
    assert all(not {"evidence", "score", "rest"} & row.keys() for row in labelling.as_row()["labels"])


def test_topics_come_most_first_and_none_that_is_mere_prior(model: Model) -> None:
    topics = model.label(SYRIA).topics
    weights = [topic.weight for topic in topics]
    assert topics and weights == sorted(weights, reverse=True)
    assert min(weights) >= TOPIC_SHARE and sum(weights) <= 1 + 1e-9
    names = dict(zip(model.topics.ids, model.topics.names, strict=True))
    assert all(topic.name == names[topic.id] for topic in topics)


@pytest.mark.parametrize("text", ["", "\n\n", "qqqq zzzz 123"])
def test_an_article_that_says_nothing_has_no_labels_and_no_topics(model: Model, text: str) -> None:
    labelling = model.label(Article(text))
    assert (labelling.labels, labelling.topics) == ([], [])


def test_leftovers_are_named_and_their_countries_are_not_the_articles(model: Model) -> None:
    page = replace(
        NEITHER, text=f"{NEITHER.text}\nRelated stories:\nLibya: shells hit Benghazi\nLibya counts its votes"
    )
    labelling = model.label(page)
    assert labelling.labels == []
    (removed,) = {stretch.reason for stretch in labelling.removed}
    assert removed == "related"
    gone = "".join(page.text[stretch.start : stretch.end] for stretch in labelling.removed)
    assert "Benghazi" in gone and "Rain" not in gone


def test_a_row_is_what_the_interface_shows(model: Model) -> None:
    row = model.label(SYRIA, all=True).as_row()
    assert json.loads(json.dumps(row)) == row
    assert list(row) == ["id", "labels", "topics", "language", "removed", "model"]
    assert (row["id"], row["language"]) == ("one", "en")
    assert row["model"] == {"version": model.version, "trained_at": model.about["trained_at"]}
    best, last = row["labels"][0], row["labels"][-1]
    assert list(best) == ["id", "name", "probability", "score", "rest", "evidence"]
    assert best["rest"] + sum(found["weight"] for found in best["evidence"]) == pytest.approx(best["score"], abs=2e-4)
    assert (best["id"], best["name"]) == ("SY", "Syria")
    assert last["assigned"] is False
    assert best["evidence"][0].keys() >= {"start", "end", "text", "kind", "weight"}
    assert all(label["probability"] == round(label["probability"], 4) for label in row["labels"])


@given(text=st.text(max_size=300), title=st.text(max_size=40), dateline=st.none() | st.text(max_size=30))
@settings(max_examples=50)
def test_any_text_is_labelled(model: Model, text: str, title: str, dateline: str | None) -> None:
    article = Article(f"{text} Syria {text} Libya", title=title, dateline=dateline)
    labelling = model.label(article, all=True)
    assert all(0 <= label.probability <= 1 for label in labelling.labels)
    fields = {"text": article.text, "title": title, "dateline": dateline or ""}
    for label in labelling.labels:
        for found in label.evidence or ():
            assert fields[found.field][found.start : found.end] == found.text


@pytest.mark.parametrize("threads", [None, 1, 3], ids=["as many as cores", "one", "three"])
def test_many_articles_are_labelled_as_one_after_the_other(
    model: Model, samples: list[Article], threads: int | None
) -> None:
    some = samples[:40]
    assert model.label_many(some, threads=threads, all=True) == [model.label(article, all=True) for article in some]
    assert model.label_many([], threads=threads) == []

"""The tables for notebooks say what the model says, in a shape that does not depend on the article."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pandas import DataFrame, Timestamp

from training import frames
from training.article import Article
from training.chronicle import Chronicle, empty
from training.errors import InputError
from training.frames import (
    articles_table,
    compare_table,
    drawn_table,
    evidence_table,
    gensim_corpus,
    label_topics_table,
    labels_table,
    map_table,
    shares_table,
    topics_table,
    volume_table,
    words_table,
)
from training.frames.maps import distances, scaled
from training.model import Labelling, Model
from training.text import read

TEXT = "Libyan coast guards met in Tripoli on Monday. Rome, an Italian minister said, will send Libya four ships."


@pytest.fixture(scope="module")
def labelling(model: Model) -> Labelling:
    return model.label(Article(TEXT, title="Italy sends Libya ships"), all=True)


@pytest.fixture(scope="module")
def nothing(model: Model) -> Labelling:
    return model.label(Article("."))


def shape(table: DataFrame) -> tuple[list[object], list[object]]:
    return list(table.index.names), list(table.columns)


def told(model: Model, **changes: Any) -> Model:
    """Give the model with other things known of its topics."""
    return replace(model, topics=replace(model.topics, **changes))


def with_about(model: Model, number: int, **changes: Any) -> Model:
    """Give the model with other things known of one topic."""
    about = [dict(one) for one in model.topics.about]
    about[number] |= changes
    return told(model, about=about)


# One article


def test_labels_table_has_a_row_a_label(labelling: Labelling) -> None:
    table = labels_table(labelling)
    assert list(table.index) == [label.id for label in labelling.labels]
    assert table.to_dict("records") == [
        {"label": label.name, "probability": label.probability, "assigned": label.assigned}
        for label in labelling.labels
    ]


def test_evidence_table_has_a_row_a_stretch(labelling: Labelling) -> None:
    assert evidence_table(labelling).reset_index().to_dict("records") == [
        {"label": label.name, "rank": rank, **found._asdict()}
        for label in labelling.labels
        for rank, found in enumerate(label.evidence or (), 1)
    ]


def test_evidence_table_leaves_out_labels_without_evidence(model: Model) -> None:
    assert evidence_table(model.label(Article(TEXT), evidence=False)).empty


def test_shares_table_has_a_row_a_topic_largest_first(labelling: Labelling) -> None:
    table = shares_table(labelling)
    assert list(table.itertuples(name=None)) == [(topic.id, topic.name, topic.weight) for topic in labelling.topics]
    assert table["share"].is_monotonic_decreasing


@pytest.mark.parametrize("table", [labels_table, evidence_table, shares_table], ids=lambda table: table.__name__)
def test_an_article_without_anything_gives_an_empty_table_of_the_same_shape(
    table: Callable[[Labelling], DataFrame], labelling: Labelling, nothing: Labelling
) -> None:
    assert table(nothing).empty
    assert shape(table(nothing)) == shape(table(labelling))


# All topics


def test_topics_table_says_what_is_known_of_each_the_largest_first(model: Model) -> None:
    table = topics_table(model)
    assert sorted(table.index) == sorted(model.topics.ids)
    assert table["share"].is_monotonic_decreasing
    for id, row in table.iterrows():
        number = model.topics.ids.index(str(id))
        about = model.topics.about[number]
        assert {key: row[key] for key in ("name", "share", "articles")} == {
            key: about[key] for key in ("name", "share", "articles")
        }
        assert {key: row[key] for key in ("npmi", "distinct")} == about["quality"]
        assert row["words"].split(", ") == [word for word, _ in model.topics.top_words(number, 5)]
    assert table["junk"].isna().all()


@pytest.mark.parametrize(
    "table", [topics_table, words_table, map_table, volume_table, label_topics_table], ids=lambda table: table.__name__
)
def test_junk_is_given_when_it_is_asked_for(table: Callable[..., DataFrame], model: Model) -> None:
    id = model.topics.ids[2]
    junk = with_about(model, 2, junk="its words seldom stand together", trend="fading")

    def ids(**asked: Any) -> set[str]:
        found = table(junk, **asked).reset_index()
        return set(found["topic"] if "topic" in found else found["id"])

    assert ids() == {*model.topics.ids} - {id}
    assert ids(junk=True) == {*model.topics.ids}


def test_topics_table_tells_trends_and_why_a_topic_is_junk(model: Model) -> None:
    row = topics_table(with_about(model, 2, junk="why", trend="fading"), junk=True).loc[model.topics.ids[2]]
    assert (row["junk"], row["trend"]) == ("why", "fading")


def test_words_table_has_the_words_of_every_topic_best_first(model: Model) -> None:
    table = words_table(model, most=4)
    assert list(table["topic"].unique()) == list(topics_table(model).index)
    for id, rows in table.groupby("topic", sort=False):
        number = model.topics.ids.index(str(id))
        assert set(rows["name"]) == {model.topics.names[number]}
        assert list(rows["rank"]) == [1, 2, 3, 4]
        assert list(zip(rows["word"], rows["probability"], strict=True)) == model.topics.top_words(number, 4)


def test_words_table_of_one_topic_has_no_other(model: Model) -> None:
    table = words_table(model, model.topics.ids[3], most=6)
    assert list(zip(table["word"], table["probability"], strict=True)) == model.topics.top_words(3, 6)
    assert set(table["topic"]) == {model.topics.ids[3]}


def test_articles_table_has_what_is_typical(model: Model) -> None:
    table = articles_table(model, model.topics.ids[0])
    assert shape(table) == ([None], ["id", "title", "date", "source", "share"])
    assert table.to_dict("records") == model.topics.about[0]["typical"]
    assert articles_table(with_about(model, 0, typical=[]), model.topics.ids[0]).empty


@pytest.mark.parametrize("table", [words_table, articles_table], ids=lambda table: table.__name__)
def test_an_id_that_no_topic_has_is_an_error_that_names_those_there_are(
    table: Callable[[Model, str], DataFrame], model: Model
) -> None:
    with pytest.raises(InputError, match=f"no topic has the id 'sport'; there are .*{model.topics.ids[0]}"):
        table(model, "sport")


def test_label_topics_table_tells_shares_and_how_many_times_the_average(model: Model) -> None:
    table = label_topics_table(model, most=3)
    chronicle, labels = model.topics.chronicle, list(model.classifier.labels)
    assert list(table["id"].unique()) == ["LY", "SY", "US"]
    assert list(table["label"].unique()) == ["Libya", "Syria", "United States"]
    assert len(table) == 3 * len(model.topics)
    averages = chronicle.shares.mean(axis=0)
    for row in table.itertuples(index=False):
        label, topic = labels.index(str(row.id)), model.topics.ids.index(str(row.topic))
        assert row.articles == chronicle.labelled[label]
        assert row.share == pytest.approx(chronicle.label_volume[label, topic] / chronicle.labelled[label])
        assert row.times == pytest.approx(row.share / averages[topic], rel=1e-5)
    assert table.groupby("id")["share"].sum().to_numpy() == pytest.approx(np.ones(3), abs=1e-3)


def test_gensim_corpus_is_what_the_topics_are_inferred_from(model: Model, samples: list[Article]) -> None:
    first, none = gensim_corpus(model, [samples[0], Article(".")])
    columns, weights = model.topics.bag(read(samples[0]).tokens.hashes)
    assert first == list(zip(columns.tolist(), weights.tolist(), strict=True))
    assert len(first) > 5 and none == []


# The map


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([[1, 0], [0, 1]], [[0, 1], [1, 0]]),
        ([[0.5, 0.5], [2, 2]], [[0, 0], [0, 0]]),
        ([[1, 0], [0.5, 0.5]], [[0, 0.5579], [0.5579, 0]]),
    ],
    ids=["nothing in common", "the same", "half"],
)
def test_distances_are_those_of_jensen_and_shannon(rows: list[list[float]], expected: list[list[float]]) -> None:
    assert distances(np.array(rows)) == pytest.approx(np.array(expected), abs=1e-4)


def test_distances_of_topics_are_symmetric_and_keep_the_triangle(model: Model) -> None:
    found = distances(model.topics.word_probabilities)
    assert (found == found.T).all() and (np.diag(found) == 0).all()
    assert (found >= 0).all() and (found <= 1).all()
    assert (found[:, None] <= found[:, :, None] + found[None] + 1e-9).all()


def test_distances_are_scipys(model: Model) -> None:
    from scipy.spatial.distance import jensenshannon

    one, two = model.topics.word_probabilities[:2].astype(float)
    found = distances(model.topics.word_probabilities[:2])
    assert found[0, 1] == pytest.approx(jensenshannon(one, two, base=2), abs=1e-6)


def test_what_lies_in_a_plane_is_drawn_as_it_is() -> None:
    plane = np.random.default_rng(3).normal(size=(9, 2))
    apart = np.linalg.norm(plane[:, None] - plane, axis=2)
    drawn = scaled(apart)
    assert np.linalg.norm(drawn[:, None] - drawn, axis=2) == pytest.approx(apart)
    assert (drawn[np.abs(drawn).argmax(axis=0), [0, 1]] > 0).all()
    assert np.ptp(drawn[:, 0]) >= np.ptp(drawn[:, 1])


@pytest.mark.parametrize("count", [1, 2], ids=["one", "two"])
def test_few_topics_make_a_map_too(count: int) -> None:
    found = scaled(distances(np.eye(count, 4)))
    assert found.shape == (count, 2) and np.isfinite(found).all()


def test_map_table_is_the_same_each_time(model: Model) -> None:
    one, two = map_table(model), map_table(model)
    assert shape(one) == (["id"], ["x", "y", "name", "words", "share", "articles", "trend"])
    assert one.equals(two)
    assert one[["x", "y"]].to_numpy().mean(axis=0) == pytest.approx([0, 0], abs=1e-9)


def crowd(count: int) -> DataFrame:
    """A map of many topics with long names, near each other."""
    rng = np.random.default_rng(1)
    table = DataFrame(rng.normal(size=(count, 2)), columns=["x", "y"], index=[f"t{number}" for number in range(count)])
    names = [f"words of theme {number}" for number in range(count)]
    return table.assign(name=names, share=np.linspace(0.1, 0.001, count))


def test_a_drawn_map_has_room_for_each_name_where_it_covers_nothing() -> None:
    table = drawn_table(crowd(40), 900, 680)
    assert table[["x", "name_x"]].min().min() >= 0 and table[["x", "name_x"]].max().max() <= 900
    assert table[["y", "name_y"]].min().min() >= 0 and table[["y", "name_y"]].max().max() <= 680
    names = table[["name_x", "name_y"]].to_numpy()
    across, up = np.abs(names[:, None] - names).transpose(2, 0, 1)
    covered = (across < 90) & (up < 14) & ~np.eye(len(table), dtype=bool)
    assert not covered.any()
    away = np.abs(names[:, None] - table[["x", "y"]].to_numpy()).transpose(2, 0, 1)
    assert not ((away[0] < 45) & (away[1] < 7)).any()


def test_a_drawn_map_keeps_distances_and_sizes() -> None:
    plain, drawn = crowd(12), drawn_table(crowd(12), 900, 680)
    for table in (plain, drawn):
        assert list(table["name"]) == list(plain["name"])
    apart = [np.linalg.norm(np.diff(table[["x", "y"]].to_numpy(), axis=0), axis=1) for table in (plain, drawn)]
    assert apart[1] / apart[0] == pytest.approx(np.full(11, apart[1][0] / apart[0][0]))
    assert drawn["area"].iloc[0] / drawn["area"].iloc[1] == pytest.approx(
        plain["share"].iloc[0] / plain["share"].iloc[1]
    )


def test_where_there_is_no_room_a_name_is_missing() -> None:
    assert drawn_table(crowd(40), 120, 90)["name_x"].isna().any()


# Times and versions


def days(count: int, step: int, articles: int) -> Chronicle:
    """What there was of two topics, a third and two thirds of everything, on days so far apart."""
    parts = np.array([1, 2], np.float32) / 3
    return replace(
        empty(2),
        days=np.arange(18000, 18000 + count * step, step, dtype=np.int32),
        articles=np.full(count, articles, np.int32),
        volume=np.tile(articles * parts, (count, 1)).astype(np.float32),
    )


def of_two(model: Model, chronicle: Chronicle) -> Model:
    return told(model, about=model.topics.about[:2], chronicle=chronicle)


@pytest.mark.parametrize("period", ["D", "W", "M", "Q", "Y", None])
def test_volumes_add_up_to_what_the_chronicle_says(model: Model, period: str | None) -> None:
    table = volume_table(model, period)
    chronicle = model.topics.chronicle
    sums = table.groupby("topic")["volume"].sum()
    assert sums[model.topics.ids].to_numpy() == pytest.approx(chronicle.volume.sum(axis=0), rel=1e-5)
    assert table.drop_duplicates("date")["articles"].sum() == chronicle.articles.sum()
    assert table["share"].to_numpy() == pytest.approx((table["volume"] / table["articles"]).to_numpy())
    assert table.groupby("date")["share"].sum().max() <= 1 + 1e-5
    for _, rows in table.groupby("topic"):
        assert rows["date"].is_monotonic_increasing and rows["date"].is_unique


@pytest.mark.parametrize(
    "chronicle, points",
    [
        (days(10, 1, 30), 10),
        (days(300, 1, 30), 44),
        (days(100, 1, 5), 16),
        (days(1500, 1, 30), 50),
        (days(3, 3000, 1), 3),
        (days(1, 1, 100), 1),
    ],
    ids=["days", "weeks", "weeks of few a day", "months", "hardly any", "one day"],
)
def test_the_period_suits_the_articles(model: Model, chronicle: Chronicle, points: int) -> None:
    table = volume_table(of_two(model, chronicle))
    assert table["date"].nunique() == points
    assert set(table["share"].round(4)) == {0.3333, 0.6667}


def test_a_period_bears_the_date_of_its_first_day(model: Model) -> None:
    table = volume_table(of_two(model, days(3, 1, 10)), "M")
    assert set(table["date"]) == {Timestamp("2019-04-01")} and set(table["articles"]) == {30}


def test_without_dates_there_is_no_volume(model: Model) -> None:
    table = volume_table(of_two(model, empty(2)))
    assert table.empty and shape(table) == shape(volume_table(model))


def test_a_model_beside_itself_has_kept_everything(model: Model) -> None:
    table = compare_table(model, model)
    assert list(table.index) == list(topics_table(model, junk=True).index)
    assert set(table["status"]) == {"kept"}
    assert table["cosine"].to_numpy() == pytest.approx(np.ones(len(table)))
    assert list(table["share_before"]) == list(table["share_after"]) == list(topics_table(model)["share"])
    assert table["other"].isna().all()


def test_two_versions_side_by_side_tell_what_is_new_and_what_is_gone(model: Model) -> None:
    model = told(model, chronicle=empty(len(model.topics)))  # where no articles are known, words decide
    old = with_about(model, 1, id="t000000", name="gone")
    table = compare_table(old, with_about(model, 0, name="another name", share=0.5))
    assert list(table["status"]) == ["kept"] * (len(model.topics) - 1) + ["new", "retired"]
    kept, new, gone = (table.loc[id] for id in (model.topics.ids[0], model.topics.ids[1], "t000000"))
    assert (kept["name"], kept["share_after"]) == ("another name", 0.5)
    assert (new["name"], new["other"], new["share_after"]) == (
        model.topics.names[1],
        "t000000",
        model.topics.about[1]["share"],
    )
    assert (gone["name"], gone["other"]) == ("gone", model.topics.ids[1])
    assert np.isnan(new["cosine"]) and np.isnan(new["share_before"]) and np.isnan(gone["share_after"])


# The module


def test_its_docstrings_name_every_column(model: Model, labelling: Labelling) -> None:
    tables = {
        labels_table: labelling,
        evidence_table: labelling,
        shares_table: labelling,
        topics_table: model,
        words_table: model,
        label_topics_table: model,
        volume_table: model,
        map_table: model,
    }
    for table, given in tables.items():
        columns = [column for column in table(given).reset_index().columns if column != "index"]  # type: ignore[operator]
        assert [column for column in columns if column not in (table.__doc__ or "")] == []


def test_it_names_what_it_offers() -> None:
    assert frames.__all__ == sorted(frames.__all__)
    assert all(getattr(frames, name).__doc__ for name in frames.__all__)


def test_importing_it_does_not_import_pandas() -> None:
    code = "import sys, training.frames; sys.exit('pandas' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)

"""The tables for notebooks say what the model says, in a shape that does not depend on the article."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pandas import DataFrame

from training.article import Article
from training.frames import evidence_table, labels_table, shares_table, topics_table
from training.model import Labelling, Model

TEXT = "Libyan coast guards met in Tripoli on Monday. Rome, an Italian minister said, will send Libya four ships."


@pytest.fixture(scope="module")
def labelling(model: Model) -> Labelling:
    return model.label(Article(TEXT, title="Italy sends Libya ships"), all=True)


@pytest.fixture(scope="module")
def nothing(model: Model) -> Labelling:
    return model.label(Article("."))


def shape(table: DataFrame) -> tuple[list[object], list[object]]:
    return list(table.index.names), list(table.columns)


def test_topics_table_has_the_words_of_every_topic_best_first(model: Model) -> None:
    table = topics_table(model, most=4)
    assert list(table["topic"].unique()) == model.topics.ids
    for topic, (id, rows) in enumerate(table.groupby("topic", sort=False)):
        assert id == model.topics.ids[topic]
        assert set(rows["name"]) == {model.topics.names[topic]}
        assert list(rows["rank"]) == [1, 2, 3, 4]
        assert list(zip(rows["word"], rows["probability"], strict=True)) == model.topics.top_words(topic, 4)


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
    table: object, labelling: Labelling, nothing: Labelling
) -> None:
    assert callable(table)
    assert table(nothing).empty
    assert shape(table(nothing)) == shape(table(labelling))


def test_importing_it_does_not_import_pandas() -> None:
    code = "import sys, training.frames; sys.exit('pandas' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)

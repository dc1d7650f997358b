"""Precision, recall and F1: by hand, and equal to scikit-learn's."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from training.evaluate import Counts, evaluate

LABELS = ["FR", "LY", "SY"]
some = st.frozensets(st.sampled_from(LABELS))


def truth(labels: str, unsure: str = "") -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(labels.split()), frozenset(unsure.split())


@pytest.mark.parametrize(
    ("counts", "figures"),
    [
        (Counts(0, 0, 0), (0, 0, 0, 0)),
        (Counts(0, 2, 0), (0, 0, 0, 0)),
        (Counts(0, 0, 3), (0, 0, 0, 3)),
        (Counts(4, 0, 0), (1, 1, 1, 4)),
        (Counts(3, 1, 2), (0.75, 0.6, 2 / 3, 5)),
    ],
    ids=str,
)
def test_figures_of_one_label(counts: Counts, figures: tuple[float, ...]) -> None:
    assert (counts.precision, counts.recall, counts.f1, counts.support) == pytest.approx(figures)
    assert counts.as_row() == dict(zip(("precision", "recall", "f1", "support"), np.round(figures, 4), strict=True))


@given(pairs=st.lists(st.tuples(some, some), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_figures_equal_scikit_learn(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    ours = evaluate([(true, frozenset()) for true, _ in pairs], [answer for _, answer in pairs])
    true, answered = (np.array([[label in pair[side] for label in LABELS] for pair in pairs]) for side in (0, 1))
    by_label = precision_recall_fscore_support(true, answered, average=None, zero_division=0)
    for column, label in enumerate(LABELS):
        counts = ours.labels.get(label, Counts())
        figures = (counts.precision, counts.recall, counts.f1, counts.support)
        assert figures == pytest.approx([figure[column] for figure in by_label])
    micro = precision_recall_fscore_support(true, answered, average="micro", zero_division=0)[:3]
    assert (ours.micro.precision, ours.micro.recall, ours.micro.f1) == pytest.approx(micro)
    present = [by_label[2][column] for column in range(3) if true[:, column].any()]
    assert ours.macro_f1 == pytest.approx(sum(present) / len(present) if present else 0)


def test_what_is_unsure_scores_neither_way() -> None:
    truths = [truth("SY", "LY"), truth("FR", "LY"), truth("LY SY", "LY")]
    scores = evaluate(truths, [["SY", "LY"], ["FR"], ["SY"]])
    assert scores.labels.keys() == {"FR", "SY"}
    assert (scores.micro.f1, scores.macro_f1) == (1, 1)


def test_a_label_nobody_should_have_been_given_lowers_micro_and_not_macro() -> None:
    scores = evaluate([truth("SY"), truth("")], [["SY"], ["FR"]])
    assert scores.micro.precision == 0.5 and scores.macro_f1 == 1
    assert scores.labels["FR"].wrong == 1


def test_an_answer_given_twice_counts_once() -> None:
    assert evaluate([truth("SY")], [["SY", "SY", "LY", "LY"]]).micro.as_row()["precision"] == 0.5


def test_no_articles_score_nothing() -> None:
    assert evaluate([], []).as_row() == {"micro": Counts().as_row(), "macro_f1": 0, "labels": {}}


@pytest.mark.parametrize("answers", [[], [["SY"], ["SY"]]], ids=["too few", "too many"])
def test_answers_must_be_as_many_as_articles(answers: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="zip"):
        evaluate([truth("SY")], answers)


def test_a_row_lists_labels_by_support_and_is_ready_for_json() -> None:
    truths = [truth("SY LY"), truth("SY FR"), truth("SY"), truth("")]
    row = evaluate(truths, [["SY"], ["SY", "FR"], [], ["DE"]]).as_row()
    assert json.loads(json.dumps(row)) == row
    assert list(row["labels"]) == ["SY", "FR", "LY", "DE"]
    assert row["labels"]["SY"] == {"precision": 1.0, "recall": 0.6667, "f1": 0.8, "support": 3}
    assert row["macro_f1"] == 0.6

"""Precision, recall, F1 and average precision: by hand, and equal to scikit-learn's; and who answers for a model."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_fscore_support

from tests.helping import tiny_model, tiny_rows
from training.article import Article
from training.evaluate import LEAST, Answer, Counts, Truth, answer, evaluate, kept, out_of_fold
from training.text import digest

LABELS = ["FR", "LY", "SY"]
some = st.frozensets(st.sampled_from(LABELS))
probabilities = st.dictionaries(st.sampled_from(LABELS), st.sampled_from([0.001, 0.2, 0.5, 0.75, 1.0]))


def truth(labels: str, unsure: str = "") -> Truth:
    return frozenset(labels.split()), frozenset(unsure.split())


def said(labels: str = "", **scored: float) -> Answer:
    """Make an answer of assigned labels and probabilities."""
    return Answer(frozenset(labels.split()), scored)


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
@settings(max_examples=50)
def test_figures_equal_scikit_learn(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    ours = evaluate([(true, frozenset()) for true, _ in pairs], [Answer(assigned, {}) for _, assigned in pairs])
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


@given(rows=st.lists(st.tuples(some, some, probabilities), min_size=1, max_size=14))
@settings(max_examples=60)
def test_average_precision_equals_scikit_learn_on_what_is_sure(
    rows: list[tuple[frozenset[str], frozenset[str], dict[str, float]]],
) -> None:
    ours = evaluate([(true, unsure) for true, unsure, _ in rows], [Answer(frozenset(), p) for *_, p in rows])
    expected = {}
    for label in LABELS:
        sure = [(label in true, p.get(label, 0.0)) for true, unsure, p in rows if label not in unsure]
        if {hit for hit, _ in sure} == {True, False}:
            expected[label] = average_precision_score([hit for hit, _ in sure], [p for _, p in sure])
    assert dict(ours.ranking) == pytest.approx(expected)
    assert ours.mean_average_precision == pytest.approx(np.mean(list(expected.values())) if expected else 0)


@given(rows=st.lists(st.tuples(some, some, probabilities), min_size=1, max_size=14))
@settings(max_examples=40)
def test_calibration_is_of_all_probabilities_that_were_given_and_are_sure(
    rows: list[tuple[frozenset[str], frozenset[str], dict[str, float]]],
) -> None:
    ours = evaluate([(true, unsure) for true, unsure, _ in rows], [Answer(frozenset(), p) for *_, p in rows])
    pairs = [(p, label in true) for true, unsure, ps in rows for label, p in ps.items() if label not in unsure]
    assert ours.reliability.answers == len(pairs)
    if pairs:
        expected = brier_score_loss([hit for _, hit in pairs], [p for p, _ in pairs], pos_label=True)
        assert ours.reliability.brier == pytest.approx(expected)


def test_average_precision_by_hand() -> None:
    truths = [truth("SY"), truth(""), truth("SY"), truth("")]
    answers = [said(SY=0.9), said(SY=0.8), said(SY=0.7), said()]
    assert evaluate(truths, answers).ranking == pytest.approx({"SY": 0.5 * 1 + 0.5 * 2 / 3})


def test_a_label_of_all_articles_or_of_none_has_no_average_precision() -> None:
    scores = evaluate([truth("SY"), truth("SY")], [said("SY FR", SY=0.9, FR=0.8), said("SY", SY=0.8)])
    assert scores.ranking == {} and scores.mean_average_precision == 0
    assert scores.as_row()["labels"]["FR"]["average_precision"] is None


def test_what_is_unsure_scores_neither_way() -> None:
    truths = [truth("SY", "LY"), truth("FR", "LY"), truth("LY SY", "LY")]
    scores = evaluate(truths, [said("SY LY", SY=1, LY=0.1), said("FR", FR=1), said("SY", SY=1, LY=0.2)])
    assert scores.labels.keys() == scores.ranking.keys() == {"FR", "SY"}
    assert (scores.micro.f1, scores.macro_f1) == (1, 1)
    assert scores.reliability.answers == 3 and scores.reliability.brier == 0


def test_a_label_nobody_should_have_been_given_lowers_micro_and_not_macro() -> None:
    scores = evaluate([truth("SY"), truth("")], [said("SY"), said("FR")])
    assert scores.micro.precision == 0.5 and scores.macro_f1 == 1
    assert scores.labels["FR"].wrong == 1


def test_no_articles_score_nothing() -> None:
    assert evaluate([], []).as_row() == {
        "micro": Counts().as_row(),
        "macro_f1": 0,
        "mean_average_precision": 0,
        "calibration": {"error": 0, "brier": 0, "answers": 0, "curve": []},
        "labels": {},
    }


@pytest.mark.parametrize("answers", [[], [said("SY"), said("SY")]], ids=["too few", "too many"])
def test_answers_must_be_as_many_as_articles(answers: list[Answer]) -> None:
    with pytest.raises(ValueError, match="zip"):
        evaluate([truth("SY")], answers)


def test_a_row_lists_labels_by_support_and_is_ready_for_json() -> None:
    truths = [truth("SY LY"), truth("SY FR"), truth("SY"), truth("")]
    row = evaluate(truths, [said("SY", SY=0.9), said("SY FR", SY=0.8), said(SY=0.4, LY=0.1), said("DE")]).as_row()
    assert json.loads(json.dumps(row)) == row
    assert list(row["labels"]) == ["SY", "FR", "LY", "DE"]
    assert row["labels"]["SY"] == {
        "precision": 1.0,
        "recall": 0.6667,
        "f1": 0.8,
        "support": 3,
        "average_precision": 1.0,
        "calibration_error": 0.3,
    }
    assert row["labels"]["FR"]["calibration_error"] is None
    assert row["macro_f1"] == 0.6


# who answers for a model


def article(number: int, text: str = "") -> Article:
    row = tiny_rows()[number]
    return Article(f"{row['text']}{text}", title=str(row["title"]))


def test_an_article_the_model_was_trained_on_is_answered_by_models_that_had_not_seen_it() -> None:
    seen = article(0)
    model = replace(tiny_model(), out_of_fold={digest(seen): {"FR": 0.999, "SY": 0.002}})
    assert answer(model, seen) == Answer(frozenset({"FR"}), {"FR": 0.999, "SY": 0.002}, seen=True)


def test_an_article_that_is_new_is_answered_by_the_model() -> None:
    new = article(0, " Tea was cheap.")
    labels = tiny_model().label(new, all=True).labels
    given = answer(tiny_model(), new)
    assert not given.seen
    assert given.assigned == {label.id for label in labels if label.assigned} == {"SY"}
    assert given.probabilities == {label.id: label.probability for label in labels if label.probability >= LEAST}


@given(
    p=st.lists(st.floats(0, 1), min_size=3, max_size=3), thresholds=st.lists(st.floats(0, 1), min_size=3, max_size=3)
)
def test_what_is_kept_assigns_what_the_probabilities_did(p: list[float], thresholds: list[float]) -> None:
    found = kept(LABELS, p, thresholds)
    for label, probability, threshold in zip(LABELS, p, thresholds, strict=True):
        assert (label in found and found[label] >= threshold) == (probability >= threshold)
        assert found.get(label, 0.0) == pytest.approx(probability, abs=max(LEAST, 1e-6))


def test_a_threshold_beside_the_probability_is_not_rounded_away() -> None:
    p = 0.4 - 1e-12
    assert kept(["SY"], [p], [0.4]) == {"SY": p}
    assert kept(["SY"], [p], [p]) == {"SY": 0.4}
    fitted = tiny_model().classifier
    column = fitted.labels.index("SY")
    thresholds = np.where(np.arange(len(fitted.labels)) == column, 0.4, fitted.thresholds)
    model = replace(
        tiny_model(), classifier=replace(fitted, thresholds=thresholds), out_of_fold={"key": kept(["SY"], [p], [0.4])}
    )
    assert out_of_fold(model, "key").assigned == frozenset()

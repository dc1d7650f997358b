"""Two models on the same articles: what is known for sure, what is luck, and the same answer every time."""

from __future__ import annotations

import json

import numpy as np
import pytest

from training.bootstrap import SUPPORT, Difference, compare, compare_probabilities
from training.evaluate import Answer, Truth, evaluate

SY, NONE = frozenset({"SY"}), frozenset[str]()


def about(*labels: str) -> Truth:
    return frozenset(labels), frozenset()


def said(*labels: str) -> Answer:
    return Answer(frozenset(labels), {})


def random_answers(seed: int, many: int = 120) -> tuple[list[Truth], list[Answer], list[Answer]]:
    """Make articles about some of four labels, and two sets of answers of which the first is mostly right."""
    rng = np.random.default_rng(seed)
    names = np.array(["DE", "FR", "LY", "SY"])
    true = rng.random((many, 4)) < (0.05, 0.2, 0.3, 0.5)
    first, second = (true ^ (rng.random(true.shape) < share) for share in (0.1, 0.15))
    truths = [(frozenset(names[row]), frozenset({"FR"} if number % 7 == 0 else ())) for number, row in enumerate(true)]
    ours, theirs = ([Answer(frozenset(names[row]), {}) for row in rows] for rows in (first, second))
    return truths, ours, theirs


def by_score(differences: list[Difference]) -> dict[str, Difference]:
    return {difference.score: difference for difference in differences}


def test_scores_are_those_of_an_evaluation() -> None:
    truths, ours, theirs = random_answers(1)
    found = by_score(compare(truths, ours, theirs, draws=10))
    for answers, side in ((ours, "ours"), (theirs, "theirs")):
        scores = evaluate(truths, answers)
        assert getattr(found["micro F1"], side) == pytest.approx(scores.micro.f1)
        assert getattr(found["macro F1"], side) == pytest.approx(scores.macro_f1)
        for label in ("FR", "LY", "SY"):
            assert getattr(found[label], side) == pytest.approx(scores.labels[label].f1)


def test_an_interval_is_that_of_drawing_articles_one_by_one() -> None:
    truths, ours, theirs = random_answers(2, many=40)
    rng = np.random.default_rng(5)
    drawn = []
    for _ in range(1_500):
        which = rng.integers(0, 40, 40)
        a, b = (evaluate([truths[i] for i in which], [answers[i] for i in which]) for answers in (ours, theirs))
        drawn.append((a.micro.f1 - b.micro.f1, a.macro_f1 - b.macro_f1))
    expected = np.percentile(drawn, [2.5, 97.5], axis=0)
    found = by_score(compare(truths, ours, theirs, draws=20_000))
    for column, score in enumerate(("micro F1", "macro F1")):
        assert (found[score].low, found[score].high) == pytest.approx(tuple(expected[:, column]), abs=0.02)


def test_the_same_seed_gives_the_same_and_another_seed_another() -> None:
    truths, ours, theirs = random_answers(3)
    once, again, other = (compare(truths, ours, theirs, draws=200, seed=seed) for seed in (7, 7, 8))
    assert once == again != other


def test_drawing_in_many_small_steps_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    truths, ours, theirs = random_answers(4)
    once = compare(truths, ours, theirs, draws=50)
    monkeypatch.setattr("training.bootstrap._AT_ONCE", 7 * len(truths))
    assert compare(truths, ours, theirs, draws=50) == once


def test_the_same_answers_differ_in_nothing() -> None:
    truths, ours, _ = random_answers(5)
    for difference in compare(truths, ours, ours):
        assert (difference.difference, difference.low, difference.high, difference.clear) == (0, 0, 0, False)


def test_right_everywhere_against_wrong_everywhere_is_clear() -> None:
    found = by_score(compare([about("SY")] * 30, [said("SY")] * 30, [said()] * 30))
    assert found["SY"] == Difference("SY", 1.0, 0.0, 1.0, 1.0, spread=0.0)
    assert all(difference.clear for difference in found.values())
    worse = by_score(compare([about("SY")] * 30, [said()] * 30, [said("SY")] * 30))
    assert (worse["micro F1"].difference, worse["micro F1"].clear) == (-1, True)


def test_one_article_more_is_luck() -> None:
    theirs = [said("SY")] * 39 + [said()]
    micro = by_score(compare([about("SY")] * 40, [said("SY")] * 40, theirs))["micro F1"]
    assert micro.difference > 0 and micro.low == 0 and not micro.clear


def test_the_spread_is_the_standard_error_of_the_difference() -> None:
    # ours is right on all 400, theirs misses 100: as above
    found = by_score(compare([about("SY")] * 400, [said("SY")] * 400, [said()] * 100 + [said("SY")] * 300))["SY"]
    assert found.spread == pytest.approx(np.sqrt(0.75 * 0.25 / 400) * 2 / 1.75**2, rel=0.1)


def test_probabilities_are_compared_by_the_mean_brier_score_of_an_article() -> None:
    truths = [about("SY"), about(), (frozenset({"LY"}), frozenset({"SY"}))] * 50
    ours = [Answer(SY, {"SY": 0.9}), Answer(NONE, {"SY": 0.1}), Answer(SY, {"SY": 0.9, "LY": 0.8})] * 50
    theirs = [Answer(SY, {"SY": 0.9}), Answer(NONE, {"SY": 0.1}), Answer(NONE, {})] * 50
    found = compare_probabilities(truths, ours, theirs)
    assert found.score == "Brier score"
    assert found.ours == pytest.approx((0.01 + 0.01 + 0.04) / 3)
    assert found.theirs == pytest.approx((0.01 + 0.01 + 1) / 3)
    assert found.low < found.difference < found.high < 0 and found.clear
    differences = np.array([0, 0, 0.04 - 1] * 50)
    assert found.spread == pytest.approx(differences.std() / np.sqrt(150), rel=0.1)
    assert found == compare_probabilities(truths, ours, theirs)
    same = compare_probabilities(truths, ours, ours)
    assert (same.difference, same.spread, same.clear) == (0, 0, False)


def test_both_are_scored_on_the_same_draw() -> None:
    truths = [about("SY")] * 50
    ours = [said("SY")] * 25 + [said()] * 25
    micro = by_score(compare(truths, ours, ours[::-1]))["micro F1"]
    assert micro.low < -0.1 and micro.high > 0.1  # right on other articles: anything may come of it
    assert by_score(compare(truths, ours, ours))["micro F1"].high == 0  # right on the same ones: nothing


def test_the_micro_interval_of_accuracies_is_near_the_normal_one() -> None:
    # ours is right on all 400, theirs misses 100; F1 of theirs is 2r/(1+r) with r ~ N(.75, .0217)
    found = by_score(compare([about("SY")] * 400, [said("SY")] * 400, [said()] * 100 + [said("SY")] * 300))["SY"]
    spread = 1.96 * np.sqrt(0.75 * 0.25 / 400) * 2 / 1.75**2
    middle = 1 - 2 * 0.75 / 1.75
    assert (found.low, found.high) == pytest.approx((middle - spread, middle + spread), abs=0.005)


@pytest.mark.parametrize("support", [SUPPORT - 1, SUPPORT])
def test_a_label_is_compared_on_its_own_from_some_articles_on(support: int) -> None:
    truths = [about("LY")] * support + [about("SY")] * 9
    found = compare(truths, [said("SY")] * len(truths), [said("LY")] * len(truths), draws=20)
    assert [one.score for one in found] == ["micro F1", "macro F1", "SY", "LY"][: 3 + (support >= SUPPORT)]


def test_what_is_unsure_is_left_out() -> None:
    truths = [(NONE, SY)] * 10 + [about("LY")] * 10
    found = by_score(compare(truths, [said("SY", "LY")] * 20, [said("LY")] * 20, draws=50))
    assert found["micro F1"].ours == pytest.approx(2 * 10 / (2 * 10 + 10 + 10))
    assert "SY" not in found


def test_articles_about_nothing_are_no_trouble() -> None:
    found = compare([about()] * 3, [said()] * 3, [said()] * 3, draws=20)
    assert [(one.score, one.ours, one.clear) for one in found] == [("micro F1", 0, False), ("macro F1", 0, False)]


def test_both_must_have_answered_all() -> None:
    with pytest.raises(ValueError, match="zip"):
        compare([about("SY")] * 2, [said("SY")] * 2, [said("SY")])


def test_a_row_is_ready_for_json() -> None:
    row = Difference("SY", 2 / 3, 1 / 3, 0.1, 0.5, 1 / 8).as_row()
    assert json.loads(json.dumps(row)) == row
    assert row == {
        "score": "SY",
        "ours": 0.6667,
        "theirs": 0.3333,
        "difference": 0.3333,
        "low": 0.1,
        "high": 0.5,
        "spread": 0.125,
        "clear": True,
    }

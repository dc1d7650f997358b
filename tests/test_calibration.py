"""Calibration: scores become probabilities that mean something, and thresholds are where they should be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.fitting.calibration import BORROWED, FLAT, THRESHOLDS, Tally, log_loss, platt, sigmoid

RANDOM = np.random.default_rng(8)
LOG_ODDS = RANDOM.normal(0, 2, 40_000)
TRUE = RANDOM.random(40_000) < sigmoid(LOG_ODDS)
ONES = np.ones(40_000)


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.5, 0.0), (2.0, -1.0), (0.25, 3.0)])
def test_platt_finds_how_scores_were_bent(scale: float, shift: float) -> None:
    found = platt((LOG_ODDS - shift) / scale, TRUE, ONES)
    assert found == pytest.approx((scale, shift), abs=0.06)


def test_calibrated_probabilities_mean_what_they_say() -> None:
    scores = 3 * LOG_ODDS + 2  # much too sure
    scale, shift = platt(scores, TRUE, ONES)
    calibrated = sigmoid(scale * scores + shift)
    for low in (0.1, 0.4, 0.7):
        near = (calibrated > low) & (calibrated < low + 0.2)
        assert TRUE[near].mean() == pytest.approx(calibrated[near].mean(), abs=0.03)
        assert abs(TRUE[near].mean() - sigmoid(scores[near]).mean()) > 0.03


def test_platt_counts_weights() -> None:
    weights = np.where(TRUE, 3.0, 1.0)
    assert platt(LOG_ODDS, TRUE, weights)[1] == pytest.approx(np.log(3), abs=0.06)


@pytest.mark.parametrize(
    ("scores", "truth"),
    [([], []), ([1, 2], [True, True]), ([1, 2], [False, False]), ([-2, -1, 1, 2], [True, True, False, False])],
    ids=["nothing", "all true", "none true", "the wrong way"],
)
def test_platt_leaves_scores_as_they_are_where_there_is_nothing_to_learn(
    scores: list[float], truth: list[bool]
) -> None:
    assert platt(np.array(scores, dtype=float), np.array(truth, dtype=bool), np.ones(len(scores))) == (1.0, 0.0)


ANSWERS = st.lists(
    st.tuples(
        st.floats(0, 1) | st.sampled_from(THRESHOLDS.tolist()),
        st.booleans(),
        st.sampled_from([0.25, 1.0, 3.0]),
    ),
    max_size=30,
)


def tally(answers: list[tuple[float, bool, float]]) -> Tally:
    probabilities, truth, weights = zip(*answers, strict=True) if answers else ((), (), ())
    return Tally(np.array(probabilities, dtype=float), np.array(truth, dtype=bool), np.array(weights, dtype=float))


@given(ANSWERS)
def test_a_tally_counts_as_plain_loops_do(answers: list[tuple[float, bool, float]]) -> None:
    made = tally(answers)
    for place, threshold in enumerate(THRESHOLDS):
        right = sum(weight for p, true, weight in answers if p >= threshold and true)
        wrong = sum(weight for p, true, weight in answers if p >= threshold and not true)
        missed = sum(weight for p, true, weight in answers if p < threshold and true)
        assert made.right[place] == pytest.approx(right) and made.wrong[place] == pytest.approx(wrong)
        assert made.true == pytest.approx(right + missed)
        assert made.f1()[place] == pytest.approx(2 * right / ((2 * right + wrong + missed) or 1))
        assert made.f1_at(float(threshold)) == made.f1()[place]
        assert made.precision()[place] == pytest.approx(right / ((right + wrong) or 1))


@given(ANSWERS, st.none() | st.floats(0, 1))
def test_a_threshold_is_as_good_as_any_or_reaches_its_precision(
    answers: list[tuple[float, bool, float]], target: float | None
) -> None:
    made = tally(answers)
    chosen = made.best() if target is None else made.lowest(target, made)
    assert chosen in THRESHOLDS
    if target is None:
        assert made.f1_at(chosen) >= made.f1().max() - FLAT
        nearer = THRESHOLDS[np.abs(THRESHOLDS - 0.5) < abs(chosen - 0.5) - 1e-9]
        assert all(made.f1_at(threshold) < made.f1().max() - FLAT for threshold in nearer)
    else:
        enough = [t for t, precision in zip(THRESHOLDS, made.precision(), strict=True) if precision >= target]
        assert chosen == (enough or [THRESHOLDS[-1]])[0]


@pytest.mark.parametrize(
    ("answers", "target", "expected"),
    [
        ([(0.9, True), (0.2, False)], None, 0.5),
        ([(0.9, True), (0.6, False)], None, 0.61),
        ([(0.3, True), (0.1, False)], None, 0.3),
        ([(0.9, True), (0.2, False)], 0.9, 0.21),
        ([(0.9, True), (0.6, True), (0.55, False), (0.3, True)], 0.75, 0.05),
        ([(0.9, True), (0.6, True), (0.55, False), (0.3, True)], 0.8, 0.56),
        ([(0.3, True), (0.9, False)], 0.9, 0.95),
        ([], 0.9, 0.95),
        ([], None, 0.5),
    ],
    ids=[
        "anywhere between: a half",
        "above a wrong one",
        "below the only right one",
        "the lowest of a precision",
        "one of four may be wrong",
        "none may be wrong",
        "out of reach",
        "nothing, of a precision",
        "nothing",
    ],
)
def test_thresholds_worked_out_by_hand(
    answers: list[tuple[float, bool]], target: float | None, expected: float
) -> None:
    made = tally([(*answer, 1.0) for answer in answers])
    assert (made.best() if target is None else made.lowest(target, made)) == pytest.approx(expected)


def test_joined_adds_a_fixed_share_of_the_others() -> None:
    own, others = tally([(0.9, True, 1.0), (0.7, False, 1.0)]), tally([(0.4, True, 50.0), (0.6, False, 25.0)])
    joined = own.joined(others)
    share = BORROWED / 50
    assert joined.true == 1 + BORROWED
    assert joined.right == pytest.approx(own.right + share * others.right)
    assert joined.wrong == pytest.approx(own.wrong + share * others.wrong)
    assert own.true == 1 and others.true == 50


@pytest.mark.parametrize(("times", "expected"), [(1, 0.5), (10, 0.5), (1000, 0.81)])
def test_few_answers_of_its_own_move_a_threshold_little(times: int, expected: float) -> None:
    own = tally([(0.9, True, float(times)), (0.8, False, float(times))])
    together = tally([(0.51, True, 100.0), (0.49, False, 100.0), (0.95, True, 10.0)])
    assert own.joined(together).best() == pytest.approx(expected)
    assert own.best() == pytest.approx(0.81)


def test_joined_with_nothing_is_its_own() -> None:
    own = tally([(0.9, True, 1.0), (0.7, False, 1.0)])
    assert own.joined(tally([])).f1() == pytest.approx(own.f1())


def test_log_odds_become_probabilities() -> None:
    assert sigmoid(np.array([0.0, np.log(3), -700.0, 700.0, np.nan])) == pytest.approx(
        [0.5, 0.75, 0, 1, np.nan], nan_ok=True
    )


def test_the_lowest_threshold_reaches_the_precision_in_both_tallies() -> None:
    one = tally([(0.9, True, 1.0), (0.6, False, 1.0), (0.5, True, 8.0)])
    two = tally([(0.9, True, 1.0), (0.7, False, 1.0), (0.5, True, 8.0)])
    assert one.lowest(0.8, one) == pytest.approx(0.05)
    assert one.lowest(0.95, two) == two.lowest(0.95, one) == pytest.approx(0.71)


def test_log_loss_is_that_of_the_textbook() -> None:
    loss = log_loss(np.array([0.8, 0.3, 0.5]), np.array([True, False, True]), np.array([1.0, 2.0, 0.0]))
    assert loss == pytest.approx(-(np.log(0.8) + 2 * np.log(0.7)) / 3)

"""Calibration: by hand, against plain loops, and at its edges."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.certainty import BINS, FEWEST, Bin, Reliability, brier, reliability

answers = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), max_size=60)


def measured(pairs: list[tuple[float, bool]]) -> Reliability:
    return reliability([p for p, _ in pairs], [hit for _, hit in pairs])


def test_probabilities_that_keep_their_word_have_no_error() -> None:
    found = measured([(0.2, number < 20) for number in range(100)] + [(0.7, number < 70) for number in range(100)])
    assert found.error == pytest.approx(0)
    assert found.brier == pytest.approx((0.2 * 0.8 + 0.7 * 0.3) / 2)
    assert [bin.probability for bin in found.curve] == pytest.approx([0.2, 0.7])
    assert [bin.answers for bin in found.curve] == [100, 100]


def test_an_error_is_the_mean_distance_weighted_by_how_many_answers() -> None:
    found = measured([(0.5, True)] * 30 + [(0.9, False)] * 10)
    assert found.error == pytest.approx((30 * 0.5 + 10 * 0.9) / 40)
    assert found.curve[-1] == pytest.approx(Bin(0.9, 0, 10))


def test_bins_hold_equally_many_answers() -> None:
    p = np.random.default_rng(0).random(1500) ** 8
    assert [bin.answers for bin in measured([(float(x), False) for x in p]).curve] == [100] * BINS


@pytest.mark.parametrize(
    ("many", "bins"), [(0, 0), (1, 1), (9, 1), (19, 1), (20, 2), (75, 7), (1_000, BINS)], ids=lambda value: str(value)
)
def test_there_are_no_more_bins_than_the_answers_can_fill(many: int, bins: int) -> None:
    curve = measured([(number / many, True) for number in range(many)]).curve
    assert len(curve) == bins
    assert all(bin.answers >= min(many, FEWEST) for bin in curve)


@given(pairs=answers, seed=st.integers(0, 9))
def test_the_order_of_the_answers_changes_nothing(pairs: list[tuple[float, bool]], seed: int) -> None:
    shuffled = [pairs[place] for place in np.random.default_rng(seed).permutation(len(pairs))]
    assert measured(shuffled).error == pytest.approx(measured(pairs).error)
    assert [bin.answers for bin in measured(shuffled).curve] == [bin.answers for bin in measured(pairs).curve]


@given(pairs=answers)
def test_a_curve_is_of_all_answers_in_order_and_of_whole_bins(pairs: list[tuple[float, bool]]) -> None:
    found = measured(pairs)
    assert found.answers == len(pairs)
    said = [bin.probability for bin in found.curve]
    assert said == sorted(said)
    assert sum(bin.true * bin.answers for bin in found.curve) == pytest.approx(sum(hit for _, hit in pairs))
    assert sum(bin.probability * bin.answers for bin in found.curve) == pytest.approx(sum(p for p, _ in pairs))
    assert 0 <= found.error <= 1


@pytest.mark.parametrize(
    ("probabilities", "true", "unknown", "score"),
    [
        ({}, "", "", 0),
        ({"SY": 1.0}, "SY", "", 0),
        ({"SY": 0.7}, "SY", "", 0.09),
        ({"SY": 0.7}, "", "", 0.49),
        ({}, "SY LY", "", 2),
        ({"SY": 0.7, "LY": 0.1}, "SY FR", "", 0.09 + 0.01 + 1),
        ({"SY": 0.7, "LY": 0.1}, "SY FR", "SY FR DE", 0.01),
    ],
    ids=["nothing", "sure", "nearly sure", "wrong", "missed", "some of each", "what is unknown"],
)
def test_the_brier_score_of_an_article_is_summed_over_labels(
    probabilities: dict[str, float], true: str, unknown: str, score: float
) -> None:
    assert brier(probabilities, set(true.split()), set(unknown.split())) == pytest.approx(score)


@given(pairs=answers)
def test_brier_scores_of_one_label_are_those_of_the_curve(pairs: list[tuple[float, bool]]) -> None:
    each = [brier({"SY": p}, {"SY"} if hit else set()) for p, hit in pairs]
    assert measured(pairs).brier == pytest.approx(sum(each) / max(1, len(each)))


def test_a_row_is_ready_for_json() -> None:
    row = measured([(1 / 3, True)] * 3).as_row()
    assert json.loads(json.dumps(row)) == row
    assert row == {
        "error": 0.6667,
        "brier": 0.4444,
        "answers": 3,
        "curve": [{"probability": 0.3333, "true": 1.0, "answers": 3}],
    }

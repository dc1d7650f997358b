"""What an answer would teach, and the reason in plain words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.article import Article
from training.store import Said, Stored
from training.worth import Candidate, Opinion, divergence, entropy

STORED = Stored(Article("Rain.", "Dam", "a1", "2026-01-02", "Gazette"), 1, datetime.now(UTC), None, None, {})
CANDIDATE = Candidate(STORED, "SY", Opinion(1, 0.5, None, 0.5), 0.5, 0.2, 0.1)
SHARES = st.floats(0, 1)


@pytest.mark.parametrize("one", ["uncertainty", "disagreement", "novelty"])
@given(low=SHARES, high=SHARES)
def test_worth_rises_with_each_of_the_three_and_stays_within_0_and_1(one: str, low: float, high: float) -> None:
    low, high = sorted([low, high])
    changes: list[dict[str, Any]] = [{one: low}, {one: high}]
    worths = [replace(CANDIDATE, **change).worth for change in changes]
    assert 0 <= worths[0] <= worths[1] <= 1
    assert worths[0] < worths[1] or high - low < 1e-9


def test_nothing_to_learn_is_worth_nothing_and_all_is_worth_1() -> None:
    assert replace(CANDIDATE, uncertainty=0.0, disagreement=0.0, novelty=0.0).worth == 0
    assert replace(CANDIDATE, uncertainty=1.0, disagreement=1.0, novelty=1.0).worth == 1


@given(SHARES)
def test_entropy_is_greatest_at_a_half_and_the_same_for_yes_and_no(p: float) -> None:
    assert 0 <= entropy(p) <= entropy(0.5) == 1
    assert entropy(p) == pytest.approx(entropy(1 - p))


@given(SHARES, SHARES)
def test_divergence_is_symmetric_and_never_less_than_agreeing(one: float, other: float) -> None:
    assert 0 <= divergence(one, other) == divergence(other, one) <= 1
    assert divergence(one, one) == 0


@pytest.mark.parametrize(
    "opinion, disagreement",
    [
        (Opinion(0, 0.5, None, 0.5), 0.0),
        (Opinion(0, 0.5, 0.5, 0.5), 0.0),
        (Opinion(0, 0.5, 1.0, 0.0), 1.0),
        (Opinion(0, 0.9, 1.0, None), 1.0),
        (Opinion(0, 0.1, 0.0, None), 0.0),
    ],
    ids=["no words", "agreed", "opposed", "words alone speak for it", "nothing does"],
)
def test_disagreement_is_of_words_and_place(opinion: Opinion, disagreement: float) -> None:
    assert opinion.disagreement == disagreement


@pytest.mark.parametrize(
    "opinion, uncertainty, disagreement, novelty, reason",
    [
        (Opinion(0, 0.48, None, 0.48), 1.0, 0.0, 0.1, "as likely as not (.48)"),
        (Opinion(0, 0.78, None, 0.78), 0.76, 0.0, 0.1, "probably so (.78)"),
        (Opinion(0, 0.22, None, 0.22), 0.76, 0.0, 0.1, "probably not (.22)"),
        (Opinion(0, 0.97, 0.97, 0.97), 0.19, 0.0, 0.34, "a third of its words are new to the model; surely so (.97)"),
        (
            Opinion(0, 0.3, 0.81, 0.12),
            0.3,
            0.9,
            0.0,
            "the words say yes (.81), where it stands says no (.12)",
        ),
        (Opinion(0, 0.3, 0.81, None), 0.3, 0.9, 0.0, "the words say yes (.81), but nothing names it"),
        (
            Opinion(0, 0.5, 0.1, 1.0),
            1.0,
            0.6,
            0.5,
            "as likely as not (.50); the words say no (.10), where it stands says yes (1.00); "
            "half of its words are new to the model",
        ),
        (Opinion(0, 1.0, None, 1.0), 0.0, 0.0, 0.0, "surely so (1.00); hardly any of its words are new to the model"),
    ],
    ids=["even", "yes", "no", "new words", "quarrel", "not named", "all three", "nothing"],
)
def test_the_reason_is_told_in_plain_words(
    opinion: Opinion, uncertainty: float, disagreement: float, novelty: float, reason: str
) -> None:
    assert Candidate(STORED, "SY", opinion, uncertainty, disagreement, novelty).reason == reason


def test_where_people_are_divided_that_is_the_reason() -> None:
    said = Said({"ben": "no", "ann": "yes"})
    found = Candidate(STORED, "SY", Opinion(0, 0.99, 0.99, 0.99), 0.1, 1.0, 0.0, said)
    assert found.reason == "ann says yes, ben says no"
    assert found.as_row()["said"] == {"ann": "yes", "ben": "no"}


def test_a_row_is_ready_for_json() -> None:
    row = json.loads(json.dumps(CANDIDATE.as_row()))
    assert {key: row[key] for key in ("article", "title", "date", "source", "label")} == {
        "article": "a1",
        "title": "Dam",
        "date": "2026-01-02",
        "source": "Gazette",
        "label": "SY",
    }
    assert row["worth"] == pytest.approx((row["uncertainty"] + row["disagreement"] + row["novelty"]) / 3, abs=1e-4)
    assert "said" not in row

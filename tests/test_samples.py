"""The sample articles: enough of every kind, varied, and labelled with labels there are."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from itertools import combinations
from typing import Any

import pytest

from tests.conftest import SEEDS

BOTH = {"SY", "LY"}
NAMES = re.compile(r"\b(?:Syria|Libya)")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    with open(SEEDS / "articles.jsonl", encoding="utf-8") as file:
        return [json.loads(row) for row in file]


def about(row: dict[str, Any]) -> set[str]:
    return set(row["labels"])


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("all", 320),
        ("SY", 60),
        ("LY", 60),
        ("both", 25),
        ("passing", 70),
        ("others", 110),
        ("none", 30),
        ("leftovers", 50),
    ],
)
def test_there_are_enough_of_every_kind(rows: list[dict[str, Any]], kind: str, least: int) -> None:
    belongs: Any = {
        "all": lambda row: True,
        "SY": lambda row: "SY" in about(row),
        "LY": lambda row: "LY" in about(row),
        "both": lambda row: about(row) >= BOTH,
        "passing": lambda row: not about(row) & BOTH and NAMES.search(f"{row.get('title', '')} {row['text']}"),
        "others": lambda row: about(row) and not about(row) & BOTH,
        "none": lambda row: not about(row),
        "leftovers": lambda row: row["leftovers"],
    }[kind]
    assert sum(bool(belongs(row)) for row in rows) >= least


def test_other_countries_are_many(rows: list[dict[str, Any]]) -> None:
    assert len({label for row in rows for label in about(row)} - BOTH) >= 60


def test_labels_are_labels_there_are(rows: list[dict[str, Any]]) -> None:
    known = tomllib.loads((SEEDS / "countries.toml").read_text(encoding="utf-8"))
    assert {label for row in rows for label in (*row["labels"], *row["unsure"])} <= known.keys()


def test_lengths_and_years_are_as_promised(rows: list[dict[str, Any]]) -> None:
    assert all(80 <= len(row["text"].split()) <= 350 for row in rows)
    years = Counter(int(row["date"][:4]) for row in rows)
    assert set(years) == set(range(2005, 2026)) and max(years.values()) < len(rows) / 10


def test_they_say_what_they_are_and_ids_are_their_own(rows: list[dict[str, Any]]) -> None:
    assert all("illustration; not reporting" in row["note"] for row in rows)
    assert len({row["id"] for row in rows}) == len(rows)
    assert len({row["source"] for row in rows}) > len(rows) / 2


def test_no_two_are_alike(rows: list[dict[str, Any]]) -> None:
    runs = []
    for row in rows:
        words = re.findall(r"\w+", row["text"].lower())
        runs.append({tuple(words[at : at + 4]) for at in range(len(words) - 3)})
    shared = max(
        (len(one & other) / min(len(one), len(other)), a, b)
        for (a, one), (b, other) in combinations(enumerate(runs), 2)
    )
    assert shared[0] < 0.1, (
        f"{rows[shared[1]]['id']} and {rows[shared[2]]['id']} share {shared[0]:.0%} of their four-word runs"
    )

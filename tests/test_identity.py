"""Identity: the same theme keeps its id however topics are ordered; new, retired, split and merged ones are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.making import COURT, FARM, OIL, SPORT
from training.chronicle import empty
from training.discovery import identity
from training.tfidf import Vocabulary
from training.topics import Topics

THEMES = {"farm": FARM, "sport": SPORT, "court": COURT, "oil": OIL}


def topics(*about: Sequence[str], pinned: Sequence[str | None] = (), extra: Sequence[str] = ()) -> Topics:
    """Make topics, each about the words of some themes; the id of each is theirs in a row."""
    terms = sorted({*(word for words in THEMES.values() for word in words), *extra})
    counts = np.full((len(terms), len(about)), 0.01, np.float32)
    for number, names in enumerate(about):
        for name in names:
            for rank, word in enumerate(THEMES[name]):
                counts[terms.index(word), number] += 10 / (1 + rank)
    themes = [*pinned, *[None] * len(about)]
    told = [{"id": "+".join(names), "name": " & ".join(names), "theme": themes[n]} for n, names in enumerate(about)]
    return Topics(told, Vocabulary.of(terms, np.ones(len(terms))), counts, counts, np.full(len(about), 0.1))


def with_articles(topics: Topics, shares: Sequence[Sequence[float]]) -> Topics:
    """Say what 80 articles have of topics, those of each theme in turn."""
    told = empty(len(topics))
    rows = np.array([shares[number % len(shares)] for number in range(80)], np.float32)
    return replace(topics, chronicle=replace(told, sample=np.arange(80, dtype=np.uint64), shares=rows))


def test_the_same_themes_in_another_order_keep_their_ids_and_names() -> None:
    old = topics(["farm"], ["sport"], ["court"]).renamed({"sport": "Football"})
    found = identity.identified(topics(["court"], ["farm"], ["sport"], extra=["novel"]), old, "v2")
    assert [one["id"] for one in found.about] == ["court", "farm", "sport"]
    assert [(one["name"], one.get("renamed")) for one in found.about] == [
        ("court", None),
        ("farm", None),
        ("Football", True),
    ]
    assert found.changes is not None and not found.changes["new"] and not found.changes["retired"]
    assert [row["words"] for row in found.changes["kept"]] == [pytest.approx(1, abs=1e-3)] * 3


def test_a_new_theme_gets_an_id_that_nobody_had_and_an_old_one_retires() -> None:
    old = replace(topics(["farm"], ["sport"]), retired=["t000000"])
    new = topics(["sport"], ["oil"])
    found = identity.identified(new, old, "v2")
    assert found.about[0]["id"] == "sport" and found.about[1]["since"] == "v2"
    assert found.about[1]["id"] not in {"farm", "sport", "oil", "t000000"} and "name" not in found.about[1]
    assert found.retired == ["farm", "t000000"]
    assert found.changes == {
        "kept": [{"id": "sport", "name": "sport", "words": pytest.approx(1)}],
        "new": [{"id": found.about[1]["id"], "name": None, "split_from": None}],
        "retired": [{"id": "farm", "name": "farm", "merged_into": None}],
    }


def test_ids_are_the_same_for_the_same_topics_and_never_one_that_was_taken() -> None:
    new = topics(["farm"], ["oil"])
    first = identity.new_id(new, 1, ())
    assert first == identity.new_id(new, 1, ()) != identity.new_id(new, 0, ())
    second = identity.new_id(new, 1, {first})
    assert second not in {first, identity.new_id(new, 1, {first, second})}


def test_without_a_yesterday_nothing_changed() -> None:
    found = identity.identified(topics(["farm"], ["oil"]), None, "v1")
    assert found.changes is None and found.retired == [] and len({one["id"] for one in found.about}) == 2


def test_a_topic_that_came_out_of_another_is_a_split() -> None:
    old = with_articles(topics(["farm", "oil"], ["sport"]), [(0.9, 0.1), (0.9, 0.1), (0.1, 0.9)])
    new = with_articles(topics(["farm"], ["oil"], ["sport"]), [(0.9, 0.05, 0.05), (0.05, 0.9, 0.05), (0.05, 0.05, 0.9)])
    found = identity.identified(new, old, "v2")
    assert found.changes is not None
    assert {one["id"] for one in found.about} > {"farm+oil", "sport"}
    assert [row["split_from"] for row in found.changes["new"]] == ["farm+oil"]


def test_a_topic_that_went_into_another_is_merged() -> None:
    old = with_articles(topics(["farm"], ["oil"], ["sport"]), [(0.9, 0.05, 0.05), (0.05, 0.9, 0.05), (0.05, 0.05, 0.9)])
    new = with_articles(topics(["farm", "oil"], ["sport"]), [(0.9, 0.1), (0.9, 0.1), (0.1, 0.9)])
    found = identity.identified(new, old, "v2")
    assert found.changes is not None
    (gone,) = found.changes["retired"]
    assert gone["id"] in {"farm", "oil"} and gone["merged_into"] == found.about[0]["id"] in {"farm", "oil"}


def test_articles_tell_apart_what_words_do_not() -> None:
    words = topics(["farm"], ["farm"])
    old = with_articles(replace(words, about=[{"id": "a", "name": "a"}, {"id": "b", "name": "b"}]), [(1, 0), (0, 1)])
    found = identity.identified(with_articles(words, [(0, 1), (1, 0)]), old, "v2")
    assert [one["id"] for one in found.about] == ["b", "a"]


def test_a_pinned_topic_is_its_themes_and_no_others() -> None:
    old = topics(["farm"], ["sport"], pinned=["Farming"])
    found = identity.identified(topics(["farm"], ["sport"], pinned=["Fields"]), old, "v2")
    assert found.about[0]["id"] != "farm" and found.about[1]["id"] == "sport"
    again = identity.identified(topics(["sport"], ["farm"], pinned=["Farming"]), old, "v2")
    assert again.about[0]["id"] == "farm", "the theme is the same, whatever became of its words"


def test_any_two_versions_are_told_apart_by_their_ids() -> None:
    found = identity.difference(topics(["farm"], ["oil"]), topics(["oil"], ["court"]))
    assert {change: [row["id"] for row in rows] for change, rows in found.items()} == {
        "kept": ["oil"],
        "new": ["court"],
        "retired": ["farm"],
    }

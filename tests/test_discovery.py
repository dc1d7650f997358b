"""Discovery: topics of a corpus, and those of the next night's: the same ones, and one more for a story that is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.making import COURT, FARM, OIL, SPORT, articles_of, written
from training.discovery import HELD, Discovered, bags, choosing, discover
from training.discovery.starting import AUTO, Wanted
from training.seeds import Seeds

THEMES = (FARM, SPORT, COURT, OIL)
STORY = "dam burst valley flooded survivors rescuers reservoir mud spillway engineers".split()
FILLER = [f"{a}{b}{c}" for a in "bdfgk" for b in ("ara", "elo", "uni") for c in ("mel", "tor", "vin", "sak")]


def of_themes(first: int, last: int) -> dict[int, list[str]]:
    """Write articles of one theme each, in turn, with other words among them."""
    return {n: written(n, THEMES[n % 4], THEMES[n % 4], FILLER, length=30) for n in range(first, last)}


def of_the_story(count: int = 60) -> dict[int, list[str]]:
    return {n: written(n, STORY, STORY, FILLER, length=30) for n in range(90_000, 90_000 + count)}


def seeds(themes: Mapping[str, Sequence[str]] | None = None) -> Seeds:
    data = {"labels": {}, "given_names": [], "stop_words": [], "boilerplate": [], "themes": dict(themes or {})}
    return Seeds.from_data(data)


@pytest.fixture(scope="module", autouse=True)
def large() -> Iterator[None]:
    """Let a few hundred articles be many, lest tests take long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bags, "FEW", 100)
        patch.setattr("training.discovery.starting.FEW", 100)
        yield


def found(texts: Mapping[int, Sequence[str]], known: Seeds | None = None, **wanted: Any) -> Discovered:
    asked: dict[str, Any] = {"topics": 4, "version": "v1", **wanted}
    return discover(articles_of(texts), known or seeds(), Wanted(**asked))


@cache
def first() -> Discovered:
    return found(of_themes(0, 400))


def ids_of(made: Discovered) -> list[str]:
    """Give the id of the topic that each theme has, in their order."""
    return [made.topics.ids[best(made, theme)] for theme in THEMES]


def best(made: Discovered, theme: Sequence[str]) -> int:
    columns = [column for column, word in enumerate(made.topics.vocabulary.terms) if word in theme]
    return int(made.topics.word_probabilities[:, columns].sum(axis=1).argmax())


def test_themes_are_found_named_and_described() -> None:
    made = first()
    assert len(set(ids_of(made))) == 4
    for theme in THEMES:
        about = made.topics.about[best(made, theme)]
        assert set(about["name"].split(", ")) <= set(theme)
        assert about["junk"] is None and about["quality"]["npmi"] > 0.1 and about["quality"]["distinct"] == 1
        assert about["share"] == pytest.approx(0.25, abs=0.05) and about["articles"] == pytest.approx(100, abs=15)
        for article in about["typical"]:
            assert THEMES[int(article["id"]) % 4] is theme and article["title"] == f"Title {article['id']}"
    assert made.about["number"] == 4 and made.about["changes"] is None and made.about["diversity"] == 1
    assert made.about["held_out"] == pytest.approx(400 / HELD, abs=12)


def test_topics_tell_of_articles_that_were_held_out() -> None:
    perplexity = first().about["perplexity"]
    words = len(first().topics.vocabulary)
    assert 1 < perplexity < found(of_themes(0, 400), topics=1).about["perplexity"] < words


def test_the_same_articles_change_nothing_at_all() -> None:
    again = found(dict(reversed(of_themes(0, 400).items())), parent=first().topics, version="v2")
    assert again.topics.counts.tobytes() == first().topics.counts.tobytes()
    assert again.topics.word_weights.tobytes() == first().topics.word_weights.tobytes()
    assert [replaced(one) for one in again.topics.about] == [replaced(one) for one in first().topics.about]
    assert again.about["changes"]["new"] == again.about["changes"]["retired"] == []


def replaced(about: dict[str, object]) -> dict[str, object]:
    """Leave out the typical articles: which of those that are as typical come first is by their order."""
    return {key: value for key, value in about.items() if key != "typical"}


def test_more_articles_of_the_same_themes_change_next_to_nothing() -> None:
    more = found(of_themes(0, 430), parent=first().topics, version="v2")
    assert ids_of(more) == ids_of(first())
    assert sorted(more.topics.ids) == sorted(first().topics.ids)
    kept = more.about["changes"]["kept"]
    assert len(kept) == 4 and all(row["words"] > 0.95 and row["articles"] > 0.9 for row in kept)


def test_a_new_story_gets_an_id_of_its_own_and_the_others_keep_theirs() -> None:
    with_story = found({**of_themes(0, 400), **of_the_story()}, parent=first().topics, version="v2")
    assert ids_of(with_story) == ids_of(first())
    (new,) = with_story.about["changes"]["new"]
    number = with_story.topics.number(new["id"])
    assert number is not None and number == best(with_story, STORY)
    about = with_story.topics.about[number]
    assert about["since"] == "v2" and about["trend"] == "emerging" and about["junk"] is None
    assert set(about["name"].split(", ")) <= set(STORY)
    again = found({**of_themes(0, 400), **of_the_story()}, parent=with_story.topics, version="v3")
    assert [replaced(one) for one in again.topics.about] == [replaced(one) for one in with_story.topics.about]
    assert {int(article["id"]) >= 90_000 for article in about["typical"]} == {True}


def test_a_story_nobody_writes_about_any_more_retires_and_its_id_is_not_used_again() -> None:
    night = found({**of_themes(0, 400), **of_the_story()}, parent=first().topics, version="v2")
    (story,) = (row["id"] for row in night.about["changes"]["new"])
    after = found(of_themes(0, 400), parent=night.topics, version="v3")
    assert [row["id"] for row in after.about["changes"]["retired"]] == [story] == after.topics.retired
    again = found({**of_themes(0, 400), **of_the_story()}, parent=after.topics, version="v4")
    assert story not in again.topics.ids and len(again.topics) == 5
    assert again.topics.retired == [story]


@pytest.mark.parametrize(
    "texts, themes",
    [(of_themes(400, 430), ()), ({n: written(n, *THEMES, FILLER) for n in range(700, 760)}, ())],
    ids=["of known themes", "of everything"],
)
def test_articles_that_are_no_story_make_no_topic(texts: Mapping[int, Sequence[str]], themes: object) -> None:
    more = found({**of_themes(0, 400), **texts}, parent=first().topics, version="v2")
    assert more.about["changes"]["new"] == [] == more.about["changes"]["retired"]


def test_topics_found_anew_keep_ids_by_what_they_are_about() -> None:
    anew = found(of_themes(0, 420), parent=first().topics, afresh=True, seed=5, version="v2")
    assert ids_of(anew) == ids_of(first())
    assert anew.topics.counts.tobytes() != first().topics.counts.tobytes()


def test_a_much_larger_number_is_found_from_nothing() -> None:
    assert len(found(of_themes(0, 400), parent=first().topics, topics=8).topics) == 8


def test_a_name_that_a_person_gave_stays() -> None:
    id = ids_of(first())[0]
    more = found(of_themes(0, 430), parent=first().topics.renamed({id: "Fields and barns"}), version="v2")
    number = more.topics.number(id)
    assert number is not None
    assert (more.topics.names[number], more.topics.about[number]["renamed"]) == ("Fields and barns", True)


def test_topics_are_pinned_to_themes_and_stay_so() -> None:
    known = seeds({"Energy": OIL[:4]})
    made = found(of_themes(0, 400), known)
    assert made.topics.names[0] == "Energy" and best(made, OIL) == 0
    assert found(of_themes(0, 400), known, parent=made.topics, themes=known.themes).topics.ids == made.topics.ids
    others = {"Energy": OIL[:4], "Justice": COURT[:4]}
    more = found(of_themes(0, 400), seeds(others), parent=made.topics, themes=known.themes, version="v2")
    energy = more.topics.number(made.topics.ids[0])
    assert energy is not None and more.topics.names[energy] == "Energy" and best(more, OIL) == energy
    justice = more.topics.names.index("Justice")
    assert more.topics.ids[justice] not in made.topics.ids


def test_the_number_is_chosen_by_articles_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "NUMBERS", (2, 4, 9))
    monkeypatch.setattr(choosing, "ARTICLES", 10)
    monkeypatch.setattr(choosing, "ROWS", 100)  # of which one in four is looked at
    made = found(of_themes(0, 400), topics=AUTO)
    tried = made.about["chosen_from"]
    assert np.isfinite([row[key] for row in tried for key in ("perplexity", "npmi", "diversity")]).all()
    assert [row["topics"] for row in tried] == [2, 4, 9] and len(made.topics) == 4
    assert tried[1]["perplexity"] < tried[0]["perplexity"] and tried[1]["npmi"] > tried[2]["npmi"]


def test_topics_of_mixed_words_are_junk_and_say_why() -> None:
    random = {n: written(n, FILLER, length=12) for n in range(300)}
    made = found(random, topics=3)
    assert {one["junk"] for one in made.topics.about} <= {
        "its words seldom stand together",
        "its words are those of other topics",
        "hardly an article is mostly about it",
    }
    assert all(made.topics.junk) and made.topics.as_rows() == []


def test_labels_that_go_with_a_topic_are_told() -> None:
    articles = articles_of(of_themes(0, 400))
    numbers = [*of_themes(0, 400)]
    labelled = replace(articles, labels=["LY", "SY"], labelled=lambda row: [0] if numbers[row] % 4 == 3 else [1])
    made = discover(labelled, seeds(), Wanted(4))
    oil = made.topics.about[best(made, OIL)]["labels"]
    assert [row["id"] for row in oil] == ["LY"] and oil[0]["times"] > 3 and oil[0]["share"] > 0.7
    assert np.isclose(made.topics.chronicle.labelled.sum(), 400)

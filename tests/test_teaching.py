"""The queue: what is asked, in which order, and what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.newsroom import racing
from training import teaching
from training.article import Article
from training.kernels.judging import judge
from training.model import Model
from training.store import Said, Stored
from training.teaching import FLOOR, Candidate, look_at, queue
from training.text import read

WHEN = datetime(2026, 11, 1, tzinfo=UTC)


def stored(articles: Sequence[Article], **others: Any) -> list[Stored]:
    """Put articles as if they stood in a store, unjudged."""
    return [
        Stored(replace(one, labels=None, unsure=frozenset()), number, WHEN, None, None, {})._replace(**others)
        for number, one in enumerate(articles)
    ]


@pytest.fixture(scope="module")
def pool(samples: list[Article]) -> list[Stored]:
    return stored(samples)


def pairs(found: Sequence[Candidate]) -> list[tuple[str | None, str]]:
    return [(one.article.id, one.label) for one in found]


def test_the_same_pool_gives_the_same_queue(model: Model, pool: list[Stored]) -> None:
    assert pairs(queue(model, pool, 30)) == pairs(queue(model, pool, 30))


def test_a_longer_queue_begins_as_the_shorter_one(model: Model, pool: list[Stored]) -> None:
    assert pairs(queue(model, pool, 30))[:10] == pairs(queue(model, pool, 10))


def test_the_best_comes_first_and_the_rest_is_worth_asking(model: Model, pool: list[Stored]) -> None:
    every = queue(model, pool, 10_000)
    assert every[0].worth == max(one.worth for one in every)
    assert len(set(pairs(every))) == len(every)
    first, last = every[:20], every[-20:]
    assert min(one.worth for one in first) > max(one.worth for one in last)


def test_only_what_is_named_or_scored_and_not_all_but_impossible_is_asked(model: Model, pool: list[Stored]) -> None:
    for one in queue(model, pool, 10_000):
        opinion = one.opinion
        assert max(opinion.probability, opinion.by_words or 0, opinion.by_place or 0) >= FLOOR
        assert opinion.by_words is not None or opinion.by_place is not None


def test_opinions_are_those_of_the_model(worded: Model, samples: list[Article]) -> None:
    [article] = [one for one in samples if one.id == "sy-017"]
    labels = {one.id: one for one in worded.label(article, all=True, evidence=False).labels}
    named = {worded.classifier.labels[c] for c in judge(read(article).searched, worded.tables).columns}
    for label in ("SY", "LY", "TR", "FR"):
        found = look_at(worded, stored([article])[0], label)
        assert found is not None
        assert found.opinion.probability == pytest.approx(labels[label].probability if label in labels else 0, abs=1e-3)
        assert (found.opinion.by_words is None) == (label not in worded.classifier.rows)
        assert (found.opinion.by_place is None) == (label not in named)


def test_where_nothing_was_learned_of_words_the_place_alone_decides(trained: Model, samples: list[Article]) -> None:
    for one in queue(trained, stored(samples[:40]), 100):
        assert one.opinion.by_place == pytest.approx(one.opinion.probability)
        assert one.disagreement == 0


def test_words_and_place_that_disagree_are_worth_more(worded: Model, samples: list[Article]) -> None:
    found = queue(worded, stored(samples), 400, labels=["LY", "SY"])
    assert max(one.disagreement for one in found) > 0.3
    assert all(0 <= one.disagreement <= 1 for one in found)


def test_words_that_others_use_and_the_model_does_not_know_are_new(model: Model, samples: list[Article]) -> None:
    page = [racing(number) for number in range(40)]
    found = queue(model, stored([*samples[:100], *page]), 1_000)
    kinds: dict[bool, list[float]] = {True: [], False: []}
    for one in found:
        kinds[str(one.article.id).startswith("racing")].append(one.novelty)
    assert min(kinds[True]) > max(kinds[False])
    assert all(0 <= novelty <= 1 for novelties in kinds.values() for novelty in novelties)


def test_words_that_nobody_else_uses_are_not_new(model: Model, samples: list[Article]) -> None:
    odd = Article("Damascus slept. " + " ".join(f"q{number:x}zz" for number in range(1000, 1040)), id="odd")
    [one] = [one for one in queue(model, stored([*samples[:50], odd]), 500) if one.article.id == "odd"]
    assert one.novelty < 0.2


def test_alike_articles_are_not_asked_one_after_the_other(model: Model, samples: list[Article]) -> None:
    twice = [one for article in samples[:60] for one in (article, replace(article, id=f"{article.id}-again"))]
    found = queue(model, stored(twice), 20)
    assert len({str(one.article.id).removesuffix("-again") for one in found}) == 20


def test_no_label_is_asked_about_all_the_time(model: Model, pool: list[Stored]) -> None:
    found = queue(model, pool, 20)
    by_worth = sorted(queue(model, pool, 10_000), key=lambda one: -one.worth)[:20]
    assert len({one.label for one in found}) >= len({one.label for one in by_worth})
    assert max(Counter(one.label for one in found).values()) < 10
    labels = [one.label for one in found]
    assert not any(len(set(labels[start : start + 5])) == 1 for start in range(15))


def test_what_is_like_what_was_judged_already_waits(model: Model, samples: list[Article]) -> None:
    before = queue(model, stored(samples), 1)[0]
    again = replace(before.article, id="again")
    told = Stored(before.article, 0, WHEN, None, None, {before.label: Said({"ann": "yes"})})
    judged = replace(before.article, labels=frozenset({before.label}), judged=frozenset({before.label}))
    others = [one for one in stored(samples) if one.article.id != before.article.id]
    found = queue(model, [told._replace(article=judged), *stored([again]), *others], 20)
    assert not {before.article.id, "again"} & {one.article.id for one in found}


LY = "Libya's parliament met in Tripoli, and Libya waited. Egypt and Tunisia looked on from afar, as Egypt does."


def open_labels(model: Model, article: Article, who: str | None = None, **said: dict[str, Any]) -> set[str]:
    spoken = {label: Said(by) for label, by in said.items()}
    return {one.label for one in queue(model, [Stored(article, 0, WHEN, None, None, spoken)], 99, who=who)}


@pytest.mark.parametrize(
    "known, asked",
    [
        ({}, True),
        ({"labels": frozenset()}, False),
        ({"labels": frozenset({"LY"})}, False),
        ({"labels": frozenset({"LY"}), "judged": frozenset({"LY"})}, False),
        ({"labels": frozenset(), "judged": frozenset({"SY"})}, True),
        ({"labels": frozenset(), "unsure": frozenset({"LY"})}, False),
    ],
    ids=["unjudged", "judged", "judged so", "judged in part", "judged in another part", "unsure"],
)
def test_what_is_judged_is_not_asked(model: Model, known: dict[str, Any], asked: bool) -> None:
    assert ("LY" in open_labels(model, Article(LY, id="a", **known))) is asked


@pytest.mark.parametrize(
    "by, who, asked",
    [
        ({"ann": "yes"}, "ann", False),
        ({"ann": "yes"}, "ben", False),
        ({"ann": "yes", "ben": "no"}, "ann", False),
        ({"ann": "yes", "ben": "no"}, "eve", True),
        ({"ann": "yes", "ben": "no"}, None, True),
        ({"ann": "unsure"}, "ann", False),
        ({"ann": "unsure"}, "ben", True),
    ],
    ids=["own", "another's", "own, divided", "divided", "divided, nobody", "own, unsure", "another's, unsure"],
)
def test_nobody_is_asked_twice_and_others_only_where_it_is_open(
    model: Model, by: dict[str, Any], who: str | None, asked: bool
) -> None:
    article = Article(LY, id="a", labels=frozenset(), judged=frozenset({"LY"}))
    assert ("LY" in open_labels(model, article, who, LY=by)) is asked


def test_where_people_are_divided_they_disagree_as_much_as_can_be(model: Model) -> None:
    said = {"LY": Said({"ann": "yes", "ben": "no"})}
    [one] = [c for c in queue(model, [Stored(Article(LY, id="a"), 0, WHEN, None, None, said)], 9) if c.label == "LY"]
    assert (one.disagreement, one.said) == (1.0, said["LY"])


def test_near_duplicates_are_never_asked(model: Model, pool: list[Stored]) -> None:
    assert queue(model, [one._replace(copy_of=7) for one in pool], 20) == []


def test_labels_narrow_the_queue(model: Model, pool: list[Stored]) -> None:
    assert {one.label for one in queue(model, pool, 20, labels=["LY", "EG"])} == {"LY", "EG"}
    assert queue(model, pool, 20, labels=["XX"]) == []


@pytest.mark.parametrize("texts", [[], [""], ["Rain fell."], ["", "Libya.", "  "]], ids=str)
def test_a_queue_of_next_to_nothing(model: Model, texts: list[str]) -> None:
    found = queue(model, stored([Article(text, id=str(number)) for number, text in enumerate(texts)]), 5)
    assert len(found) <= sum("Libya" in text for text in texts)


def test_progress_sees_all(model: Model, pool: list[Stored]) -> None:
    seen: list[int] = []

    def progress(pieces: Any, name: str) -> Any:
        for some in pieces:
            seen.append(len(some))
            yield some

    queue(model, pool, 1, progress=progress)
    assert sum(seen) == len(pool)


def test_a_look_at_one_pair(model: Model) -> None:
    [one] = stored([Article(LY, id="a")])
    found = look_at(model, one, "LY")
    assert found is not None
    assert found.opinion == next(c for c in queue(model, [one], 9) if c.label == "LY").opinion
    assert look_at(model, one, "XX") is None


def test_threads_change_nothing(model: Model, pool: list[Stored], monkeypatch: pytest.MonkeyPatch) -> None:
    many = queue(model, pool, 30)
    monkeypatch.setattr(teaching.parallel, "cores", lambda: 1)
    assert queue(model, pool, 30) == many

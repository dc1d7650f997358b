"""A model examined: who answered, and which mistakes are the worst."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.helping import tiny_model, tiny_rows
from training.article import Article
from training.examine import SNIPPETS, examine
from training.model import Model
from training.text import digest


def articles() -> list[Article]:
    return [Article.from_row(row) for row in tiny_rows()[::6]]


def saying(*probabilities: float) -> Model:
    """Give a model that, out of fold, found Syria in the articles with these probabilities."""
    keys = [digest(one) for one in articles()]
    answers = {key: {"SY": p} for key, p in zip(keys, probabilities, strict=False)}
    fitted = tiny_model().classifier
    return replace(
        tiny_model(), out_of_fold=answers, classifier=replace(fitted, thresholds=0 * fitted.thresholds + 0.5)
    )


def judged(labels: str, *, unsure: str = "") -> list[Article]:
    """Give articles, each of which is about one label, or none for a point."""
    return [
        replace(one, labels=frozenset({label} - {"."}), unsure=frozenset(unsure.split()))
        for one, label in zip(articles(), labels.split(), strict=False)
    ]


def test_the_worst_are_the_surest_of_what_is_wrong_and_the_least_sure_of_what_was_missed() -> None:
    found = examine(saying(0.6, 0.99, 0.8, 0.4, 0.01, 0.97), judged(". . . SY SY SY"), most=2)
    assert [(one.label, one.probability) for one in found.wrong] == [("SY", 0.99), ("SY", 0.8)]
    assert [(one.label, one.probability) for one in found.missed] == [("SY", 0.01), ("SY", 0.4)]
    assert {one.threshold for one in found.wrong + found.missed} == {0.5}
    assert [one.article for one in found.wrong] == [one.id for one in articles()[1:3]]
    assert found.wrong[0].title == articles()[1].title


def test_many_mistakes_are_cut_to_the_worst() -> None:
    model = saying(0.6)
    once = judged(".")
    assert len(examine(model, once * 400, most=3).wrong) == 3
    surer = replace(model, out_of_fold={**model.out_of_fold, digest(articles()[1]): {"SY": 0.9}})
    assert [one.probability for one in examine(surer, [*once * 300, *judged(". .")[1:], *once * 300], 2).wrong] == [
        0.9,
        0.6,
    ]


def test_no_mistakes_are_asked_for_or_made() -> None:
    assert examine(saying(0.9), judged("."), most=0).wrong == []
    right = examine(saying(0.9), judged("SY"))
    assert (right.wrong, right.missed) == ([], [])


def test_what_is_unsure_is_no_mistake() -> None:
    found = examine(saying(0.9, 0.1), judged(". SY", unsure="SY"))
    assert (found.wrong, found.missed) == ([], [])


def test_a_mistake_comes_with_what_spoke_for_the_label() -> None:
    [missed] = examine(saying(0.1), judged("SY")).missed
    assert 0 < len(missed.evidence) <= SNIPPETS
    assert {"Syria", "Syrian", "Damascus"} & {stretch.text for stretch in missed.evidence}
    assert json.loads(json.dumps(missed.as_row())) == missed.as_row()


def test_a_label_that_is_named_nowhere_or_unknown_is_missed_without_evidence() -> None:
    found = examine(saying(), [replace(one, labels=frozenset({"QQ"})) for one in articles()[:1]])
    assert [(one.label, one.probability, one.threshold, one.evidence) for one in found.missed] == [("QQ", 0, 1, [])]


def test_it_is_told_how_many_articles_the_model_was_trained_on() -> None:
    found = examine(saying(0.9, 0.9), judged("SY SY SY SY"))
    assert (len(found.truths), len(found.answers), found.seen) == (4, 4, 2)


def test_a_row_holds_the_scores_and_the_mistakes_and_is_ready_for_json() -> None:
    articles = [*judged("SY ."), replace(judged("SY")[0], labels=frozenset({"SY", "QQ"}))]
    row = examine(saying(0.9, 0.9), articles, most=1).as_row()
    assert json.loads(json.dumps(row)) == row
    assert (row["model"], row["articles"], row["trained_on"]) == (tiny_model().version, 3, 3)
    assert row["unknown_labels"] == ["QQ"]
    assert row["micro"] == {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667, "support": 3}
    assert [len(row["errors"][kind]) for kind in ("wrong", "missed")] == [1, 1]


def test_articles_are_taken_one_after_the_other() -> None:
    seen = []

    def stream() -> object:
        for one in judged("SY SY SY"):
            seen.append(one.id)
            yield one

    examination = examine(saying(0.9, 0.9, 0.9), stream())  # type: ignore[arg-type]
    assert len(seen) == len(examination.answers) == 3

"""The nightly job: what is no worse is promoted, what is worse is kept aside, and neither is scored on what it saw."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from threadpoolctl import threadpool_limits

from tests.conftest import SEEDS
from tests.helping import tiny_rows, write_rows
from training.article import Article
from training.errors import ArticleError, DamagedModel, InputError, MismatchedModel, ModelError
from training.gate import Gate, Verdict
from training.model import Model
from training.registry import PINNED, Registry
from training.retrain import Outcome, retrain
from training.settings import Settings


def unseen(count: int = 12) -> list[dict[str, Any]]:
    """Make articles that are not among the tiny ones."""
    return [{**row, "title": f"{row['title']}, once more"} for row in tiny_rows()[::-1][:count]]


def test_the_first_model_is_promoted(quick: Settings, tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    outcome = retrain(quick, registry)
    assert outcome == Outcome(outcome.version, True, [], [], seconds=outcome.seconds, report=outcome.report)
    assert [*outcome.seconds] == ["collect", "train", "evaluate", "gate", "promote", "report"]
    assert registry.current() == outcome.version and registry.versions() == [outcome.version]


def test_the_same_data_promotes_and_scores_the_same(quick: Settings, registry: Registry) -> None:
    before = registry.current()
    outcome = retrain(quick, registry)
    assert outcome.promoted and registry.current() == outcome.version != before
    (known,) = outcome.comparisons
    assert (known.name, known.articles) == ("known", 72)
    assert known.champion == known.challenger
    assert [check.name for check in outcome.checks][:3] == [
        "micro F1, known articles",
        "macro F1, known articles",
        "the Brier score, known articles",
    ]
    assert all(check.passed for check in outcome.checks)
    row = outcome.as_row()
    assert json.loads(json.dumps(row)) == row
    assert row["comparisons"][0]["champion"]["micro"]["support"] == 72


def test_a_worse_challenger_is_kept_aside(quick: Settings, registry: Registry, tmp_path: Path) -> None:
    before = registry.current()
    wrong = write_rows(tmp_path / "wrong.jsonl", tiny_rows(wrong=True))
    outcome = retrain(replace(quick, corpora=(wrong,)), registry)
    assert not outcome.promoted and outcome.reasons
    assert registry.current() == before
    assert registry.load(outcome.version).about["articles"]["judged"] == 144


def test_the_gate_one_gives_is_the_one_that_decides(quick: Settings, registry: Registry) -> None:
    outcome = retrain(quick, registry, gate=Gate(size=0.1, small=0))
    assert not outcome.promoted and registry.current() != outcome.version
    (reason,) = outcome.reasons
    assert reason.startswith("the version takes ") and reason.endswith(" is allowed")


@pytest.mark.parametrize("said", [None, "", "\n"], ids=["gone", "empty", "blank"])
def test_where_nothing_says_which_model_is_current_none_is_promoted_unseen(
    said: str | None, quick: Settings, registry: Registry, champion: Model
) -> None:
    current = registry.folder / "current"
    current.unlink() if said is None else current.write_text(said, encoding="utf-8")
    with pytest.raises(ModelError, match=f"desk models promote {champion.version}"):
        retrain(quick, registry)
    assert registry.current() is None and registry.versions() == [champion.version]
    registry.promote(champion.version)
    assert retrain(quick, registry).promoted


def reworded(article: Article) -> str:
    text = article.text.replace(" said", " stated").replace("government", "cabinet").replace(" people", " residents")
    return f"{text}\nWrite to the editors about this report."


@pytest.mark.parametrize(
    ("mistakes", "promoted"),
    [({}, True), ({"SY": "LY", "LY": ""}, False)],  # one country taken for another, the other for none
    ids=["right labels", "wrong labels"],
)
def test_many_new_articles_are_welcome_unless_their_labels_are_wrong(
    models: Path, samples: list[Article], tmp_path: Path, mistakes: dict[str, str], promoted: bool
) -> None:
    registry = Registry(shutil.copytree(models, tmp_path / "models"))
    before = registry.current()
    rows: list[dict[str, object]] = [
        {
            "title": one.title,
            "text": reworded(one),
            "labels": sorted({mistakes.get(id, id) for id in one.labels} - {""}),
        }
        for one in samples
        if one.labels and one.labels & {"SY", "LY"}
    ]
    assert len(rows) > 100
    corpus = write_rows(tmp_path / "new.jsonl", rows)
    with threadpool_limits(1):  # threads that wait for each other make this slow where other tests run beside it
        outcome = retrain(Settings(SEEDS, (corpus,), topics=5, passes=1, afresh=True), registry)
    assert {one.name: one.articles for one in outcome.comparisons} == {"known": len(samples), "new": len(rows)}
    assert outcome.promoted == promoted == (not outcome.reasons)
    assert any("contradict the current model" in reason for reason in outcome.reasons) != promoted
    assert registry.current() == (outcome.version if promoted else before)


def test_a_wrong_corpus_changes_nothing(quick: Settings, registry: Registry, tmp_path: Path) -> None:
    before = (registry.current(), registry.versions())
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": 1}\n', encoding="utf-8")
    with pytest.raises(ArticleError, match="bad.jsonl:1"):
        retrain(replace(quick, corpora=(bad,)), registry)
    assert (registry.current(), registry.versions()) == before


def damage(folder: Path) -> None:
    (folder / "serving.joblib").write_bytes(b"")


def outdate(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "text_rules": 0}), encoding="utf-8")


def test_a_night_does_not_undo_what_people_promoted_meanwhile(
    quick: Settings, registry: Registry, champion: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.publish(replace(champion, about={**champion.about, "version": "older"}), promote=False)

    def judged(*_: object) -> Verdict:
        registry.promote("older")
        return Verdict()

    monkeypatch.setattr("training.retrain.judge", judged)
    with pytest.raises(ModelError, match="another version became current"):
        retrain(quick, registry)
    assert registry.current() == "older"


def test_what_can_t_be_pruned_is_told_before_anything_is_promoted(quick: Settings, registry: Registry) -> None:
    before = registry.current()
    (registry.folder / PINNED).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=PINNED):
        retrain(quick, registry)
    assert registry.current() == before


@pytest.mark.parametrize(
    ("harm", "error"),
    [(damage, DamagedModel), (outdate, MismatchedModel), (shutil.rmtree, ModelError)],
    ids=["damaged", "outdated", "gone"],
)
def test_nothing_is_promoted_over_a_champion_that_cannot_be_compared_with(
    quick: Settings, registry: Registry, harm: Callable[[Path], None], error: type[ModelError]
) -> None:
    before = registry.current()
    harm(registry.path())
    with pytest.raises(error):
        retrain(quick, registry)
    assert registry.current() == before


def test_a_night_in_which_judged_articles_were_crawled_too(quick: Settings, registry: Registry, tmp_path: Path) -> None:
    crawled = write_rows(tmp_path / "crawled.jsonl", [{k: v for k, v in r.items() if k != "labels"} for r in unseen()])
    judged = write_rows(tmp_path / "judged.jsonl", unseen())
    outcome = retrain(replace(quick, corpora=(crawled, judged)), registry)
    assert {one.name: one.articles for one in outcome.comparisons} == {"known": 72, "new": 12}

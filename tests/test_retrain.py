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
from tests.helping import tiny_rows, write_rows, write_tiny_seeds
from training.article import Article
from training.errors import ArticleError, DamagedModel, MismatchedModel, ModelError
from training.evaluate import Counts, Evaluation
from training.model import Model
from training.readers import read
from training.registry import Registry
from training.retrain import Comparison, Gate, Outcome, compare, retrain, surprises
from training.settings import Settings
from training.text import digest
from training.train import train


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    seeds = write_tiny_seeds(tmp_path_factory.mktemp("retrain") / "seeds")
    return Settings(seeds, topics=3, passes=1, min_examples=12)


@pytest.fixture(scope="module")
def champion(quick: Settings) -> Model:
    return train(quick)


@pytest.fixture
def registry(champion: Model, tmp_path: Path) -> Registry:
    """A registry of its own for each test, in which the champion is current."""
    registry = Registry(tmp_path / "models")
    registry.publish(champion)
    return registry


def unseen(count: int = 12) -> list[dict[str, Any]]:
    """Make articles that are not among the tiny ones."""
    return [{**row, "title": f"{row['title']}, once more"} for row in tiny_rows()[::-1][:count]]


def never(things: Any, name: str) -> Any:
    return things


# what a night does


def test_the_first_model_is_promoted(quick: Settings, tmp_path: Path) -> None:
    registry = Registry(tmp_path / "models")
    outcome = retrain(quick, registry)
    assert outcome == Outcome(outcome.version, True, [], [])
    assert registry.current() == outcome.version and registry.versions() == [outcome.version]


def test_the_same_data_promotes_and_scores_the_same(quick: Settings, registry: Registry) -> None:
    before = registry.current()
    outcome = retrain(quick, registry)
    assert outcome.promoted and registry.current() == outcome.version != before
    (known,) = outcome.comparisons
    assert (known.name, known.articles) == ("known", 72)
    assert known.champion == known.challenger
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
    outcome = retrain(quick, registry, Gate(micro=-1))  # nothing passes that does not gain more than there is to gain
    assert not outcome.promoted and registry.current() != outcome.version
    assert outcome.reasons == ["micro F1 on known articles falls from 1.000 to 1.000"]


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
        outcome = retrain(Settings(SEEDS, (corpus,), topics=5, passes=1), registry)
    assert {one.name: one.articles for one in outcome.comparisons} == {"known": len(samples), "new": len(rows)}
    assert outcome.promoted == promoted == (not outcome.reasons)
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


# how the two are scored


def test_known_articles_are_scored_by_answers_out_of_fold(quick: Settings, champion: Model) -> None:
    silent = replace(champion, out_of_fold={key: {} for key in champion.out_of_fold})
    (known,) = compare(silent, champion, quick, never)
    assert known.name == "known"
    assert known.champion.micro == Counts(0, 0, 72)
    assert known.challenger.micro.as_row() == champion.about["out_of_fold"]["micro"]


def test_unseen_articles_are_scored_by_the_champion_itself(quick: Settings, champion: Model, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "new.jsonl", unseen())
    articles = list(read(corpus))
    challenger = replace(champion, out_of_fold={digest(article): {"FR": 1.0, "SY": 0.01} for article in articles})
    never_saw = replace(champion, out_of_fold={key: {} for key in champion.out_of_fold})
    (new,) = compare(never_saw, challenger, replace(quick, samples=False, corpora=(corpus,)), never)
    assert (new.name, new.articles) == ("new", 12)
    right = sum(label.id in (one.labels or ()) for one in articles for label in champion.label(one).labels)
    assert new.champion.micro.right == right > 0
    assert new.challenger.micro.right == sum(one.labels == frozenset({"FR"}) for one in articles)


def test_each_article_is_scored_once_and_the_unlabelled_not_at_all(
    quick: Settings, champion: Model, tmp_path: Path
) -> None:
    again = write_rows(tmp_path / "again.jsonl", tiny_rows()[:10])
    rain = write_rows(tmp_path / "rain.jsonl", [{"text": "Rain fell on Syria."}])
    (known,) = compare(champion, champion, replace(quick, corpora=(again, rain)), never)
    assert known.articles == 72


def test_what_nobody_is_sure_of_is_not_scored(quick: Settings, champion: Model, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "unsure.jsonl", [{**row, "unsure": ["FR", "LY", "SY"]} for row in tiny_rows()])
    (known,) = compare(champion, champion, replace(quick, samples=False, corpora=(corpus,)), never)
    assert known.articles == 72 and known.champion.labels == {}


# what the gate lets through


def scored(**labels: tuple[int, int, int]) -> Evaluation:
    return Evaluation({label: Counts(*counts) for label, counts in labels.items()})


@pytest.mark.parametrize(
    ("before", "after", "reasons"),
    [
        (scored(SY=(80, 20, 20)), scored(SY=(80, 20, 20)), []),
        (scored(SY=(80, 20, 20)), scored(SY=(95, 5, 5)), []),
        (scored(SY=(800, 200, 200)), scored(SY=(795, 205, 205)), []),  # .005
        (
            scored(SY=(800, 200, 200)),
            scored(SY=(780, 220, 220)),
            ["micro F1 on new articles falls from 0.800 to 0.780"],
        ),
        (
            scored(FR=(900, 0, 0), LY=(20, 0, 0)),
            scored(FR=(900, 0, 0), LY=(18, 0, 2)),
            ["F1 of LY on new articles falls from 1.000 to 0.947"],
        ),
        (scored(FR=(900, 0, 0), LY=(19, 0, 0)), scored(FR=(900, 0, 0), LY=(10, 0, 9)), []),  # too few articles to tell
        (
            scored(LY=(30, 0, 0), SY=(30, 0, 0)),
            scored(LY=(0, 0, 30), SY=(30, 30, 0)),
            [
                "micro F1 on new articles falls from 1.000 to 0.500",
                "F1 of LY on new articles falls from 1.000 to 0.000",
                "F1 of SY on new articles falls from 1.000 to 0.667",
            ],
        ),
    ],
    ids=["same", "better", "hardly worse", "worse", "one label worse", "a rare label worse", "worse in all"],
)
def test_what_is_refused(before: Evaluation, after: Evaluation, reasons: list[str]) -> None:
    assert Comparison("new", 1000, before, after).refusals(Gate(micro=0.01, label=0.05)) == reasons


def test_a_gate_can_be_stricter_or_wider() -> None:
    slightly = Comparison("known", 100, scored(SY=(800, 200, 200)), scored(SY=(792, 208, 208)))
    assert slightly.refusals(Gate(micro=0.01, label=0.05)) == []
    assert len(slightly.refusals(Gate(micro=0.005, label=0.005))) == 2
    assert slightly.refusals(Gate(micro=0.005, label=0.005, support=2000)) == [
        "micro F1 on known articles falls from 0.800 to 0.792"
    ]


def test_new_labels_that_contradict_the_champion_are_told_as_such() -> None:
    right, wrong = Evaluation({"SY": Counts(right=95, wrong=5)}), Evaluation({"SY": Counts(right=50, wrong=50)})
    known, new = Comparison("known", 100, right, right), Comparison("new", 100, wrong, wrong)
    assert surprises([known, replace(new, articles=19)], Gate()) == [] == surprises([new], Gate())
    (reason,) = surprises([known, new], Gate())
    assert "contradict the current model" in reason and "desk train" in reason

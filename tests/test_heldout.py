"""Champion and challenger on the same articles: neither is scored on what it saw, and each article counts once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helping import tiny_model, tiny_rows, write_rows, write_tiny_seeds
from training.article import Article
from training.evaluate import Counts
from training.gate import Comparison, compare
from training.model import Model
from training.progress import unseen
from training.readers import read
from training.settings import Settings
from training.text import digest

KNOWS: list[dict[str, Any]] = tiny_rows()  # what the champion was trained on
FRESH = [{**row, "title": f"{row['title']}, once more"} for row in KNOWS[::-1][:12]]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(write_tiny_seeds(tmp_path_factory.mktemp("heldout") / "seeds"))


@pytest.fixture(scope="module")
def champion() -> Model:
    return tiny_model()


def compared(champion: Model, challenger: Model, settings: Settings, corpus: Path | None = None) -> list[Comparison]:
    corpora = (corpus,) if corpus else ()
    return compare(champion, challenger, replace(settings, samples=not corpus, corpora=corpora), unseen)


def unlearned(model: Model, *rows: dict[str, Any], **answers: float) -> Model:
    """Give a model whose answers out of fold to some articles are these."""
    given = {digest_of(row): answers for row in rows}
    return replace(model, out_of_fold={**model.out_of_fold, **given})


def digest_of(row: dict[str, Any]) -> str:
    return digest(Article.from_row(row))


def test_new_articles_come_first_and_each_group_says_how_many_it_has(
    tiny: Settings, champion: Model, tmp_path: Path
) -> None:
    corpus = write_rows(tmp_path / "night.jsonl", [*KNOWS[:30], *FRESH])
    found = compared(champion, unlearned(champion, *FRESH), tiny, corpus)
    assert [(one.name, one.articles) for one in found] == [("new", 12), ("known", 30)]
    assert [one.score for one in found[1].differences] == ["micro F1", "macro F1", "SY", "LY", "Brier score"]


def test_known_articles_are_scored_by_answers_out_of_fold(tiny: Settings, champion: Model) -> None:
    silent = replace(champion, out_of_fold={key: {} for key in champion.out_of_fold})
    (known,) = compared(silent, champion, tiny)
    assert known.name == "known"
    assert known.champion.micro == Counts(0, 0, 72)
    assert known.challenger.micro.as_row() == champion.about["out_of_fold"]["micro"]
    by_score = {one.score: one for one in known.differences}
    assert by_score["micro F1"].ours == 0 and by_score["Brier score"].ours == 1


def test_new_articles_are_scored_by_the_champion_itself(tiny: Settings, champion: Model, tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "new.jsonl", FRESH)
    challenger = replace(champion, out_of_fold={digest_of(row): {"FR": 1.0, "SY": 0.01} for row in FRESH})
    never_saw = replace(champion, out_of_fold={key: {} for key in champion.out_of_fold})
    (new,) = compared(never_saw, challenger, tiny, corpus)
    assert (new.name, new.articles) == ("new", 12)
    articles = list(read(corpus))
    right = sum(label.id in (one.labels or ()) for one in articles for label in champion.label(one).labels)
    assert new.champion.micro.right == right > 0
    assert new.challenger.micro.right == sum(row["labels"] == ["FR"] for row in FRESH)


def test_new_articles_of_which_single_labels_were_judged_are_a_group_of_their_own(
    tiny: Settings, champion: Model, tmp_path: Path
) -> None:
    asked = [{**row, "judged": row["labels"]} for row in FRESH[:5]]
    corpus = write_rows(tmp_path / "new.jsonl", [*asked, *FRESH[5:], {**KNOWS[0], "judged": KNOWS[0]["labels"]}])
    challenger = replace(champion, out_of_fold={**champion.out_of_fold, **{digest_of(row): {} for row in FRESH}})
    found = {one.name: one.articles for one in compared(champion, challenger, tiny, corpus)}
    assert found == {"new": 7, "partly judged": 5, "known": 1}


def test_each_article_is_scored_once_and_the_unlabelled_not_at_all(
    tiny: Settings, champion: Model, tmp_path: Path
) -> None:
    corpus = write_rows(tmp_path / "again.jsonl", [*KNOWS, *KNOWS[:10], {"text": "Rain fell on Syria."}])
    (known,) = compared(champion, champion, tiny, corpus)
    assert known.articles == 72


def test_the_first_judgment_counts_where_an_unjudged_copy_came_before(
    tiny: Settings, champion: Model, tmp_path: Path
) -> None:
    crawled = [{key: value for key, value in row.items() if key != "labels"} for row in KNOWS]
    corpus = write_rows(tmp_path / "both.jsonl", [*crawled, *KNOWS])
    (known,) = compared(champion, champion, tiny, corpus)
    assert known.articles == 72 and known.champion.micro.support == 72


def test_an_article_judged_anew_is_a_known_one_with_the_new_truth(
    tiny: Settings, champion: Model, tmp_path: Path
) -> None:
    corpus = write_rows(tmp_path / "corrected.jsonl", [{**row, "labels": ["FR"]} for row in KNOWS])
    (known,) = compared(champion, unlearned(champion, *KNOWS, FR=1.0), tiny, corpus)
    assert known.name == "known" and known.champion.labels["FR"].support == 72
    assert known.challenger.micro == Counts(72, 0, 0) != known.champion.micro


@pytest.mark.parametrize(
    "untold",
    [{"unsure": ["FR", "LY", "SY"]}, {"labels": [], "judged": []}],
    ids=["nobody is sure", "nobody has judged"],
)
def test_what_nobody_knows_is_not_scored(
    tiny: Settings, champion: Model, tmp_path: Path, untold: dict[str, Any]
) -> None:
    corpus = write_rows(tmp_path / "untold.jsonl", [{**row, **untold} for row in KNOWS])
    (known,) = compared(champion, champion, tiny, corpus)
    assert known.articles == 72 and known.champion.labels == {}
    assert {one.score: one.ours for one in known.differences} == {"micro F1": 0, "macro F1": 0, "Brier score": 0}


def test_of_a_partial_judgment_only_what_was_judged_is_scored(tiny: Settings, champion: Model, tmp_path: Path) -> None:
    rows = [{**row, "labels": [label for label in row["labels"] if label == "SY"], "judged": ["SY"]} for row in KNOWS]
    (known,) = compared(champion, champion, tiny, write_rows(tmp_path / "partial.jsonl", rows))
    assert known.champion.labels.keys() == {"SY"} and known.champion.labels["SY"].support == 24


def test_canaries_are_not_compared_on(tiny: Settings, champion: Model, tmp_path: Path) -> None:
    seeds = write_tiny_seeds(tmp_path / "seeds")
    write_rows(seeds / "canaries.jsonl", FRESH[:2])
    corpus = write_rows(tmp_path / "new.jsonl", FRESH)
    (new,) = compared(champion, unlearned(champion, *FRESH), replace(tiny, seeds=seeds), corpus)
    assert new.articles == 10

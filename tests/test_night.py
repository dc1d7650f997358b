"""A night as it is told: its report says what came of it, whatever came of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.helping import tiny_rows
from training import report
from training.article import Article
from training.errors import InputError, StoreError
from training.gate import Gate
from training.model import Model
from training.registry import Registry
from training.retrain import retrain
from training.settings import Settings
from training.store import Judgment, Store, url_of

EASY = Gate(kept=0, likeness=0)  # so few articles do not keep their topics


@pytest.fixture
def kept(registry: Registry) -> Iterator[Store]:
    """A store with a few articles, one of them judged by two who disagree."""
    with Store(url_of(registry.folder)) as store:
        store.articles.add([Article(f"{row['text']} Again.", id=str(number)) for number, row in enumerate(tiny_rows())])
        store.judgments.add([Judgment("0", "SY", "yes", "ann"), Judgment("0", "SY", "no", "ben")])
        yield store


def told(registry: Registry) -> dict[str, Any]:
    """Give the newest report."""
    folder = report.latest(registry.files)
    assert folder is not None
    assert (folder / report.PAGE).read_text(encoding="utf-8").startswith("<!doctype html>")
    found: dict[str, Any] = json.loads((folder / report.DATA).read_text(encoding="utf-8"))
    return found


def test_a_promoted_night_tells_all_of_it(quick: Settings, registry: Registry, kept: Store, champion: Model) -> None:
    outcome = retrain(quick, registry, kept, EASY)
    found = told(registry)
    assert outcome.report is not None and outcome.untold is None
    assert (found["outcome"], found["champion"], found["challenger"]) == ("promoted", champion.version, outcome.version)
    assert [step["name"] for step in found["steps"]] == ["collect", "train", "evaluate", "gate", "promote", "report"]
    collected = {key: found["collected"][key] for key in ("articles", "new", "copies", "judged", "judgments")}
    assert collected == {"articles": 108, "new": 72, "copies": 36, "judged": 73, "judgments": 2}
    assert found["checks"] and all(check["passed"] for check in found["checks"])
    assert [(one["article"], one["by"]) for one in found["disputed"]] == [("0", {"ann": "yes", "ben": "no"})]
    assert found["review"] and all(row["name"] and row["why"] for row in found["review"])
    assert found["silent_feeds"] == [] and "too few" not in found["headline"]


def test_what_is_new_is_counted_from_the_night_before(quick: Settings, registry: Registry, kept: Store) -> None:
    retrain(quick, registry, kept, EASY)
    kept.articles.add([Article("Rain fell on Damascus, and the harvest was late in Syria this year.", id="later")])
    kept.judgments.add([Judgment("later", "SY", "yes", "ann")])
    retrain(quick, registry, kept, EASY)
    collected = told(registry)["collected"]
    assert (collected["new"], collected["judgments"], collected["articles"]) == (1, 1, 109)


def test_a_refused_night_says_why(quick: Settings, registry: Registry, kept: Store, champion: Model) -> None:
    outcome = retrain(quick, registry, kept, replace(EASY, size=0.01, small=0))
    found = told(registry)
    assert not outcome.promoted and found["outcome"] == "refused"
    assert found["reasons"] == outcome.reasons and "MB" in found["reasons"][0]
    assert found["champion"] == champion.version == registry.current()


def test_a_label_that_the_champion_does_not_know_has_a_name_too(
    quick: Settings, registry: Registry, tmp_path: Path
) -> None:
    seeds = Path(shutil.copytree(quick.seeds, tmp_path / "seeds"))
    with (seeds / "countries.toml").open("a", encoding="utf-8") as file:
        file.write('[DE]\nname = "Germany"\n')
    outcome = retrain(replace(quick, seeds=seeds), registry, None, replace(EASY, size=0.01, small=0))
    found = told(registry)
    assert not outcome.promoted and found["names"]["DE"] == "Germany"
    assert found["models"] == str(registry.folder)


def test_a_night_that_fails_is_told_and_its_news_are_told_the_next_time(
    quick: Settings, registry: Registry, kept: Store
) -> None:
    with pytest.raises(InputError):
        retrain(replace(quick, until="soon"), registry, kept, EASY)
    found = told(registry)
    assert (found["outcome"], found["challenger"]) == ("failed", None) and "'soon' is no moment" in found["error"]
    assert found["champion"] == registry.current() and "desk retrain --models" in found["command"]
    retrain(quick, registry, kept, EASY)
    assert told(registry)["collected"]["new"] == 72


def test_a_store_that_can_t_be_read_ends_the_night(
    quick: Settings, registry: Registry, kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise StoreError("the store can't be used (the database is down)")

    monkeypatch.setattr(kept.articles, "read", broken)
    with pytest.raises(StoreError):
        retrain(quick, registry, kept, EASY)
    assert "database is down" in told(registry)["error"]


def test_a_report_that_can_t_be_written_does_not_undo_a_night(
    quick: Settings, registry: Registry, champion: Model
) -> None:
    (registry.folder / report.REPORTS).write_text("a file where a folder should be", encoding="utf-8")
    outcome = retrain(quick, registry, None, EASY)
    assert outcome.promoted and registry.current() == outcome.version != champion.version
    assert outcome.report is None and outcome.untold


def test_topics_that_came_and_went_are_told_with_their_words(quick: Settings, registry: Registry) -> None:
    retrain(replace(quick, topics=5, afresh=True), registry, None, EASY)
    topics = told(registry)["topics"]
    assert topics["new"] and all(len(row["words"]) > 2 for row in [*topics["new"], *topics["retired"]])

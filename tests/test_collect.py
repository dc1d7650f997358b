"""What a run takes from the store: articles as they were judged at one moment, with labels that seeds/ knows."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.helping import tiny_rows, write_tiny_seeds
from training.article import Article
from training.collect import Collected, collected
from training.errors import InputError
from training.readers import read
from training.settings import Settings
from training.store import Judgment, Store

DAY = datetime(2026, 11, 1, 3, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(write_tiny_seeds(tmp_path / "seeds"), topics=3, passes=1)


def filled(store: Store) -> list[Article]:
    articles = [Article.from_row({**row, "labels": None}) for row in tiny_rows()[:6]]
    store.articles.add(articles, at=DAY)
    return articles


def taken(settings: Settings, store: Store | None) -> tuple[list[Article], Collected]:
    with collected(settings, store) as (whole, found):
        return list(read(whole.collected)) if whole.collected else [], found


def test_without_a_store_nothing_changes(settings: Settings) -> None:
    with collected(settings, None) as (whole, found):
        assert whole is settings and found == Collected()


def test_articles_are_taken_as_they_are_judged(settings: Settings, store: Store) -> None:
    articles = filled(store)
    store.judgments.add([Judgment(articles[1].id or "", "SY", "yes", "ann")])
    rows, found = taken(settings, store)
    assert [row.id for row in rows] == [one.id for one in articles]
    assert [row.labels for row in rows] == [None, frozenset({"SY"}), None, None, None, None]
    assert rows[1].judged == frozenset({"SY"}) and found == Collected(6, 1)


def test_the_moment_is_told_and_can_be_gone_back_to(settings: Settings, store: Store) -> None:
    articles = filled(store)
    store.judgments.add([Judgment(articles[0].id or "", "SY", "yes", "ann", DAY + timedelta(days=2))])
    with collected(Settings(settings.seeds, until="2026-11-02T03:00:00+00:00"), store) as (whole, found):
        assert (whole.until, found.judged) == ("2026-11-02T03:00:00+00:00", 0)
        assert "--store --until 2026-11-02T03:00:00+00:00" in whole.command
    with collected(settings, store) as (whole, found):
        assert whole.until is not None and datetime.fromisoformat(whole.until) > DAY and found.judged == 1
        assert whole.files[0] == whole.collected
    assert taken(Settings(settings.seeds, until="2026-10-31"), store) == ([], Collected())


def test_a_moment_that_is_none_is_refused(settings: Settings, store: Store) -> None:
    with pytest.raises(InputError, match="'soon' is no moment such as"):
        taken(Settings(settings.seeds, until="soon"), store)


def test_labels_that_seeds_do_not_have_are_left_out_and_told(settings: Settings, store: Store) -> None:
    articles = filled(store)
    odd = {**articles[0].as_row(), "labels": ["SY", "DE"], "unsure": ["IT"]}
    store.articles.add([Article.from_row(odd)])
    store.judgments.add([Judgment(articles[1].id or "", "DE", "yes", "ann")])
    rows, found = taken(settings, store)
    assert [(row.labels, row.unsure) for row in rows[:2]] == [(frozenset({"SY"}), frozenset()), (None, frozenset())]
    assert found == Collected(6, 1, {"DE": 2, "IT": 1})


def test_near_duplicates_are_taken_once_unless_they_are_judged(settings: Settings, store: Store) -> None:
    articles = filled(store)
    for name in ("copy", "judged"):
        store.articles.add([Article(articles[0].text, articles[0].title, name)])
    store.judgments.add([Judgment("judged", "SY", "no", "ann")])
    assert [row.id for row in taken(settings, store)[0]] == [*(one.id for one in articles), "judged"]


def test_the_file_is_gone_afterwards(settings: Settings, store: Store, tmp_path: Path) -> None:
    filled(store)
    with pytest.raises(ZeroDivisionError), collected(settings, store) as (whole, _):
        assert whole.collected and whole.collected.exists()
        raise ZeroDivisionError
    assert whole.collected and not whole.collected.parent.exists()


def test_what_a_killed_run_left_goes_with_the_next_one_for_the_same_models(
    settings: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(store)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folders = []
    for models in ("ours", "theirs"):
        with collected(settings, store, models=models) as (whole, _):
            assert whole.collected
            folders.append(whole.collected.parent)
    for folder in folders:
        folder.mkdir()
        (folder / "store.jsonl").touch()
    with collected(settings, store, models="ours") as (whole, _):
        assert whole.collected and whole.collected.exists() and not folders[0].exists()
    assert folders[1].exists()


FULL = """
import resource, sys
from pathlib import Path
from training.collect import collected
from training.errors import NoRoom
from training.settings import Settings
from training.store import Store
with Store(sys.argv[2]) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        with collected(Settings(Path(sys.argv[1])), store):
            print("collected")
    except NoRoom as error:
        print(error)
"""


def test_a_full_disk_is_told_and_nothing_is_left_on_it(settings: Settings, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    with Store(url) as store:
        filled(store)
    temporary = Path(tempfile.mkdtemp(dir=tmp_path))
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-c", FULL, str(settings.seeds), url]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.startswith("no room for temporary files") and done.stderr == ""
    assert list(temporary.iterdir()) == []

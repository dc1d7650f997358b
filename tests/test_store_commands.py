"""desk store: import, prune and retract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import desk
from service.commands.store import Age
from training.article import Article
from training.errors import ArticleError
from training.store import Judgment, Store, url_of

RAIN = "Rain fell on Homs all night, and the road to the south is closed to lorries until the weekend."
BAD = f'{{"text": "{RAIN}"}}\n{{"text": " "}}\n[]\n{{"text": "Snow.", "id": "{"x" * 501}"}}\n{{"text": "Snow."}}\n'


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the commands use."""
    monkeypatch.setenv("DESK_MODELS", str(tmp_path))
    monkeypatch.delenv("DESK_DATABASE_URL", raising=False)
    with Store(url_of(tmp_path)) as store:
        yield store


def run(runner: CliRunner, *words: str) -> Any:
    return runner.invoke(desk, ["store", *words])


def told(done: Any) -> list[str]:
    """Give the lines of an answer without the blanks that set them apart."""
    assert done.exit_code == 0, done.output
    return [" ".join(line.split()) for line in done.stdout.splitlines()]


def test_a_file_is_imported_once(runner: CliRunner, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    file.write_text(json.dumps({"text": RAIN}) + "\n" + json.dumps({"text": f"{RAIN} More soon."}), encoding="utf-8")
    assert told(run(runner, "import", str(file)))[:2] == ["1 new", "1 new, near-duplicates of others"]
    assert told(run(runner, "import", str(file))) == ["2 known", "2 articles in the store"]


def test_rows_that_can_t_be_kept_are_bad_rows(runner: CliRunner, store: Store, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(BAD, encoding="utf-8")
    stopped = run(runner, "import", str(file))
    assert isinstance(stopped.exception, ArticleError) and str(stopped.exception) == f"{file}:2: has no text"
    done = run(runner, "import", str(file), "--skip-bad")
    assert told(done) == ["2 new", "2 articles in the store"]
    assert f"skipped 3 bad rows: {file}:2: has no text" in done.stderr
    assert f"{file}:4: has an id of more than 500 characters" in done.stderr


@pytest.mark.parametrize(
    ("age", "days"), [("0d", 0), ("90d", 90), ("2w", 14), ("6m", 180), ("1y", 365), ("99999d", 99_999)], ids=str
)
def test_an_age_is_a_moment_so_long_ago(age: str, days: int) -> None:
    moment = Age().convert(age, None, None)
    assert timedelta() <= datetime.now(UTC) - moment - timedelta(days=days) < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T10:00", datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31T10:00+05:00", datetime(2026, 1, 31, 5, tzinfo=UTC)),
    ],
    ids=str,
)
def test_a_day_is_a_moment_in_utc(day: str, moment: datetime) -> None:
    assert Age().convert(day, None, None) == moment


@pytest.mark.parametrize("age", ["", "d", "1", "-1d", "1h", "2026-13-01", "99999y", "0001-01-01T00:00+05:00"], ids=str)
def test_what_is_no_age_takes_nothing_away(runner: CliRunner, store: Store, age: str) -> None:
    store.articles.add([Article(RAIN)], at=datetime(2020, 1, 1, tzinfo=UTC))
    done = run(runner, "prune", "--older-than", age)
    assert done.exit_code == 2 and f"{age!r} is no age such as 90d" in done.stderr
    assert store.articles.count()["articles"] == 1


def test_old_articles_go_when_it_is_meant(runner: CliRunner, store: Store) -> None:
    store.articles.add([Article(RAIN, id="a"), Article("Snow.", id="b")], at=datetime(2020, 1, 1, tzinfo=UTC))
    store.judgments.add([Judgment("a", "SY", "yes", "ann")])
    before = (datetime.now(UTC) - timedelta(days=90)).strftime("%Y-%m-%d")
    for options, count, went in (
        (["--dry-run"], 1, "would go"),
        ([], 1, "are gone"),
        ([], 0, "are gone"),
        (["--judged"], 1, "are gone"),
    ):
        said = told(run(runner, "prune", "--older-than", "90d", *options))
        assert said == [f"{count} articles received before {before} {went}."]
    assert store.articles.count()["articles"] == store.judgments.count() == 0


def test_judgments_of_a_person_are_retracted(runner: CliRunner, store: Store) -> None:
    store.articles.add([Article(RAIN, id="a")])
    store.judgments.add([Judgment("a", "SY", "no", "bot"), Judgment("a", "SY", "yes", "ann")])
    assert told(run(runner, "retract", "--who", "bot", "--since", "1d"))[0].startswith("1 judgments of bot")
    assert told(run(runner, "retract", "--who", "b\udcff"))[0].startswith("0 judgments")
    assert store.judgments.now("a")["SY"].value == "yes"


def test_letters_that_a_terminal_has_not_are_replaced(store: Store, tmp_path: Path) -> None:
    desk = str(Path(sys.executable).with_name("desk"))
    words = [desk, "store", "retract", "--models", str(tmp_path), "--who", "آن"]
    done = subprocess.run(words, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"}, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"0 judgments of ?? count no more")

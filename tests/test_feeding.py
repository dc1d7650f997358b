"""desk store feed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.cli import desk
from tests.helping import PAGE
from tests.serving import HTML, Site, item, rss
from training.errors import InputError
from training.feeds import pages
from training.store import Store, url_of


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of models, beside which the store is."""
    monkeypatch.setattr(pages, "PAUSE", 0)
    return tmp_path


def feed(runner: CliRunner, models: Path, *words: object) -> Any:
    return runner.invoke(desk, ["store", "feed", "--models", str(models), *map(str, words)])


def urls(models: Path) -> list[str]:
    """Give the feeds that are remembered."""
    with Store(url_of(models)) as store:
        return [one.url for one in store.feeds.all()]


def test_a_row_says_what_became_of_each_feed(runner: CliRunner, server: Site, store: Path) -> None:
    good = server.give(rss(item(1), item(2), item(4)), path="/good")
    done = feed(runner, store, good, server.url("/bad"))
    assert done.exit_code == 0
    head, _, first, second = (" ".join(line.split()) for line in done.stdout.splitlines())
    assert head == "feed new edited copies known bare problem"
    assert first == f"{good} 2 0 0 0 1"
    assert second == f"{server.url('/bad')} 0 0 0 0 0 the server answers 404 Not Found"


def test_without_an_address_all_feeds_are_asked(runner: CliRunner, server: Site, store: Path) -> None:
    both = [server.give(rss(item(1)), path="/a"), server.give(rss(item(2)), path="/b")]
    feed(runner, store, *both, both[0])
    assert [path for path, _ in server.asked] == ["/a", "/b"]
    done = feed(runner, store, "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["url"], row["known"], row["problem"]) for row in rows] == [(url, 1, None) for url in both]
    assert json.loads(feed(runner, store, "--format", "json").stdout) == rows


def test_a_feed_that_is_removed_is_asked_no_more(runner: CliRunner, server: Site, store: Path) -> None:
    both = [server.give(rss(item(1)), path="/a"), server.give(rss(item(2)), path="/b")]
    feed(runner, store, *both)
    asked = len(server.asked)
    done = feed(runner, store, "--remove", both[0])
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{both[0]} is asked no more.\n"
    assert urls(store) == both[1:]
    assert len(server.asked) == asked
    with Store(url_of(store)) as kept:
        assert kept.articles.count()["articles"] == 2
    with pytest.raises(InputError, match="is no feed that is asked"):
        runner.invoke(desk, ["store", "feed", "--models", str(store), "--remove", both[0]], catch_exceptions=False)


def test_the_exit_code_is_2_if_no_feed_could_be_read(runner: CliRunner, server: Site, store: Path) -> None:
    done = feed(runner, store, server.url("/a"), server.url("/b"))
    assert done.exit_code == 2
    assert done.stdout.count("404 Not Found") == 2
    assert urls(store) == [server.url("/a"), server.url("/b")]


def test_a_feed_that_asks_to_wait_is_left_alone_unless_it_is_named(
    runner: CliRunner, server: Site, store: Path
) -> None:
    busy, good = server.give("", 429, {"Retry-After": "3600"}, "/busy"), server.give(rss(item(1)), path="/good")
    assert feed(runner, store, busy).exit_code == 2
    done = feed(runner, store)
    assert (done.exit_code, len(server.asked)) == (0, 1)
    assert "was not asked: its server asks to wait until" in done.stdout
    feed(runner, store, good)
    rows = json.loads(feed(runner, store, "--format", "json").stdout)
    assert [(row["url"], row["asked"], row["known"]) for row in rows] == [(busy, False, 0), (good, True, 1)]
    server.give(rss(item(2)), path="/busy")
    assert json.loads(feed(runner, store, busy, "--format", "json").stdout)[0]["new"] == 1
    assert [row["asked"] for row in json.loads(feed(runner, store, "--format", "json").stdout)] == [True, True]


@pytest.mark.parametrize("url", ["a.example/rss", "file:///etc/passwd", "http://"], ids=str)
def test_what_is_no_address_is_told_before_any_feed_is_asked(
    runner: CliRunner, server: Site, store: Path, url: str
) -> None:
    done = feed(runner, store, server.give(rss(item(1))), url)
    assert done.exit_code == 2
    assert f"{url}: can't be downloaded" in done.stderr
    assert server.asked == []


def test_no_feeds_yet(runner: CliRunner, store: Path) -> None:
    done = feed(runner, store)
    assert isinstance(done.exception, InputError)
    assert "desk store feed URL" in str(done.exception)


def test_pages_are_counted_over_all_feeds(runner: CliRunner, server: Site, store: Path) -> None:
    for number in (1, 2, 3):
        server.give(PAGE, headers=HTML, path=f"/page/{number}")
    both = [server.give(rss(item(1), item(2)), path="/a"), server.give(rss(item(2), item(3)), path="/b")]
    rows = json.loads(feed(runner, store, *both, "--pages", 3, "--format", "json").stdout)
    assert [row["pages"] for row in rows] == [2, 1]


def test_what_a_user_should_know_is_told_beside_the_rows(runner: CliRunner, server: Site, store: Path) -> None:
    there = server.give(rss(item(1)), path="/there")
    url = server.give("", 301, {"Location": "/there"})
    done = feed(runner, store, url, "--pages", 1, "--format", "jsonl")
    assert json.loads(done.stdout)["moved"] == there
    assert f"desk: {url} has moved to {there} for good" in done.stderr
    assert f"desk: {url}: 1 page could not be read" in done.stderr

"""The store over HTTP: articles that are labelled or sent are kept, and what people judge is written down."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import checking, keeping
from service.app import Desk
from service.keeping import Keeper
from tests.helping import PAGE, assert_problem
from training.errors import StoreError
from training.store import Store

RAIN = {"text": "Rain fell on Damascus all night, and Syria closed its harbour road to lorries until Friday."}
DAM = {"id": "http://example.org/dam?a=1", "text": "Engineers in Libya reopened the dam above Derna on Sunday."}


@pytest.fixture
def stored(app: Desk, store_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """Sends requests to the service, whose store is an empty one."""
    monkeypatch.setenv("DESK_DATABASE_URL", store_url)
    keeper = Keeper("nowhere")
    monkeypatch.setitem(app.extensions, "keeper", keeper)
    yield app.test_client()
    with keeper.store() as opened:
        opened.close()


def post(client: FlaskClient, path: str, body: object) -> Any:
    answer = client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def judgment(**more: str) -> dict[str, str]:
    return {"label": "SY", "value": "yes", "who": "ann", **more}


def test_what_is_labelled_is_stored_when_that_is_asked(stored: FlaskClient, store: Store) -> None:
    assert "stored" not in post(stored, "/v1/label", RAIN)
    assert store.articles.count()["articles"] == 0
    first, again = (post(stored, "/v1/label?store=true", {**RAIN, "title": "Rain"}) for _ in range(2))
    assert [one["stored"]["state"] for one in (first, again)] == ["new", "known"]
    assert first["labels"] == again["labels"]
    kept = store.articles.get(first["stored"]["id"])
    assert kept is not None and (kept.article.text, kept.article.title) == (RAIN["text"], "Rain")


def test_a_page_is_stored_as_its_text(stored: FlaskClient, store: Store) -> None:
    answer = post(stored, "/v1/label?store=true", {"html": PAGE, "id": "page"})
    kept = store.articles.get("page")
    assert kept is not None and kept.article.text == answer["text"] and kept.article.date == "2012-03-04"


def test_a_batch_is_stored_in_its_order(stored: FlaskClient) -> None:
    answer = post(stored, "/v1/label/batch?store=true&evidence=false", {"articles": [RAIN, DAM, RAIN]})
    assert [one["stored"]["state"] for one in answer["labellings"]] == ["new", "new", "known"]
    assert answer["labellings"][1]["stored"]["id"] == DAM["id"]


def test_articles_are_added_with_their_labels(stored: FlaskClient, store: Store) -> None:
    labelled = {**DAM, "labels": ["LY"], "unsure": ["EG"], "dateline": "DERNA", "date": "2026-11-01", "source": "News"}
    answer = post(stored, "/v1/articles", {"articles": [RAIN, labelled, {"html": PAGE}]})
    assert [one["state"] for one in answer["added"]] == ["new"] * 3
    assert [one.article.labels for one in store.articles.read()] == [None, frozenset({"LY"}), None]
    found = stored.get("/v1/articles", query_string={"id": DAM["id"]}).json
    assert found is not None and found.pop("received_at").startswith("20")
    assert found == {**labelled, "feed": None, "said": {}}


def test_an_article_that_is_not_there(stored: FlaskClient) -> None:
    assert "no article 'nowhere'" in assert_problem(stored.get("/v1/articles?id=nowhere"), 404)


def test_one_that_can_t_be_used_refuses_all(stored: FlaskClient, store: Store) -> None:
    wrong = {**DAM, "labels": ["LY"], "judged": ["SY"]}
    told = assert_problem(stored.post("/v1/articles", json={"articles": [RAIN, wrong]}), 422)
    assert told.startswith("articles.1:") and "judged" in told
    assert store.articles.count()["articles"] == 0


def test_too_many_articles_are_refused(stored: FlaskClient, app: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAX_BATCH", 1)
    told = assert_problem(stored.post("/v1/articles", json={"articles": [RAIN, DAM]}), 422)
    assert told == "articles: 2 are more than 1; send fewer at a time"


def test_a_judgment_is_written_down(stored: FlaskClient, store: Store) -> None:
    post(stored, "/v1/articles", {"articles": [DAM]})
    answer = post(stored, "/v1/judgments", judgment(article=DAM["id"], label="LY"))
    assert answer["judgment"].pop("at")
    assert answer == {
        "judgment": {"article": DAM["id"], "label": "LY", "value": "yes", "who": "ann"},
        "said": {"value": "yes", "by": {"ann": "yes"}, "disputed": False},
    }
    kept = store.articles.get(DAM["id"])
    assert kept is not None and (kept.article.labels, kept.article.judged) == (frozenset({"LY"}), frozenset({"LY"}))


def test_a_text_that_is_judged_is_stored_first(stored: FlaskClient) -> None:
    answer = post(stored, "/v1/judgments", judgment(text=RAIN["text"], title="Rain"))
    found = stored.get(f"/v1/articles?id={answer['judgment']['article']}").json
    assert found is not None and found["labels"] == ["SY"] and found["said"]["SY"]["by"] == {"ann": "yes"}


def test_disagreements_are_shown(stored: FlaskClient) -> None:
    post(stored, "/v1/articles", {"articles": [DAM]})
    for who, value in (("ann", "yes"), ("ben", "no")):
        answer = post(stored, "/v1/judgments", judgment(article=DAM["id"], who=who, value=value))
    said = {"value": "unsure", "by": {"ann": "yes", "ben": "no"}, "disputed": True}
    assert answer["said"] == said
    assert stored.get("/v1/judgments").json == {"disputed": [{"article": DAM["id"], "label": "SY", "said": said}]}
    every = stored.get("/v1/judgments", query_string={"article": DAM["id"]}).json
    assert every is not None and [one["who"] for one in every["judgments"]] == ["ann", "ben"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (judgment(article="nowhere"), "'nowhere' is not in the store"),
        (judgment(article="a", label="XX"), "'XX' is none that the model knows"),
        (judgment(article="a", value="maybe"), "value"),
        (judgment(article="a", text="b"), "one of both"),
        (judgment(), "one of both"),
        (judgment(article="a", who=""), "who"),
        (judgment(text="  "), "has no text"),
        (judgment(text=RAIN["text"], who=" "), "who"),
        (judgment(text=RAIN["text"], who="a\0"), "who"),
    ],
    ids=[
        "no such article",
        "no such label",
        "no value",
        "both",
        "neither",
        "nobody",
        "empty text",
        "blank name",
        "odd name",
    ],
)
def test_a_wrong_judgment_is_refused(stored: FlaskClient, store: Store, body: dict[str, str], told: str) -> None:
    assert told in assert_problem(stored.post("/v1/judgments", json=body), 422)
    assert store.judgments.count() == 0 == store.articles.count()["articles"]


def test_without_a_database_labels_are_given_and_nothing_is_said_to_be_stored(
    app: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_DATABASE_URL", "postgresql://desk:secret@127.0.0.1:1/desk")
    monkeypatch.setitem(app.extensions, "keeper", Keeper("nowhere"))
    client = app.test_client()
    told = assert_problem(client.post("/v1/label?store=true", json=RAIN), 503)
    assert "can't be used" in told and "secret" not in told
    assert post(client, "/v1/label", RAIN)["labels"][0]["id"] == "SY"


def test_a_store_that_could_not_be_opened_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL", raising=False)
    (tmp_path / "models").write_text("a file where a folder should be", encoding="utf-8")
    keeper = Keeper(tmp_path / "models")
    with pytest.raises(Exception, match="can't be"), keeper.store():
        pass
    (tmp_path / "models").unlink()
    with keeper.store() as store, keeper.store() as again, store:
        assert store is again and store.articles.count()["articles"] == 0


def test_only_some_wait_for_a_store_that_hangs_and_the_others_are_told_soon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESK_DATABASE_URL", raising=False)
    monkeypatch.setattr(keeping, "PATIENCE", 0.2)
    keeper, took = Keeper(tmp_path), []
    with keeper.store() as store, store:
        with ExitStack() as held:
            for _ in range(keeping.MOST - 1):
                held.enter_context(keeper.store())
            for _ in range(2):
                start = time.monotonic()
                with pytest.raises(StoreError, match="hangs"), keeper.store():
                    pass
                took.append(time.monotonic() - start)
        with keeper.store() as again:
            assert again is store
    assert took[0] >= 0.2 > took[1]


def test_who_waits_while_another_fails_to_open_the_store_is_told_why_and_does_not_try_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    down, keeper, tried, told = threading.Event(), Keeper("nowhere"), [], []

    def opened(url: str) -> Store:
        tried.append(url)
        down.wait(30)
        raise StoreError("the database is down")

    def need() -> None:
        with pytest.raises(StoreError) as raised, keeper.store():
            pass
        told.append(str(raised.value))

    monkeypatch.setattr("training.store.Store", opened)
    waiting = [threading.Thread(target=need) for _ in range(3)]
    for thread in waiting:
        thread.start()
    time.sleep(0.3)  # so that all of them wait
    down.set()
    for thread in waiting:
        thread.join(30)
    assert (told, len(tried)) == (["the database is down"] * 3, 1)
    need()
    assert len(tried) == 2


def test_nobody_waits_for_the_database(stored: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    held = []

    def slow(articles: object) -> list[dict[str, str]]:
        held.append(checking._turn.locked())
        return [{}]

    monkeypatch.setattr("service.api.keep", slow)
    monkeypatch.setattr("service.stored.keep", slow)
    stored.post("/v1/label?store=true", json=RAIN)
    stored.post("/v1/articles", json={"articles": [RAIN]})
    assert held == [False, False]

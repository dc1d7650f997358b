"""The HTTP interface: what is asked and answered, to the letter, and what bad input gets."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from service.live import State
from tests.helping import assert_problem
from training.article import Article
from training.model import UNSURE, Model

ABOUT_SYRIA = (
    "Guns fell silent in Damascus on Friday as rebels in Syria agreed to a truce. "
    "Syrian state television showed empty streets, and a minister in Paris welcomed the news."
)
PAGE = """<html><head><title>Calm returns to Libya</title></head><body><nav><a href="/">Home</a></nav><article>
<h1>Calm returns to Libya</h1>
<p>Libya saw a quiet day after the truce between the two camps around Sirte held, officers of both sides said.</p>
<p>Tripoli airport is to open again next week, and the Libyan oil company said that exports would follow soon.</p>
</article></body></html>"""
LEFTOVERS = "Share on Facebook\nSubscribe to our newsletter"


def post(client: FlaskClient, query: str = "", **article: Any) -> dict[str, Any]:
    """Label an article and give the answer, which must be a good one."""
    answer = client.post(f"/v1/label{query}", json=article)
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json, dict)
    return answer.json


def send(client: FlaskClient, body: bytes, content_type: str | None = "application/json") -> TestResponse:
    """Send a body as it is."""
    return client.post("/v1/label", data=body, content_type=content_type)


def test_an_answer_has_exactly_the_keys_of_the_interface(client: FlaskClient, model: Model) -> None:
    answer = post(client, text=ABOUT_SYRIA, id="a-1", title="Truce", date="2025-01-31", source="Desk Gazette")
    assert list(answer) == ["id", "labels", "topics", "language", "removed", "model"]
    assert answer["id"] == "a-1"
    assert answer["language"] == "en"
    assert answer["model"] == {"version": model.version, "trained_at": model.about["trained_at"]}
    assert answer["labels"][0].keys() == {"id", "name", "probability", "score", "rest", "evidence"}
    assert answer["labels"][0]["id"] == "SY"
    assert answer["labels"][0]["name"] == "Syria"
    for evidence in answer["labels"][0]["evidence"]:
        assert evidence.keys() - {"field"} == {"start", "end", "text", "kind", "weight"}
    for topic in answer["topics"]:
        assert topic.keys() == {"id", "name", "weight"}


def test_an_article_without_an_id_has_none(client: FlaskClient) -> None:
    assert post(client, text=ABOUT_SYRIA)["id"] is None


def test_only_assigned_labels_are_given_best_first(client: FlaskClient) -> None:
    text = (
        f"{ABOUT_SYRIA}\n\nIn Libya fighters left Benghazi, and the Libyan parliament met in Tripoli. Libya rejoiced."
    )
    labels = post(client, text=text)["labels"]
    chances = [label["probability"] for label in labels]
    assert chances == sorted(chances, reverse=True)
    assert {"SY", "LY"} <= {label["id"] for label in labels}
    assert not any("assigned" in label for label in labels)


def test_all_adds_what_scored_and_says_that_it_is_not_assigned(client: FlaskClient) -> None:
    few, many = post(client, text=ABOUT_SYRIA)["labels"], post(client, "?all=true", text=ABOUT_SYRIA)["labels"]
    assert many[: len(few)] == few
    rest = many[len(few) :]
    assert {"SY", "FR"} <= {label["id"] for label in many}
    assert rest
    assert all(label["assigned"] is False for label in rest)
    chances = [label["probability"] for label in rest]
    assert chances == sorted(chances, reverse=True)


@pytest.mark.parametrize("query", ["?evidence=false", "?evidence=false&all=true"])
def test_evidence_can_be_left_out_and_nothing_else_changes(client: FlaskClient, query: str) -> None:
    without = post(client, query, text=ABOUT_SYRIA)
    whole = post(client, query.replace("evidence=false", "evidence=true"), text=ABOUT_SYRIA)
    for label in whole["labels"]:
        for key in ("evidence", "score", "rest"):
            del label[key]
    assert without == whole


def test_what_decided_adds_up_to_the_score_and_the_score_to_the_probability(client: FlaskClient) -> None:
    for label in post(client, "?all=true", text=ABOUT_SYRIA, title="Truce in Syria")["labels"]:
        assert label["rest"] + sum(found["weight"] for found in label["evidence"]) == pytest.approx(
            label["score"], abs=1e-3
        )
        assert 1 / (1 + math.exp(-label["score"])) == pytest.approx(label["probability"], abs=1e-3)


def test_what_a_person_should_look_at_is_told(client: FlaskClient, samples: list[Article]) -> None:
    labels = [
        label
        for one in samples[::4]
        for label in post(client, "?all=true&evidence=false", text=one.text, title=one.title)["labels"]
    ]
    chances = [
        (label["probability"] if label.get("assigned") is False else 1 - label["probability"], label)
        for label in labels
    ]
    assert {True} == {label["unsure"] for chance, label in chances if chance > UNSURE + 1e-4}
    assert not any("unsure" in label for chance, label in chances if chance < UNSURE - 1e-4)


@pytest.mark.parametrize(
    "before",
    ["", "🕊️ ", "👩‍👩‍👧 𝕬𝖓𝖙𝖎𝖖𝖚𝖆 ", "e\u0301te\u0301 \u200f", "\ufeff", "\r\n\t ", "A\u0000B "],
    ids=["plain", "emoji", "beyond the first plane", "combining", "byte order mark", "blanks", "NUL"],
)
def test_offsets_count_code_points_of_the_text_as_sent(client: FlaskClient, before: str) -> None:
    text = before + ABOUT_SYRIA
    [label] = [label for label in post(client, text=text)["labels"] if label["id"] == "SY"]
    places = {(found["start"], found["end"], found["text"]) for found in label["evidence"]}
    for word in ("Damascus", "Syria", "Syrian"):
        start = text.index(word + " ")
        assert (start, start + len(word), word) in places


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            ["Syria", "Libyan", "Paris", "🕊️", "é", "\u0301", ".", "\n", "\r\n", "Share", "**", "said", "'s", "ß"]
        )
        | st.text(max_size=5).filter(lambda text: text.isprintable()),
        min_size=1,
        max_size=40,
    ).map(" ".join)
)
def test_every_stretch_of_any_answer_is_where_it_says(client: FlaskClient, text: str) -> None:
    if not text.strip():
        return
    answer = post(client, "?all=true", text=text)
    for label in answer["labels"]:
        for found in label["evidence"]:
            assert text[found["start"] : found["end"]] == found["text"]
    at = 0
    for gone in answer["removed"]:
        assert at <= gone["start"] < gone["end"] <= len(text)
        at = gone["end"]


def test_evidence_in_the_title_says_so(client: FlaskClient) -> None:
    title = "🕊️ Truce in Syria"
    [label] = [label for label in post(client, text=ABOUT_SYRIA, title=title)["labels"] if label["id"] == "SY"]
    in_title = [found for found in label["evidence"] if found.get("field") == "title"]
    assert in_title
    for found in in_title:
        assert title[found["start"] : found["end"]] == found["text"]


def test_leftovers_are_told_with_their_reason(client: FlaskClient) -> None:
    answer = post(client, text=f"{ABOUT_SYRIA}\nShare on Facebook")
    assert answer["removed"] == [{"start": len(ABOUT_SYRIA) + 1, "end": len(ABOUT_SYRIA) + 18, "reason": "share"}]


def test_of_nothing_but_leftovers_there_is_nothing_to_say(client: FlaskClient) -> None:
    answer = post(client, text=LEFTOVERS)
    assert answer["labels"] == answer["topics"] == []
    assert [LEFTOVERS[gone["start"] : gone["end"]] for gone in answer["removed"]] == LEFTOVERS.split("\n")


@pytest.mark.parametrize(
    "text, language",
    [
        ("قال وزير الخارجية في دمشق إن وقف إطلاق النار في البلاد لا يزال صامدا حتى مساء يوم الجمعة.", "ar"),
        ("Министр заявил в пятницу, что перемирие в стране соблюдается всеми сторонами с утра.", "ru"),
        ("Le ministre a déclaré vendredi que la trêve était respectée par toutes les parties.", "fr"),
    ],
    ids=["Arabic", "Russian", "French"],
)
def test_other_languages_are_answered_and_named(client: FlaskClient, text: str, language: str) -> None:
    assert post(client, text=text)["language"] == language


def test_a_huge_article_of_one_word_is_answered(client: FlaskClient) -> None:
    assert post(client, "?evidence=false", text="word" * 225_000)["labels"] == []


def test_a_page_is_labelled_by_its_main_text_and_the_answer_carries_it(client: FlaskClient) -> None:
    answer = post(client, html=PAGE)
    assert "Home" not in answer["text"]
    assert answer["labels"][0]["id"] == "LY"
    for found in answer["labels"][0]["evidence"]:
        content = answer["text"] if "field" not in found else "Calm returns to Libya"
        assert content[found["start"] : found["end"]] == found["text"]


def test_a_page_and_its_text_are_labelled_alike(client: FlaskClient) -> None:
    of_page = post(client, html=PAGE)
    of_text = post(client, text=of_page.pop("text"), title="Calm returns to Libya")
    assert of_page == of_text


@pytest.mark.parametrize("extra", [{"html": ""}, {"html": " \n"}, {"html": None}, {"title": None}, {"id": None}])
def test_an_empty_field_is_as_good_as_none(client: FlaskClient, extra: dict[str, Any]) -> None:
    assert post(client, text=ABOUT_SYRIA, **extra) == post(client, text=ABOUT_SYRIA)


def test_the_answer_is_what_the_library_says(client: FlaskClient, model: Model, samples: list[Article]) -> None:
    for one in samples[:5]:
        by_hand = model.label(Article(one.text, title=one.title, id=one.id), all=True).as_row()
        assert post(client, "?all=true", text=one.text, title=one.title, id=one.id) == json.loads(json.dumps(by_hand))


def test_one_article_is_answered_alike_whatever_came_before(client: FlaskClient, samples: list[Article]) -> None:
    texts = [one.text for one in samples[:6]]
    forwards = [post(client, text=text) for text in texts]
    backwards = [post(client, text=text) for text in reversed(texts)]
    assert forwards == backwards[::-1]


BAD = {
    "empty body": (b"", 400),
    "not JSON": (b"Guns fell silent in Syria.", 400),
    "cut short": (b'{"text": "Syria', 400),
    "not UTF-8": ('{"text": "Siège en Syrie"}'.encode("latin-1"), 400),
    "UTF-16": ('{"text": "Syria"}'.encode("utf-16"), 400),
    "NaN": (b'{"text": NaN}', 400),
    "NUL bytes": (b"\0\0\0\0", 400),
    "lone surrogate": (b'{"text": "Syria \\ud800"}', 400),
    "lone surrogate in the title": (b'{"text": "Syria", "title": "\\udfff"}', 400),
    "deep array": (b"[" * 100_000, 400),
    "deep object": (b'{"text":' * 50_000 + b"1" + b"}" * 50_000, 400),
    "deep enough to parse": (b'{"text":' * 500 + b"1" + b"}" * 500, 422),
    "array": (b"[]", 422),
    "array of articles": (b'[{"text": "Syria"}]', 422),
    "string": (b'"Syria"', 422),
    "number": (b"42", 422),
    "null": (b"null", 422),
    "true": (b"true", 422),
    "no field": (b"{}", 422),
    "empty text": (b'{"text": ""}', 422),
    "blank text": (b'{"text": " \\n\\t \\u00a0\\u2003"}', 422),
    "text null": (b'{"text": null}', 422),
    "text a number": (b'{"text": 42}', 422),
    "text a list": (b'{"text": ["Syria"]}', 422),
    "text an object": (b'{"text": {"text": "Syria"}}', 422),
    "title a number": (b'{"text": "Syria", "title": 1}', 422),
    "title too long": (b'{"text": "Syria", "title": "' + b"x" * 2_001 + b'"}', 422),
    "id a number": (b'{"text": "Syria", "id": 1}', 422),
    "date true": (b'{"text": "Syria", "date": true}', 422),
    "source a list": (b'{"text": "Syria", "source": []}', 422),
    "unknown field": (b'{"text": "Syria", "txet": "Libya"}', 422),
    "labels": (b'{"text": "Syria", "labels": ["SY"]}', 422),
    "text and html": (b'{"text": "Syria", "html": "<p>Syria</p>"}', 422),
    "html without an article": (b'{"html": "<html><body></body></html>"}', 422),
    "html that is none": (b'{"html": "\\u0000"}', 422),
    "html a number": (b'{"html": 1}', 422),
    "too large": (b'{"text": "' + b"x" * 1_000_000 + b'"}', 413),
}


@pytest.mark.parametrize("body, status", BAD.values(), ids=BAD.keys())
def test_bad_input_is_told_what_is_wrong(client: FlaskClient, body: bytes, status: int) -> None:
    assert_problem(send(client, body), status)


def test_a_body_without_a_length_is_measured_too(client: FlaskClient) -> None:
    def stream(body: bytes) -> TestResponse:
        return client.post(
            "/v1/label",
            input_stream=io.BytesIO(body),
            content_type="application/json",
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )

    assert stream(b'{"text": "Syria"}').status_code == 200
    assert_problem(stream(BAD["too large"][0]), 413)
    assert_problem(stream(b'{"text": "Syria"}'.ljust(1_000_001)), 413)


def test_the_largest_allowed_body_is_taken(client: FlaskClient) -> None:
    frame = b'{"text": "%s"}'
    body = frame % b"Rain. ".ljust(1_000_000 - len(frame % b""))
    assert len(body) == 1_000_000
    assert send(client, body).status_code == 200
    assert_problem(send(client, body + b" "), 413)


@pytest.mark.parametrize("content_type", [None, "text/plain", "text/html", "application/x-www-form-urlencoded"])
def test_what_does_not_call_itself_json_is_no_json(client: FlaskClient, content_type: str | None) -> None:
    assert "application/json" in assert_problem(send(client, b'{"text": "Syria"}', content_type), 415)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/ld+json"])
def test_json_may_call_itself_by_its_other_names(client: FlaskClient, content_type: str) -> None:
    assert send(client, b'{"text": "Syria"}', content_type).status_code == 200


@pytest.mark.parametrize("query", ["?every=true", "?all=maybe", "?all=", "?evidence=2", "?all=true&Evidence=false"])
def test_a_query_that_means_nothing_is_refused(client: FlaskClient, query: str) -> None:
    assert_problem(client.post(f"/v1/label{query}", json={"text": "Syria"}), 422)


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("GET", "/v1/label", 405),
        ("PUT", "/v1/label", 405),
        ("DELETE", "/v1/model", 405),
        ("POST", "/v1/labels", 405),
        ("POST", "/healthz", 405),
        ("GET", "/v1", 404),
        ("GET", "/v1/lables", 404),
        ("POST", "/v2/label", 404),
        ("GET", "/static/../service/app.py", 404),
        ("GET", "/nothing", 404),
    ],
)
def test_wrong_methods_and_paths_are_problems(client: FlaskClient, method: str, path: str, status: int) -> None:
    assert_problem(client.open(path, method=method, json={} if method == "POST" else None), status)


def test_health_is_ok_and_names_the_model(client: FlaskClient, model: Model) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "model": model.version, "problem": None}


def test_labels_lists_every_label_with_how_it_is_decided(client: FlaskClient, model: Model) -> None:
    answer = client.get("/v1/labels").json
    assert answer is not None
    by_id = {label["id"]: label for label in answer["labels"]}
    assert by_id.keys() == model.seeds.labels.keys()
    assert by_id["SY"]["name"] == "Syria"
    assert {label["method"] for label in by_id.values()} <= {
        "focus",
        "words and focus",
        "focus and words of unjudged news",
    }
    assert all(0 < label["threshold"] < 1 for label in by_id.values())


def test_topics_are_listed_with_their_words_best_first(client: FlaskClient) -> None:
    answer = client.get("/v1/topics").json
    assert answer is not None
    ids = [topic["id"] for topic in answer["topics"]]
    assert len(set(ids)) == len(ids) > 1
    shares = [topic["share"] for topic in answer["topics"]]
    assert shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(1, abs=1e-3)
    for topic in answer["topics"]:
        assert len(topic["words"]) == 10 and all(0 < word["probability"] < 1 for word in topic["words"])
        assert topic["junk"] is None and topic["quality"].keys() == {"npmi", "distinct"}
    in_article = post(client, text=ABOUT_SYRIA)["topics"]
    assert {topic["id"] for topic in in_article} <= set(ids)


def test_model_says_when_on_what_and_how_well_it_was_trained(client: FlaskClient, model: Model) -> None:
    about = client.get("/v1/model").json
    assert about is not None
    assert about["version"] == model.version
    assert datetime.fromisoformat(about["trained_at"]).tzinfo
    assert about["articles"]["all"] >= about["articles"]["judged"] > 0
    assert 0 < about["out_of_fold"]["micro"]["f1"] <= 1


def test_the_five_articles_from_the_web_are_labelled_right(client: FlaskClient, shared: Path) -> None:
    folder = shared / "seed_articles"
    right = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in right}
    asked = {"SY", "LY"}
    found = {name: {label["id"] for label in post(client, text=text)["labels"]} & asked for name, text in texts.items()}
    assert found == {name: set(ids) for name, ids in right.items()}


def batch(client: FlaskClient, *articles: dict[str, Any], query: str = "") -> TestResponse:
    """Send many articles at once."""
    return client.post(f"/v1/label/batch{query}", json={"articles": list(articles)})


@pytest.mark.parametrize("query", ["", "?all=true", "?evidence=false", "?all=true&evidence=false"])
def test_a_batch_is_answered_in_order_as_each_article_alone(
    client: FlaskClient, samples: list[Article], query: str
) -> None:
    sent = [{"text": one.text, "title": one.title, "id": one.id} for one in samples[:4]] + [{"html": PAGE}]
    answer = batch(client, *sent, *sent[::-1], query=query)
    assert answer.status_code == 200
    alone = [post(client, query, **one) for one in sent]
    assert answer.json == {"labellings": alone + alone[::-1]}


BAD_BATCHES = {
    "no articles": ([], "articles"),
    "one that is none": ([{"text": "Rain."}, "Rain."], "articles.1"),
    "one empty": ([{"text": "Rain."}, {"text": "Rain."}, {"text": " "}], "articles.2"),
    "one field wrong": ([{"text": "Rain.", "title": 3}], "articles.0.title"),
    "one field unknown": ([{"text": "Rain."}, {"text": "Rain.", "txet": ""}], "articles.1.txet"),
    "one page without an article": ([{"text": "Rain."}, {"html": "<html><body></body></html>"}], "articles.1"),
}


@pytest.mark.parametrize("articles, place", BAD_BATCHES.values(), ids=BAD_BATCHES.keys())
def test_one_bad_article_refuses_the_batch_by_its_number(client: FlaskClient, articles: list[Any], place: str) -> None:
    assert assert_problem(batch(client, *articles), 422).startswith(f"{place}: ")


def test_of_many_bad_articles_the_first_are_told_and_the_others_counted(client: FlaskClient) -> None:
    answer = batch(client, *[{"text": ""}] * 100)
    assert assert_problem(answer, 422).endswith("; and 80 more")
    assert [error["field"] for error in answer.get_json(force=True)["errors"]] == [f"articles.{n}" for n in range(20)]


def test_a_batch_may_hold_a_thousand_articles_and_no_more(client: FlaskClient) -> None:
    answer = batch(client, *[{"text": "Rain.", "id": str(number)} for number in range(1_000)])
    assert answer.json is not None
    assert [one["id"] for one in answer.json["labellings"]] == list(map(str, range(1_000)))
    assert "1,000" in assert_problem(batch(client, *[{"text": "Rain."}] * 1_001), 422)


def test_a_batch_may_be_larger_than_an_article(client: FlaskClient) -> None:
    assert batch(client, *[{"text": "Rain. " * 50_000}] * 5, query="?evidence=false").status_code == 200


@pytest.mark.parametrize("body, status", [(b"", 400), (b"[]", 422), (b'{"text": "Rain."}', 422)])
def test_what_is_no_batch_is_told_what_is_wrong(client: FlaskClient, body: bytes, status: int) -> None:
    assert_problem(client.post("/v1/label/batch", data=body, content_type="application/json"), status)


# topics


def topic_ids(client: FlaskClient, **asked: str) -> list[str]:
    answer = client.get("/v1/topics", query_string=asked).json
    assert answer is not None
    return [topic["id"] for topic in answer["topics"]]


def test_a_topic_is_told_whole(client: FlaskClient, model: Model) -> None:
    for id in topic_ids(client):
        told = client.get(f"/v1/topics/{id}").json
        assert told is not None
        about = model.topics.about[model.topics.ids.index(id)]
        assert told["name"] == about["name"] and len(told["words"]) == 20
        assert told["typical"] == about["typical"] and all(article["title"] for article in told["typical"])
        assert told["quality"].keys() == {"npmi", "distinct"} and told["articles"] > 0
        dates = [day["date"] for day in told["volume"]]
        assert dates == sorted(dates) and all(0 < day["volume"] <= day["articles"] for day in told["volume"])


@pytest.mark.parametrize("id", ["t000000", "nothing", "%00", "t1 t2"])
def test_a_topic_that_is_not_there_is_a_problem(client: FlaskClient, id: str) -> None:
    assert "GET /v1/topics lists those that there are" in assert_problem(client.get(f"/v1/topics/{id}"), 404)


def test_topics_that_are_junk_are_hidden_unless_asked_for(
    model: Model, monkeypatch: pytest.MonkeyPatch, client: FlaskClient
) -> None:
    why = "its words seldom stand together"
    about = [{**one, "junk": why if number < 9 else None} for number, one in enumerate(model.topics.about)]
    mostly_junk = replace(model, topics=replace(model.topics, about=about))
    monkeypatch.setattr(client.application.extensions["live"], "state", State(mostly_junk))
    good = {one["id"] for one in about if not one["junk"]}
    assert set(topic_ids(client)) == good and set(topic_ids(client, all="true")) == set(model.topics.ids)
    assert client.get(f"/v1/topics/{about[0]['id']}").json["junk"] == why  # type: ignore[index]
    shown = {topic["id"] for topic in post(client, text=ABOUT_SYRIA)["topics"]}
    assert shown <= good
    everything = client.post("/v1/label?all=true", json={"text": ABOUT_SYRIA}).json
    assert {topic["id"] for topic in everything["topics"]} > shown  # type: ignore[index]


def test_topics_of_many_texts_are_those_that_each_is_labelled_with(client: FlaskClient, samples: list[Article]) -> None:
    texts = [article.text for article in samples[:30]]
    answer = client.post("/v1/topics/infer", json={"texts": texts}).json
    assert answer is not None
    assert answer["inferred"] == [post(client, text=text)["topics"] for text in texts]
    assert answer["model"] == post(client, text=texts[0])["model"]
    alone = client.post("/v1/topics/infer?all=true", json={"texts": texts[3:4]}).json
    assert alone is not None
    (shares,) = alone["inferred"]
    assert len(shares) == 13 and sum(topic["weight"] for topic in shares) == pytest.approx(1, abs=1e-3)
    assert [topic for topic in shares if topic["weight"] >= 0.05] == answer["inferred"][3]


@pytest.mark.parametrize(
    "body, said",
    [
        ({}, "texts"),
        ({"texts": []}, "texts"),
        ({"texts": "one"}, "texts"),
        ({"texts": ["a", 3]}, "texts.1"),
        ({"texts": ["a"] * 1001}, "texts: 1,001 are more than 1,000"),
        ({"texts": ["a"], "more": 1}, "more"),
    ],
    ids=["none", "empty", "a text", "a number", "too many", "unknown field"],
)
def test_texts_that_can_not_be_inferred_are_a_problem(client: FlaskClient, body: object, said: str) -> None:
    assert said in assert_problem(client.post("/v1/topics/infer", json=body), 422)


def test_a_text_without_known_words_has_no_topics(client: FlaskClient) -> None:
    answer = client.post("/v1/topics/infer?all=true", json={"texts": ["", "zzz"]}).json
    assert answer is not None and answer["inferred"] == [[], []]

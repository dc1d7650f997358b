"""The page: a form, an answer with its marks, and nothing of what was pasted taken for HTML."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import lxml.html
import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from tests.helping import assert_problem, publish, tiny_model
from training import report
from training.article import Article
from training.model import Model
from training.registry import Registry

TEXT = (
    "Guns fell silent in Damascus on Friday as rebels in Syria agreed to a truce.\n"
    "Syrian state television showed empty streets, and a minister in Paris welcomed the news.\n"
    "Share on Facebook"
)
HOSTILE = """<script>alert(1)</script> "><img src=x onerror='alert(2)'> </textarea> {{ 7 * 7 }} &lt;b&gt; in Syria"""


def page(client: FlaskClient, **form: str) -> lxml.html.HtmlElement:
    """Send the form as a browser would, or only open the page."""
    answer = client.post("/", data=form) if form else client.get("/")
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    return lxml.html.fromstring(answer.text)


def words(element: lxml.html.HtmlElement, path: str) -> list[str]:
    """Give the text of the elements that a path leads to."""
    return [found.text_content() for found in element.xpath(path)]


def test_the_page_is_a_form_with_names_for_its_fields(client: FlaskClient, model: Model) -> None:
    empty = page(client)
    [form] = empty.forms
    assert form.method == "POST"
    assert set(form.fields) == {"title", "text"}
    assert {label.get("for") for label in empty.xpath("//label")} == set(form.fields)
    assert model.version in empty.xpath("//footer")[0].text_content()
    assert not empty.xpath("//mark | //section")


def test_the_answer_names_the_country_and_marks_what_decided(client: FlaskClient) -> None:
    answer = page(client, text=TEXT)
    assert "Syria" in words(answer, "//ul[@class='labels']/li/div/b")
    assert re.search(r"\b\d{1,3} %", words(answer, "//ul[@class='labels']/li")[0])
    marks = {mark.text_content(): mark.get("title") for mark in answer.xpath("//mark")}
    for word in ("Damascus", "Syria", "Syrian"):
        assert re.match(r"SY.* \+\d+\.\d\d$", marks[word])


def test_a_label_says_what_decides_and_how_its_score_adds_up(client: FlaskClient, model: Model) -> None:
    [label] = page(client, text=TEXT, title="Truce in Syria").xpath("//ul[@class='labels']/li[div/b='Syria']")
    assert label.xpath("div/@title") == [f"Decided by {model.classifier.method('SY')}"]
    rows = {row.xpath("td[1]")[0].text_content(): float(row.xpath("td[2]")[0].text) for row in label.xpath(".//tr")}
    score = rows.pop("Score")
    assert sum(rows.values()) == pytest.approx(score, abs=0.01 * len(rows))
    assert next(iter(rows)) == "Named in passing, it starts from"
    assert {"Syria", "Syria in the headline", "Syrian", "Damascus"} <= rows.keys()


def test_a_label_that_nobody_can_be_sure_of_is_marked(
    client: FlaskClient, model: Model, samples: list[Article]
) -> None:
    seen = set()
    for one in samples[::6]:
        article = Article(one.text, title=one.title)
        told = [label for label in model.label(article, all=True).labels if label.assigned or label.unsure]
        shown = page(client, text=one.text, title=one.title).xpath("//ul[@class='labels']/li/div")
        unsure = {div.xpath("b")[0].text: bool(div.xpath("span/em[.='unsure']")) for div in shown}
        assert unsure == {label.name: label.unsure for label in told}
        seen |= {(label.assigned, label.unsure) for label in told}
    assert seen == {(True, True), (True, False), (False, True)}


def test_what_was_left_out_is_struck_and_says_why(client: FlaskClient) -> None:
    [struck] = page(client, text=TEXT).xpath("//del")
    assert struck.text_content() == "Share on Facebook"
    assert "share" in struck.get("title")


def test_the_headline_is_marked_too(client: FlaskClient) -> None:
    answer = page(client, text=TEXT, title="Truce in Syria")
    assert words(answer, "//article/h2") == ["Truce in Syria"]
    assert "Syria" in words(answer, "//article/h2/mark")


def test_marks_have_the_colour_of_their_label(client: FlaskClient) -> None:
    text = f"{TEXT}\n\nIn Libya fighters left Benghazi, and the Libyan parliament met in Tripoli. Libya rejoiced."
    answer = page(client, text=text)
    hues = {div.xpath("b")[0].text: div.get("class") for div in answer.xpath("//ul[@class='labels']/li/div")}
    for mark in answer.xpath("//mark"):
        if mark.text_content() in hues:
            assert mark.get("class") == hues[mark.text_content()]
    assert hues["Syria"] != hues["Libya"]


def test_what_was_sent_stands_in_the_form_and_the_answer_unchanged(client: FlaskClient) -> None:
    text = "\n\n  Rain fell on Syria 🕊️.\n\nA second line,   with blanks."
    answer = page(client, text=text, title="Rain")
    assert answer.xpath("//div[@class='text']")[0].text_content() == text
    assert answer.xpath("//input[@name='title']")[0].get("value") == "Rain"
    assert answer.xpath("//textarea")[0].text_content().strip() == text.strip()


@pytest.mark.parametrize("field", ["text", "title"])
def test_hostile_text_is_shown_not_run(client: FlaskClient, field: str) -> None:
    form = {"text": TEXT, "title": "Truce"} | {field: HOSTILE}
    raw = client.post("/", data=form).text
    assert "<script" not in raw
    assert "<img" not in raw
    answer = lxml.html.fromstring(raw)
    shown = "//div[@class='text']" if field == "text" else "//article/h2"
    assert words(answer, shown) == [HOSTILE]
    assert not answer.xpath("//@onerror")


@pytest.mark.parametrize("form", [{"text": ""}, {"text": " \r\n\t "}, {"title": "Only a headline"}])
def test_an_empty_article_is_told_so(client: FlaskClient, form: dict[str, str]) -> None:
    answer = page(client, **form)
    assert "empty" in answer.xpath("//*[@role='alert']")[0].text_content()
    assert not answer.xpath("//section")


def test_no_country_is_an_answer_too(client: FlaskClient) -> None:
    answer = page(client, text="Rain fell all night and the baker slept late.")
    assert [text.strip() for text in words(answer, "//ul[@class='labels']/li")] == ["no country"]


def test_another_language_is_pointed_out(client: FlaskClient) -> None:
    french = "Le ministre a déclaré vendredi que la trêve était respectée par toutes les parties."
    assert "“fr”" in words(page(client, text=french), "//p[@class='model']")[0]
    assert "“" not in words(page(client, text=TEXT), "//p[@class='model']")[0]


@pytest.mark.parametrize(
    "body", [b"text=%ff%fe%00Syria", b"text=Syria&text=Libya", b"&&&=", b"\xff\xfe", b"colour=red"], ids=repr
)
def test_an_odd_form_is_no_disaster(client: FlaskClient, body: bytes) -> None:
    assert client.post("/", data=body, content_type="application/x-www-form-urlencoded").status_code == 200


def test_a_long_article_can_be_pasted_that_the_interface_would_take(client: FlaskClient) -> None:
    text = "Rain fell on the road to the harbour, and the baker closed his shop. " * 9_000
    assert 600_000 < len(text) < 900_000
    assert client.post("/", data={"text": text}).status_code == 200


def test_the_page_loads_nothing_from_another_host(client: FlaskClient) -> None:
    for answer in (page(client), page(client, text=TEXT)):
        links = [str(link) for link in answer.xpath("//@src | //@href | //@action")]
        assert links
        for link in links:
            assert link.startswith("/")
            assert not link.startswith("//")
            if link != "/":
                with client.get(link) as found:
                    assert found.status_code == 200
        assert not answer.xpath("//script")


# the model card


def test_the_card_of_the_model_in_use_is_linked_from_the_page(client: FlaskClient, model: Model) -> None:
    [link] = page(client).xpath("//footer/a[contains(text(), 'card')]/@href")
    with client.get(link) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "text/html")
        assert model.version in answer.get_data(as_text=True)
        assert "<script" not in answer.get_data(as_text=True)
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"


def test_a_card_that_is_gone_is_a_problem_that_says_so(models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models, tmp_path / "models"))
    app = create_app(Config(models=folder, log_level="error"))
    try:
        shutil.rmtree(Registry(folder).path())
        assert "card.html" in assert_problem(app.test_client().get("/model"), 404)
    finally:
        app.extensions["live"].stop()


def test_the_card_of_the_pinned_version_is_shown(models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models, tmp_path / "models"))
    publish(tiny_model(), folder, "20200101T000000000", promote=False)
    app = create_app(Config(models=folder, model="20200101T000000000", log_level="error"))
    try:
        with app.test_client().get("/model") as answer:
            assert "Version 20200101T000000000" in answer.get_data(as_text=True)
    finally:
        app.extensions["live"].stop()


# the morning report


def test_without_a_report_there_is_no_link_and_a_problem_that_says_so(client: FlaskClient) -> None:
    assert not page(client).xpath("//footer/a[contains(text(), 'report')]")
    assert "desk retrain" in assert_problem(client.get("/report"), 404)


def test_the_newest_report_is_linked_from_the_page_and_shown(models: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models, tmp_path / "models"))
    app = create_app(Config(models=folder, log_level="error"))
    try:
        client = app.test_client()
        for night in ("2026-11-26", "2026-11-27"):
            told = {"night": night, "started_at": night, "outcome": "failed", "error": HOSTILE}
            report.write(told, Registry(folder).files)
            for form in ({}, {"text": TEXT}):
                [link] = page(client, **form).xpath("//footer/a[contains(text(), 'report')]/@href")
            with client.get(link) as answer:
                assert (answer.status_code, answer.mimetype) == (200, "text/html")
                shown = answer.get_data(as_text=True)
                assert night in shown and "<script" not in shown
                assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'"
    finally:
        app.extensions["live"].stop()

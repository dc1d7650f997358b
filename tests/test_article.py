"""Articles made of parsed rows and of web pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helping import PAGE
from training.article import Article
from training.errors import ArticleError


def test_a_row_gives_every_field() -> None:
    row = {
        "id": "a1",
        "title": "Rain",
        "text": "It rained.",
        "date": "2011-02-03",
        "source": "The Example",
        "dateline": "TRIPOLI",
        "labels": ["LY", "SY"],
        "unsure": ["FR"],
        "something else": {"is": "ignored"},
    }
    assert Article.from_row(row) == Article(
        "It rained.", "Rain", "a1", "2011-02-03", "The Example", "TRIPOLI", frozenset({"LY", "SY"}), frozenset({"FR"})
    )


@pytest.mark.parametrize(
    ("row", "labels"),
    [({}, None), ({"labels": None}, None), ({"labels": []}, frozenset()), ({"labels": ["SY"]}, frozenset({"SY"}))],
    ids=["no key: unlabelled", "null: unlabelled", "empty: all are a no", "one"],
)
def test_only_the_key_labels_makes_a_row_labelled(row: dict[str, Any], labels: frozenset[str] | None) -> None:
    assert Article.from_row({"text": "a", **row}).labels == labels


LABELS = ("FR", "LY", "SY")


@pytest.mark.parametrize(
    ("row", "untold"),
    [
        ({"labels": ["SY"]}, set()),
        ({"labels": ["SY"], "unsure": ["LY"]}, {"LY"}),
        ({"labels": ["SY"], "judged": ["SY"]}, {"FR", "LY"}),
        ({"labels": [], "judged": ["SY", "LY"], "unsure": ["LY"]}, {"FR", "LY"}),
        ({"labels": [], "judged": []}, {"FR", "LY", "SY"}),
    ],
    ids=["all of it", "one unsure", "one judged", "two judged, one unsure", "none judged"],
)
def test_what_nobody_judged_teaches_nothing(row: dict[str, Any], untold: set[str]) -> None:
    article = Article.from_row({"text": "a", **row})
    assert article.untold(LABELS) == untold
    assert Article.from_row(article.as_row()) == article


def test_a_label_that_is_not_among_the_judged_is_refused() -> None:
    with pytest.raises(ArticleError, match='"labels" holds \'LY\', which "judged" does not'):
        Article.from_row({"text": "a", "labels": ["LY"], "judged": ["SY"]})


def test_absent_fields_are_empty() -> None:
    assert Article.from_row({"text": "a", "title": None, "date": None}) == Article("a")


def test_a_number_may_be_an_id() -> None:
    assert [Article.from_row({"text": "a", "id": id}).id for id in (0, 17)] == ["0", "17"]


def test_what_is_known_of_a_page_comes_before_what_it_says() -> None:
    article = Article.from_html(PAGE, title="My title", date="1999-01-01", source="S")
    assert (article.title, article.date, article.source) == ("My title", "1999-01-01", "S")


@pytest.mark.parametrize("page", ["", "  \n", "<html></html>", "<html><head><title>Dam</title></head></html>"])
def test_a_page_without_an_article_is_refused(page: str) -> None:
    with pytest.raises(ArticleError, match="no article text"):
        Article.from_html(page)


@pytest.mark.parametrize("value", [b"bytes", {1}, object()], ids=["bytes", "set", "object"])
def test_a_value_json_does_not_know_is_told_all_the_same(value: object) -> None:
    with pytest.raises(ArticleError, match='"title" must be a string'):
        Article.from_row({"text": "a", "title": value})


articles = st.builds(
    Article,
    text=st.text(),
    title=st.text(),
    id=st.none() | st.text(min_size=1),
    date=st.none() | st.text(min_size=1),
    source=st.none() | st.text(min_size=1),
    dateline=st.none() | st.text(min_size=1),
    labels=st.none() | st.frozensets(st.text()),
    unsure=st.frozensets(st.text()),
)


@given(articles)
@settings(max_examples=100)
def test_an_article_written_as_a_row_is_made_of_it_again(article: Article) -> None:
    assert Article.from_row(json.loads(json.dumps(article.as_row()))) == article

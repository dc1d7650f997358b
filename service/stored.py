"""The HTTP interface to the store: articles that the nightly job trains on, and what people judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app
from flask_openapi import APIBlueprint, Tag

from service import store_schemas as schemas
from service.api import article_of, as_json, each, problems_of
from service.checking import checked
from service.keeping import keep, store
from service.problems import problem
from training.article import Article
from training.errors import InputError

stored = APIBlueprint(
    "stored",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="Articles and judgments")],
    abp_responses=problems_of(400, 413, 415, 422, 503),
)


@stored.post("/articles", responses={201: schemas.ArticlesOut}, summary="Add articles to the store")
@checked("MAX_BATCH_BYTES", "send fewer articles at a time", turn=False)
def add(body: schemas.ArticlesRequest, query: schemas.Nothing) -> Response:
    """Add articles, all or none; those that are known already change nothing, near-duplicates are told."""
    return as_json({"added": keep(each("articles", body.articles, _article))}, 201)


@stored.get("/articles", responses={200: schemas.StoredOut, **problems_of(404)}, summary="One article")
def get(query: schemas.ArticleQuery) -> dict[str, Any] | Response:
    """Give an article of the store, its labels, and what people say of them."""
    with store() as opened:
        found = opened.articles.get(query.id)
    if found is None:
        return problem(404, f"there is no article {query.id!r} in the store")
    said = {label: its.as_row() for label, its in found.spoken.items()}
    return {**found.article.as_row(), "received_at": found.received_at.isoformat(), "feed": found.feed, "said": said}


@stored.post("/judgments", responses={201: schemas.JudgedOut}, summary="Judge a label of an article")
@checked("MAX_CONTENT_LENGTH", "send one article, without pictures or scripts", turn=False)
def judge(body: schemas.JudgmentIn, query: schemas.Nothing) -> Response:
    """Write down a person's yes or no; the next model learns from it. What was said before stays on record."""
    from training.store.judgments import Judgment, check

    if body.label not in current_app.extensions["live"].model.seeds.labels:
        raise InputError(f"label: {body.label!r} is none that the model knows; GET /v1/labels lists those")
    judgment = Judgment(body.article or "", body.label, body.value, body.who.strip(), datetime.now(UTC))
    check(judgment)
    if body.article is None:
        id = keep([Article(body.text or "", title=body.title or "")])[0]["id"]
        judgment = replace(judgment, article=id)
    with store() as opened:
        opened.judgments.add([judgment])
        said = opened.judgments.now(judgment.article)[body.label]
    return as_json({"judgment": judgment.as_row(), "said": said.as_row()}, 201)


@stored.get("/judgments", responses={200: schemas.JudgmentsOut}, summary="What people said")
def judgments(query: schemas.JudgmentsQuery) -> dict[str, Any]:
    """Give all that was said of an article, or all labels on which people disagree."""
    with store() as opened:
        if query.article is not None:
            return {"judgments": [one.as_row() for one in opened.judgments.of(query.article)]}
        disputed = opened.judgments.disputed()
    return {"disputed": [{"article": id, "label": label, "said": its.as_row()} for id, label, its in disputed]}


def _article(sent: schemas.ArticleIn) -> Article:
    row = article_of(sent, dateline=sent.dateline).as_row()
    labels = {"labels": sent.labels, "unsure": sent.unsure, "judged": sent.judged}
    return Article.from_row({**row, **labels})

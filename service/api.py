"""The HTTP interface, version 1: of a checked request make an Article, let the model label it, answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import orjson
from flask import Response, current_app
from flask_openapi import APIBlueprint, Tag

from service import schemas, topic_schemas
from service.checking import Later, checked
from service.keeping import keep
from service.live import Live
from service.problems import problem
from service.shadow import offer
from training.article import Article
from training.errors import InputError
from training.model import Labelling

T = TypeVar("T")
U = TypeVar("U")
_SCHEMA = schemas.Problem.model_json_schema()


def problems_of(*statuses: int) -> dict[str | int, Any]:
    """Give what an operation may answer besides, as the OpenAPI document has it."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"schema": _SCHEMA}},
        }
        for status in statuses
    }


api = APIBlueprint(
    "api",
    __name__,
    url_prefix="/v1",
    abp_tags=[Tag(name="Labelling")],
    abp_responses=problems_of(400, 413, 415, 422, 503),
)


def live() -> Live:
    """Give what holds the model of this application."""
    held: Live = current_app.extensions["live"]
    return held


@api.post("/label", responses={200: schemas.LabellingOut}, summary="Label one article")
@checked("MAX_CONTENT_LENGTH", "send one article, without pictures or scripts")
def label(body: schemas.LabelRequest, query: schemas.LabelQuery) -> Response | Later:
    """Say which countries an article is about, which topics it belongs to, and what decided."""
    article = article_of(body)
    answer = live().model.label(article, evidence=query.evidence, all=query.all)
    offer([article], [answer])
    row = _row(body, article, answer)
    return (lambda: as_json({**row, "stored": keep([article])[0]})) if query.store else as_json(row)


@api.post("/label/batch", responses={200: schemas.LabellingsOut}, summary="Label many articles")
@checked("MAX_BATCH_BYTES", "send fewer articles at a time")
def label_batch(body: schemas.BatchRequest, query: schemas.LabelQuery) -> Response | Later:
    """Label many articles, answered in their order; one that can't be labelled refuses them all, by its number."""
    articles = each("articles", body.articles, article_of)
    answers = live().model.label_many(articles, evidence=query.evidence, all=query.all)
    offer(articles, answers)
    rows = list(map(_row, body.articles, articles, answers))
    if not query.store:
        return as_json({"labellings": rows})
    return lambda: as_json(
        {"labellings": [{**row, "stored": one} for row, one in zip(rows, keep(articles), strict=True)]}
    )


def article_of(sent: schemas.LabelRequest, **more: Any) -> Article:
    """Make an article of what was sent."""
    known: dict[str, Any] = {"title": sent.title or "", "id": sent.id, "date": sent.date, "source": sent.source, **more}
    return Article.from_html(sent.html or "", **known) if sent.is_page else Article(sent.text or "", **known)


def each(name: str, sent: Sequence[T], make: Callable[[T], U]) -> list[U]:
    """Make something of each of many that were sent; say which one it is that can't be used.

    Raises:
        InputError: there are too many, or one can't be used.
    """
    if len(sent) > (most := current_app.config["MAX_BATCH"]):
        raise InputError(f"{name}: {len(sent):,} are more than {most:,}; send fewer at a time")
    made = []
    for number, one in enumerate(sent):
        try:
            made.append(make(one))
        except InputError as error:
            raise InputError(f"{name}.{number}: {error}") from None
    return made


def as_json(answer: dict[str, Any], status: int = 200) -> Response:
    """Make an answer of plain data."""
    return Response(orjson.dumps(answer), status, mimetype="application/json")


def _row(sent: schemas.LabelRequest, article: Article, answer: Labelling) -> dict[str, Any]:
    row = answer.as_row()
    return {**row, "text": article.text} if sent.is_page else row


@api.get("/labels", responses={200: schemas.LabelsOut}, summary="All labels that can be assigned")
def labels() -> dict[str, Any]:
    """List labels with how each is decided."""
    model = live().model
    rows = zip(model.classifier.labels, model.classifier.thresholds, strict=True)
    return {
        "labels": [
            {
                "id": label,
                "name": model.seeds.labels[label].name,
                "method": model.classifier.method(label),
                "threshold": round(float(threshold), 4),
            }
            for label, threshold in rows
        ]
    }


@api.get("/topics", responses={200: topic_schemas.TopicsOut}, summary="All topics")
def topics(query: topic_schemas.TopicsQuery) -> dict[str, Any]:
    """List topics with the words that tell most about them; those that are junk only when asked."""
    return {"topics": live().model.topics.as_rows(junk=query.all)}


@api.get("/topics/<id>", responses={200: topic_schemas.WholeTopicOut, **problems_of(404)}, summary="One topic")
def topic(path: topic_schemas.TopicPath) -> dict[str, Any] | Response:
    """Say all that is known of a topic: its words, quality, typical articles, labels and volume by day."""
    model = live().model
    number = model.topics.number(path.id)
    if number is None:
        retired = " any more: it is retired" if path.id in model.topics.retired else ""
        return problem(404, f"there is no topic {path.id!r}{retired}; GET /v1/topics lists those that there are")
    return {**model.topics.as_row(number, most=topic_schemas.WORDS, whole=True), "volume": model.topics.volume(number)}


@api.post("/topics/infer", responses={200: topic_schemas.InferredOut}, summary="Topics of many texts")
@checked("MAX_BATCH_BYTES", "send fewer texts at a time")
def infer(body: topic_schemas.InferRequest, query: topic_schemas.TopicsQuery) -> Response:
    """Say which topics texts have, in their order; a text is given the same ones alone or among others."""
    model = live().model

    def shares(text: str) -> list[dict[str, Any]]:
        found = model.infer_topics(Article(text), all=query.all)
        return [{**one._asdict(), "weight": round(one.weight, 4)} for one in found]

    return as_json({"inferred": each("texts", body.texts, shares), "model": model.named})


@api.get("/model", responses={200: schemas.AboutOut}, summary="The model in use")
def model() -> dict[str, Any]:
    """Say which model answers, how it was trained and how good it is."""
    return live().model.about

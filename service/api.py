"""The HTTP interface, version 1: of a checked request make an Article, let the model label it, answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, current_app
from flask_openapi import APIBlueprint, Tag

from service import schemas
from service.checking import checked
from service.live import Live
from service.problems import problem
from training.article import Article
from training.errors import InputError
from training.model import Labelling

_SCHEMA = schemas.Problem.model_json_schema()


def _problems(*statuses: int) -> dict[str | int, Any]:
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
    abp_responses=_problems(400, 413, 415, 422, 503),
)
health = APIBlueprint("health", __name__, abp_tags=[Tag(name="Operation")], abp_responses=_problems(503))


def live() -> Live:
    """Give what holds the model of this application."""
    held: Live = current_app.extensions["live"]
    return held


@api.post("/label", responses={200: schemas.LabellingOut}, summary="Label one article")
@checked("MAX_CONTENT_LENGTH", "send one article, without pictures or scripts")
def label(body: schemas.LabelRequest, query: schemas.LabelQuery) -> Response:
    """Say which countries an article is about, which topics it belongs to, and what decided."""
    article = _article(body)
    answer = live().model.label(article, evidence=query.evidence, all=query.all)
    return _json(_row(body, article, answer))


@api.post("/label/batch", responses={200: schemas.LabellingsOut}, summary="Label many articles")
@checked("MAX_BATCH_BYTES", "send fewer articles at a time")
def label_batch(body: schemas.BatchRequest, query: schemas.LabelQuery) -> Response:
    """Label many articles, answered in their order; one that can't be labelled refuses them all, by its number."""
    if len(body.articles) > (most := current_app.config["MAX_BATCH"]):
        raise InputError(f"articles: {len(body.articles):,} are more than {most:,}; send fewer at a time")
    articles = [_numbered(number, one) for number, one in enumerate(body.articles)]
    answers = live().model.label_many(articles, evidence=query.evidence, all=query.all)
    return _json({"labellings": list(map(_row, body.articles, articles, answers))})


def _article(sent: schemas.LabelRequest) -> Article:
    known: dict[str, Any] = {"title": sent.title or "", "id": sent.id, "date": sent.date, "source": sent.source}
    return Article.from_html(sent.html or "", **known) if sent.is_page else Article(sent.text or "", **known)


def _numbered(number: int, sent: schemas.LabelRequest) -> Article:
    try:
        return _article(sent)
    except InputError as error:
        raise InputError(f"articles.{number}: {error}") from None


def _row(sent: schemas.LabelRequest, article: Article, answer: Labelling) -> dict[str, Any]:
    row = answer.as_row()
    return {**row, "text": article.text} if sent.is_page else row


def _json(answer: dict[str, Any]) -> Response:
    return Response(orjson.dumps(answer), mimetype="application/json")


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


@api.get("/topics", responses={200: schemas.TopicsOut}, summary="All topics")
def topics(query: schemas.TopicsQuery) -> dict[str, Any]:
    """List topics with the words that tell most about them; those that are junk only when asked."""
    return {"topics": live().model.topics.as_rows(junk=query.all)}


@api.get("/topics/<id>", responses={200: schemas.WholeTopicOut, **_problems(404)}, summary="One topic")
def topic(path: schemas.TopicPath) -> dict[str, Any] | Response:
    """Say all that is known of a topic: its words, quality, typical articles, labels and volume by day."""
    model = live().model
    number = model.topics.number(path.id)
    if number is None:
        retired = " any more: it is retired" if path.id in model.topics.retired else ""
        return problem(404, f"there is no topic {path.id!r}{retired}; GET /v1/topics lists those that there are")
    return {**model.topics.as_row(number, most=schemas.WORDS, whole=True), "volume": model.topics.volume(number)}


@api.post("/topics/infer", responses={200: schemas.InferredOut}, summary="Topics of many texts")
@checked("MAX_BATCH_BYTES", "send fewer texts at a time")
def infer(body: schemas.InferRequest, query: schemas.TopicsQuery) -> Response:
    """Say which topics texts have, in their order; a text is given the same ones alone or among others."""
    if len(body.texts) > (most := current_app.config["MAX_BATCH"]):
        raise InputError(f"texts: {len(body.texts):,} are more than {most:,}; send fewer at a time")
    model = live().model
    shares = ([one._asdict() for one in model.infer_topics(Article(text), all=query.all)] for text in body.texts)
    inferred = [[{**one, "weight": round(one["weight"], 4)} for one in its] for its in shares]
    return _json({"inferred": inferred, "model": model.named})


@api.get("/model", responses={200: schemas.AboutOut}, summary="The model in use")
def model() -> dict[str, Any]:
    """Say which model answers, how it was trained and how good it is."""
    return live().model.about


@health.get("/healthz", responses={200: schemas.Health}, summary="Whether the service can answer")
def healthz() -> dict[str, Any]:
    """Answer 200 as soon as a model is ready, 503 before."""
    held = live()
    return {"status": "ok", "model": held.model.version, "problem": held.failure}

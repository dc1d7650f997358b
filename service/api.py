"""The HTTP interface, version 1: check the request, make an Article, let the model label it, answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import abort, current_app, request
from flask_openapi import APIBlueprint, Tag
from werkzeug.exceptions import BadRequest

from service import schemas
from service.live import Live
from service.problems import problem
from training.article import Article

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


@api.before_request
def _is_json_object() -> None:
    if request.method != "POST":
        return
    most = current_app.config["MAX_CONTENT_LENGTH"]
    request.max_content_length = most + 1  # a body sent in chunks would be cut off at the limit without a word
    if len(request.get_data()) > most:
        abort(413)
    try:
        body = request.get_json()
    except BadRequest as error:
        reason = getattr(error.__cause__, "description", None) or error.description
        abort(problem(400, f"the body is no valid JSON: {reason}"))
    if not isinstance(body, dict):
        abort(problem(422, 'the body must be an object such as {"text": "..."}'))


@api.post("/label", responses={200: schemas.LabellingOut}, summary="Label one article")
def label(body: schemas.LabelRequest, query: schemas.LabelQuery) -> dict[str, Any]:
    """Say which countries an article is about, which topics it belongs to, and what decided."""
    known: dict[str, Any] = {"title": body.title or "", "id": body.id, "date": body.date, "source": body.source}
    from_page = not body.text or not body.text.strip()
    article = Article.from_html(body.html or "", **known) if from_page else Article(body.text or "", **known)
    answer = live().model.label(article, evidence=query.evidence, all=query.all).as_row()
    return {**answer, "text": article.text} if from_page else answer


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
def topics() -> dict[str, Any]:
    """List topics with their most probable words."""
    return {"topics": live().model.topics.as_rows()}


@api.get("/model", responses={200: schemas.AboutOut}, summary="The model in use")
def model() -> dict[str, Any]:
    """Say which model answers, how it was trained and how good it is."""
    return live().model.about


@health.get("/healthz", responses={200: schemas.Health}, summary="Whether the service can answer")
def healthz() -> dict[str, Any]:
    """Answer 200 as soon as a model is ready, 503 before."""
    held = live()
    return {"status": "ok", "model": held.model.version, "problem": held.failure}

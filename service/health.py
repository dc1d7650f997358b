"""What an operator asks: whether the service answers, whether with the right model, what it counts."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app
from flask_openapi import APIBlueprint, Tag

from service import schemas
from service.api import live, problems_of
from service.metrics import CONTENT_TYPE, Metrics
from service.problems import problem
from service.shadow import Shadow

health = APIBlueprint("health", __name__, abp_tags=[Tag(name="Operation")], abp_responses=problems_of(503))
_TEXT = {"description": "In Prometheus' text format.", "content": {"text/plain": {"schema": {"type": "string"}}}}


@health.get("/healthz", responses={200: schemas.Health}, summary="Whether the service can answer")
def healthz() -> dict[str, Any]:
    """Answer 200 as soon as a model is ready, 503 before."""
    held = live()
    return {"status": "ok", "model": held.model.version, "problem": held.state.problem}


@health.get("/readyz", responses={200: schemas.Readiness}, summary="Whether it answers with the right model")
def readyz() -> dict[str, Any]:
    """Answer 503 while there is no model, and 200 from then on.

    It stays 200 when a newer model was refused and the old one goes on serving: who takes a degraded instance out of
    service would take out all, as all refuse the same model.
    """
    held = live()
    model, state = held.model, held.state
    status = "ready" if state.problem is None else "degraded"
    return {"status": status, "model": model.version, "wanted": state.wanted, "problem": state.problem}


@health.get("/metrics", responses={200: _TEXT}, summary="What it counts and times")
def metrics() -> Response:
    """Give the metrics of all workers, as Prometheus reads them."""
    counted: Metrics = current_app.extensions["metrics"]
    return Response(counted.text(), content_type=CONTENT_TYPE)


@health.get("/v1/shadow", responses={200: schemas.ShadowOut, **problems_of(404)}, summary="How a shadow differs")
def shadow() -> dict[str, Any] | Response:
    """Say how often the version that labels in the shadow differed from the model in use, over all workers."""
    cast: Shadow | None = current_app.extensions["shadow"]
    if cast is None:
        return problem(404, "no version labels in the shadow; start one with: desk serve --shadow VERSION")
    return cast.told(live().model)

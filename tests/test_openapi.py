"""The OpenAPI document: valid, complete, true of what the service answers, and readable without another host."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urljoin

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.app import Desk
from training.model import Model

DOCUMENT = "/docs/openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
LABELLING = {"/v1/label": "LabelRequest", "/v1/label/batch": "BatchRequest"}
OPERATIONS = {
    ("POST", "/v1/label"),
    ("POST", "/v1/label/batch"),
    ("GET", "/v1/labels"),
    ("GET", "/v1/topics"),
    ("GET", "/v1/topics/{id}"),
    ("POST", "/v1/topics/infer"),
    ("GET", "/v1/model"),
    ("POST", "/v1/articles"),
    ("GET", "/v1/articles"),
    ("POST", "/v1/judgments"),
    ("GET", "/v1/judgments"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/v1/shadow"),
}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found = client.get(DOCUMENT).json
    assert isinstance(found, dict)
    return found


def test_the_document_is_valid_openapi_3_1(app: Desk, document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    schemathesis.openapi.from_wsgi(DOCUMENT, app).validate()


def test_the_document_knows_every_operation_and_no_other(document: dict[str, Any]) -> None:
    known = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert known == OPERATIONS


def test_every_reference_in_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        place: Any = document
        for step in reference.split("/"):
            place = place[step]


@pytest.mark.parametrize("path, schema", LABELLING.items())
def test_the_example_of_the_document_is_answered(
    client: FlaskClient, document: dict[str, Any], path: str, schema: str
) -> None:
    example = document["components"]["schemas"][schema]["example"]
    assert client.post(path, json=example).status_code == 200


@pytest.mark.parametrize("path, schema", LABELLING.items())
def test_body_and_query_are_described_though_they_are_checked_elsewhere(
    document: dict[str, Any], path: str, schema: str
) -> None:
    operation = document["paths"][path]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith(f"/{schema}")
    assert {parameter["name"] for parameter in operation["parameters"]} == {"all", "evidence", "store"}


@pytest.mark.parametrize("path", LABELLING)
@pytest.mark.parametrize("status", ["400", "413", "415", "422", "503"])
def test_errors_are_described_as_the_problems_they_are(document: dict[str, Any], path: str, status: str) -> None:
    content = document["paths"][path]["post"]["responses"][status]["content"]
    assert list(content) == ["application/problem+json"]


@pytest.mark.parametrize("path", [*LABELLING, "/v1/topics/infer"])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_sent_the_answer_is_as_described(app: Desk, mode: GenerationMode, path: str) -> None:
    operation = schemathesis.openapi.from_wsgi(DOCUMENT, app)[path]["POST"]

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    holds()


@pytest.mark.parametrize("method, path", sorted(one for one in OPERATIONS if one[0] == "GET"))
def test_what_is_asked_for_is_answered_as_described(app: Desk, model: Model, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_wsgi(DOCUMENT, app)[path][method]
    for id in (model.topics.ids[0], "t0"):
        operation.Case(path_parameters={"id": id} if "{id}" in path else {}).call_and_validate(checks=CHECKS)


@pytest.mark.parametrize("path", ["/docs/", "/docs/swagger"])
def test_pages_of_the_document_need_no_other_host(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assets = re.findall(r"""<(?:script|link|img|a)\b[^>]*?\b(?:src|href)=["']\s*([^"']+)["']""", page.text)
    assert assets
    for asset in assets:
        if asset.startswith("data:"):
            continue
        assert not re.match(r"(?:https?:)?//", asset)
        with client.get(urljoin(path, asset)) as found:
            assert found.status_code == 200, asset


def test_swagger_ui_reads_this_document(client: FlaskClient) -> None:
    page = client.get("/docs/swagger").text
    assert "swagger-ui-bundle.js" in page
    assert "openapi.json" in page

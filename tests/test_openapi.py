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

DOCUMENT = "/docs/openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = {
    ("POST", "/v1/label"),
    ("GET", "/v1/labels"),
    ("GET", "/v1/topics"),
    ("GET", "/v1/model"),
    ("GET", "/healthz"),
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


def test_the_example_of_the_document_is_answered(client: FlaskClient, document: dict[str, Any]) -> None:
    example = document["components"]["schemas"]["LabelRequest"]["example"]
    assert client.post("/v1/label", json=example).status_code == 200


@pytest.mark.parametrize("status", ["400", "413", "415", "422", "503"])
def test_errors_are_described_as_the_problems_they_are(document: dict[str, Any], status: str) -> None:
    content = document["paths"]["/v1/label"]["post"]["responses"][status]["content"]
    assert list(content) == ["application/problem+json"]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_sent_to_be_labelled_the_answer_is_as_described(app: Desk, mode: GenerationMode) -> None:
    operation = schemathesis.openapi.from_wsgi(DOCUMENT, app)["/v1/label"]["POST"]

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS)

    holds()


@pytest.mark.parametrize("method, path", sorted(OPERATIONS - {("POST", "/v1/label")}))
def test_what_is_asked_for_is_answered_as_described(app: Desk, method: str, path: str) -> None:
    operation = schemathesis.openapi.from_wsgi(DOCUMENT, app)[path][method]
    operation.Case().call_and_validate(checks=CHECKS)


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

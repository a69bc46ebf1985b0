"""The contract: the OpenAPI document is valid, says what is sent, and everybody may read it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from moderation.api.openapi import document
from moderation.api.operations import Scope
from moderation.api.problems import KINDS
from moderation.cli import cli
from moderation.models import DecisionOutcome
from moderation.settings import Settings
from moderation.wire_events import MEANINGS
from tests.api.conftest import Backend
from tests.conftest import settings_for
from tests.factories import make_decided, make_person

type Json = dict[str, Any]


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """One database is enough here."""
    (tmp_path / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    return settings_for(tmp_path, undo_seconds=0)


@pytest.fixture
def contract(client: FlaskClient) -> Json:
    answer = client.get("/v1/openapi.json", base_url="https://nazer.example")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return answer.json


def operations(contract: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def holds(contract: Json, schema: Json, value: Any) -> None:
    """Check a value against a schema of the document."""
    rooted = {"$schema": Draft202012Validator.META_SCHEMA["$id"], "components": contract["components"], **schema}
    Draft202012Validator(rooted, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(value)


def test_the_document_is_valid_and_names_where_the_service_is_reached(contract: Json) -> None:
    OpenAPIV31SpecValidator(contract).validate()
    assert contract["servers"] == [{"url": "https://nazer.example"}]
    assert "https://nazer.example/v1/comments" in json.dumps(contract["paths"])


def test_the_command_prints_the_same_document_without_a_service(contract: Json) -> None:
    result = CliRunner().invoke(cli, ["openapi", "--address", "https://nazer.example"])
    assert result.exit_code == 0, result.output
    printed = json.loads(result.output)
    for name in (
        "CommentIn",
        "TextIn",
        "PreviewIn",
        "PastIn",
        "TryIn",
    ):  # the one difference: a service states its own limit
        assert "maxLength" not in printed["components"]["schemas"][name]["properties"]["text"]
        del contract["components"]["schemas"][name]["properties"]["text"]["maxLength"]
    assert printed == contract


def test_every_operation_says_what_it_is_in_both_languages_and_which_scope_it_needs(contract: Json) -> None:
    for name, operation in operations(contract):
        assert operation["summary"], name
        assert any("\u0600" < letter < "\u06ff" for letter in operation["x-summary-fa"]), name
        assert operation["security"] == [{"key": [operation["x-scope"]]}], name
        assert operation["x-scope"] in set(Scope), name


def test_every_example_is_one_that_its_schema_accepts(contract: Json) -> None:
    for _, operation in [*operations(contract), *((n, h["post"]) for n, h in contract["webhooks"].items())]:
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (body["content"] for body in bodies if "content" in body):
            for told in content.values():
                if "example" in told:
                    holds(contract, told["schema"], told["example"])
        for parameter in (each for each in operation["parameters"] if "example" in each):
            value = parameter["example"]
            holds(contract, parameter["schema"], int(value) if parameter["schema"].get("type") == "integer" else value)


def test_every_problem_that_an_operation_may_answer_is_a_kind_that_is_explained(contract: Json) -> None:
    named = set()
    for name, operation in operations(contract):
        assert {"400", "401", "500", "503"} <= set(operation["responses"]), name
        for status, told in operation["responses"].items():
            if int(status) >= 400:
                (schema,) = (content["schema"] for content in told["content"].values())
                codes = [each.rpartition(":")[2] for each in schema["allOf"][1]["properties"]["type"]["enum"]]
                assert all(KINDS[code].status == int(status) for code in codes)
                named |= set(codes)
    assert set(KINDS) - named == {"no-such-method"}, "a kind that nobody answers with"


def test_every_event_has_a_webhook_and_what_the_feed_tells_is_what_the_document_says(
    contract: Json, backend: Backend
) -> None:
    assert set(contract["webhooks"]) == set(MEANINGS)
    site = backend.credentials.site
    sara = make_person("sara", site)
    for outcome in DecisionOutcome:
        make_decided(site, sara, outcome)
    told = backend.call("GET", "/v1/decisions").json
    holds(contract, {"$ref": "#/components/schemas/DecisionsPage"}, told)
    assert len(told["decisions"]) == len(DecisionOutcome)
    for event in told["decisions"]:
        content = contract["webhooks"][event["type"]]["post"]["requestBody"]["content"]["application/json"]
        holds(contract, content["schema"], event)


def test_a_view_without_an_operation_is_noticed() -> None:
    bare = Flask("moderation")
    bare.add_url_rule("/v1/secret", "secret", lambda: "", methods=["GET"])
    with pytest.raises(LookupError, match="/v1/secret has no Operation"):
        document(bare)


def test_every_kind_of_problem_is_documented() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    for code, kind in KINDS.items():
        assert re.search(rf"^\| {kind.status} \| .*`…:{code}`", documented, re.MULTILINE), code

"""Requests made out of the API's own document, right and wrong ones: every answer must be one that the document promises.

Seeded; ``NAZER_CONFORMANCE_EXAMPLES`` (50 unless told) says how many requests an operation gets, ``make conformance`` 500.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from moderation import api
from moderation.api.openapi import document
from moderation.app import create_app
from moderation.db import db
from moderation.models import DecisionOutcome
from tests.conftest import settings_for
from tests.factories import make_decided, make_person, make_site
from tests.fakes import CountingBell

BEYOND_THE_SCHEMA = {
    *("/url", "/article/url", "/published_at", "/article/published_at", "/submitted_at"),
    "/article/title",
}
"""Fields with a rule that no schema can say: a host that can be one, a moment not in the future, a title when it is needed."""

EXAMPLES = int(os.environ.get("NAZER_CONFORMANCE_EXAMPLES", "50"))


class Service:
    """The application that a test has started: cases are made before there is one."""

    app: Flask
    key: str
    comment_id: str
    told: dict[str, set[int]]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.app.wsgi_app(environ, start_response)


SERVICE = Service()


def _contract() -> Any:
    app = Flask("moderation")
    api.register(app)
    # Unknown parameters are ignored by design, and keys are tested by hand: neither is a wrong request here.
    generation = {"allow-extra-parameters": False, "with-security-parameters": False}
    config = SchemathesisConfig.from_dict({"seed": 20261128, "generation": generation})
    contract = schemathesis.openapi.from_dict(document(app), config=config)
    contract.app = SERVICE
    return contract


CONTRACT = _contract()


@pytest.fixture(scope="module")
def service(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The application, and the key of a site with a few decisions."""
    folder = tmp_path_factory.mktemp("conformance")
    (folder / "nazer.sqlite").write_bytes(sqlite_template.read_bytes())
    SERVICE.app = create_app(settings_for(folder, undo_seconds=0), bell=CountingBell())
    with SERVICE.app.app_context():
        credentials = make_site("mehr")
        SERVICE.key, SERVICE.told = credentials.api_key, {}
        sara = make_person("sara", credentials.site)
        for outcome in DecisionOutcome:
            SERVICE.comment_id = str(make_decided(credentials.site, sara, outcome)[0].id)
        db.session.remove()
    yield SERVICE
    with SERVICE.app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.timeout(900)
@CONTRACT.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_promises(case: schemathesis.Case, service: Service) -> None:
    right = bool(case.meta and case.meta.generation.mode.is_positive)
    if right and "comment_id" in case.path_parameters:
        case.path_parameters["comment_id"] = service.comment_id  # no generator finds an id that exists
    answer = case.call_and_validate(
        headers={"Authorization": f"Bearer {service.key}"}, excluded_checks=[positive_data_acceptance]
    )
    assert answer.headers["x-request-id"]
    service.told.setdefault(case.operation.label, set()).add(answer.status_code)
    if right and answer.status_code == 422:
        assert {error["pointer"] for error in answer.json()["errors"]} <= BEYOND_THE_SCHEMA


def test_every_operation_was_seen_to_succeed_and_to_refuse(service: Service) -> None:
    assert len(service.told) >= 6
    for name, statuses in service.told.items():
        assert any(status < 300 for status in statuses), f"{name} only answered {statuses}"
        assert any(status >= 400 for status in statuses), f"{name} only answered {statuses}"

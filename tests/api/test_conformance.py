"""Requests made out of the API's own document, right and wrong ones: every answer must be one that the document promises.

Seeded; ``NAZER_CONFORMANCE_EXAMPLES`` (20 unless told) says how many requests an operation gets, ``make conformance`` 500.
"""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from sqlalchemy import delete, select

from moderation import api, endpoints, keys, onboarding, replay, residuals, word_lists
from moderation.api.openapi import document
from moderation.api.operations import CSV, LINES
from moderation.api.waiting import Lookout
from moderation.app import create_app
from moderation.db import db, new_id
from moderation.models import ApiKey, DecisionOutcome, Delivery, Endpoint, LearnedModel, Role, Scope, Site
from moderation.people import inviting
from moderation.policy import lists_of, live_rule_set
from moderation.rule_sets import drafts, publishing
from moderation.rules.word_lists import SiteList, SiteWord
from moderation.wire import AuthorIn
from tests.conftest import settings_for
from tests.factories import PASSWORD, make_comment, make_decided, make_person, make_site
from tests.factories_models import make_candidate
from tests.fakes import CountingBell
from tests.replay.past import decide_many, finished

pytestmark = pytest.mark.alone  # the operations are sub-tests of one test

BEYOND_THE_SCHEMA = {
    *("/url", "/article/url", "/published_at", "/article/published_at", "/submitted_at"),
    *("/article/title", "/until", "/strict_until", "?since", "?until", "?after"),
    *("/entries", "/entries/N/text", "/entries/N/section", "/entries/N/note"),
}
"""Fields with a rule that no schema can say: a host that can be one, a moment on the right side of now or within
the years of UTC, a title when it is needed, words with a letter and patterns that can be read."""

SHADOWED = {"GET /v1/rules/shadow", "POST /v1/rules/shadow/promote"}
"""What needs rules in shadow."""
NOTHING_TO_REFUSE = {"DELETE /v1/rules/shadow", "GET /v1/replays"}
"""What takes nothing that could be wrong."""

ONE_BY_ONE = {"/v1/comments/batch", "/v1/import", "/v1/words/{name}"}
"""Where each comment or line is taken or refused for itself: a wrong one has a problem of its own in an answer of 200."""

EXAMPLES = int(os.environ.get("NAZER_CONFORMANCE_EXAMPLES", "20"))


@schemathesis.serializer(LINES)
def as_a_line(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """A body of one line."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@schemathesis.serializer(CSV)
def as_a_file(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """A file of one line."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.deserializer(LINES)
def each_line(_: Any, answer: Any) -> Any:
    """The first of the lines of an answer, which is like the others; without any there is nothing to hold against the schema."""
    export = CONTRACT.raw_schema["paths"]["/v1/authors/{author_id}/export"]["get"]
    first = answer.content.partition(b"\n")[0]
    return json.loads(first) if first else export["responses"]["200"]["content"][LINES]["example"]


class Service:
    """The application that a test has started: cases are made before there is one."""

    app: Flask
    key: str
    site_id: uuid.UUID
    comment_id: str
    replay_id: str
    told: dict[str, set[int]]

    def another_key(self) -> str:
        """The id of a key that may be rotated or revoked, when all others but the first are ended."""
        with self.app.app_context():
            site_id = db.session.execute(select(ApiKey.site_id)).scalars().first()
            for row in keys.of_site(site_id)[1:]:
                keys.revoke(site_id, row.id)
            return str(keys.give(site_id, new_id().hex, [Scope.READ]).row.id)

    def fresh_colleague(self) -> dict[str, str]:
        """The ids of somebody who may be changed and removed, and of an open invitation, the only one of the site."""
        with self.app.app_context():
            for row in inviting.waiting(self.site_id):
                inviting.revoke(self.site_id, row.id)
            name = new_id().hex
            mina = onboarding.add_person(
                "Mina", f"{name}@nazer.example", PASSWORD, roles={self.site_id: Role.MODERATOR}
            )
            row = inviting.invite(f"{name}@mehr.example", {self.site_id: Role.MODERATOR}).invitation
            told = {"person_id": str(mina.id), "invitation_id": str(row.id)}
            db.session.remove()
        return told

    def fresh_models(self, case: schemathesis.Case) -> None:
        """A live version and a candidate that may follow it, the only ones of the site."""
        with self.app.app_context():
            site = db.session.get_one(Site, self.site_id)
            db.session.execute(delete(LearnedModel))
            db.session.commit()
            residuals.promote(site.id, make_candidate(site).number)
            if "version" in case.path_parameters:
                case.path_parameters["version"] = make_candidate(site).number
            if case.path.endswith("revert") and isinstance(case.body, dict):
                case.body["to"] = None
            db.session.remove()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self.app.wsgi_app(environ, start_response)

    def fresh_webhook(self) -> dict[str, str]:
        """The ids of a webhook that is on, the only one of the site, and of a delivery there: the requests switch and remove it."""
        with self.app.app_context():
            for kind in (Delivery, Endpoint):
                db.session.execute(delete(kind))
            db.session.commit()
            webhook = endpoints.add(self.site_id, "https://mehr.example/hook").id
            delivery = endpoints.test(webhook).id
            db.session.remove()
        return {"webhook_id": str(webhook), "delivery_id": str(delivery)}

    def some_words(self) -> str:
        """The name of a word list, the only one of the site: the requests put and remove others."""
        with self.app.app_context():
            for one in lists_of(self.site_id):
                word_lists.remove_list(self.site_id, one.name)
            word_lists.put_list(self.site_id, SiteList("words", (SiteWord("زاغارت"),)))
            db.session.remove()
        return "words"


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
    SERVICE.app.extensions["nazer_lookout"] = Lookout(0)  # nobody waits for news here
    with SERVICE.app.app_context():
        credentials = make_site("mehr")
        SERVICE.key, SERVICE.site_id, SERVICE.told = credentials.api_key, credentials.site.id, {}
        sara = make_person("sara", credentials.site)
        for outcome in DecisionOutcome:
            SERVICE.comment_id = str(make_decided(credentials.site, sara, outcome)[0].id)
        decide_many(credentials.site, sara, 250)
        SERVICE.replay_id = str(finished(credentials.site, live_rule_set(credentials.site.id)).id)
        make_comment(credentials.site, author=AuthorIn(name="مریم", id="u-7"))
        db.session.remove()
    yield SERVICE
    with SERVICE.app.app_context():
        db.session.remove()
        db.engine.dispose()


def as_the_rules_stand(case: schemathesis.Case, service: Service) -> None:
    """Have a right request name the draft that there is, a version, a shadow, and rules that there are: no generator finds them."""
    with service.app.app_context():
        draft = drafts.of(service.site_id)
        if case.operation.label in SHADOWED and case.operation.label in service.told:  # without a shadow at first
            publishing.to_shadow(service.site_id, edit=draft.edit, note="to compare")
        elif case.operation.label in SHADOWED:
            publishing.end_shadow(service.site_id)
        db.session.remove()
    for sent in (case.body, case.query):
        if isinstance(sent, dict) and "edit" in sent:
            sent["edit"] = draft.edit
        if isinstance(sent, dict) and sent.get("rule_set"):
            settings = sent["rule_set"]["rules"].values()
            sent["rule_set"] = {"rules": {"no-insults": {**next(iter(settings), {}), "options": {}}}}
        if isinstance(sent, dict) and "confirmed" in sent:
            sent["confirmed"] = True
        if isinstance(sent, dict) and case.path.endswith("/try"):
            sent["section"] = None  # of those that there are no generator knows one
    for place, name in ((case.path_parameters, "number"), (case.query, "before"), (case.query, "after")):
        if name in (place or {}):
            place[name] = 1 if case.path != "/v1/rules/versions" else 2


def as_replays_stand(case: schemathesis.Case, service: Service) -> None:
    """Have a right request name a replay that is done, rules that there are, and a curve that it has."""
    with service.app.app_context():
        for row in replay.listed([service.site_id]):
            replay.cancel(service.site_id, row.id)  # one more may be started
        db.session.remove()
    if "replay_id" in case.path_parameters:
        case.path_parameters["replay_id"] = service.replay_id
    if isinstance(case.body, dict):
        case.body.update({"last": 10} if "last" in case.body else {})  # to a schema 5.0 is whole
        case.body.update({"version": 1} if case.body.get("version") else {})
        case.body.update({"rule_set": {"rules": {}}} if case.body.get("rule_set") else {})
    if case.query and "option" in case.query:
        case.query |= {"rule": "no-insults", "option": "suspect_at", "share": 0.9}


def as_the_service_stands(case: schemathesis.Case, service: Service) -> None:
    """Make a right request name things that are there: no generator finds an id that exists."""
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = new_id().hex  # with one that was used before another request is refused
    if "/models/insult" in case.path:
        service.fresh_models(case)
    if "/rules" in case.path:
        as_the_rules_stand(case, service)
    if "/replays" in case.path:
        as_replays_stand(case, service)
    if "/words/" in case.path:
        case.path_parameters["name"] = service.some_words()
        case.query.pop("seen", None)
    if case.path.endswith("/word-preview") and isinstance(case.body, dict):
        case.body.update({name: 7 for name in ("last", "shown") if name in case.body})  # to a schema 7.0 is whole
    if "/keys" in case.path:
        name_what_there_is(case, {"key_id": service.another_key()})
    if case.path_parameters.keys() & {"webhook_id", "delivery_id"}:
        name_what_there_is(case, service.fresh_webhook())
    if case.path_parameters.keys() & {"person_id", "invitation_id"}:
        name_what_there_is(case, service.fresh_colleague())
    name_what_there_is(case, {"comment_id": service.comment_id, "author_id": "u-7"})


def name_what_there_is(case: schemathesis.Case, known: dict[str, str]) -> None:
    """Put ids that exist into the path, where it takes them."""
    case.path_parameters.update({name: known[name] for name in known if name in case.path_parameters})


@pytest.mark.timeout(900)
@CONTRACT.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_promises(case: schemathesis.Case, service: Service) -> None:
    right = bool(case.meta and case.meta.generation.mode.is_positive)
    if right:
        as_the_service_stands(case, service)
    excluded = [positive_data_acceptance, *([negative_data_rejection] if case.path in ONE_BY_ONE else [])]
    answer = case.call_and_validate(headers={"Authorization": f"Bearer {service.key}"}, excluded_checks=excluded)
    assert answer.headers["x-request-id"]
    service.told.setdefault(case.operation.label, set()).add(answer.status_code)
    if right and answer.status_code == 422:
        assert {
            re.sub(r"/[0-9]+(?=/)", "/N", error["pointer"]) for error in answer.json()["errors"]
        } <= BEYOND_THE_SCHEMA


def test_every_operation_was_seen_to_succeed_and_to_refuse(service: Service) -> None:
    assert len(service.told) >= 6
    for name, statuses in service.told.items():
        assert any(status < 300 for status in statuses), f"{name} only answered {statuses}"
        refused = any(status >= 400 for status in statuses)
        assert refused or name in NOTHING_TO_REFUSE, f"{name} only answered {statuses}"

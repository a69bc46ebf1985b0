"""A site's keys: named, with scopes, two alive while one is replaced, shown once, and each may do what it may."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from moderation import keys
from moderation.api.operations import described
from moderation.db import db, now
from moderation.models import BACKEND_SCOPES, ApiKey, Scope
from moderation.onboarding import add_site
from tests.api.conftest import Backend, comment_body
from tests.factories import make_key, make_site
from tests.statements import statements


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}


def test_every_operation_refuses_a_key_without_its_scope_and_names_it(app: Flask, backend: Backend) -> None:
    given = {scope: make_key(backend.credentials.site, scope, name=scope) for scope in Scope}
    for each in described(app):
        path = re.sub("{[^}]*}", "1", each.path)
        for scope, key in given.items():
            answer = backend.client.open(path, method=each.method, headers=bearer(key), data="{")
            refused = answer.status_code == 403
            assert refused == (scope not in (each.operation.scope, Scope.ADMIN)), f"{each.name} with {scope}"
            if refused:
                assert answer.json["type"] == "urn:nazer:problem:scope-missing"
                assert answer.json["scope"] == each.operation.scope
                assert answer.json["title_fa"]


def test_a_key_with_another_scope_learns_nothing_of_what_there_is(
    backend: Backend, other_backend: Callable[[], Backend]
) -> None:
    other = other_backend()
    theirs = other.submit().json["id"]
    mine = backend.submit().json["id"]
    key = bearer(make_key(backend.credentials.site, Scope.SUBMIT))
    answers = [backend.client.get(f"/v1/comments/{each}", headers=key) for each in (theirs, mine)]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert backend.call("GET", f"/v1/comments/{theirs}").status_code == 404


def test_the_first_key_of_a_site_may_do_what_a_backend_does_and_not_administer(client: FlaskClient) -> None:
    key = add_site("plain", "plain").api_key
    assert client.post("/v1/comments", headers=bearer(key), json=comment_body()).status_code == 202
    assert client.get("/v1/decisions", headers=bearer(key)).status_code == 200
    assert client.get("/v1/keys", headers=bearer(key)).status_code == 403


def test_a_key_is_shown_once_and_only_its_hash_is_kept(backend: Backend) -> None:
    given = backend.call("POST", "/v1/keys", {"name": "سرور وب", "scopes": ["read", "submit"]})
    assert given.status_code == 201
    key = given.json["key"]
    assert given.json["scopes"] == ["submit", "read"]
    listed = backend.call("GET", "/v1/keys")
    assert key not in listed.text
    assert [row["name"] for row in listed.json["keys"]] == ["first key", "سرور وب"]
    assert key not in str(db.session.execute(text("SELECT * FROM api_key")).all())
    assert backend.client.get("/v1/decisions", headers=bearer(key)).status_code == 200


def test_a_name_belongs_to_one_living_key(backend: Backend) -> None:
    body = {"name": "web", "scopes": ["read"]}
    first = backend.call("POST", "/v1/keys", body)
    again = backend.call("POST", "/v1/keys", body)
    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json["type"].endswith("key-name-taken")
    assert backend.call("DELETE", f"/v1/keys/{first.json['id']}").status_code == 200
    assert backend.call("POST", "/v1/keys", body).status_code == 201


def test_two_keys_are_alive_while_one_is_replaced_and_the_old_one_ends(backend: Backend) -> None:
    first = backend.call("POST", "/v1/keys", {"name": "web", "scopes": ["read"]}).json
    second = backend.call("POST", f"/v1/keys/{first['id']}/rotate", {}).json
    assert (second["name"], second["scopes"]) == ("web", ["read"])
    for key in (first["key"], second["key"]):
        assert backend.client.get("/v1/decisions", headers=bearer(key)).status_code == 200
    old = next(row for row in backend.call("GET", "/v1/keys").json["keys"] if row["id"] == first["id"])
    assert old["living"]
    row = db.session.get_one(ApiKey, uuid.UUID(first["id"]), populate_existing=True)
    assert timedelta(hours=23) < row.expires_at - now() <= timedelta(hours=24)
    refused = backend.call("POST", f"/v1/keys/{first['id']}/rotate", {})
    assert (refused.status_code, refused.json["type"]) == (409, "urn:nazer:problem:key-ends")
    db.session.execute(update(ApiKey).where(ApiKey.id == row.id).values(expires_at=now() - timedelta(seconds=1)))
    db.session.commit()
    assert backend.client.get("/v1/decisions", headers=bearer(first["key"])).status_code == 401
    assert backend.client.get("/v1/decisions", headers=bearer(second["key"])).status_code == 200


def test_a_key_that_is_replaced_at_once_or_revoked_stops_at_once(backend: Backend) -> None:
    first = backend.call("POST", "/v1/keys", {"name": "web", "scopes": ["read"]}).json
    second = backend.call("POST", f"/v1/keys/{first['id']}/rotate", {"keep_old_for_hours": 0}).json
    assert backend.client.get("/v1/decisions", headers=bearer(first["key"])).status_code == 401
    for _ in range(2):
        revoked = backend.call("DELETE", f"/v1/keys/{second['id']}")
        assert (revoked.status_code, revoked.json["living"]) == (200, False)
    assert backend.client.get("/v1/decisions", headers=bearer(second["key"])).status_code == 401


def test_another_sites_keys_are_as_unknown_as_those_that_never_were(
    backend: Backend, other_backend: Callable[[], Backend]
) -> None:
    (theirs,) = keys.of_site(other_backend().credentials.site.id)
    for key_id in (theirs.id, uuid.uuid4(), "7"):
        assert backend.call("DELETE", f"/v1/keys/{key_id}").status_code == 404
        assert backend.call("POST", f"/v1/keys/{key_id}/rotate", {}).status_code == 404
    assert str(theirs.id) not in backend.call("GET", "/v1/keys").text
    assert keys.find(theirs.site_id, theirs.id).expires_at is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"scopes": ["read"]}, "/name"),
        ({"name": " ", "scopes": ["read"]}, "/name"),
        ({"name": "x" * 101}, "/name"),
        ({"name": "x", "scopes": []}, "/scopes"),
        ({"name": "x", "scopes": ["root"]}, "/scopes/0"),
        ({"name": "x", "scopes": "read"}, "/scopes"),
    ],
)
def test_a_wrong_key_is_refused_by_field(backend: Backend, body: dict[str, object], pointer: str) -> None:
    answer = backend.call("POST", "/v1/keys", body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert len(keys.of_site(backend.credentials.site.id)) == 1


def test_the_last_use_is_noted_after_the_answer_once_a_minute(backend: Backend) -> None:
    site_id = backend.credentials.site.id
    assert keys.of_site(site_id)[0].last_used_at is None
    with statements() as asked:
        answer = backend.submit()
        assert not [each for each in asked if "last_used_at" in each and each.startswith("UPDATE")]
        answer.close()  # what a server does when the answer has left
        assert len([each for each in asked if each.startswith("UPDATE api_key")]) == 1
    noted = keys.of_site(site_id)[0].last_used_at
    assert noted is not None
    db.session.commit()
    with statements() as asked:
        backend.submit(external_id="c-2").close()
        assert not [each for each in asked if each.startswith("UPDATE api_key")]


def test_two_processes_note_one_use_a_minute(app: Flask, backend: Backend) -> None:
    (row,) = keys.of_site(backend.credentials.site.id)
    db.session.commit()
    keys.KeyUse(app).write(row.id)
    first = keys.of_site(row.site_id)[0].last_used_at
    db.session.commit()
    keys.KeyUse(app).write(row.id)
    assert keys.of_site(row.site_id)[0].last_used_at == first


def test_rotating_all_keys_keeps_names_and_scopes_and_shortens_what_ends_later(backend: Backend) -> None:
    site = backend.credentials.site
    make_key(site, Scope.SUBMIT, name="web")
    keys.rotate_all(site)
    fresh = keys.rotate_all(site, keep_old_for=timedelta(0))
    assert [(each.row.name, set(each.row.scopes)) for each in fresh] == [("first key", set(Scope)), ("web", {"submit"})]
    db.session.expire_all()
    living = db.session.execute(select(ApiKey.id).where(ApiKey.expires_at.is_(None))).scalars().all()
    assert set(living) == {each.row.id for each in fresh}
    assert all(row.expires_at <= now() for row in keys.of_site(site.id) if row.expires_at)


def test_a_loop_of_new_keys_is_stopped(backend: Backend) -> None:
    site = make_site("loop").site
    for number in range(keys.MOST_KEYS - 1):
        keys.give(site.id, f"k{number}", BACKEND_SCOPES)
    with pytest.raises(keys.Refused, match="at most"):
        keys.give(site.id, "one more", BACKEND_SCOPES)

"""A site's people over the API: the same as at /admin/people, for a key of scope admin and its own site."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from moderation.db import db
from moderation.models import AuditEntry, Membership, Role
from moderation.people import second_factor
from tests.api.conftest import Backend
from tests.factories import make_person, make_site


def test_the_list_tells_roles_and_invitations(backend: Backend) -> None:
    make_person("sara", backend.credentials.site)
    backend.call("POST", "/v1/invitations", {"email": "mina@news.example", "role": "admin"})
    told = backend.call("GET", "/v1/people").json
    (sara,), (mina,) = told["people"], told["invitations"]
    assert (sara["email"], sara["role"], sara["second_factor"], sara["signed_in"], sara["last_seen_at"]) == (
        "sara@nazer.example",
        "moderator",
        False,
        0,
        None,
    )
    assert (mina["email"], mina["role"], told["second_factor_for"]) == ("mina@news.example", "admin", "nobody")
    assert "link" not in mina


def test_a_link_is_told_once_and_leads_in(backend: Backend) -> None:
    answer = backend.call("POST", "/v1/invitations", {"email": "mina@news.example"})
    assert answer.status_code == 201
    place = urlsplit(answer.json["link"]).path
    assert backend.client.get(place).status_code == 200
    assert backend.call("DELETE", f"/v1/invitations/{answer.json['id']}").json["email"] == "mina@news.example"
    assert backend.client.get(place).status_code == 404
    again = backend.call("DELETE", f"/v1/invitations/{answer.json['id']}")
    assert again.json["type"] == "urn:nazer:problem:no-such-invitation"


def test_a_role_is_changed_and_the_last_admin_stays(backend: Backend) -> None:
    sara = make_person("sara", backend.credentials.site)
    place = f"/v1/people/{sara.id}"
    assert backend.call("PATCH", place, {"role": "admin"}).json["role"] == "admin"
    for answer in (backend.call("PATCH", place, {"role": "moderator"}), backend.call("DELETE", place)):
        assert (answer.status_code, answer.json["type"]) == (409, "urn:nazer:problem:last-admin")
    make_person("navid", backend.credentials.site, role=Role.ADMIN)
    assert backend.call("DELETE", place).status_code == 200
    assert backend.call("DELETE", place).status_code == 404
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "person.removed")).scalar_one()
    assert entry.key_id is not None
    assert entry.person_id is None


@pytest.mark.parametrize(
    "body", [{}, {"role": "king"}, {"role": None}, {"role": 3}, {"role": ["admin"]}, {"role": "Admin"}]
)
def test_a_wrong_role_is_named(backend: Backend, body: dict[str, object]) -> None:
    sara = make_person("sara", backend.credentials.site)
    answer = backend.call("PATCH", f"/v1/people/{sara.id}", body)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/role")


@pytest.mark.parametrize(
    "email", ["", "mina", "a@b@c", "میـنا@x.example", "a b@x.example", "x" * 300 + "@x.example", 7]
)
def test_a_wrong_address_is_named(backend: Backend, email: object) -> None:
    answer = backend.call("POST", "/v1/invitations", {"email": email})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/email")


def test_somebody_who_works_here_is_not_invited(backend: Backend) -> None:
    make_person("sara", backend.credentials.site)
    answer = backend.call("POST", "/v1/invitations", {"email": "sara@nazer.example"})
    assert (answer.status_code, answer.json["type"]) == (409, "urn:nazer:problem:works-here")


def test_help_for_who_cannot_get_in(app: Flask, backend: Backend) -> None:
    sara = make_person("sara", backend.credentials.site)
    place = f"/v1/people/{sara.id}"
    assert backend.call("POST", f"{place}/second-factor/reset").status_code == 200
    assert second_factor.of_person(sara.id) is None
    assert backend.call("POST", f"{place}/sign-out").json["signed_in"] == 0
    link = backend.call("POST", f"{place}/password-link")
    assert link.status_code == 201
    assert backend.client.get(urlsplit(link.json["link"]).path).status_code == 200
    make_person("sara", make_site("jam").site)
    for act in ("second-factor/reset", "password-link"):
        answer = backend.call("POST", f"{place}/{act}")
        assert (answer.status_code, answer.json["type"]) == (409, "urn:nazer:problem:works-elsewhere")


def test_who_must_have_a_second_factor(backend: Backend) -> None:
    assert backend.call("PATCH", "/v1/people", {"second_factor_for": "everybody"}).status_code == 200
    assert backend.call("GET", "/v1/people").json["second_factor_for"] == "everybody"
    answer = backend.call("PATCH", "/v1/people", {"second_factor_for": "cats"})
    assert answer.json["errors"][0]["pointer"] == "/second_factor_for"


def test_another_sites_people_are_unknown(backend: Backend, other_backend: Callable[[], Backend]) -> None:
    kian = other_backend()
    sara = make_person("sara", backend.credentials.site)
    invited = backend.call("POST", "/v1/invitations", {"email": "mina@news.example"}).json["id"]
    assert kian.call("GET", "/v1/people").json["people"] == []
    for method, path, body in (
        ("PATCH", f"/v1/people/{sara.id}", {"role": "admin"}),
        ("DELETE", f"/v1/people/{sara.id}", None),
        ("POST", f"/v1/people/{sara.id}/sign-out", None),
        ("POST", f"/v1/people/{sara.id}/second-factor/reset", None),
        ("POST", f"/v1/people/{sara.id}/password-link", None),
        ("DELETE", f"/v1/invitations/{invited}", None),
        ("PATCH", f"/v1/people/{uuid.uuid4()}", {"role": "admin"}),
        ("PATCH", "/v1/people/nobody", {"role": "admin"}),
    ):
        assert kian.call(method, path, body).status_code == 404, path
    assert db.session.execute(select(Membership.role)).scalars().all() == ["moderator"]

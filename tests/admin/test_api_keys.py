"""Navid gives, replaces and revokes the keys of his sites; each is shown to him once."""

from __future__ import annotations

import re
import uuid

from flask import Flask

from moderation import keys
from moderation.access import KeyRing
from moderation.models import Scope, Site
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import make_person, make_site

_KEY = re.compile(r"nzr_[\w-]{43}")


def give(visitor: Visitor, site: Site, name: str = "سرور وب", *scopes: Scope, status: int = 200) -> str:
    answer = visitor.post("/admin/keys", site=site.id, name=name, scopes=list(scopes or (Scope.READ, Scope.SUBMIT)))
    assert answer.status_code == status
    return answer.text


def test_a_new_key_is_shown_once_and_works(navid: Visitor, site: Site) -> None:
    (key,) = _KEY.findall(give(navid, site))
    caller = KeyRing(0).caller(key)
    assert caller is not None
    assert caller.scopes == {"submit", "read"}
    page = navid.get("/admin/keys")
    assert "سرور وب" in page
    assert key not in page


def test_reloading_the_page_of_a_new_key_gives_no_second_one(navid: Visitor, site: Site) -> None:
    give(navid, site)
    assert "کلید زنده‌ای با این نام هست" in give(navid, site, status=409)
    assert len(keys.of_site(site.id)) == 2


def test_a_key_needs_a_name_and_a_scope(navid: Visitor, site: Site) -> None:
    assert "نام کلید" in give(navid, site, " ", status=422)
    answer = navid.post("/admin/keys", site=site.id, name="x")
    assert (answer.status_code, len(keys.of_site(site.id))) == (422, 1)


def test_a_replaced_key_lives_on_for_a_while_and_a_revoked_one_does_not(navid: Visitor, site: Site) -> None:
    (old,) = _KEY.findall(give(navid, site))
    row = keys.of_site(site.id)[-1]
    (new,) = _KEY.findall(navid.post(f"/admin/keys/{row.id}/rotate", hours=24).text)
    assert KeyRing(0).caller(old)
    assert KeyRing(0).caller(new)
    assert "ساعت دیگر" in navid.get("/admin/keys")
    assert navid.post(f"/admin/keys/{row.id}/rotate", hours=24).status_code == 409
    assert navid.post(f"/admin/keys/{row.id}/revoke").status_code == 303
    assert KeyRing(0).caller(old) is None
    assert "پایان‌یافته" in navid.get("/admin/keys")


def test_names_are_shown_as_text(navid: Visitor, site: Site) -> None:
    give(navid, site, "<script>alert(1)</script>")
    assert "<script>alert" not in navid.client.get("/admin/keys").text


def test_other_sites_keys_are_out_of_reach(app: Flask, navid: Visitor) -> None:
    other = make_site("kian").site
    (row,) = keys.of_site(other.id)
    assert "سایت kian" not in navid.get("/admin/keys")
    assert navid.post("/admin/keys", site=other.id, name="x", scopes="read").status_code == 404
    for path in (f"/admin/keys/{row.id}/revoke", f"/admin/keys/{row.id}/rotate", f"/admin/keys/{uuid.uuid4()}/revoke"):
        assert navid.post(path).status_code == 404
    assert keys.find(other.id, row.id).expires_at is None


def test_a_moderator_may_not_see_keys(app: Flask, site: Site) -> None:
    sara = signed_in(app, make_person("sara", site))
    sara.get("/admin/keys", 403)
    assert sara.post("/admin/keys", site=site.id, name="x", scopes="read").status_code == 403

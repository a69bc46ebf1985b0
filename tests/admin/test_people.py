"""Navid looks after the people of his site: roles, invitations; it keeps an admin whatever happens."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from moderation.db import db, now
from moderation.models import (
    AuditEntry,
    FactorFor,
    Invitation,
    InvitedPlace,
    Membership,
    Person,
    Role,
    Site,
)
from moderation.people import inviting, roles
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import PASSWORD, make_person, make_site

NEW = "کتاب فندق ابر سه‌شنبه"
_LINK = re.compile(r"http://localhost(/invitation/[\w-]{43})")


def invite(visitor: Visitor, *sites: Site, email: str = "mina@nazer.example", role: str = "moderator") -> TestResponse:
    return visitor.post("/admin/people/invitations", email=email, role=role, sites=[site.id for site in sites])


def link_for(visitor: Visitor, *sites: Site, **fields: str) -> str:
    """The path of a new invitation."""
    answer = invite(visitor, *sites, **fields)
    assert answer.status_code == 200, answer.text
    return _LINK.findall(answer.text)[0]


def role_of(person: Person, site: Site) -> str | None:
    found = select(Membership.role).where(Membership.person_id == person.id, Membership.site_id == site.id)
    return db.session.execute(found).scalar_one_or_none()


def actions() -> list[str]:
    return list(db.session.execute(select(AuditEntry.action).order_by(AuditEntry.id)).scalars())


def test_the_page_tells_who_works_here_in_which_role(navid: Visitor, site: Site, sara: Person) -> None:
    page = navid.get("/admin/people")
    for told in (sara.name, sara.email, "هنوز وارد نشده است", "ورود دومرحله‌ای خاموش", "۱ نشست باز", "شما"):
        assert told in page


def test_a_role_is_changed_and_holds_at_once(app: Flask, navid: Visitor, site: Site, sara: Person) -> None:
    visitor = signed_in(app, sara)
    visitor.get("/admin/people", 403)
    assert navid.post(f"/admin/people/{site.id}/{sara.id}/role", role="admin").status_code == 303
    visitor.get("/admin/people")
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "person.role-changed")).scalar_one()
    assert (entry.before, entry.after, entry.subject) == ({"role": "moderator"}, {"role": "admin"}, str(sara.id))
    assert navid.post(f"/admin/people/{site.id}/{sara.id}/role", role="king").status_code == 422
    assert role_of(sara, site) == "admin"


def test_who_is_removed_gets_no_further(app: Flask, navid: Visitor, site: Site, sara: Person) -> None:
    visitor = signed_in(app, sara)
    assert navid.post(f"/admin/people/{site.id}/{sara.id}/remove").status_code == 303
    assert visitor.client.get("/review").status_code == 303
    assert sara.email not in navid.get("/admin/people")
    assert "person.removed" in actions()


@pytest.mark.parametrize(("act", "form"), [("role", {"role": "moderator"}), ("remove", {})])
def test_the_last_admin_stays(
    navid: Visitor, site: Site, sara: Person, navid_himself: Person, act: str, form: dict[str, str]
) -> None:
    path = f"/admin/people/{site.id}/{navid_himself.id}/{act}"
    answer = navid.post(path, **form)
    assert answer.status_code == 409
    assert "تنها مدیر سایت" in answer.text
    assert role_of(navid_himself, site) == "admin"
    roles.change_role(site.id, sara.id, Role.ADMIN)
    assert navid.post(path, **form).status_code == 303


def test_an_admin_who_has_left_the_house_does_not_count(site: Site, sara: Person, navid_himself: Person) -> None:
    roles.change_role(site.id, sara.id, Role.ADMIN)
    sara.active = False
    db.session.commit()
    with pytest.raises(roles.Refused, match="last admin"):
        roles.remove(site.id, navid_himself.id)


def test_two_admins_who_remove_each_other_at_once_leave_one(
    app: Flask, site: Site, sara: Person, navid_himself: Person
) -> None:
    roles.change_role(site.id, sara.id, Role.ADMIN)
    together = threading.Barrier(2)
    refused: list[str] = []

    def remove(person_id: uuid.UUID) -> None:
        with app.app_context():
            together.wait()
            try:
                roles.remove(site.id, person_id)
            except roles.Refused as error:
                refused.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=remove, args=(person.id,)) for person in (sara, navid_himself)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last-admin"]
    db.session.rollback()
    assert [each.role for each in roles.of_site(site.id)] == [Role.ADMIN]


def test_somebody_invited_joins_once(app: Flask, navid: Visitor, site: Site) -> None:
    path = link_for(navid, site, role="senior_moderator")
    page = navid.get("/admin/people")
    assert "mina@nazer.example" in page
    assert path not in page
    mina = Visitor.of(app)
    assert site.name in mina.get(path)
    assert mina.post(path, name="مینا", password=NEW, again=NEW).location == "/review"
    mina.get("/review")
    person = db.session.execute(select(Person).where(Person.email == "mina@nazer.example")).scalar_one()
    assert (person.name, role_of(person, site)) == ("مینا", "senior_moderator")
    assert "پیوند دیگر کار نمی‌کند" in Visitor.of(app).get(path, 404)
    assert actions()[-3:] == ["person.invited", "person.joined", "person.signed-in"]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": "", "password": NEW, "again": NEW}, "نام خود را بنویسید"),
        ({"name": "م" * 101, "password": NEW, "again": NEW}, "۱۰۰ نویسه"),
        ({"name": "مینا", "password": "short", "again": "short"}, "دست‌کم ۱۲ نویسه"),
        ({"name": "مینا", "password": "password1234", "again": "password1234"}, "حدس می‌زنند"),
        ({"name": "مینا", "password": "mehr-mina-12", "again": "mehr-mina-12"}, "نام سایت"),
        ({"name": "مینا", "password": NEW, "again": ""}, "یکی نیستند"),
    ],
)
def test_who_joins_hears_what_is_wrong_and_loses_nothing(
    app: Flask, navid: Visitor, site: Site, form: dict[str, str], told: str
) -> None:
    path = link_for(navid, site)
    answer = Visitor.of(app).post(path, **form)
    assert answer.status_code == 422
    assert told in answer.text
    if form["name"]:
        assert form["name"] in answer.text
    Visitor.of(app).get(path)


def test_somebody_known_signs_in_and_accepts(app: Flask, navid: Visitor, site: Site) -> None:
    kian = make_person("kian", make_site("jam").site, role=Role.ADMIN)
    path = link_for(navid, site, email=" KIAN@nazer.example ")
    visitor = Visitor.of(app)
    page = visitor.get(path)
    assert "از پیش حساب دارید" in page
    assert visitor.post(path, name="x", password=NEW, again=NEW).status_code == 409
    answer = visitor.post("/sign-in", email=kian.email, password=PASSWORD, next=path)
    assert answer.location == path
    assert visitor.post(path).location == "/review"
    assert role_of(kian, site) == "moderator"


def test_an_invitation_is_for_one_address(app: Flask, navid: Visitor, site: Site, sara: Person) -> None:
    kian = make_person("kian", make_site("jam").site)
    path = link_for(navid, site, email="kian@nazer.example", role="admin")
    visitor = signed_in(app, sara)
    assert "رایانامهٔ دیگری" in visitor.get(path)
    assert visitor.post(path).status_code == 409
    assert (role_of(sara, site), role_of(kian, site)) == ("moderator", None)


def test_accepting_takes_no_role_away(app: Flask, navid: Visitor, site: Site) -> None:
    path = link_for(navid, site, email="mina@nazer.example")
    mina = make_person("mina", site, role=Role.ADMIN)
    assert signed_in(app, mina).post(path).status_code == 303
    assert role_of(mina, site) == "admin"


def test_one_invitation_to_two_sites_is_revoked_at_each(app: Flask, site: Site, navid_himself: Person) -> None:
    other = make_site("jam").site
    make_person("navid", other, role=Role.ADMIN)
    navid = signed_in(app, navid_himself)
    path = link_for(navid, site, other)
    row = db.session.execute(select(Invitation)).scalar_one()
    assert navid.post(f"/admin/people/{site.id}/invitations/{row.id}/revoke").status_code == 303
    assert navid.post(f"/admin/people/{site.id}/invitations/{row.id}/revoke").status_code == 404
    page = Visitor.of(app).get(path)
    assert other.name in page
    assert site.name not in page
    assert navid.post(f"/admin/people/{other.id}/invitations/{row.id}/revoke").status_code == 303
    Visitor.of(app).get(path, 404)


def test_a_second_invitation_ends_the_first_and_each_ends_by_the_clock(app: Flask, navid: Visitor, site: Site) -> None:
    first, second = link_for(navid, site), link_for(navid, site, role="admin")
    Visitor.of(app).get(first, 404)
    Visitor.of(app).get(second)
    db.session.execute(update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
    db.session.commit()
    Visitor.of(app).get(second, 404)
    assert inviting.forget_old() == 2
    assert db.session.execute(select(InvitedPlace)).all() == []


def test_who_no_longer_administers_leaves_no_way_back_in(app: Flask, navid: Visitor, site: Site, sara: Person) -> None:
    roles.change_role(site.id, sara.id, Role.ADMIN)
    path = link_for(signed_in(app, sara), site, role="admin")
    navid.post(f"/admin/people/{site.id}/{sara.id}/role", role="moderator")
    Visitor.of(app).get(path, 404)


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"email": "no address"}, 422, "رایانامه درست نیست"),
        ({"email": "a@b@c"}, 422, "رایانامه درست نیست"),
        ({"email": "x" * 255 + "@x.example"}, 422, "رایانامه درست نیست"),
        ({"role": "king"}, 422, "نقش شناخته نشد"),
        ({"email": "navid@nazer.example"}, 409, "همین سایت کار می‌کند"),
    ],
)
def test_a_wrong_invitation_is_refused_and_invites_nobody(
    navid: Visitor, site: Site, fields: dict[str, str], status: int, told: str
) -> None:
    answer = invite(navid, site, **fields)
    assert (answer.status_code, told in answer.text) == (status, True)
    assert db.session.execute(select(Invitation)).all() == []


def test_a_site_wants_a_second_factor_when_its_admin_says_so(navid: Visitor, site: Site) -> None:
    assert navid.post(f"/admin/people/{site.id}/second-factor", **{"for": "cats"}).status_code == 404
    assert navid.post(f"/admin/people/{site.id}/second-factor", **{"for": "admins"}).status_code == 303
    db.session.refresh(site)
    assert site.second_factor_for == FactorFor.ADMINS
    assert actions()[-1] == "second-factor.wanted"


def test_kian_sees_and_changes_nobody_of_another_site(app: Flask, site: Site, sara: Person, navid: Visitor) -> None:
    mine = make_site("jam").site
    kian = signed_in(app, make_person("kian", mine, role=Role.ADMIN))
    link_for(navid, site)
    row = db.session.execute(select(Invitation)).scalar_one()
    page = kian.get("/admin/people")
    assert not [told for told in (sara.email, "mina@nazer.example", site.name) if told in page]
    for where in (site, mine):
        for act, form in (
            ("role", {"role": "admin"}),
            ("remove", {}),
            ("sign-out", {}),
            ("second-factor/reset", {}),
            ("password-link", {}),
        ):
            assert kian.post(f"/admin/people/{where.id}/{sara.id}/{act}", **form).status_code == 404, act
        assert kian.post(f"/admin/people/{where.id}/invitations/{row.id}/revoke").status_code == 404
    assert kian.post(f"/admin/people/{site.id}/second-factor", **{"for": "everybody"}).status_code == 404
    assert invite(kian, site, email="kian2@nazer.example", role="admin").status_code == 404
    assert invite(kian, mine, site, email="kian2@nazer.example").status_code == 404
    assert invite(kian, email="kian2@nazer.example").status_code == 422
    assert role_of(sara, site) == "moderator"


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.SENIOR, Role.EDITOR])
def test_nobody_raises_themselves(app: Flask, site: Site, role: Role) -> None:
    mina = make_person("mina", site, role=role)
    visitor = signed_in(app, mina)
    assert visitor.post(f"/admin/people/{site.id}/{mina.id}/role", role="admin").status_code == 403
    assert invite(visitor, site, email="mina2@nazer.example", role="admin").status_code == 403
    assert role_of(mina, site) == role


def test_an_admin_here_who_moderates_there_raises_nobody_there(app: Flask, site: Site) -> None:
    other = make_site("jam").site
    mina = make_person("mina", other)
    make_person("mina", site, role=Role.ADMIN)
    visitor = signed_in(app, mina)
    assert other.name not in visitor.get("/admin/people")
    assert visitor.post(f"/admin/people/{other.id}/{mina.id}/role", role="admin").status_code == 404
    assert role_of(mina, other) == "moderator"

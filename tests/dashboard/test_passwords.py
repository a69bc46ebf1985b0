"""Which passwords are taken, how one is changed, and what a forgotten one costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from moderation import access, onboarding
from moderation.db import db, now
from moderation.models import PasswordLink, Person, Role, Site
from moderation.people import accounts
from moderation.people.passwords import Weakness, weakness
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import PASSWORD, make_person, make_site

NEW = "کتاب فندق ابر سه‌شنبه"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", Weakness.SHORT),
        ("گذرواژه", Weakness.SHORT),
        ("x1y2" * 300, Weakness.LONG),
        ("password2024!", Weakness.COMMON),
        ("Pa55-qwertyuiop"[5:] + "12", Weakness.COMMON),
        ("123456789012", Weakness.COMMON),
        ("abcdefghijkl", Weakness.COMMON),
        ("aaaaaaaaaaaaaa", Weakness.COMMON),
        ("abcabcabcabcabc", Weakness.COMMON),
        ("iloveyou123456", Weakness.COMMON),
        ("دوستت‌دارم۱۲۳۴", Weakness.COMMON),
        ("يا حسين ۱۳۶۵۱۲", Weakness.COMMON),
        ("doostetdaram99", Weakness.COMMON),
        ("perspolis-1402", Weakness.COMMON),
        ("mehrnews-2026", Weakness.YOURS),
        ("sara.ahmadi1375", Weakness.YOURS),
        ("SARA@nazer.example", Weakness.YOURS),
        (PASSWORD, None),
        (NEW, None),
        ("correct horse battery staple", None),
        ("Xk4-9fQz_wP2v", None),
        ("سه اسب در باران", None),
    ],
)
def test_long_ones_that_nobody_guesses_first_are_taken(password: str, why: Weakness | None) -> None:
    about = ["سارا", "Sara Ahmadi", "sara@nazer.example", "mehr", "Mehrnews"]
    assert weakness(password, about) == why


def test_made_passwords_are_always_taken() -> None:
    assert not [made for made in (onboarding.new_password() for _ in range(300)) if weakness(made, ["سارا", "sara"])]


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password(app: Flask, site: Site) -> None:
    person = onboarding.add_person("m", "m@nazer.example", "café où l'on lit", roles={site.id: Role.MODERATOR})
    assert access.check_password(person.email, "cafe\u0301 ou\u0300 l'on lit") is not None


def test_a_weak_password_takes_nobody_in(app: Flask, site: Site) -> None:
    for weak in ("short", "password1234", "mehr-mehr-123"):
        with pytest.raises(onboarding.Refused):
            onboarding.add_person("مینا", "mina@nazer.example", weak, roles={site.id: Role.MODERATOR})
    assert db.session.execute(select(Person)).all() == []


def test_sara_changes_her_password(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    assert sara.post("/account/password", present=PASSWORD, password=NEW, again=NEW).status_code == 303
    answers = [
        Visitor.of(app).post("/sign-in", email=sara_herself.email, password=said).status_code
        for said in (PASSWORD, NEW)
    ]
    assert answers == [422, 303]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"present": "not her password", "password": NEW, "again": NEW}, "گذرواژهٔ کنونی درست نیست"),
        ({"present": PASSWORD, "password": NEW, "again": NEW + "x"}, "دو گذرواژه یکی نیستند"),
        ({"present": PASSWORD, "password": "short", "again": "short"}, "دست‌کم ۱۲ نویسه"),
        ({"present": PASSWORD, "password": "password2024", "again": "password2024"}, "حدس می‌زنند"),
        ({"present": PASSWORD, "password": "sara-sara-77", "again": "sara-sara-77"}, "نام شما"),
        ({"present": "", "password": "", "again": ""}, "گذرواژهٔ کنونی را بنویسید"),
        ({}, "گذرواژهٔ کنونی را بنویسید"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_changes_nothing(
    sara: Visitor, sara_herself: Person, form: dict[str, str], told: str
) -> None:
    before = sara_herself.password_hash
    answer = sara.post("/account/password", **form)
    assert answer.status_code == 422
    assert told in answer.text
    assert not [said for said in form.values() if said and said in answer.text]
    assert db.session.get_one(Person, sara_herself.id, populate_existing=True).password_hash == before


def test_guessing_the_present_password_waits(sara: Visitor) -> None:
    form = {"password": NEW, "again": NEW}
    statuses = [sara.post("/account/password", present=f"guess {n}", **form).status_code for n in range(6)]
    assert statuses == [422] * 5 + [429]
    assert sara.post("/account/password", present=PASSWORD, **form).status_code == 429


def test_a_password_of_older_parameters_is_hashed_anew_at_the_next_sign_in(
    app: Flask, sara: Visitor, sara_herself: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sara_herself.password_hash
    monkeypatch.setattr(access, "SCRYPT", "scrypt:2048:8:1")
    signed_in(app, sara_herself)
    person = db.session.get_one(Person, sara_herself.id, populate_existing=True)
    assert person.password_hash.startswith("scrypt:2048:8:1$")
    assert person.password_hash != before
    sara.get("/review")  # and nobody was signed out by it


def test_an_admin_makes_a_link_for_who_forgot_the_password(
    app: Flask, site: Site, sara: Visitor, sara_herself: Person
) -> None:
    navid = signed_in(app, make_person("navid", site, role=Role.ADMIN))
    page = navid.post(f"/admin/people/{site.id}/{sara_herself.id}/password-link").text
    path = re.findall(r"http://localhost(/new-password/[\w-]{43})", page)[0]
    assert path not in navid.get("/admin/people")
    visitor = Visitor.of(app)
    assert sara_herself.email in visitor.get(path)
    assert visitor.post(path, password="short", again="short").status_code == 422
    assert visitor.post(path, password=NEW, again=NEW).location == "/sign-in"
    assert visitor.post(path, password=NEW, again=NEW).status_code == 404, "a link works once"
    assert sara.client.get("/review").status_code == 303, "whoever was signed in is so no more"
    assert visitor.post("/sign-in", email=sara_herself.email, password=NEW).status_code == 303


def test_a_new_link_ends_the_one_of_before_and_each_ends_by_the_clock(app: Flask, sara_herself: Person) -> None:
    first, second = accounts.make_link(sara_herself), accounts.make_link(sara_herself)
    db.session.commit()
    assert accounts.person_of_link(first) is None
    assert accounts.person_of_link(second) is sara_herself
    db.session.execute(update(PasswordLink).values(expires_at=now() - timedelta(seconds=1)))
    db.session.commit()
    assert accounts.person_of_link(second) is None
    Visitor.of(app).get(f"/new-password/{second}", status=404)
    Visitor.of(app).get("/new-password/nonsense", status=404)


def test_an_admin_of_one_site_gets_no_link_of_somebody_who_works_at_another(app: Flask, site: Site) -> None:
    mina = make_person("mina", site, make_site("jam").site)
    navid = signed_in(app, make_person("navid", site, role=Role.ADMIN))
    for act in ("password-link", "second-factor/reset"):
        answer = navid.post(f"/admin/people/{site.id}/{mina.id}/{act}")
        assert answer.status_code == 409
        assert "سایت دیگری هم کار می‌کند" in answer.text
    assert db.session.execute(select(PasswordLink)).all() == []

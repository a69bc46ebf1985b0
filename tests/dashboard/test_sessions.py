"""Signed-in browsers: listed, ended, forgotten by the clock, and cheap to know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from moderation.db import db, now
from moderation.models import Person, SignIn, Site
from moderation.people.devices import device
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import PASSWORD, make_person, make_site
from tests.statements import statements
from worker import tasks


def rows() -> list[SignIn]:
    """As the database has them now, whoever has written them."""
    db.session.rollback()
    found = select(SignIn).order_by(SignIn.created_at, SignIn.id)
    return list(db.session.execute(found, execution_options={"populate_existing": True}).scalars())


def aged(**since: float) -> None:
    """Everybody was seen, and had come, that long ago."""
    moment = now() - timedelta(**since)
    db.session.execute(update(SignIn).values(created_at=moment, seen_at=moment))
    db.session.commit()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.9", ""),
        ("", ""),
        ("Firefox/" * 100_000, "Firefox"),
    ],
)
def test_a_browser_is_told_in_words(said: str, told: str) -> None:
    assert device(said) == told


def test_one_sees_where_one_is_signed_in_and_ends_another(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    other = signed_in(app, sara_herself)
    mine, its = rows()
    page = sara.get("/account/sessions")
    assert "همین‌جا" in page
    assert "127.0.0.1" in page
    assert sara.post(f"/account/sessions/{its.id}/end").status_code == 303
    assert other.client.get("/review").status_code == 303
    sara.get("/review")
    assert [row.id for row in rows()] == [mine.id]


def test_signing_out_everywhere_leaves_this_browser_in(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    others = [signed_in(app, sara_herself) for _ in range(2)]
    assert sara.post("/account/sessions/others/end").status_code == 303
    assert {other.client.get("/review").status_code for other in others} == {303}
    sara.get("/review")


def test_nobody_ends_what_is_not_theirs(app: Flask, sara: Visitor) -> None:
    kian = signed_in(app, make_person("kian", make_site("jam").site))
    (hers, _) = rows()
    kian.post(f"/account/sessions/{hers.id}/end")
    kian.post("/account/sessions/others/end")
    sara.get("/review")


def test_the_cookie_of_somebody_who_signed_out_is_worth_nothing(app: Flask, sara: Visitor) -> None:
    stolen = sara.client.get_cookie("nazer_session")
    assert stolen
    sara.post("/sign-out")
    thief = Visitor.of(app)
    thief.client.set_cookie("nazer_session", stolen.value)
    assert thief.client.get("/review").status_code == 303
    assert rows() == []


@pytest.mark.parametrize(("hours", "status"), [(11, 200), (13, 303)])
def test_who_was_not_seen_for_hours_is_signed_out(sara: Visitor, hours: float, status: int) -> None:
    aged(hours=hours)
    assert sara.client.get("/review").status_code == status


def test_after_a_week_everybody_signs_in_again_however_busy(sara: Visitor) -> None:
    db.session.execute(update(SignIn).values(created_at=now() - timedelta(days=8)))
    db.session.commit()
    assert sara.client.get("/review").status_code == 303


def test_being_seen_is_written_once_a_minute(sara: Visitor, sara_herself: Person) -> None:
    aged(minutes=10)
    before = rows()[0].seen_at
    sara.client.get("/review").close()
    seen = rows()[0].seen_at
    assert seen > before
    person = db.session.get_one(Person, sara_herself.id, populate_existing=True)
    assert person.last_seen_at == seen
    sara.client.get("/review").close()
    assert rows()[0].seen_at == seen


def test_knowing_who_it_is_costs_two_statements(sara: Visitor) -> None:
    with statements() as asked:
        sara.get("/account/password")
    kinds = [sql.split()[0] for sql in asked if not sql.startswith("BEGIN")]
    assert kinds == ["SELECT", "SELECT"], asked  # the session with its person, and that one's roles


def test_a_new_password_ends_the_other_sessions(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    other = signed_in(app, sara_herself)
    new = {"password": "a quite different one", "again": "a quite different one"}
    answer = sara.post("/account/password", present=PASSWORD, **new)
    assert answer.status_code == 303
    sara.get("/review")
    assert other.client.get("/review").status_code == 303


def test_what_is_over_is_forgotten_by_the_job(app: Flask, site: Site, sara: Visitor) -> None:
    aged(days=9)
    mina = make_person("mina", site)
    signed_in(app, mina)
    tasks.forget()
    assert [row.person_id for row in rows()] == [mina.id]


def test_every_sign_in_has_a_token_of_its_own_that_is_not_stored(app: Flask, sara_herself: Person) -> None:
    tokens = set()
    for _ in range(2):
        visitor = signed_in(app, sara_herself)
        with visitor.client.session_transaction() as session:
            tokens.add(session["_user_id"])
    assert len(tokens) == 2
    assert not tokens & {row.digest for row in rows()}

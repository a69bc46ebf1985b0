"""One-time codes: set up, asked for at the sign-in, accepted once; recovery codes; what a site asks of its people."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from moderation.db import db, now
from moderation.models import AuditEntry, FactorFor, Person, RecoveryCode, Role, SecondFactor, SignIn, Site, Tries
from moderation.people import roles, sealing, second_factor
from moderation.settings import Settings
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import PASSWORD, make_person

PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_CODES = re.compile(r">((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})<")


def code_of(secret: str, seconds: float = 30) -> str:
    """What the telephone shows so many seconds from now: a step ahead, so that it still counts when a slow test is half a minute late."""
    return str(pyotp.TOTP(secret).at(now() + timedelta(seconds=seconds)))


def set_up(visitor: Visitor) -> tuple[str, list[str]]:
    """Set a second factor up; returns the secret and the recovery codes. The next code that counts is that of the next step."""
    page = visitor.get("/account/second-factor/set-up")
    secret = re.search(r'dir="ltr">([A-Z2-7]{32})<', page)
    assert secret, page
    answer = visitor.post("/account/second-factor/set-up", code=code_of(secret[1], seconds=0))
    assert answer.status_code == 200, answer.text
    return secret[1], _CODES.findall(html.unescape(answer.text))


def half_way(app: Flask, person: Person) -> Visitor:
    """Somebody who has said the right password and is asked for a code."""
    visitor = Visitor.of(app)
    answer = visitor.post("/sign-in", email=person.email, password=PASSWORD, next="/decided")
    assert answer.location == "/sign-in/code"
    return visitor


def say(visitor: Visitor, code: str) -> TestResponse:
    """Send a code."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.get("/sign-in/code"))
    assert token
    return visitor.client.post("/sign-in/code", data={"csrf_token": token[1], "code": code})


def test_a_code_is_asked_for_after_the_password_and_leads_where_one_wanted(
    app: Flask, sara: Visitor, sara_herself: Person
) -> None:
    secret, _ = set_up(sara)
    visitor = half_way(app, sara_herself)
    assert visitor.client.get("/review").status_code == 303, "half signed in is not signed in"
    page = visitor.get("/sign-in/code")
    assert 'autocomplete="one-time-code"' in page
    answer = say(visitor, code_of(secret))
    assert (answer.status_code, answer.location) == (303, "/decided")
    visitor.get("/review")


@pytest.mark.parametrize("written", [lambda code: code.translate(PERSIAN), lambda code: code.translate(ARABIC)])
def test_digits_may_be_persian_or_arabic(app: Flask, sara: Visitor, sara_herself: Person, written: object) -> None:
    secret, _ = set_up(sara)
    code = written(code_of(secret))  # type: ignore[operator]
    assert say(half_way(app, sara_herself), f" {code[:3]} {code[3:]} ").status_code == 303


def test_a_code_is_accepted_once(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    secret, _ = set_up(sara)
    code = code_of(secret)
    assert say(half_way(app, sara_herself), code).status_code == 303
    again = say(half_way(app, sara_herself), code)
    assert again.status_code == 422
    assert "به کار رفته" in again.text


@pytest.mark.parametrize(("seconds", "status"), [(-90, 422), (30, 303), (90, 422)])
def test_clocks_may_differ_by_one_step(
    app: Flask, sara: Visitor, sara_herself: Person, seconds: float, status: int
) -> None:
    secret, _ = set_up(sara)
    assert say(half_way(app, sara_herself), code_of(secret, seconds=seconds)).status_code == status


def test_a_recovery_code_gets_in_once(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    _, codes = set_up(sara)
    assert len(set(codes)) == second_factor.CODES
    stored = db.session.execute(select(RecoveryCode.digest)).scalars().all()
    assert not set(codes) & set(stored)
    assert say(half_way(app, sara_herself), codes[3].lower().replace("-", " ")).status_code == 303
    assert say(half_way(app, sara_herself), codes[3]).status_code == 422
    assert "۹ کد بازیابی مانده" in sara.get("/account/second-factor")


def test_new_recovery_codes_end_the_old_ones_and_ask_for_the_password(
    app: Flask, sara: Visitor, sara_herself: Person
) -> None:
    _, old = set_up(sara)
    wrong = sara.post("/account/second-factor", act="codes", present="not her password")
    assert wrong.status_code == 422
    new = _CODES.findall(sara.post("/account/second-factor", act="codes", present=PASSWORD).text)
    assert len(new) == second_factor.CODES
    assert say(half_way(app, sara_herself), old[0]).status_code == 422
    assert say(half_way(app, sara_herself), new[0]).status_code == 303


def test_switching_it_off_asks_for_the_password(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    set_up(sara)
    assert sara.post("/account/second-factor", act="off", present="not her password").status_code == 422
    assert second_factor.of_person(sara_herself.id)
    assert sara.post("/account/second-factor", act="off", present=PASSWORD).status_code == 303
    assert second_factor.of_person(sara_herself.id) is None
    assert Visitor.of(app).post("/sign-in", email=sara_herself.email, password=PASSWORD).location == "/review"


def test_a_wrong_first_code_switches_nothing_on_and_the_page_shows_the_same_secret(
    sara: Visitor, sara_herself: Person
) -> None:
    path = "/account/second-factor/set-up"
    secrets = {re.findall(r">([A-Z2-7]{32})<", page)[0] for page in (sara.get(path), sara.get(path))}
    assert sara.post(path, code="000000").status_code == 422
    assert second_factor.of_person(sara_herself.id) is None
    assert secrets == set(re.findall(r">([A-Z2-7]{32})<", sara.get(path)))


@pytest.mark.parametrize("said", ["", "۱۲۳", "x" * 500, "000000", "\x00\x00", "²²²²²²", "AAAA-AAAA-AAAA-AAAA"])
def test_what_is_no_code_gets_nobody_in(app: Flask, sara: Visitor, sara_herself: Person, said: str) -> None:
    set_up(sara)
    visitor = half_way(app, sara_herself)
    assert say(visitor, said).status_code == 422
    assert visitor.client.get("/review").status_code == 303


def test_guesses_at_the_code_wait(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    secret, _ = set_up(sara)
    visitor = half_way(app, sara_herself)
    statuses = [say(visitor, f"{number:06}").status_code for number in range(6)]
    assert statuses == [422] * 5 + [429]
    assert "ثانیهٔ دیگر" in say(visitor, code_of(secret)).text
    tried = db.session.execute(select(AuditEntry).where(AuditEntry.action == "second-factor.failed")).scalar_one()
    assert tried.after == {"tries": 5}
    db.session.execute(update(Tries).values(wait_until=now()))
    db.session.commit()
    assert say(visitor, code_of(secret)).status_code == 303


def test_the_code_is_asked_for_a_while_and_of_nobody_else(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    set_up(sara)
    visitor = half_way(app, sara_herself)
    with visitor.client.session_transaction() as session:
        session["half_signed_in"] = {**session["half_signed_in"], "at": 0}
    assert visitor.client.get("/sign-in/code").location == "/sign-in"
    assert Visitor.of(app).client.get("/sign-in/code").location == "/sign-in"
    assert Visitor.of(app).client.get("/sign-in/set-up").location == "/sign-in"


@pytest.mark.parametrize(
    ("wanted", "role", "asked"),
    [
        (FactorFor.NOBODY, Role.ADMIN, False),
        (FactorFor.ADMINS, Role.ADMIN, True),
        (FactorFor.ADMINS, Role.SENIOR, False),
        (FactorFor.EVERYBODY, Role.MODERATOR, True),
    ],
)
def test_a_site_says_of_whom_it_wants_one(app: Flask, site: Site, wanted: FactorFor, role: Role, asked: bool) -> None:
    roles.want_second_factor(site.id, wanted)
    mina = make_person("mina", site, role=role)
    visitor = Visitor.of(app)
    answer = visitor.post("/sign-in", email=mina.email, password=PASSWORD, next="/decided")
    assert answer.location == ("/sign-in/set-up" if asked else "/decided")
    if not asked:
        return
    assert visitor.client.get("/review").status_code == 303
    page = visitor.get("/sign-in/set-up")
    secret = re.findall(r">([A-Z2-7]{32})<", page)[0]
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    assert visitor.client.post("/sign-in/set-up", data={"csrf_token": token, "code": "1"}).status_code == 422
    done = visitor.client.post("/sign-in/set-up", data={"csrf_token": token, "code": code_of(secret)})
    assert len(_CODES.findall(done.text)) == second_factor.CODES
    assert 'href="/decided"' in done.text
    visitor.get("/review")


def test_the_secret_is_not_stored_readable_and_moves_to_a_new_key_when_it_is_used(
    app: Flask, settings: Settings, sara: Visitor, sara_herself: Person
) -> None:
    secret, _ = set_up(sara)
    row = second_factor.of_person(sara_herself.id)
    assert row
    assert secret not in row.sealed
    before, old = row.sealed, settings.secret_key.get_secret_value()
    other = "another-secret-of-the-tests-9876543210"
    rotated = {"secret_key": type(settings.secret_key)(other), "secret_key_fallbacks": (old,)}
    app.config["NAZER"] = settings.model_copy(update=rotated)
    assert second_factor.accept(sara_herself, code_of(secret))
    row = second_factor.of_person(sara_herself.id)
    assert row
    assert row.sealed != before
    assert not sealing.open_sealed(row.sealed, sara_herself.id.bytes, [other]).stale


def test_a_secret_opens_only_with_its_key_for_its_owner_and_unchanged() -> None:
    sealed = sealing.seal(b"twenty bytes of such", b"owner", "key")
    assert sealing.open_sealed(sealed, b"owner", ["key"]).secret == b"twenty bytes of such"
    assert sealing.open_sealed(sealed, b"owner", ["new", "key"]).stale
    assert sealing.seal(b"twenty bytes of such", b"owner", "key") != sealed
    for text, owner, key in (
        (sealed, b"other", "key"),
        (sealed, b"owner", "other"),
        (sealed[:30] + ("A" if sealed[30] != "A" else "B") + sealed[31:], b"owner", "key"),
        ("", b"owner", "key"),
        ("é", b"owner", "key"),
    ):
        with pytest.raises(sealing.Broken):
            sealing.open_sealed(text, owner, [key])


def test_nothing_of_it_is_told_to_the_record_of_changes(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    secret, codes = set_up(sara)
    say(half_way(app, sara_herself), codes[0])
    entries = db.session.execute(select(AuditEntry)).scalars().all()
    told = " ".join(f"{each.action} {each.subject} {each.before} {each.after}" for each in entries)
    for action in ("second-factor.on", "second-factor.recovered", "person.signed-in"):
        assert action in told
    assert not [word for word in (secret, *codes, PASSWORD) if word in told]


def test_an_admin_takes_a_lost_one_away_and_the_person_is_signed_out(
    app: Flask, site: Site, sara: Visitor, sara_herself: Person
) -> None:
    set_up(sara)
    navid = signed_in(app, make_person("navid", site, role=Role.ADMIN))
    assert "ورود دومرحله‌ای روشن" in navid.get("/admin/people")
    path = f"/admin/people/{site.id}/{sara_herself.id}/second-factor/reset"
    assert sara.post(path).status_code == 403
    assert navid.post(path).status_code == 303
    assert db.session.execute(select(SecondFactor)).all() == []
    assert not db.session.execute(select(SignIn).where(SignIn.person_id == sara_herself.id)).all()
    assert sara.client.get("/review").status_code == 303

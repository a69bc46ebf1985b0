"""Who gets in, and what the session is worth."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from moderation.db import db
from moderation.models import Person, Site
from moderation.people import accounts
from tests.dashboard.visitor import Visitor, signed_in
from tests.factories import PASSWORD, make_person


def test_the_right_password_leads_to_the_queue(app: Flask, sara_herself: Person) -> None:
    answer = Visitor.of(app).post("/sign-in", email=" SARA@nazer.example ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/review")


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(app: Flask, sara_herself: Person) -> None:
    visitor = Visitor.of(app)
    answers = [
        visitor.post("/sign-in", email=email, password=password)
        for email, password in (
            (sara_herself.email, "not her password"),
            ("nobody@nazer.example", PASSWORD),
            (sara_herself.email, ""),
            ("sara\x00@nazer.example", PASSWORD + "\x00"),
        )
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert all("رایانامه یا گذرواژه درست نیست" in answer.text for answer in answers)
    assert PASSWORD not in answers[1].text


@pytest.mark.parametrize("path", ["/", "/review", "/decided", "/admin/webhooks"])
def test_nobody_reads_a_page_without_signing_in(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


def test_after_signing_in_one_goes_where_one_wanted_to(app: Flask, sara_herself: Person) -> None:
    visitor = Visitor.of(app)
    wanted = visitor.client.get("/decided?x=1").location
    assert 'name="next" type="hidden" value="/decided?x=1"' in visitor.get(wanted)
    answer = visitor.post("/sign-in", email=sara_herself.email, password=PASSWORD, next="/decided?x=1")
    assert answer.location == "/decided?x=1"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "http:evil.example",
        "/%0d%0aSet-Cookie:x=1\r\nX: y",
        "//[bad",
        " //evil.example",
    ],
)
def test_signing_in_never_leads_to_another_site(app: Flask, sara_herself: Person, target: str) -> None:
    answer = Visitor.of(app).post("/sign-in", email=sara_herself.email, password=PASSWORD, next=target)
    assert (answer.status_code, answer.location) == (303, "/review")


def test_the_session_is_renewed_when_somebody_signs_in(app: Flask, sara_herself: Person) -> None:
    visitor = Visitor.of(app)
    old_token = visitor.token()
    with visitor.client.session_transaction() as session:
        session["planted"] = "before signing in"
    visitor.post("/sign-in", email=sara_herself.email, password=PASSWORD)
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
    assert visitor.client.post("/sign-out", data={"csrf_token": old_token}).status_code == 400


def test_signing_out_ends_the_session(sara: Visitor) -> None:
    assert sara.post("/sign-out").location == "/sign-in"
    assert sara.client.get("/review").status_code == 303


def test_a_new_password_signs_every_session_out(sara: Visitor, sara_herself: Person) -> None:
    accounts.change_password(sara_herself, "another long password")
    assert sara.client.get("/review").status_code == 303


def test_somebody_who_left_the_house_gets_no_further(app: Flask, sara: Visitor, sara_herself: Person) -> None:
    sara_herself.active = False
    db.session.commit()
    assert sara.client.get("/review").status_code == 303
    answer = Visitor.of(app).post("/sign-in", email=sara_herself.email, password=PASSWORD)
    assert answer.status_code == 422


def test_a_person_without_a_site_sees_a_page_that_says_so(app: Flask) -> None:
    page = signed_in(app, make_person("parviz")).get("/review", status=403)
    assert "این‌جا برای شما باز نیست" in page


def test_a_form_without_its_token_is_refused_in_persian(sara: Visitor, site: Site) -> None:
    answer = sara.client.post("/sign-out")
    assert answer.status_code == 400
    assert "این فرم دیگر معتبر نیست" in answer.text
    sara.get("/review")  # and nobody was signed out
